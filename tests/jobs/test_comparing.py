"""Every transport against the emulator: each turn ends by itself, says which it is, and its stages are what the server did."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
import pytest

from fal_studio.app.webhooks import WebhookDesk
from fal_studio.core import events as e
from fal_studio.core.call import Phase, fold
from fal_studio.core.comparing.lanes import Facts, lanes_for
from fal_studio.core.comparing.outcome import Outcome, outcome_of
from fal_studio.core.comparing.plan import Lane, Transport, Turn
from fal_studio.core.comparing.stages import lengths
from fal_studio.core.request import Mode, ProfileKind, Request
from fal_studio.core.stages import Step
from fal_studio.jobs.comparing import Turns
from tests.emulator_process import EmulatorProcess, start_emulator
from tests.modes.stage import Stage, profile_of, stage

MS = 1_000_000
EMULATOR = Facts(ProfileKind.EMULATOR, is_near=True)

DELAYS = {
    "queue-delay": 0.1,
    "run-delay": 0.12,
    "fetch-delay": 0.06,
    "token-delay": 0.05,
    "connect-delay": 0.07,
}
SLIP_S = 0.025
"""Half of the shortest delay: a stage that counts the wrong thing is off by more, and a busy machine by less."""


@pytest.fixture(scope="module")
def emulator():
    """At its own pace: what is measured is not scaled."""
    with start_emulator("--cold-start", "0", "--slots", "8") as process:
        process.settings(**{f"{name.replace('-', '_')}_s": seconds for name, seconds in DELAYS.items()})
        yield process


def lanes_of(arguments: dict[str, object], **facts: object) -> dict[Transport, Lane]:
    request = Request("emulator/bench", Mode.RUN, arguments)
    return {
        lane.transport: lane for lane in lanes_for(request, msgspec.structs.replace(EMULATOR, **facts), poll_every_s=0.05)
    }  # fmt: skip


async def outcome(it: Stage, lane: Lane, frames: int = 3) -> Outcome:
    turns = Turns(it.runner, it.log, "comparison")
    turn = Turn(lane.id, 4)
    call = turns.start(lane, turn)
    assert await turns.ended(call, lane, frames) == ""
    await turns.explain(call, lane)
    facts = it.facts(call)
    assert facts[1] == e.Compared("comparison", lane.id, 4)
    assert fold(it.log.of(call)).phase is Phase.DONE
    return outcome_of(turn, it.log.of(call))


OWN_WORK = (Step.FETCH, Step.CONNECT, Step.TOKEN)
"""What takes some milliseconds of its own; that is measured without the delay first."""
ROUNDS = 20
"""The machine is shared: what disturbs a turn makes one of its stages longer, and often the next one shorter. A wrong stage is
wrong in every turn, so each lane must have one turn among some in which all of them are right at once; mostly it is the first."""


def test_each_stage_is_as_long_as_the_emulator_was_told_to_make_it(
    in_loop, emulator: EmulatorProcess
) -> None:
    wanted = {
        (Transport.RUN, Step.WAIT): DELAYS["run-delay"],
        (Transport.WS_HTTP, Step.WAIT): DELAYS["run-delay"],
        (Transport.SUBSCRIBE_STREAM, Step.QUEUE): DELAYS["queue-delay"],
        (Transport.SUBSCRIBE_STREAM, Step.SLACK): 0.0,
        (Transport.SUBSCRIBE_STREAM, Step.RUN): DELAYS["run-delay"],
        (Transport.SUBSCRIBE_STREAM, Step.FETCH): DELAYS["fetch-delay"],
        (Transport.SUBSCRIBE_POLL, Step.RUN): DELAYS["run-delay"],
        (Transport.SUBMIT, Step.RUN): DELAYS["run-delay"],
        (Transport.SUBMIT, Step.FETCH): DELAYS["fetch-delay"],
        (Transport.REALTIME, Step.CONNECT): DELAYS["connect-delay"],
        (Transport.REALTIME, Step.TOKEN): DELAYS["token-delay"],
    }
    lanes = {
        transport: lane
        for transport, lane in lanes_of({"text": "x"}).items()
        if transport in {transport for transport, _step in wanted}
    }

    async def main() -> list[Outcome]:
        undelayed: list[Outcome] = []
        kept: list[Outcome] = []
        wrong = lanes
        async with stage(profile_of(emulator)) as it:
            for _ in range(ROUNDS):
                undelayed += await turned(it, wrong, emulator, 0.0)
                kept += await turned(it, wrong, emulator, 1.0)
                floor = shortest(undelayed)
                off = {transport: least_off(transport, kept, wanted, floor) for transport in wrong}
                wrong = {
                    transport: lane
                    for transport, lane in wrong.items()
                    if any(abs(seconds) >= SLIP_S for seconds in off[transport].values())
                    or not is_held(transport, kept)
                }
                if not wrong:
                    return kept
        raise AssertionError({str(transport): off[transport] for transport in wrong})

    for one in in_loop(main(), limit_s=90):
        assert sum(lengths(one.stages).values()) == one.total_ns
        if one.turn.lane == Transport.REALTIME:
            assert len(one.frames_ns) == 3


def is_held(transport: Transport, outcomes: list[Outcome]) -> bool:
    """Return if in one turn of a lane that is asked for its state the queue ended between what is told; True for other lanes."""
    if transport not in (Transport.SUBSCRIBE_POLL, Transport.SUBMIT):
        return True
    found: list[bool] = []
    for one in outcomes:
        if one.turn.lane == transport:
            (queue,) = (stretch for stretch in one.stages if stretch.step is Step.QUEUE)
            assert queue.early_ns is not None
            assert queue.late_ns is not None
            true_ns = queue.start_ns + DELAYS["queue-delay"] * 1e9
            found.append(queue.early_ns - SLIP_S * 1e9 <= true_ns <= queue.late_ns + SLIP_S * 1e9)
    return any(found)


async def turned(
    it: Stage, lanes: dict[Transport, Lane], emulator: EmulatorProcess, factor: float
) -> list[Outcome]:
    """Return two turns of each lane; the delays of the emulator are times `factor`."""
    delays = {f"{name.replace('-', '_')}_s": seconds * factor for name, seconds in DELAYS.items()}
    await asyncio.to_thread(lambda: emulator.settings(**delays))
    return [await outcome(it, lane) for _ in range(2) for lane in lanes.values()]


def shortest(outcomes: list[Outcome]) -> dict[tuple[str, Step], float]:
    """Return the shortest that each stage of a lane was, in seconds."""
    found: dict[tuple[str, Step], float] = {}
    for one in outcomes:
        took = lengths(one.stages)
        for step in Step:
            which = (one.turn.lane, step)
            found[which] = min(found.get(which, 1e9), took.get(step, 0) / 1e9)
    return found


def least_off(
    transport: Transport,
    outcomes: list[Outcome],
    wanted: dict[tuple[Transport, Step], float],
    floor: dict[tuple[str, Step], float],
) -> dict[Step, float]:
    """Return by how much the stages of a lane's best turn differ from what is wanted, in seconds."""
    found: list[dict[Step, float]] = []
    for one in outcomes:
        if one.turn.lane == transport:
            took = lengths(one.stages)
            found.append(
                {
                    step: took.get(step, 0) / 1e9
                    - (floor[transport, step] if step in OWN_WORK else 0.0)
                    - seconds
                    for (of, step), seconds in wanted.items()
                    if of is transport
                }
            )
    return min(found, key=lambda off: max(abs(seconds) for seconds in off.values()))


