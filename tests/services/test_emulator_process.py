"""The emulator as a child: started on demand, its end is told, gone with its owner."""

import asyncio
import gc
import os
import signal
import sys

import pytest

from fal_studio.core.events import Output
from fal_studio.core.request import Mode, ProfileKind
from fal_studio.services import catalog
from fal_studio.services.emulator_process import KEY, Addresses, EmulatorError, EmulatorServer, profile_of
from tests.modes.stage import end_of, stage
from tests.waiting import until


def test_it_starts_serves_and_is_gone_afterwards(in_plain_loop) -> None:
    told: list[Addresses] = []

    async def main() -> int:
        async with EmulatorServer("--cold-start", "0", on_ready=told.append) as server:
            with pytest.raises(EmulatorError, match="was not started"):
                await server.addresses()
            server.start()
            first, same = await asyncio.gather(server.addresses(), server.addresses())
            assert [first] == [same] == told
            profile = profile_of(first)
            assert profile.kind is ProfileKind.EMULATOR
            async with stage(profile, KEY) as it:
                assert isinstance(end_of(await it.call("emulator/bench", Mode.RUN, {})), Output)
                assert await catalog.models(await it.runner.http("emulator"))
            return server.pid

    pid = in_plain_loop(main())
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_its_end_is_told_and_it_can_be_started_again(in_plain_loop) -> None:
    failed: list[EmulatorError] = []

    async def main() -> None:
        async with EmulatorServer("--cold-start", "0", on_failed=failed.append) as server:
            server.start()
            first = await server.addresses()
            os.kill(server.pid, signal.SIGKILL)
            await until(lambda: failed)
            assert "ended by itself (exit code -9)" in failed[0].sentence
            assert server.pid == 0
            with pytest.raises(EmulatorError, match="not running any more"):
                await server.addresses()
            server.start()
            assert (await server.addresses()).base != first.base
            server.start()  # a second start ends the first process
            assert await server.addresses()
        assert len(failed) == 1

    in_plain_loop(main())


def test_whoever_gave_up_waiting_leaves_no_error_behind(in_plain_loop) -> None:
    told: list[object] = []

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _loop, about: told.append(about))
        async with EmulatorServer("--cold-start", "0") as server:
            server.start()
            async with asyncio.TaskGroup() as group:
                waiting = group.create_task(server.addresses())
                await asyncio.sleep(0)
                waiting.cancel()
        await asyncio.sleep(0)
        gc.collect()

    in_plain_loop(main())
    gc.collect()
    assert told == []


def test_an_emulator_that_cannot_start_says_what_it_said(in_plain_loop) -> None:
    async def main() -> None:
        async with EmulatorServer("--no-such-option") as server:
            server.start()
            with pytest.raises(EmulatorError, match="did not start") as caught:
                await server.addresses()
            assert "unrecognized arguments: --no-such-option" in caught.value.printed
            assert caught.value.printed in str(caught.value)

    in_plain_loop(main())


def test_an_interpreter_that_cannot_be_run_is_a_sentence(in_plain_loop, monkeypatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")

    async def main() -> None:
        async with EmulatorServer() as server:
            server.start()
            with pytest.raises(EmulatorError, match="could not be started"):
                await server.addresses()

    in_plain_loop(main())


def test_stopping_while_it_starts_lets_nobody_wait(in_plain_loop) -> None:
    async def main() -> None:
        server = EmulatorServer()
        server.start()
        waiting = asyncio.gather(server.addresses(), return_exceptions=True)
        await asyncio.sleep(0)
        await asyncio.to_thread(server.stop)
        (error,) = await waiting
        assert isinstance(error, EmulatorError)

    in_plain_loop(main())
