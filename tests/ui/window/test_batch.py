"""One press of Run, several calls: seeds, one question, one place to look at them, and all of them stopped at once."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fal_studio.core.call import Phase
from fal_studio.core.prices import Price
from fal_studio.core.request import Mode, Options
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.models import Calls
from fal_studio.ui.request.draft import Draft
from fal_studio.ui.shell.batch_bar import BatchBar
from fal_studio.ui.shell.window import MainWindow
from fal_studio.ui.shell.workspace import Workspace
from tests.emulator_process import EmulatorProcess
from tests.ui.kept import nothing_kept
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
ALT = Qt.KeyboardModifier.AltModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(autouse=True)
def slots(emulator: EmulatorProcess) -> None:
    emulator.settings(slots=32)


def bar(hand: Driven) -> BatchBar:
    (found,) = hand.space.result.findChildren(BatchBar)
    return found


async def run_batch(hand: Driven, count: int) -> tuple[str, ...]:
    hand.space.bar.repeat.setValue(count)
    before = hand.space.shown.batch
    await hand.key(Qt.Key.Key_Return, CTRL)
    await until(lambda: hand.space.shown.batch != before, limit_s=20)
    return hand.space.shown.batch


def seeds(hand: Driven) -> list[object]:
    requests = [hand.program.calls.request(call) for call in hand.space.shown.batch]
    return [request.arguments.get("seed") for request in requests if request is not None]


def test_four_calls_with_rising_seeds_are_one_key_away_and_all_in_the_ledger(
    drive: Drive, emulator: EmulatorProcess
) -> None:
    async def scenario(hand: Driven) -> None:
        space = hand.space
        space.set_mode(Mode.RUN)
        space.document.set_text('{"prompt": "a fox", "seed": 7, "num_images": 2}')
        space.bar.repeat.setValue(4)
        assert space.forecast.text.startswith("×4, free, made on this machine · 2 images each")
        assert space.forecast.text.endswith("same seed, same picture · Use seeds 7 to 10")
        space.forecast.reason_followed.emit("seeds:step")
        assert "seeds 7 to 10" in space.forecast.text
        since = emulator.last()
        calls = await run_batch(hand, 4)
        assert seeds(hand) == [7, 8, 9, 10]
        assert space.result.call == calls[0]
        await until(lambda: bar(hand).words == "1 of 4: 4 done", limit_s=40)
        assert bar(hand).cancel.isHidden()
        assert len(emulator.requests(since, method="POST")) == 4
        for place in (1, 2, 3, 3):
            await hand.key(Qt.Key.Key_PageDown, ALT)
            assert space.result.call == calls[place]
        assert bar(hand).words.startswith("4 of 4")
        await hand.key(Qt.Key.Key_PageUp, ALT)
        assert space.result.state.output["seed"] == 9
        ledger = hand.program.records
        rows: list[object] = []
        ledger.row(calls[3], rows.append)
        await until(lambda: rows, limit_s=20)
        assert rows[0] is not None, "a question to the ledger comes after all that was told before"
        following = hand.window.actions_["batch.next"]
        assert following.isEnabled()
        space.bar.repeat.setValue(1)
        await hand.run(seed=99)
        assert not following.isEnabled()
        assert following.toolTip() == "The result is the only one of its run."
        assert space.shown.batch == ()
        assert bar(hand).isHidden()

    drive(scenario)


def test_without_a_seed_each_call_takes_its_own(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        space = hand.space
        space.set_mode(Mode.RUN)
        space.document.set_text('{"prompt": "a fox"}')
        calls = await run_batch(hand, 3)
        assert "another seed each" in space.forecast.text
        assert seeds(hand) == [None] * 3
        states = hand.program.calls.state
        await until(lambda: all(states(call).phase is Phase.DONE for call in calls), limit_s=40)
        assert len({states(call).output["seed"] for call in calls}) == 3
        assert bar(hand).isVisible()
        space.set_endpoint("emulator/chat")
        assert not bar(hand).isVisible(), "nothing of it is shown any more"
        assert space.shown.batch == ()

    drive(scenario)


def test_the_question_is_asked_once_for_all_and_all_are_stopped_with_one_key(
    drive: Drive, emulator: EmulatorProcess
) -> None:
    async def scenario(hand: Driven) -> None:
        hand.window.open_draft(
            Draft("", "emulator/bench", Mode.SUBSCRIBE, '{"text": "many", "seconds": 600}')
        )
        space = hand.space
        since = emulator.last()
        first = await run_batch(hand, 3)
        await until(lambda: len(emulator.requests(since, method="POST")) == 3, limit_s=20)
        await hand.key(Qt.Key.Key_Return, CTRL)
        await until(lambda: space.question.asked is not None, limit_s=20)
        await until(lambda: space.question.is_sure, what="it has stood long enough to be read")
        await hand.key(Qt.Key.Key_Return, CTRL)
        await until(lambda: space.shown.batch != first, limit_s=20)
        assert space.question.asked is None
        second = space.shown.batch
        assert len(second) == 3
        assert len(emulator.requests(since, method="POST")) <= 6
        state = hand.program.calls.state
        # Sooner they would be unknown: nobody knows whether a POST that got no answer was taken.
        await until(lambda: all(state(call).request_id for call in second), limit_s=20)
        await hand.key(Qt.Key.Key_Escape)
        await until(lambda: state(second[0]).phase in (Phase.CANCEL_REQUESTED, Phase.CANCELLED), limit_s=20)
        assert not state(second[1]).is_ended, "Esc stops the one that is shown"
        await hand.key(Qt.Key.Key_Escape, SHIFT)
        await until(
            lambda: all(state(call).phase is Phase.CANCELLED for call in second),
            what=lambda: f"all are cancelled: {[state(call).phase for call in second]}",
            limit_s=60,
        )
        assert not any(state(call).is_ended for call in first), "those before go on"
        for call in first:
            hand.window.cancel_wanted.emit(call)
        await until(lambda: not hand.program.calls.open_ids(), limit_s=30)

    drive(scenario)


def test_a_hundred_wait_in_the_line_here_and_go_with_one_press(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        engine = hand.program.engine
        assert engine is not None
        engine.runner.line.set_limit("", 2)
        hand.window.open_draft(
            Draft("", "emulator/bench", Mode.RUN, '{"text": "many", "seconds": 600}', Options(hint="x"))
        )
        calls = await run_batch(hand, 100)
        assert len(calls) == 100
        assert len(engine.runner.line.waiting()) >= 98
        QTest.mouseClick(bar(hand).cancel, Qt.MouseButton.LeftButton)
        await until(lambda: not hand.program.calls.open_ids(), limit_s=40)
        assert "cancelled" in bar(hand).words
        engine.runner.line.set_limit("", None)

    drive(scenario)


def test_the_forecast_tells_what_all_of_them_cost_or_that_nobody_knows(
    windows: list[MainWindow], qtbot: QtBot
) -> None:
    calls, catalogue = Calls(), Catalogue()
    window = MainWindow(nothing_kept, calls, catalogue)
    windows.append(window)
    draft = Draft("", "fal-ai/flux/schnell", Mode.RUN, '{"prompt": "a fox"}', repeat=4, profile="fal")
    space = Workspace(draft, calls, catalogue, window.bytes_of, window.code, parent=window)
    assert space.forecast.text.startswith("×4, price not known yet")
    calls.prices.put("fal", {"fal-ai/flux/schnell": Price(0.003, "image")})
    assert space.forecast.text.startswith("×4, about $0.012")
    space.document.set_value("num_images", 2)
    assert space.forecast.text.startswith("×4, about $0.024 · 2 images each")
    space.set_repeat(1)
    assert "about $0.006" in space.forecast.text
    space.set_endpoint("fal-ai/other")
    calls.prices.put("fal", {"fal-ai/other": None})
    space.set_repeat(3)
    assert space.forecast.text.startswith("×3, price unknown")
    space.close()


def test_the_count_is_a_step_of_undo_and_kept_and_a_session_is_one_call(drive_kept: Drive) -> None:
    async def first(hand: Driven) -> None:
        space = hand.space
        space.bar.repeat.setValue(5)
        await until(lambda: space.undo.stack.undoText() == "the repeat count", limit_s=20)
        hand.window.actions_["edit.undo"].trigger()
        assert space.bar.repeat.value() == 1
        assert "1 request" in space.forecast.text
        hand.window.actions_["edit.redo"].trigger()
        assert space.bar.repeat.value() == 5

    async def again(hand: Driven) -> None:
        space = hand.space
        assert space.bar.repeat.value() == 5
        assert "×5" in space.forecast.text
        space.set_endpoint("emulator/sketch")
        space.set_mode(Mode.REALTIME)
        assert not space.bar.repeat.isEnabled()
        assert space.written.repeat == 1

    drive_kept(first)
    drive_kept(again)
