"""A step that may cost money is on disk before its first byte: what is not there was never sent."""

import asyncio

import pytest

from fal_studio.core import events as e
from fal_studio.core.request import Mode
from fal_studio.jobs.runner import CallRunner
from fal_studio.modes.base import CallError
from tests.conftest import InLoop
from tests.emulator_process import EmulatorProcess
from tests.modes.stage import Stage, end_of, profile_of
from tests.waiting import until

PAID = {Mode.RUN: "run", Mode.SUBMIT: "submit", Mode.SUBSCRIBE: "submit", Mode.STREAM: "stream"}
BENCH = "emulator/bench"


@pytest.mark.parametrize("mode", [*PAID, Mode.REALTIME])
def test_nothing_is_sent_before_the_attempt_is_written_down(
    in_plain_loop: InLoop, emulator: EmulatorProcess, mode: Mode
) -> None:
    since = emulator.last()
    gate = asyncio.Event()
    waiting: list[str] = []

    async def main() -> None:
        it = Stage(profile_of(emulator))

        async def written() -> None:
            waiting.append(mode)
            await gate.wait()

        it.runner = CallRunner(it.log, it._access, it.keep, before_paid=written)
        async with it.runner:
            call = it.start(BENCH, mode, {})
            await until(lambda: waiting, what="the step that costs money")
            last = it.facts(call)[-1]
            assert isinstance(last, e.Attempt)
            assert last.why == PAID.get(mode, "connect")
            await asyncio.sleep(0.05)
            assert not [item for item in emulator.requests(since) if BENCH in item["path"]]
            gate.set()
            if mode is Mode.REALTIME:
                it.runner.hang_up(call)
            await it.runner.finished(call)
            assert isinstance(it.facts(call)[-1], e.Output | e.Closed | e.Detached)

    in_plain_loop(main())


def test_what_cannot_be_written_down_is_not_sent(in_plain_loop: InLoop, emulator: EmulatorProcess) -> None:
    since = emulator.last()
    refusal = e.Failed(e.FailureKind.DISK, "The disk is full.", charged=e.Charged.NO)

    async def full() -> None:
        raise CallError(refusal)

    async def main() -> None:
        it = Stage(profile_of(emulator))
        it.runner = CallRunner(it.log, it._access, it.keep, before_paid=full)
        async with it.runner:
            for mode in Mode:
                assert end_of(await it.call(BENCH, mode, {})) == refusal

    in_plain_loop(main())
    assert not [item for item in emulator.requests(since) if BENCH in item["path"]]
