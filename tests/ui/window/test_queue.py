"""The queue and the history: one table over the same rows, real calls on the real emulator."""

import asyncio
import json
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QTableView

from fal_studio.core.call import Phase
from fal_studio.core.history import CallRow
from fal_studio.core.request import Mode
from fal_studio.services.emulator_process import KEY
from fal_studio.ui.queue.dock import QueueDock
from fal_studio.ui.queue.lines import GroupBy, Head
from fal_studio.ui.queue.scope import Scope
from fal_studio.ui.widgets.chips import Chip
from tests.emulator_process import EmulatorProcess
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
SHIFT = Qt.KeyboardModifier.ShiftModifier
SEEDS = count(100)
QUICK = {"image_size": "square", "num_inference_steps": 4}


async def opened(hand: Driven, key: Qt.Key = Qt.Key.Key_J) -> QueueDock:
    await hand.key(key, CTRL)
    await until(lambda: hand.window.monitor.is_open, what="the dock is open")
    dock = hand.window.monitor.dock
    assert dock is not None
    return dock


def rows(dock: QueueDock) -> list[CallRow]:
    return [line for line in dock.model.lines if isinstance(line, CallRow)]


async def ran(hand: Driven, **arguments: object) -> str:
    """Run the request in front to its end and return the call; another one each time, or we would be warned of it."""
    await hand.run(**({"seed": next(SEEDS)} | (arguments or QUICK)))
    await hand.ended()
    return hand.space.result.call