def test_a_webhook_lane_ends_by_its_webhook_and_a_stream_by_its_last_event(
    in_loop, emulator: EmulatorProcess
) -> None:
    emulator.settings(**{f"{name.replace('-', '_')}_s": seconds for name, seconds in DELAYS.items()})

    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            desk = WebhookDesk(it.log, it.runner, it.runner.http, it.keep)
            try:
                lanes = lanes_of({"text": "x", "count": 4})
                lane = lanes[Transport.WEBHOOK]
                lane = msgspec.structs.replace(lane, request=await desk.prepared(lane.request))
                await right_in_one_of_some(lambda: outcome(it, lane), wrong_with_the_hooked)
                await right_in_one_of_some(
                    lambda: outcome(it, lanes[Transport.STREAM]), wrong_with_the_streamed
                )
            finally:
                await desk.close()

    in_loop(main())


async def right_in_one_of_some(
    turn: Callable[[], Awaitable[Outcome]], wrong: Callable[[Outcome], str]
) -> None:
    """See that one turn among some is right in everything, see ROUNDS."""
    told: list[str] = []
    for _ in range(2 * ROUNDS):
        if not (what := wrong(await turn())):
            return
        told.append(what)
    raise AssertionError("; ".join(told))


def wrong_with_the_hooked(hooked: Outcome) -> str:
    """Return in what a turn that ended by its webhook is not what the emulator did, in words."""
    assert not hooked.failed
    took = lengths(hooked.stages)
    assert Step.SLACK not in took
    queue, run = (next(one for one in hooked.stages if one.step is step) for step in (Step.QUEUE, Step.RUN))
    assert None not in (queue.early_ns, queue.late_ns, run.early_ns, run.late_ns)
    if (unexplained := took.get(Step.UNEXPLAINED, 0)) >= SLIP_S * 1e9:
        return f"what fal's status tells does not explain {unexplained} ns of the waiting"
    if abs(run.length_ns / 1e9 - DELAYS["run-delay"]) >= SLIP_S:
        return f"it ran for {run.length_ns} ns"
    begun_ns = queue.start_ns + DELAYS["queue-delay"] * 1e9
    for one, true_ns in ((queue, begun_ns), (run, begun_ns + DELAYS["run-delay"] * 1e9)):
        if not one.early_ns - SLIP_S * 1e9 <= true_ns <= one.late_ns + SLIP_S * 1e9:
            return f"{one.step} is held to end between {one.early_ns} and {one.late_ns}, not at {true_ns}"
    return ""


