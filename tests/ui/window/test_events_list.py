"""The list of events by keyboard while it follows, and the strip of pictures once the last one is here."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fal_studio.core.request import Mode
from tests.ui.window.hand import Drive, Driven
from tests.waiting import until


def test_arrows_begin_at_the_newest_event_and_the_strip_gets_its_last_picture(drive: Drive) -> None:
    async def scenario(it: Driven) -> None:
        it.window.open_endpoint("emulator/image")
        it.space.set_mode(Mode.STREAM)
        await it.run(prompt="a lake", num_inference_steps=4, image_size="square")
        it.space.result.show_tab("events")
        pane = it.space.result.events
        await it.ended()
        await until(lambda: pane.model.rowCount() == len(pane.model.events), what="all rows are there")
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
