"""What a queued call waits for is learnt from what runs at once: right for any number of slots, silent when in doubt."""

import heapq
import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fal_studio.core import events as e
from fal_studio.core.events import Event, Stage
from fal_studio.core.request import Mode
from fal_studio.core.slots import Slots, WaitsFor

ZERO_S = 1_800_000_000.0


class World:
    """A server with slots, and events of it as a follower sees them: a little late."""

    def __init__(
        self, slots: int, *, runners: dict[str, int] | None = None, late_s: float = 0.0, seed: int = 0
    ) -> None:
        self.slots = slots
        self.runners = runners or {}
        self.late_s = late_s
        self.chance = random.Random(seed)
        self.learner = Slots()
        self.seen: list[tuple[float, int, str, e.Fact]] = []
        self.number = 0
        self.told_s: dict[str, float] = {}

    def tell(self, at_s: float, call: str, fact: e.Fact) -> None:
        self.number += 1
        late_s = self.chance.uniform(0, self.late_s) if self.late_s else 0.0
        at_s = self.told_s[call] = max(at_s + late_s, self.told_s.get(call, 0.0))
        heapq.heappush(self.seen, (at_s, self.number, call, fact))

    def run(self, jobs: list[tuple[float, str, float]]) -> None:
        """Let jobs (when sent, endpoint, seconds) run; first come, first served."""
        waiting: list[tuple[str, str, float]] = []
        running: list[tuple[float, str, str]] = []
        coming = sorted((at, f"c{n}", endpoint, took) for n, (at, endpoint, took) in enumerate(jobs))
        now = 0.0
        while coming or waiting or running:
            now = min([job[0] for job in coming[:1]] + [job[0] for job in running[:1]])
            while coming and coming[0][0] <= now:
                at, call, endpoint, took = coming.pop(0)
                self.tell(at, call, e.Started(ZERO_S, endpoint, Mode.SUBSCRIBE, "p"))
                self.tell(at + self.late_s, call, e.Enqueued(call, "s", "r", "c"))
                waiting.append((call, endpoint, took))
            while running and running[0][0] <= now:
                ended, call, _endpoint = heapq.heappop(running)
                self.tell(ended, call, e.Output({}))
            for job in list(waiting):
                call, endpoint, took = job
                busy = sum(other == endpoint for _, _, other in running)
                if len(running) < self.slots and busy < self.runners.get(endpoint, 99):
                    waiting.remove(job)
                    heapq.heappush(running, (now + took, call, endpoint))
                    self.tell(now + self.late_s, call, e.Progress(Stage.RUNNING))

    def events(self) -> Iterator[Event]:
        """Give what was seen, in the order of seeing; every call has a clock of its own."""
        zero: dict[str, float] = {}
        while self.seen:
            at, _, call, fact = heapq.heappop(self.seen)
            if isinstance(fact, e.Started):
                zero[call] = at
                fact = e.Started(ZERO_S + at, fact.endpoint, fact.mode, fact.profile)
            elif call not in zero:
                continue
            yield Event(call, 0, int((at - zero[call]) * 1e9), fact)

    def learn(self) -> Slots:
        for event in self.events():
            self.learner.take(event)
        return self.learner


def burst(count: int, seconds: float, endpoint: str = "a/b") -> list[tuple[float, str, float]]:
    return [(0.01 * n, endpoint, seconds + 0.13 * (n % 5)) for n in range(count)]


@pytest.mark.parametrize("slots", [1, 2, 3, 4, 8])
def test_the_slots_are_learnt_from_a_burst(slots: int) -> None:
    world = World(slots)
    world.run(burst(20, 2.0))
    assert world.learn().known("p") == slots


def test_nothing_is_claimed_when_nothing_had_to_wait() -> None:
    world = World(40)
    world.run(burst(20, 2.0))
    assert world.learn().known("p") is None


def test_a_few_looks_are_not_enough() -> None:
    world = World(2)
    world.run(burst(3, 2.0))
    assert world.learn().known("p") is None


