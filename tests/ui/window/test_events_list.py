"""The list of events by keyboard while it follows, and the strip of pictures once the last one is here."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fal_studio.core.request import Mode
from tests.ui.window.hand import Drive, Driven
from tests.ui.window.places import settle
from tests.waiting import until


async def listed(it: Driven) -> None:
    """Wait until each event of the call in front has its row."""
    result = it.space.result
    await until(
        lambda: result.events.model.rowCount() == len(it.program.log.of(result.call)), what="all are rows"
    )


def test_arrows_begin_at_the_newest_event_and_the_strip_gets_its_last_picture(drive: Drive) -> None:
    async def scenario(it: Driven) -> None:
        it.window.open_endpoint("emulator/image")
        it.space.set_mode(Mode.STREAM)
        await it.run(prompt="a lake", num_inference_steps=4, image_size="square")
        it.space.result.show_tab("events")
        pane = it.space.result.events
        await it.ended()
        await listed(it)
        view, strip = pane._view, pane.side.strip
        for key, above in ((Qt.Key.Key_Up, 2), (Qt.Key.Key_Down, 1)):
            pane.follow()
            pane.focus_list()
            QTest.keyClick(view, key)
            assert not pane.follows
            assert view.currentIndex().row() == pane.model.rowCount() - above
            assert pane.detail.has_event
        QTest.keyClick(view, Qt.Key.Key_End)
        assert pane.follows
        assert not view.selectionModel().hasSelection()
        await until(strip.isVisible, what="the strip is shown")
        await until(
            lambda: strip.is_complete, what="the last picture, which comes by its address", limit_s=20
        )

    drive(scenario)


def test_the_chosen_event_stays_in_sight_in_a_low_window(drive: Drive) -> None:
    async def scenario(it: Driven) -> None:
        it.window.resize(1024, 640)
        it.window.open_endpoint("emulator/image")
        it.space.set_mode(Mode.RUN)
        await it.run(prompt="a lake", num_inference_steps=4, image_size="square")
        await it.shown()
        it.space.result.show_tab("events")
        pane = it.space.result.events
        view = pane._view
        await listed(it)
        await until(lambda: view.viewport().height() > 0, what="the list is laid out")
        high = view.viewport().height()
        pane.select(pane.model.rowCount() - 1)
        await until(lambda: view.viewport().height() < high, what="the event opens below the list")
        await settle(it)  # the list becomes low in more than one step
        await until(
            lambda: view.viewport().rect().contains(view.visualRect(view.currentIndex()).center()),
            what="the chosen row is in sight",
        )

    drive(scenario)


def test_in_a_low_window_the_list_shows_more_than_the_chosen_row(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.window.resize(1024, 640)
        hand.space.set_mode(Mode.RUN)
        await hand.run(num_inference_steps=1, image_size="square")
        await hand.shown()
        hand.space.result.show_tab("events")
        events = hand.space.result.events
        await listed(hand)
        events.select(4)
        await settle(hand)
        assert events.detail.isVisible()
        view = events._view
        assert view.viewport().height() >= 4 * view.rowHeight(0)

    drive(scenario)