def wrong_with_the_streamed(stream: Outcome) -> str:
    """Return in what a turn that was streamed is wrong, in words."""
    assert stream.first_useful_ns is not None
    assert stream.total_ns is not None
    assert stream.first_useful_ns < stream.total_ns
    took = lengths(stream.stages)
    work_ns = sum(took.get(step, 0) for step in (Step.WAIT, Step.RECEIVE, Step.STREAM))
    return (
        "" if work_ns > 0.5 * stream.total_ns else f"it was worked on for {work_ns} ns of {stream.total_ns}"
    )


def test_a_refused_socket_and_a_failed_model_are_told(in_loop, emulator: EmulatorProcess) -> None:
    async def main() -> tuple[Outcome, Outcome]:
        async with stage(profile_of(emulator), key="") as it:
            lane = lanes_of({})[Transport.WS_HTTP]
            turns = Turns(it.runner, it.log, "comparison")
            call = turns.start(lane, Turn(lane.id, 0))
            await turns.ended(call, lane)
            refused = outcome_of(Turn(lane.id, 0), it.log.of(call))
        async with stage(profile_of(emulator)) as it:
            lane = lanes_of({"count": -1})[Transport.WS_HTTP]
            turns = Turns(it.runner, it.log, "comparison")
            call = turns.start(lane, Turn(lane.id, 0))
            await turns.ended(call, lane)
            return refused, outcome_of(Turn(lane.id, 0), it.log.of(call))

    refused, invalid = in_loop(main())
    assert "key" in refused.failed
    assert "count" in invalid.failed
    assert refused.total_ns is None