def test_a_larger_account_is_noticed() -> None:
    world = World(2)
    world.run(burst(12, 2.0))
    world.learn()
    assert world.learner.known("p") == 2
    world.slots = 5
    world.run([(1_000 + at, endpoint, took) for at, endpoint, took in burst(22, 2.0)])
    assert world.learn().known("p") == 5


def until(world: World, moment_s: float) -> Slots:
    """Take only what was seen up to a moment."""
    for event in world.events():
        world.learner.take(event)
        if world.seen and world.seen[0][0] > moment_s:
            break
    return world.learner


def test_a_call_behind_the_own_ones_waits_for_the_own_slots() -> None:
    world = World(2)
    world.run(burst(16, 2.0))
    slots = until(world, 10.5)
    now_s = ZERO_S + 10.5
    assert slots.waits_for("c15", now_s) is WaitsFor.OWN_SLOTS
    assert slots.words("c15", now_s) == "waiting for your own 2 slots"


def test_a_call_that_waits_although_a_slot_is_free_waits_for_a_runner() -> None:
    world = World(3)
    world.run(burst(16, 2.0))
    world.learn()
    world.runners = {"rare/model": 0}
    for call, at in (("x", 100.0), ("y", 100.1)):
        world.tell(at, call, e.Started(ZERO_S, "rare/model", Mode.SUBSCRIBE, "p"))
        world.tell(at, call, e.Enqueued(call, "s", "r", "c"))
    world.tell(101.0, "x", e.Progress(Stage.RUNNING))
    slots = world.learn()
    assert slots.waits_for("y", ZERO_S + 101.2) is WaitsFor.OWN_SLOTS  # it may be taken in a moment
    assert slots.waits_for("y", ZERO_S + 110.0) is WaitsFor.RUNNER
    assert slots.words("y", ZERO_S + 110.0) == "waiting for a runner"
    assert slots.words("x", ZERO_S + 110.0) == ""


def test_alone_in_the_queue_a_call_waits_for_a_runner_even_if_nothing_is_known() -> None:
    world = World(2)
    world.tell(0, "x", e.Started(ZERO_S, "a/b", Mode.SUBSCRIBE, "p"))
    world.tell(0, "x", e.Enqueued("x", "s", "r", "c"))
    slots = world.learn()
    assert slots.waits_for("x", ZERO_S + 0.5) is None
    assert slots.waits_for("x", ZERO_S + 5) is WaitsFor.RUNNER


def test_while_something_runs_unseen_nothing_is_learnt_or_claimed() -> None:
    world = World(2)
    world.tell(0, "gone", e.Started(ZERO_S, "a/b", Mode.SUBMIT, "p"))
    world.tell(0, "gone", e.Enqueued("gone", "s", "r", "c"))
    world.tell(0.1, "gone", e.Detached())
    world.run([(1 + at, endpoint, took) for at, endpoint, took in burst(12, 2.0)])
    slots = world.learn()
    assert slots.known("p") is None


def test_profiles_have_slots_of_their_own() -> None:
    world = World(2)
    world.run(burst(12, 2.0))
    slots = world.learn()
    assert (slots.known("p"), slots.known("other")) == (2, None)


def test_what_nobody_knows_waits_for_nothing() -> None:
    assert Slots().words("nobody", ZERO_S) == ""


@settings(deadline=None)
@given(
    slots=st.integers(1, 6),
    seconds=st.lists(st.floats(0.8, 6), min_size=12, max_size=22),
    endpoints=st.integers(1, 3),
    late_s=st.sampled_from([0.0, 0.05, 0.15]),
    seed=st.integers(0, 999),
)
def test_whatever_runs_the_number_is_right_or_not_known(
    slots: int, seconds: list[float], endpoints: int, late_s: float, seed: int
) -> None:
    world = World(slots, late_s=late_s, seed=seed)
    world.run([(0.02 * n, f"a/{n % endpoints}", took) for n, took in enumerate(seconds)])
    assert world.learn().known("p") in (slots, None)
