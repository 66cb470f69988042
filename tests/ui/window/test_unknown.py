"""A call that may have been sent: it is looked up by itself and by wish, and the pane shows what really became of it."""

import asyncio
from pathlib import Path

from PySide6.QtWidgets import QApplication

from fal_studio.app.program import Program
from fal_studio.core import events as e
from fal_studio.core.call import Phase
from fal_studio.core.request import Mode, Options, Request
from fal_studio.services.emulator_process import Addresses
from fal_studio.store.paths import folders
from fal_studio.ui.theme import Theme
from tests.conftest import InLoop
from tests.emulator_process import EmulatorProcess
from tests.ui.window.test_keeping import lived
from tests.waiting import until

BENCH = "emulator/bench"


async def begin(program: Program, request: Request) -> str:
    """Run a request as the window's front tab does; return its call."""
    result = program.window.workspace.result
    before = result.call
    program.window.run_wanted.emit(program.window.tabs.current(), request)
    return await until(lambda: result.call if result.call != before else "", what="a call began")


def facts(program: Program, call: str) -> list[type]:
    return [type(event.fact) for event in program.log.of(call)]


def posts(emulator: EmulatorProcess, since: int) -> int:
    return len([item for item in emulator.requests(since, method="POST") if BENCH in item["path"]])


def broken(mode: Mode, text: str, fault: str, **options: float) -> Request:
    return Request(
        BENCH, mode, {"text": text}, options=Options(headers={"X-Emulator-Fault": fault}, **options)
    )


def test_an_answer_that_got_lost_is_found_again_without_sending_twice(
    in_loop: InLoop, theme: Theme, addresses: Addresses, emulator: EmulatorProcess, tmp_path: Path
) -> None:
    since = emulator.last()

    async def act(program: Program) -> None:
        for mode in (Mode.SUBSCRIBE, Mode.SUBMIT, Mode.RUN):
            call = await begin(program, broken(mode, f"lost {mode}", "short_body"))
            await until(lambda call=call: e.Unknown in facts(program, call), what="unknown", limit_s=20)
            await until(
                lambda call=call: program.calls.state(call).phase is Phase.DONE,
                what=lambda call=call: f"done, but {facts(program, call)}",
                limit_s=20,
            )
            state = program.calls.state(call)
            assert state.output["echo"] == {"text": f"lost {mode}"}
            assert state.request_id
            assert e.Reconciled in facts(program, call)
            pane = program.window.workspace.result
            assert pane.call == call
            await until(
                lambda pane=pane: (
                    pane.parts.front.currentWidget() is pane.preview or "holds no" in pane.note.text
                )
            )

    in_loop(lived(Program(folders(tmp_path), addresses), act)(), limit_s=90)
    assert posts(emulator, since) == 3


def test_a_request_that_never_arrived_says_so_and_is_not_charged(
    in_loop: InLoop, theme: Theme, addresses: Addresses, emulator: EmulatorProcess, tmp_path: Path
) -> None:
    async def act(program: Program) -> None:
        call = await begin(program, broken(Mode.RUN, "never", "reset"))
        await until(lambda: program.calls.state(call).phase is Phase.FAILED, what="failed", limit_s=30)
        failure = program.calls.state(call).failure
        assert failure is not None
        assert (failure.charged, failure.retryable) == (e.Charged.NO, True)
        assert "never arrived" in failure.message
        assert e.Reconciled in facts(program, call)

    in_loop(lived(Program(folders(tmp_path), addresses), act)(), limit_s=90)


def test_one_that_may_still_wait_in_the_queue_stays_unknown_and_can_be_looked_for(
    in_loop: InLoop, theme: Theme, addresses: Addresses, emulator: EmulatorProcess, tmp_path: Path
) -> None:
    async def act(program: Program) -> None:
        call = await begin(program, broken(Mode.SUBMIT, "perhaps", "reset"))
        pane = program.window.workspace.result
        await until(lambda: "does not show it so far" in pane.note.text, what="what was found", limit_s=20)
        assert program.calls.state(call).phase is Phase.UNKNOWN
        checks = facts(program, call).count(e.Checked)
        pane.note.action.click()
        await until(lambda: facts(program, call).count(e.Checked) > checks, what="looked again", limit_s=20)
        assert program.calls.state(call).phase is Phase.UNKNOWN
        assert "one that waits in the queue is not listed" in pane.note.text
        await asyncio.sleep(0)

    in_loop(lived(Program(folders(tmp_path), addresses), act)(), limit_s=90)


def test_an_unknown_call_of_an_earlier_window_is_found_by_the_next(
    in_loop: InLoop,
    qapp: QApplication,
    theme: Theme,
    addresses: Addresses,
    emulator: EmulatorProcess,
    tmp_path: Path,
) -> None:
    since = emulator.last()
    emulator.settings(queue_delay_s=3.0)
    calls: list[str] = []

    async def lose(program: Program) -> None:
        # At once: a moment later this window would find it by itself.
        program.log.subscribe(lambda event: program.close() if isinstance(event.fact, e.Unknown) else None)
        call = await begin(program, broken(Mode.SUBMIT, "waits long", "short_body"))
        calls.append(call)
        await until(lambda: e.Unknown in facts(program, call), what="unknown", limit_s=20)

    async def find(program: Program) -> None:
        (call,) = calls
        assert call not in program.calls.ids()  # it had ended, as unknown
        await until(lambda: program.calls.state(call).phase is Phase.DONE, what="found and done", limit_s=30)
        assert program.calls.state(call).output["echo"] == {"text": "waits long"}
        assert [event.seq for event in program.log.of(call)] == list(range(len(program.log.of(call))))

    in_loop(lived(Program(folders(tmp_path), addresses), lose)(), limit_s=60)
    in_loop(lived(Program(folders(tmp_path), addresses), find)(), limit_s=60)
    assert posts(emulator, since) == 1
