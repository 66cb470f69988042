"""The emulator as a child: started on demand, started again after it died, gone with its owner."""

import asyncio
import os
import signal

import pytest

from fal_studio.core.events import Output
from fal_studio.core.request import Mode, ProfileKind
from fal_studio.services.emulator_process import KEY, EmulatorError, EmulatorServer
from tests.modes.stage import end_of, stage


def test_it_starts_once_and_again_after_it_died(in_plain_loop) -> None:
    async def main() -> None:
        async with EmulatorServer("--cold-start", "0") as server:
            first, same = await asyncio.gather(server.profile(), server.profile())
            assert first == same
            assert first.kind is ProfileKind.EMULATOR
            async with stage(first, KEY) as it:
                assert isinstance(end_of(await it.call("emulator/bench", Mode.RUN, {})), Output)
            assert server._process is not None
            os.kill(server._process.pid, signal.SIGKILL)
            await asyncio.to_thread(server._process.wait)
            assert not server.is_running
            second = await server.profile()
            assert second.hosts != first.hosts
            async with stage(second, KEY) as it:
                assert isinstance(end_of(await it.call("emulator/bench", Mode.RUN, {})), Output)
        assert not server.is_running

    in_plain_loop(main())


def test_an_emulator_that_cannot_start_says_what_it_said(in_plain_loop) -> None:
    async def main() -> None:
        async with EmulatorServer("--no-such-option") as server:
            with pytest.raises(
                EmulatorError, match=r"(?s)did not start.*unrecognized arguments: --no-such-option"
            ):
                await server.profile()

    in_plain_loop(main())
