"""The account's slots, learnt from real calls: the emulator runs 1, 2 or 4 at once, and says so to nobody."""

import time

import pytest

from fal_studio.core.call import Phase, fold
from fal_studio.core.request import Mode
from fal_studio.core.slots import Slots, WaitsFor
from tests.emulator_process import start_emulator
from tests.modes.stage import profile_of, stage
from tests.waiting import until

BENCH = "emulator/bench"


@pytest.fixture(scope="module")
def emulator():
    with start_emulator("--cold-start", "0", "--speed", "20") as it:
        yield it


@pytest.mark.parametrize(
    ("slots", "jobs", "words"),
    [
        (1, 6, "waiting for your own slot"),
        (2, 9, "waiting for your own 2 slots"),
        (4, 16, "waiting for your own 4 slots"),
    ],
)
def test_the_slots_are_learnt_and_named(in_plain_loop, emulator, slots: int, jobs: int, words: str) -> None:
    emulator.settings(slots=slots)
    learner = Slots()

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            it.log.subscribe(learner.take)
            calls = [it.start(BENCH, Mode.SUBSCRIBE, {"seconds": 18 + n % 3}) for n in range(jobs)]
            await until(lambda: learner.known("emulator") == slots, limit_s=30)
            last = calls[-1]
            if fold(it.log.of(last)).phase is Phase.QUEUED:
                assert learner.words(last, time.time()) == words
            for call in calls:
                await it.runner.finished(call)
            assert learner.known("emulator") == slots
            assert learner.words(last, time.time()) == ""

    in_plain_loop(main())


def test_with_a_slot_free_a_call_waits_for_a_runner(in_plain_loop, emulator) -> None:
    emulator.settings(slots=2)
    learner = Slots()

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            it.log.subscribe(learner.take)
            calls = [it.start(BENCH, Mode.SUBSCRIBE, {"seconds": 18}) for _ in range(7)]
            for call in calls:
                await it.runner.finished(call)
            assert learner.known("emulator") == 2
            busy = it.start(BENCH, Mode.SUBSCRIBE, {}, headers={"X-Emulator-Queue-Delay": "600"})
            await until(lambda: fold(it.log.of(busy)).phase is Phase.QUEUED)
            soon, later = time.time(), time.time() + 60
            assert learner.waits_for(busy, soon) is WaitsFor.OWN_SLOTS
            assert learner.waits_for(busy, later) is WaitsFor.RUNNER
            it.runner.cancel(busy)
            await it.runner.finished(busy)

    in_plain_loop(main())
