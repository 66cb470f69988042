"""The queue in a low window with large words: it has all the room, and gives it back as soon as a page is wanted."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fal_studio.core.call import Phase
from fal_studio.core.request import Mode
from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.buttons import Button
from tests.ui.window.hand import Drive, Driven
from tests.ui.window.places import settle
from tests.waiting import until


def test_where_there_is_no_room_for_two_the_queue_stands_alone(drive: Drive, theme: Theme) -> None:
    async def scenario(hand: Driven) -> None:
        window, monitor = hand.window, hand.window.monitor
        window.resize(1024, 640)
        hand.space.set_mode(Mode.RUN)
        await hand.run(num_inference_steps=1, image_size="square")
        await hand.shown()
        theme.set_zoom(2)
        await settle(hand)
        window.actions_["view.queue"].trigger()
        dock = monitor.dock
        assert dock is not None
        await until(lambda: dock.model.rowCount() > 0, what="the call is listed")
        await settle(hand)
        assert monitor.is_alone
        assert not hand.space.isVisible(), "the pages have made room"
        assert dock.table.viewport().height() >= 3 * dock.table.rowHeight(0), "some calls are seen at once"
        theme.set_zoom(1)
        await settle(hand)
        assert hand.space.isVisible(), "with smaller words there is room for both"
        assert dock.isVisible()
        theme.set_zoom(2)
        await settle(hand)
        assert monitor.is_alone
        row = dock.model.row(0)
        assert row is not None
        dock.show_wanted.emit(row.call)
        await settle(hand)
        assert hand.space.isVisible(), "what is shown is seen"
        assert not monitor.is_open

        window.actions_["view.queue"].trigger()
        await settle(hand)
        window.pages.show_page("compare")
        await settle(hand)
        assert not monitor.is_open, "a page that is asked for comes to sight"

    drive(scenario)


def test_where_list_and_call_have_no_room_beside_each_other_one_is_seen_at_a_time(
    drive: Drive, theme: Theme
) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(Mode.RUN)
        await hand.run(num_inference_steps=1, image_size="square")
        await hand.ended()
        theme.set_zoom(2.0)
        hand.window.resize(1024, 640)
        hand.window.actions_["view.queue"].trigger()
        dock = hand.window.monitor.dock
        assert dock is not None
        await until(dock.table.call, what="the newest call is chosen")
        await settle(hand)
        assert dock.table.isVisible()
        assert not dock.detail.isVisible()
        assert dock.table.horizontalScrollBar().maximum() == 0
        await hand.key(Qt.Key.Key_Right)
        assert dock.detail.isVisible()
        assert not dock.table.isVisible()
        assert dock.detail.isAncestorOf(hand.window.focusWidget())
        await hand.key(Qt.Key.Key_Escape)
        assert hand.window.focusWidget() is dock.table
        assert not dock.detail.isVisible()
        assert hand.state.phase is Phase.DONE, "Esc went back, and cancelled nothing"
        details = next(one for one in dock.findChildren(Button) if one.text() == "Details")
        QTest.mouseClick(details, Qt.MouseButton.LeftButton)
        assert dock.detail.isVisible()
        QTest.mouseClick(dock.detail.back, Qt.MouseButton.LeftButton)
        assert dock.table.isVisible()
        await hand.key(Qt.Key.Key_Right)
        theme.set_zoom(1.0)
        hand.window.resize(1280, 800)
        await settle(hand)
        assert dock.table.isVisible()
        assert dock.detail.isVisible()
        assert not dock.detail.back.isVisible()
        assert not details.isVisible()

    drive(scenario)
