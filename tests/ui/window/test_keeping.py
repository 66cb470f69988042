"""What the window keeps: calls outlive the program, and a ledger that cannot be opened costs no call."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

import msgspec

from fal_studio.app.emulator import Addresses
from fal_studio.app.program import Program
from fal_studio.core import events as e
from fal_studio.core.call import Phase
from fal_studio.core.request import Mode, Options, Request
from fal_studio.core.settings import Settings
from fal_studio.store import preferences
from fal_studio.store.paths import folders
from fal_studio.ui.theme import Theme
from tests.conftest import InLoop
from tests.emulator_process import EmulatorProcess
from tests.waiting import until

SLOW = Options(headers={"X-Emulator-Queue-Delay": "1.5"})


def lived(program: Program, act: Callable[[Program], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    async def main() -> None:
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(program.run())
                try:
                    await until(lambda: program.engine is not None, limit_s=20)
                    await act(program)
                finally:
                    program.close()
        finally:
            program.window.deleteLater()  # also after a failure, which is then told once, and not by each test after it

    return main


def test_a_queue_call_is_followed_again_by_the_next_window(
    in_loop: InLoop, theme: Theme, addresses: Addresses, emulator: EmulatorProcess, tmp_path: Path
) -> None:
    kept = folders(tmp_path)
    since = emulator.last()
    request = Request("emulator/image", Mode.SUBSCRIBE, {"prompt": "a lake", "seed": 3}, options=SLOW)
    calls: list[str] = []

    async def begin(program: Program) -> None:
        assert program.engine is not None
        call = program.engine.runner.start(request)
        program.calls.add(call, request)
        calls.append(call)
        await until(
            lambda: any(isinstance(event.fact, e.Enqueued) for event in program.log.of(call)), limit_s=20
        )

    async def come_back(program: Program) -> None:
        call = calls[0]
        assert program.calls.request(call) == request
        await until(lambda: program.calls.state(call).is_ended, limit_s=30)
        facts = [event.fact for event in program.log.of(call)]
        assert program.calls.state(call).phase is Phase.DONE
        assert [type(fact) for fact in facts].count(e.Enqueued) == 1
        assert any(isinstance(fact, e.Resumed) for fact in facts)
        assert [event.seq for event in program.log.of(call)] == list(range(len(facts)))

    in_loop(lived(Program(kept, addresses), begin)(), limit_s=60)
    in_loop(lived(Program(kept, addresses), come_back)(), limit_s=60)
    posts = [
        item
        for item in emulator.requests(since)
        if item["method"] == "POST" and "emulator/image" in item["path"]
    ]
    assert len(posts) == 1


def test_a_result_that_expired_while_the_program_was_closed_comes_from_the_list_of_requests(
    in_loop: InLoop, theme: Theme, addresses: Addresses, emulator: EmulatorProcess, tmp_path: Path
) -> None:
    kept = folders(tmp_path)
    preferences.save(kept.preferences, Settings(follow_submitted=False))
    options = Options(headers={"X-Emulator-Queue-Delay": "0.5", "X-Emulator-Retention": "0"})
    requests = [
        Request("emulator/bench", Mode.SUBMIT, {"text": "remembered"}, options=options),
        Request("emulator/bench", Mode.SUBMIT, {}, options=msgspec.structs.replace(options, store_io=False)),
    ]
    calls: list[str] = []

    async def begin(program: Program) -> None:
        assert program.engine is not None
        for request in requests:
            call = program.engine.runner.start(request)
            program.calls.add(call, request)
            calls.append(call)
        await until(lambda: all(program.calls.state(call).detached for call in calls), limit_s=20)
        ids = [program.calls.state(call).request_id for call in calls]
        await until(lambda: all("finished" in emulator.truth(one)["stages"] for one in ids), limit_s=20)

    async def come_back(program: Program) -> None:
        remembered, forgotten = calls
        await until(lambda: program.calls.state(remembered).phase is Phase.DONE, limit_s=30)
        assert program.calls.state(remembered).output["echo"]["text"] == "remembered"
        facts = [event.fact for event in program.log.of(remembered)]
        assert any(isinstance(fact, e.Unknown) and fact.expired for fact in facts)
        await until(lambda: program.calls.state(forgotten).phase is Phase.FAILED, limit_s=30)
        failure = program.calls.state(forgotten).failure
        assert failure is not None
        assert failure.charged is e.Charged.YES
        assert "result was not kept" in failure.message

    in_loop(lived(Program(kept, addresses), begin)(), limit_s=60)
    in_loop(lived(Program(kept, addresses), come_back)(), limit_s=60)


def test_a_call_that_waits_in_line_waits_in_the_next_window_and_is_not_sent_by_itself(
    in_loop: InLoop, theme: Theme, addresses: Addresses, emulator: EmulatorProcess, tmp_path: Path
) -> None:
    kept = folders(tmp_path)
    request = Request("emulator/image", Mode.SUBSCRIBE, {"prompt": "a waiting room", "seed": 4})
    since = emulator.last()
    calls: list[str] = []

    def posts() -> int:
        return len(emulator.requests(since, method="POST"))

    async def begin(program: Program) -> None:
        assert program.engine is not None
        program.engine.runner.line.pause()
        calls.append(program.engine.runner.start(request))

    async def come_back(program: Program) -> None:
        assert program.engine is not None
        (call,) = calls
        await until(lambda: "send it when you like" in program.calls.state(call).waiting_why, limit_s=20)
        assert program.calls.state(call).phase is Phase.WAITING
        assert posts() == 0
        program.engine.runner.line.resume()
        await until(lambda: program.calls.state(call).is_ended, limit_s=30)
        assert program.calls.state(call).phase is Phase.DONE

    in_loop(lived(Program(kept, addresses), begin)(), limit_s=60)
    in_loop(lived(Program(kept, addresses), come_back)(), limit_s=60)
    assert posts() == 1


def test_a_damaged_ledger_is_told_kept_aside_and_replaced(
    in_loop: InLoop, theme: Theme, addresses: Addresses, tmp_path: Path
) -> None:
    kept = folders(tmp_path)
    kept.data.mkdir(parents=True)
    kept.ledger.write_bytes(b"this is no database at all" * 100)

    async def act(program: Program) -> None:
        await until(lambda: "damaged" in program.window.banner.text, limit_s=20)
        assert program.engine is not None
        request = Request("emulator/bench", Mode.RUN, {})
        call = program.engine.runner.start(request)
        await until(lambda: not program.engine.runner.is_running(call), limit_s=20)
        assert isinstance(program.log.of(call)[-1].fact, e.Output)

    in_loop(lived(Program(kept, addresses), act)(), limit_s=60)
    (aside,) = kept.data.glob("ledger-damaged-*.sqlite")
    assert aside.read_bytes() == b"this is no database at all" * 100
    with closing(sqlite3.connect(kept.ledger)) as connection:
        assert connection.execute("SELECT count(*) FROM calls WHERE phase = 'done'").fetchone() == (1,)
