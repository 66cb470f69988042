"""How the queue lives in the window: a window of its own, its settings, and submitted calls that it follows by itself."""

from pathlib import Path

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox

from fal_studio.app.program import Program
from fal_studio.core import events as e
from fal_studio.core.call import Phase
from fal_studio.core.request import Mode, Options, Request
from fal_studio.core.settings import Notify, Settings
from fal_studio.services.emulator_process import Addresses
from fal_studio.store import preferences
from fal_studio.store.paths import folders
from fal_studio.ui.queue.model import Column
from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.fields import ChoiceBox, SpinBox
from fal_studio.ui.widgets.notice_line import NoticeLine
from fal_studio.ui.widgets.segmented import SegmentedControl
from tests.conftest import InLoop
from tests.emulator_process import EmulatorProcess
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.ui.window.test_keeping import lived
from tests.ui.window.test_queue import QUICK, opened, ran, rows
from tests.waiting import until

SECOND_HOOK = "https://example.com/hook"


def facts(hand: Driven, call: str) -> list[type]:
    return [type(event.fact) for event in hand.program.log.of(call)]


def test_the_dock_has_a_window_of_its_own_and_comes_back(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        monitor = hand.window.monitor
        dock = await opened(hand)
        call = await ran(hand)
        QTest.mouseClick(dock._detach, Qt.MouseButton.LeftButton)
        own = dock.window()
        assert own is not hand.window
        assert own.isVisible()
        assert monitor.is_open
        assert "Queue and history" in own.windowTitle()
        await until(lambda: [row.call for row in rows(dock)] == [call])
        own.activateWindow()
        await until(own.isActiveWindow, what="its window has the keyboard")
        dock.focus_table()
        QTest.keyClick(dock.table, Qt.Key.Key_Return)
        QTest.keyClick(dock.table, Qt.Key.Key_H, CTRL)  # the main window's commands have their keys here, too
        await until(lambda: dock.listing.scope.value == "history", what="the history is in front")
        own.close()
        assert not monitor.is_open
        assert monitor.is_detached
        assert monitor.open() is dock
        assert dock.window() is own
        QTest.mouseClick(dock._detach, Qt.MouseButton.LeftButton)
        assert dock.window() is hand.window
        assert dock.isVisible()
        assert own.isHidden()
        await until(lambda: [row.call for row in rows(dock)] == [call])

    drive(scenario)


def test_who_comes_with_the_keyboard_has_chosen_the_newest_call(drive_kept: Drive) -> None:
    calls: list[str] = []

    async def make(hand: Driven) -> None:
        calls.extend([await ran(hand), await ran(hand)])

    async def come(hand: Driven) -> None:
        hand.space.editor.focus_main()
        for _ in range(2):  # before its rows are read, and when they are there
            await hand.key(Qt.Key.Key_J, CTRL)
            dock = hand.window.monitor.dock
            assert dock is not None
            await until(dock.table.hasFocus, what="the list has the keyboard")
            await until(lambda dock=dock: dock.table.call() == calls[-1], what="the newest call is chosen")
            assert hand.window.actions_["queue.show"].isEnabled(), (
                "the menu of the row has something to offer"
            )
            dock.table.clearSelection()
            await hand.key(Qt.Key.Key_J, CTRL)

    drive_kept(make)
    drive_kept(come)


def test_a_detached_dock_stays_detached(
    in_loop: InLoop, theme: Theme, addresses: Addresses, tmp_path: Path
) -> None:
    async def leave(program: Program) -> None:
        program.window.monitor.open()
        program.window.monitor.detach()
        dock = program.window.monitor.dock
        assert dock is not None
        dock.window().resize(900, 333)

    async def come_back(program: Program) -> None:
        monitor = program.window.monitor
        await until(lambda: monitor.is_open, what="the dock is open")
        assert monitor.dock is not None
        own = monitor.dock.window()
        assert own is not program.window
        await until(lambda: own.size().toTuple() == (900, 333), what="as large as it was")
        monitor.attach()

    in_loop(lived(Program(folders(tmp_path), addresses), leave)(), limit_s=60)
    in_loop(lived(Program(folders(tmp_path), addresses), come_back)(), limit_s=60)


def test_the_chosen_call_shows_its_pictures(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        dock = await opened(hand)
        call = await ran(hand, **QUICK, num_images=2)
        hand.window.open_new()
        dock.table.choose(call)
        strip = dock.detail.results
        await until(strip.isVisible, what="the results are there")
        await until(
            lambda: (
                strip.accessibleName().startswith("2 files of the result")
                and all(t.sha256 for t in strip._tiles)
            ),
            what="both are on the disk",
        )

        def colours() -> int:
            image = strip.grab().toImage()
            return len({image.pixel(x, 28) for x in range(4, 170, 4)})

        await until(lambda: colours() > 12, what="they are drawn")
        QTest.keyClick(strip, Qt.Key.Key_Return)
        await until(lambda: hand.space.result.call == call, what="the call is shown in full")

    drive(scenario)


def test_a_submitted_call_is_followed_by_the_queue(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(Mode.SUBMIT)
        await hand.run(**QUICK, seed=81)
        call = hand.space.result.call
        await until(lambda: e.Detached in facts(hand, call), what="nobody waits")
        state = await hand.ended()
        assert state.phase is Phase.DONE
        found = facts(hand, call)
        assert found.index(e.Detached) < found.index(e.Resumed) < found.index(e.Output)

    drive(scenario)


def test_one_with_a_webhook_is_left_alone(drive: Drive, emulator: EmulatorProcess) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(Mode.SUBMIT)
        hand.space.set_options(msgspec.structs.replace(hand.space.draft.options, webhook_url=SECOND_HOOK))
        since = emulator.last()
        await hand.run(**QUICK, seed=82)
        with_hook = hand.space.result.call
        await until(lambda: e.Detached in facts(hand, with_hook), what="nobody waits")
        hand.space.set_options(msgspec.structs.replace(hand.space.draft.options, webhook_url=""))
        await hand.run(**QUICK, seed=83)
        await hand.ended()  # the later one was followed to its end meanwhile
        assert e.Resumed in facts(hand, hand.space.result.call)
        assert e.Resumed not in facts(hand, with_hook)
        ours = hand.program.calls.state(with_hook).request_id
        assert not [item for item in emulator.requests(since, method="GET") if ours in item["path"]]

    drive(scenario)


def test_the_settings_of_the_queue_hold_at_once_and_are_kept(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        kept = hand.program.kept.preferences
        hand.window.actions_["queue.settings"].trigger()
        panel = hand.window.panels.settings
        assert panel is not None
        assert panel.isVisible()
        number, follow, notify = (
            panel.controls[key] for key in ("calls_at_once", "follow_submitted", "notify")
        )
        assert isinstance(number, SpinBox)
        assert isinstance(follow, QCheckBox)
        assert isinstance(notify, ChoiceBox)
        assert (number.text(), follow.isChecked(), notify.currentText()) == ("all", True, "each")
        number.setValue(1)
        follow.setChecked(False)
        notify.setCurrentText(Notify.NEVER)
        wanted = Settings(calls_at_once=1, follow_submitted=False, notify=Notify.NEVER)
        await until(lambda: preferences.load(kept).settings == wanted, what="they are kept")
        engine = hand.program.engine
        assert engine is not None
        await until(lambda: engine.runner.line.limit() == 1, what="it holds")
        QTest.keyClick(number, Qt.Key.Key_Escape)
        assert panel.isHidden()
        hand.space.set_mode(Mode.SUBMIT)
        await hand.run(**QUICK, seed=84)
        call = hand.space.result.call
        await until(lambda: e.Detached in facts(hand, call), what="nobody waits")
        await until(
            lambda: not engine.runner.latest.is_busy(f"submitted {call}"),
            what="it was left alone",
        )
        assert e.Resumed not in facts(hand, call)

    drive(scenario)


def lost(text: str) -> Request:
    """A request of which nobody knows whether it arrived."""
    return Request(
        "emulator/bench", Mode.SUBMIT, {"text": text}, options=Options(headers={"X-Emulator-Fault": "reset"})
    )


def test_an_unknown_call_is_checked_in_its_row_and_in_its_detail(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        dock = await opened(hand)
        hand.window.run_wanted.emit(hand.window.tabs.current(), lost("perhaps"))
        await until(
            lambda: [row.phase for row in rows(dock)] == [Phase.UNKNOWN], what="it is unknown", limit_s=20
        )
        call = rows(dock)[0].call
        await until(lambda: e.Checked in facts(hand, call), what="it was looked for by itself", limit_s=20)

        def checks() -> int:
            return facts(hand, call).count(e.Checked)

        def press_in_row() -> None:
            index = dock.model.index(0, Column.NOW)
            box = dock.table._delegate.check_box(dock.table.visualRect(index), rows(dock)[0])
            QTest.mouseClick(dock.table.viewport(), Qt.MouseButton.LeftButton, pos=box.center())

        before = checks()
        press_in_row()
        await until(lambda: checks() > before, what="the row's button looked again", limit_s=20)
        dock.table.choose(call)
        await until(lambda: isinstance(dock.detail._card, NoticeLine), what="the detail says it")
        line = dock.detail._card
        before = checks()
        QTest.mouseClick(line.findChildren(Button)[0], Qt.MouseButton.LeftButton)
        await until(lambda: checks() > before, what="the detail's button looked again", limit_s=20)
        assert hand.program.calls.state(call).phase is Phase.UNKNOWN

    drive(scenario)


def test_a_call_in_front_goes_before_those_that_wait(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.window.actions_["queue.pause"].trigger()
        await hand.run(**QUICK, seed=91)
        first = hand.space.result.call
        row = hand.space.result.row
        await until(lambda: row._words.text() == "sending is paused", what="the result says so")
        for name, value in {**QUICK, "seed": 92}.items():
            assert hand.space.document.set_value(name, value)
        await hand.key(Qt.Key.Key_Return, CTRL | Qt.KeyboardModifier.ShiftModifier)
        await until(lambda: hand.space.result.call != first, what="a call began")
        engine = hand.program.engine
        assert engine is not None
        await until(lambda: engine.runner.line.waiting() == (hand.space.result.call, first))
        hand.window.actions_["queue.cancel_open"].trigger()
        await until(lambda: not hand.program.calls.open_ids(), what="both are cancelled")

    drive(scenario)


def test_the_popover_cancels_and_says_where_new_jobs_go(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.window.resize(1024, 640)
        hand.window.actions_["queue.pause"].trigger()
        await hand.run(**QUICK, seed=93)
        first = hand.space.result.call
        hand.space.bar.jobs.click()
        jobs = hand.window.monitor.jobs
        assert jobs is not None
        engine = hand.program.engine
        assert engine is not None
        await until(lambda: [row.call for row in rows(jobs)] == [first], what="the popover lists it")
        places = jobs.foot.findChild(SegmentedControl)
        assert isinstance(places, SegmentedControl)
        places.set_chosen("front")
        places.chosen.emit("front")
        hand.window.monitor.close_jobs()
        await hand.run(**QUICK, seed=94)
        second = hand.space.result.call
        await until(lambda: engine.runner.line.waiting() == (second, first))
        hand.space.bar.jobs.click()
        await until(lambda: len(rows(jobs)) == 2)
        QTest.mouseClick(jobs._queued, Qt.MouseButton.LeftButton)
        await until(lambda: not hand.program.calls.open_ids(), what="both are cancelled")
        assert {hand.program.calls.state(call).phase for call in (first, second)} == {Phase.CANCELLED}
        await until(lambda: not jobs._all.isEnabled() and jobs._all.toolTip() == "Nothing is open")

    drive(scenario)
