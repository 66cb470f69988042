"""The comparison pane in the real window: one press, all lanes, numbers as the engine has them; stop, keys, table, way back."""

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from fal_studio.core.comparing.analysis import Analysis
from fal_studio.core.comparing.outcome import Comparison
from fal_studio.ui.compare.pane import ComparePane
from fal_studio.ui.shell.kept_comparisons import ENDINGS
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.waiting import until

ALT = Qt.KeyboardModifier.AltModifier


async def shown(it: Driven) -> ComparePane:
    """Press Ctrl+Alt+Enter, with the fewest runs."""
    await until(lambda: it.program.comparisons.is_ready, limit_s=20)
    await it.key(Qt.Key.Key_2, CTRL)
    pane = it.window.comparing.pane
    assert pane is not None
    await until(lambda: pane.desk.plan.lanes, what="the lanes are known")
    pane.bar.runs.setValue(2)
    pane.bar.warm_ups.setValue(0)
    return pane


def menu_of(pane: ComparePane) -> QMenu:
    """Press the key that opens a menu on the lanes, wherever the pointer is."""
    nowhere = QPoint(0, 0)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, nowhere, nowhere)
    QApplication.sendEvent(pane.chart, event)
    return next(menu for menu in pane.findChildren(QMenu) if menu.isVisible())


def test_one_press_calls_all_lanes_and_shows_what_the_engine_counted(drive: Drive, tmp_path: Path) -> None:
    async def scenario(it: Driven) -> None:
        window, door = it.window, it.program.comparisons
        analyses: list[Analysis] = []
        finished: list[Comparison] = []
        door.analysed.connect(lambda _id, analysis: analyses.append(analysis))
        door.finished.connect(finished.append)
        window.open_draft(it.space.draft)
        it.space.set_endpoint("emulator/sketch")
        it.space.document.set_value("prompt", "a jellyfish")
        it.space.document.set_value("seed", 7)
        prompt = it.space.walked.prompt
        pane = await shown(it)
        assert not window.library.isVisible()
        assert pane.bar.requests.currentText().startswith("emulator/sketch")
        assert pane.empty.isVisible()
        reasons = {view.lane.id: view.note for view in pane.chart.views if view.lane.reason}
        assert "stream" in reasons
        others = [view.lane.id for view in pane.chart.views if view.lane.id not in reasons]
        off = {view.lane.id for view in pane.chart.views if not view.lane.is_on}
        assert off <= {"python_client", "js_client"}
        for lane in others[3:]:
            pane.chart.switched.emit(lane, False)
        assert pane.bar._calls.text() == "6 calls"
        assert pane.bar._price.text() == "free"

        await it.key(Qt.Key.Key_Return, CTRL | ALT)
        await until(lambda: pane.desk.live, what="a lane is drawn while it runs", limit_s=30)
        assert pane.bar.stop.isVisible()
        assert not pane.bar.runs.isEnabled()
        await until(lambda: finished, limit_s=60)
        await until(lambda: pane.input.state.state() == "done", what="the pane shows the end")
        await until(
            lambda: pane.verdict.sentence.text() == analyses[-1].verdict, what="the last word is shown"
        )
        (done,) = finished
        assert [one.failed for one in done.outcomes] == [""] * 6
        by_id = {view.lane.id: view for view in pane.chart.views}
        for lane in others[:3]:
            numbers = analyses[-1].of(lane)
            assert by_id[lane].numbers == numbers
            assert by_id[lane].done == numbers.runs == 2
            assert sorted(by_id[lane].dots_ns) == sorted(one.total_ns or 0 for one in done.of(lane))
        assert {by_id[lane].note for lane in others[3:]} == {"switched off"}
        assert pane.verdict.accessibleDescription().startswith("Comparison done: 2 runs in each of 3 lanes")

        pane.chart.setFocus()
        pane.chart.choose(0)
        QTest.keyClick(pane.chart, Qt.Key.Key_Right)
        assert pane.chart.accessibleDescription().startswith(by_id[others[0]].lane.name)
        QTest.keyClick(pane.chart, Qt.Key.Key_Tab)
        assert pane.is_table
        assert window.focusWidget() is pane.table
        assert pane.table.lanes.rowCount() == len(pane.chart.views)
        QTest.keyClick(pane.table, Qt.Key.Key_Backtab)
        assert not pane.is_table
        QTest.mouseClick(pane.verdict.copy, Qt.MouseButton.LeftButton)
        copied = QGuiApplication.clipboard().text()
        assert "2 runs in each of 3 lanes" in copied
        assert all(f"- {by_id[lane].lane.name}" in copied for lane in by_id)

        menu = menu_of(pane)
        assert pane.chart.row(0).contains(pane.chart.mapFromGlobal(menu.pos())), "at the chosen stage"
        entries = {action.text(): action for action in menu.actions()}
        entries["Copy stage"].trigger()
        assert (
            QGuiApplication.clipboard()
            .text()
            .startswith(pane.chart.accessibleDescription().partition(". ")[0])
        )
        entries["Copy summary"].trigger()
        assert QGuiApplication.clipboard().text() == copied
        export = [action.text() for action in pane.verdict.menu.actions()]
        assert [action.text() for action in pane.menu.export.actions()] == export
        assert entries["Export"].isVisible()
        entries["Table"].trigger()
        assert pane.is_table
        pane.show_table(is_table=False)
        menu.close()

        outputs = pane.outputs
        await until(lambda: outputs.note(others[1])[0], what="outputs are compared", limit_s=20)
        assert outputs.note(others[0]) == ("sets the reference", False)
        assert outputs.note(others[1])[0].startswith(f"same bytes as {by_id[others[0]].lane.name}")
        assert outputs.note("stream") == (by_id["stream"].note, False)
        assert f"stream: {by_id['stream'].note.rstrip('.')}" in outputs.absent.text()
        assert [tile.lane for tile in outputs.view.tiles] == others[:3], "what was not called takes no place"
        await until(lambda: outputs.view.percent, what="a picture is shown")

        kept = window.comparing.kept
        assert kept is not None
        for form, ending in ENDINGS.items():
            kept.write(form, str(tmp_path / f"report.{ending}"))
        await until(lambda: len(list(tmp_path.glob("report.*"))) == 5, what="the reports are written")
        assert len((tmp_path / "report.csv").read_text().splitlines()) >= len(done.outcomes)
        assert "<svg" in (tmp_path / "report.html").read_text()
        pane.desk.drop()
        assert pane.empty.isVisible()
        QTest.mouseClick(pane.bar.kept, Qt.MouseButton.LeftButton)
        await until(
            lambda: kept.panel is not None and kept.panel.isVisible(), what="the kept ones are listed"
        )
        assert kept.panel is not None
        assert kept.panel.ids == (done.id,)
        await it.key(Qt.Key.Key_Return)
        await until(lambda: pane.desk.comparison == done, what="it is open again")
        again = {view.lane.id: view for view in pane.chart.views}
        assert {lane: view.numbers for lane, view in again.items()} == {
            lane: view.numbers for lane, view in by_id.items()
        }

        pane.chart.choose(0)
        QTest.keyClick(pane.chart, Qt.Key.Key_Return)
        await until(lambda: not window.comparing.is_shown, what="Enter leads to the call")
        assert it.space.result.call == by_id[others[0]].call
        assert window.library.isVisible()
        assert prompt == "a jellyfish"

    drive(scenario)