def test_a_call_changes_in_its_row_and_newer_ones_stand_above_it(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        dock = await opened(hand)
        await until(dock._empty.isVisible, what="the empty queue says what it is for")
        first = await ran(hand)
        second = await ran(hand)
        await until(lambda: [row.call for row in rows(dock)] == [second, first])
        await until(lambda: {row.phase for row in rows(dock)} == {Phase.DONE})
        told = dock.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
        assert told.startswith("done, emulator/image")
        await until(lambda: all(row.thumbnail or row.outputs for row in rows(dock)))
        await until(lambda: dock._counts.text() == "2 ended")

    drive(scenario)


def test_keys_open_walk_show_and_close_the_queue(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        first, second = await ran(hand), await ran(hand)
        hand.window.open_new()
        dock = await opened(hand)
        await until(lambda: len(rows(dock)) == 2)
        assert hand.window.focusWidget() is dock.table
        await hand.key(Qt.Key.Key_Down)
        assert dock.table.call() == first
        await hand.key(Qt.Key.Key_Home)
        assert dock.table.call() == second
        await hand.key(Qt.Key.Key_C, CTRL)
        assert QApplication.clipboard().text() == hand.program.calls.state(second).request_id
        await hand.key(Qt.Key.Key_Return)
        await until(lambda: hand.space.result.call == second, what="it is shown")
        dock.table.setFocus()
        await hand.key(Qt.Key.Key_J, CTRL)
        assert not hand.window.monitor.is_open

    drive(scenario)


def test_the_history_of_an_earlier_start_is_found_shown_and_recalled(drive: Drive) -> None:
    calls: list[str] = []

    async def before(hand: Driven) -> None:
        calls.append(await ran(hand, prompt="A red hat on a fence post", seed=41, **QUICK))
        calls.append(await ran(hand, prompt="A green boat at low tide", seed=42, **QUICK))

    async def after(hand: Driven) -> None:
        dock = await opened(hand, Qt.Key.Key_H)
        assert dock.listing.scope is Scope.HISTORY
        await until(lambda: [row.call for row in rows(dock)] == calls[::-1], what="both calls are listed")
        dock.filter.setText("red hat")
        await until(lambda: [row.call for row in rows(dock)] == calls[:1], what="one is found")
        edited = hand.space.document.text
        dock.table.choose(calls[0])
        await until(lambda: "red hat" in dock.detail.inputs.toPlainText(), what="its inputs are shown")
        assert hand.space.document.text == edited, "looking alters no editor"
        hand.window.actions_["recall.seed"].trigger()
        await until(lambda: (hand.space.document.arguments or {}).get("seed") == 41)
        dock.table.setFocus()
        await hand.key(Qt.Key.Key_Return)
        await until(lambda: hand.space.result.call == calls[0], what="it is shown in a tab")
        await until(lambda: hand.space.walked.prompt == "A red hat on a fence post")
        await until(lambda: hand.space.result.preview.is_complete, what="its picture is there")
        assert len(hand.window.workspaces) == 2
        dock.filter.setText("")
        await until(lambda: len(rows(dock)) == 2)
        hand.window.show_call(calls[1])
        await until(lambda: hand.space.result.call == calls[1])
        assert len(hand.window.workspaces) == 2, "calls that are only looked at share a tab"

    drive(before)
    drive(after)


def test_removed_calls_go_to_the_trash_and_come_back(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        call = await ran(hand)
        dock = await opened(hand)
        await until(lambda: len(rows(dock)) == 1)
        dock.table.choose(call)
        dock.table.setFocus()
        await hand.key(Qt.Key.Key_Delete)
        await until(lambda: not rows(dock), what="it is gone")
        dock.listing.refresh()
        assert not rows(dock), "it stays away"
        await until(lambda: dock.listing.counts()["ended"] == 0)
        (toast,) = await until(
            lambda: [one for one in hand.window.toasts.shown() if "trash" in one.news.text]
        )
        toast.action_wanted.emit(toast.news.key)
        await until(lambda: [row.call for row in rows(dock)] == [call], what="it is back")

    drive(scenario)


def test_sending_is_paused_and_cancelled_calls_that_wait_cost_nothing(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        dock = await opened(hand)
        hand.window.actions_["queue.pause"].trigger()
        await hand.run(seed=next(SEEDS), **QUICK)
        first = hand.space.result.call
        await hand.run(seed=next(SEEDS), **QUICK)
        second = hand.space.result.call
        await until(lambda: [row.phase for row in rows(dock)] == [Phase.WAITING] * 2)
        await until(lambda: "paused" in dock.model.index(0, 4).data())
        dock.table.choose(second)
        hand.window.actions_["queue.front"].trigger()
        await until(
            lambda: hand.program.engine.runner.line.waiting() == (second, first), what="it goes first"
        )
        dock.table.choose(first)
        dock.table.setFocus()
        await hand.key(Qt.Key.Key_Delete)
        await until(lambda: hand.program.calls.state(first).phase is Phase.CANCELLED)
        await until(lambda: "not billed" in dock.listing.row(first).message)
        front = hand.window.actions_["queue.front"]
        await until(lambda: not front.isEnabled() and "sent" in front.toolTip())
        hand.window.actions_["queue.pause"].trigger()
        await until(lambda: hand.program.calls.state(second).phase is Phase.DONE, limit_s=20)

    drive(scenario)


def test_a_failed_call_is_explained_and_its_inputs_are_compared(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(Mode.RUN)
        good = await ran(hand, seed=1, **QUICK)
        bad = await ran(hand, seed=1, guidance_scale=35)
        dock = await opened(hand)
        await until(lambda: len(rows(dock)) == 2)
        dock.table.choose(bad)
        await until(lambda: dock.detail._card and "guidance_scale" in dock.detail._card.accessibleName())
        card = dock.detail._card
        dock.table.selectAll()
        dock.detail.show_tab("diff")
        await until(lambda: [found.path for found in dock.detail.diff.found] == ["guidance_scale"])
        assert set(dock.table.calls()) == {good, bad}
        card.action_wanted.emit("field")
        await until(lambda: hand.window.focusWidget().accessibleName() == "guidance_scale")

    drive(scenario)


def test_rows_are_sorted_gathered_and_folded(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        await ran(hand)
        hand.space.set_mode(Mode.RUN)
        await ran(hand)
        dock = await opened(hand)
        await until(lambda: len(rows(dock)) == 2)
        assert [row.mode for row in rows(dock)] == [Mode.RUN, Mode.SUBSCRIBE]
        dock.listing.sort_by(dock.listing.wish.order)
        assert [row.mode for row in rows(dock)] == [Mode.SUBSCRIBE, Mode.RUN]
        dock.listing.group_by(GroupBy.MODE)
        heads = [line for line in dock.model.lines if isinstance(line, Head)]
        assert [(head.key, head.count, head.is_open) for head in heads] == [
            ("subscribe", 1, True),
            ("run", 1, True),
        ]
        dock.table.setFocus()
        dock.table.setCurrentIndex(dock.model.index(0, 0))
        await hand.key(Qt.Key.Key_Left)
        assert [row.mode for row in rows(dock)] == [Mode.RUN]

    drive(scenario)


def sent_elsewhere(emulator: EmulatorProcess, arguments: dict[str, object]) -> dict[str, str]:
    """Submit a request as another program of the same account does."""
    with emulator.client(KEY) as client:
        return client.post(f"{emulator.queue}/emulator/image", json=arguments).json()


def test_a_request_sent_elsewhere_is_picked_and_followed_to_its_result(
    drive: Drive, emulator: EmulatorProcess
) -> None:
    async def scenario(hand: Driven) -> None:
        sent = await asyncio.to_thread(sent_elsewhere, emulator, {"prompt": "A glass city", **QUICK})
        hand.window.actions_["queue.take_up"].trigger()
        panel = hand.window.panels.take_up
        assert hand.window.focusWidget() is panel.id
        await until(lambda: panel.view.model().rowCount() > 0, what="the account's requests are listed")
        model = panel.view.model()
        at = next(at for at in range(model.rowCount()) if model.index(at, 0).data() == sent["request_id"])
        panel.view.clicked.emit(model.index(at, 0))
        assert panel.id.text() == sent["request_id"]
        await hand.key(Qt.Key.Key_Return)
        assert not panel.isVisible()
        dock = hand.window.monitor.dock
        await until(lambda: [row.phase for row in rows(dock)] == [Phase.DONE], limit_s=30)
        await until(lambda: rows(dock)[0].prompt == "A glass city")
        assert rows(dock)[0].request_id == sent["request_id"]

    drive(scenario)


def test_the_address_of_a_request_names_endpoint_and_id(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.window.actions_["queue.take_up"].trigger()
        panel = hand.window.panels.take_up
        panel.id.setText("https://queue.fal.run/fal-ai/flux/requests/0198-abc/status?logs=1")
        panel.id.textEdited.emit(panel.id.text())
        assert (panel.endpoint, panel.id.text()) == ("fal-ai/flux", "0198-abc")

    drive(scenario)


def test_what_is_listed_is_exported(drive: Drive, tmp_path: Path) -> None:
    async def scenario(hand: Driven) -> None:
        call = await ran(hand, prompt="A red hat", **QUICK)
        await ran(hand, prompt="A green boat", **QUICK)
        dock = await opened(hand, Qt.Key.Key_H)
        dock.filter.setText("hat")
        await until(lambda: [row.call for row in rows(dock)] == [call])

        def is_told(ending: str) -> bool:
            news = [one.news.text for one in hand.window.toasts.shown()]
            return any("Wrote 1 call to" in one and ending in one for one in news)

        for form in ("csv", "json"):
            hand.window.actions_[f"queue.export_{form}"].trigger()
            dialog = hand.window.findChild(QFileDialog)
            dialog.fileSelected.emit(str(tmp_path / f"calls.{form}"))
            dialog.close()
            await until(lambda: hand.window.findChild(QFileDialog) is None, what="the dialog is gone")
            await until(lambda form=form: is_told(f".{form}"), what=f"{form} is written")
        assert "A red hat" in (tmp_path / "calls.csv").read_text()
        assert [told["call"] for told in json.loads((tmp_path / "calls.json").read_text())] == [call]

    drive(scenario)


def test_the_filter_offers_what_can_follow(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        await ran(hand)
        dock = await opened(hand)
        dock.filter.setFocus()
        QTest.keyClicks(dock.filter, "st")
        assert dock.filter.offers == ["state:"]
        QTest.keyClick(dock.filter, Qt.Key.Key_Down)
        QTest.keyClick(dock.filter, Qt.Key.Key_Return)
        QTest.keyClicks(dock.filter, "fa")
        assert dock.filter.offers == ["state:failed"]
        QTest.keyClick(dock.filter, Qt.Key.Key_Down)
        QTest.keyClick(dock.filter, Qt.Key.Key_Tab)
        assert dock.filter.text() == "state:failed "
        await until(lambda: not rows(dock), what="nothing has failed")
        chip = dock._foot.findChild(Chip)
        assert chip.text() == "state:failed"
        chip.close_wanted.emit()
        await until(lambda: len(rows(dock)) == 1)
        QTest.keyClicks(dock.filter, "stat:x")
        await until(lambda: "did you mean state" in dock._foot._problem.text())
        QTest.keyClick(dock.filter, Qt.Key.Key_Escape)
        QTest.keyClick(dock.filter, Qt.Key.Key_Escape)
        assert dock.filter.text() == ""

    drive(scenario)


def point_at(view: QTableView, place: QPoint) -> None:
    """Move the pointer; the offscreen platform tells nobody when QTest does."""
    spot = QPointF(place)
    move = QMouseEvent(
        QEvent.Type.MouseMove,
        spot,
        QPointF(view.viewport().mapToGlobal(place)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view.viewport(), move)


def test_what_is_under_the_pointer_stays_there_when_calls_come_in(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(Mode.RUN)
        dock = await opened(hand)
        calls = [await ran(hand) for _ in range(4)]
        await until(lambda: [row.call for row in rows(dock)] == calls[::-1], what="all four are listed")
        dock.table.setFixedHeight(24 + 2 * 29)
        await until(lambda: dock.table.height() == 24 + 2 * 29)
        await until(lambda: dock.table.viewport().height() < 3 * 29, what="two rows have room")
        place = dock.table.visualRect(dock.model.index(1, 4)).center()
        point_at(dock.table, place)
        assert dock.table.is_held
        newest = await ran(hand)
        await until(lambda: dock.model.row(0).call == newest, what="the newest is listed")
        assert dock.model.row(dock.table.rowAt(place.y())).call == calls[-2], "the same row is under it"
        QApplication.sendEvent(dock.table.viewport(), QEvent(QEvent.Type.Leave))
        assert not dock.table.is_held

    drive(scenario)


def test_a_narrow_window_shows_the_same_rows_under_the_job_chip(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.window.resize(1024, 640)
        hand.window.actions_["queue.pause"].trigger()
        await hand.run(seed=next(SEEDS), **QUICK)
        call = hand.space.result.call
        hand.space.bar.jobs.click()
        jobs = hand.window.monitor.jobs
        await until(lambda: [row.call for row in rows(jobs)] == [call], what="the popover lists it")
        assert hand.window.focusWidget() is jobs.view
        await until(lambda: "sending is paused" in jobs.model.index(0, 4).data())
        await hand.key(Qt.Key.Key_Down)
        await hand.key(Qt.Key.Key_Delete)
        await until(lambda: hand.program.calls.state(call).phase is Phase.CANCELLED)
        jobs.queue_wanted.emit()
        assert not jobs.isVisible()
        assert hand.window.focusWidget() is hand.window.monitor.dock.table

    drive(scenario)


def test_closing_with_open_calls_tells_what_becomes_of_them(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.window.actions_["queue.pause"].trigger()
        await hand.run(seed=next(SEEDS), **QUICK)
        told: list[bool] = []
        hand.window.closing.connect(lambda: told.append(True))
        hand.window.close()
        sheet = hand.window.sheet
        assert sheet.isVisible()
        assert "1 call was not sent" in sheet.words
        await hand.key(Qt.Key.Key_Escape)
        assert not sheet.isVisible()
        assert told == []
        hand.window.close()
        await hand.key(Qt.Key.Key_Return)
        assert told == [True]

    drive(scenario)


def test_the_dock_is_found_again_as_it_was_left(drive: Drive) -> None:
    async def before(hand: Driven) -> None:
        dock = await opened(hand, Qt.Key.Key_H)
        hand.window.monitor._split.setSizes([500, 236])
        await until(lambda: dock.height() == 236)

    async def after(hand: Driven) -> None:
        await until(lambda: hand.window.monitor.is_open, what="it is open again")
        assert hand.window.monitor.scope is Scope.HISTORY
        await until(lambda: hand.window.monitor.dock.height() == 236, what="as high as it was")
        assert not hand.window.monitor.dock.table.hasFocus(), "the prompt keeps the keyboard"

    drive(before)
    drive(after)


def test_ended_calls_that_nobody_looks_at_are_forgotten_and_read_again(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.program.followers.memory.kept = 1
        hand.space.set_mode(Mode.RUN)
        calls = [await ran(hand) for _ in range(3)]
        await until(lambda: not hand.program.calls.has(calls[0]), what="the first is forgotten", limit_s=20)
        assert hand.program.log.of(calls[0]) == ()
        dock = await opened(hand)
        await until(lambda: [row.call for row in rows(dock)] == calls[::-1])
        await until(lambda: rows(dock)[-1].thumbnail, what="its row is as it was")
        dock.table.choose(calls[0])
        await until(lambda: "lighthouse" in dock.detail.inputs.toPlainText(), what="its inputs are read")
        hand.window.show_call(calls[0])
        await until(lambda: hand.space.result.call == calls[0])
        await until(lambda: hand.space.result.preview.is_complete, what="its picture is there")

    drive(scenario)