def test_it_is_stopped_half_way_and_a_request_that_cannot_be_sent_leads_to_its_field(drive: Drive) -> None:
    async def scenario(it: Driven) -> None:
        window = it.window
        it.space.document.set_value("prompt", "")
        await until(lambda: it.program.comparisons.is_ready, limit_s=20)
        window.actions_["compare.all"].trigger()
        pane = window.comparing.pane
        assert pane is not None
        assert pane.bar.run.is_blocked
        assert "prompt is required" in pane.bar.run.toolTip()
        await it.key(Qt.Key.Key_Return, CTRL)
        assert not window.comparing.is_shown
        await until(it.space.editor.form.prompt.hasFocus, what="the keyboard is in the field")

        it.space.document.set_value("prompt", "a lake")
        pane = await shown(it)
        pane.bar.equal.click()
        polled = {view.lane.id: view.lane.detail for view in pane.chart.views}
        assert polled["subscribe_poll"] == "polls every 0.5 s"
        assert polled["submit"] == "followed every 0.5 s"
        pane.bar.run.click()
        await until(lambda: pane.desk.comparison is not None and pane.desk.comparison.outcomes, limit_s=30)
        await it.key(Qt.Key.Key_Escape)
        await until(lambda: not pane.desk.is_running, limit_s=30)
        stopped = pane.desk.comparison
        assert stopped is not None
        assert stopped.is_stopped
        assert 1 <= len(stopped.outcomes) < len(stopped.order)
        assert pane.input.state.state() == "cancelled"
        assert pane.input.words.text().startswith(
            f"{len(stopped.outcomes)} of {len(stopped.order)} calls made"
        )
        assert pane.bar.run.isVisible()

    drive(scenario)
