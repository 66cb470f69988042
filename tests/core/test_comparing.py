"""Comparisons: a fair order, lanes with reasons, and stages that sum to the wall clock whatever happened."""

import itertools
from collections import Counter

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fal_studio.core import events as e
from fal_studio.core.comparing.lanes import Facts, lanes_for, lanes_of, with_polling
from fal_studio.core.comparing.outcome import Comparison, Outcome, outcome_of, read, write
from fal_studio.core.comparing.plan import Lane, Plan, Transport, Turn, order, with_more_runs
from fal_studio.core.comparing.queued import guess
from fal_studio.core.comparing.stages import lengths, stages
from fal_studio.core.events import Event, FileState, SessionState, Stage
from fal_studio.core.request import HERE, Mode, ProfileKind, Request, StatusUpdates
from fal_studio.core.stages import Step

MS = 1_000_000
REQUEST = Request("emulator/image", Mode.SUBSCRIBE, {"prompt": "a jellyfish"})
TICKET = e.Enqueued("r", "s", "r", "c")


def dated(*facts: tuple[float, e.Fact]) -> list[Event]:
    """Events from facts with their moments in milliseconds."""
    return [Event("call", n, round(ms * MS), fact) for n, (ms, fact) in enumerate(facts)]


def attempt(why: str) -> e.Attempt:
    return e.Attempt(1, why, "POST", "u")


def started(mode: Mode) -> e.Started:
    return e.Started(1.0, "a/b", mode, "p")


def in_ms(events: list[Event]) -> list[tuple[str, float]]:
    return [(one.step.value, one.length_ns / MS) for one in stages(events)]


def plan_of(*names: str, runs: int = 10, **more: object) -> Plan:
    lanes = tuple(Lane(name, name, Transport.RUN, REQUEST) for name in names)
    return msgspec.structs.replace(Plan(lanes, runs=runs), **more)


def test_the_order_is_random_fair_and_the_same_again() -> None:
    plan = plan_of("a", "b", "c", warm_ups=2, seed=7)
    turns = order(plan)
    assert turns == order(plan)
    assert len(turns) == plan.calls == 36
    assert [turn.is_warm_up for turn in turns] == [True] * 6 + [False] * 30
    for start in range(0, 36, 3):
        assert {turn.lane for turn in turns[start : start + 3]} == {"a", "b", "c"}
    firsts = Counter(turn.lane for turn in order(plan_of("a", "b", "c", runs=3000))[::3])
    assert all(900 < count < 1100 for count in firsts.values())
    assert order(msgspec.structs.replace(plan, seed=8)) != turns
    assert order(with_more_runs(plan, 5))[:36] == turns
    plain = order(msgspec.structs.replace(plan, random_order=False))
    assert [turn.lane for turn in plain[:6]] == ["a", "b", "c"] * 2


def test_lanes_that_cannot_be_called_stay_with_their_reason() -> None:
    facts = Facts(ProfileKind.FAL, {Mode.STREAM: "no /stream path in this endpoint's schema"})
    lanes = {lane.transport: lane for lane in lanes_for(REQUEST, facts)}
    assert len(lanes) == 8
    assert lanes[Transport.STREAM].reason == "no /stream path in this endpoint's schema"
    assert lanes[Transport.WEBHOOK].reason == "fal needs an address that it can reach"
    assert not lanes[Transport.STREAM].is_called
    poll, by_stream = lanes[Transport.SUBSCRIBE_POLL], lanes[Transport.SUBSCRIBE_STREAM]
    assert (poll.name, poll.detail, poll.request.options.poll_every_s) == (
        "subscribe",
        "polls every 0.5 s",
        0.5,
    )
    assert poll.request.options.status_updates is StatusUpdates.POLL
    assert by_stream.request.options.status_updates is StatusUpdates.STREAM
    assert with_polling(poll, 0.1).detail == "polls every 0.1 s"
    assert with_polling(by_stream, 0.1) == by_stream
    assert plan_of("a").calls == 11
    assert Plan((lanes[Transport.STREAM], poll), runs=3, warm_ups=0).calls == 3
    near = lanes_for(
        REQUEST,
        Facts(ProfileKind.EMULATOR, is_near=True, clients={Transport.PYTHON_CLIENT: "fal-client 1.0.3"}),
        poll_every_s=0.25,
    )
    assert near[7].reason == ""
    assert near[7].request.options.webhook_url == HERE
    assert [lane.detail for lane in near if "0.25" in lane.detail] == [
        "polls every 0.25 s",
        "followed every 0.25 s",
        "fal-client 1.0.3, polls every 0.25 s",
    ]
    two = lanes_of((("one", REQUEST), ("two", msgspec.structs.replace(REQUEST, mode=Mode.RUN))))
    assert [lane.transport for lane in two] == [Transport.SUBSCRIBE_STREAM, Transport.RUN]


def test_the_stages_of_a_direct_run_with_its_files() -> None:
    events = dated(
        (0, started(Mode.RUN)), (1, e.Upload("a", 0, 9)), (5, e.Upload("a", 9, 9, "u")), (6, attempt("run")),
        (8, e.Connection(reused=False)), (9, e.Sent(0, 5)), (109, e.Response(200, {}, "run")), (112, e.BodyRead(9)),
        (112, e.Output({"images": [{"url": "u"}]})),
        (150, e.Download("u", FileState.FETCHING)), (160, e.Download("u", FileState.KEPT, 1, 1, "x", took_s=0.045)),
        (175, e.Decoded("u", 0.012)), (900, e.Download("u", FileState.KEPT, 1, 1, "x", took_s=0.045)),
    )  # fmt: skip
    assert in_ms(events) == [
        ("preparing", 1), ("uploading", 4), ("preparing", 1), ("connecting", 2), ("sending", 1), ("waiting for an answer", 100),
        ("receiving", 3), ("unexplained", 3), ("downloading", 45), ("unexplained", 3), ("decoding", 12),
    ]  # fmt: skip
    found = outcome_of(Turn("a", 0), events, 0.5, "d")
    assert (found.total_ns, found.first_useful_ns, found.compared_ns) == (175 * MS, 175 * MS, 175 * MS)
    assert found.failed == ""


def polled(*, took_ms: float | None, every: float, begun: float, done: float) -> list[Event]:
    """A queue call that is asked about every so many ms; each question takes 2 ms, and the state is that of its middle."""
    facts: list[tuple[float, e.Fact]] = [
        (0, started(Mode.SUBSCRIBE)), (1, attempt("submit")), (2, e.Connection(reused=True)), (3, e.Sent(0, 5)),
        (9, e.Response(200, {}, "submit")), (10, TICKET),
    ]  # fmt: skip
    now, stage = 11.0, None
    while True:
        state = Stage.QUEUED if now + 1 < begun else Stage.RUNNING if now + 1 < done else Stage.FETCHING
        facts.append((now + 2, e.Polled(202, 0.002)))
        if state is Stage.FETCHING:
            if took_ms is not None:
                facts.append((now + 2, e.Metric("inference_time", took_ms / 1000, "s")))
            facts.append((now + 2, e.Progress(state)))
            break
        if state is not stage:
            facts.append((now + 2, e.Progress(state)))
        stage, now = state, now + every
    end = facts[-1][0]
    facts += [(end + 1, attempt("result")), (end + 5, e.Output({}))]
    return dated(*facts)


@given(
    every=st.floats(3, 200),
    begun=st.floats(12, 400),
    length=st.floats(1, 600),
    told=st.booleans(),
)
def test_the_true_moments_lie_within_the_whiskers(
    every: float, begun: float, length: float, told: bool
) -> None:
    done = begun + length
    events = polled(took_ms=length if told else None, every=every, begun=begun, done=done)
    known = guess(events)
    assert known is not None
    slip = MS / 1000  # what rounding to whole nanoseconds may move
    assert known.begun[0] - slip <= begun * MS <= known.begun[1] + slip
    assert known.done[0] - slip <= done * MS <= known.done[1] + slip
    assert known.done[1] - known.done[0] <= (every + 2) * MS + slip
    assert known.begun[0] <= known.begun_ns <= known.begun[1]
    found = lengths(stages(events))
    assert found[Step.SLACK] <= (every + 2) * MS + slip
    if told:
        assert abs(found[Step.RUN] - length * MS) <= slip
    whiskers = [one for one in stages(events) if one.late_ns is not None]
    assert all(one.early_ns <= one.end_ns <= one.late_ns for one in whiskers)


def test_a_status_stream_tells_without_slack() -> None:
    events = dated(
        (0, started(Mode.SUBSCRIBE)), (1, attempt("submit")), (2, e.Connection(reused=True)), (3, e.Sent(0, 5)), (10, TICKET),
        (11, attempt("status-stream")), (14, e.Response(200, {}, "status-stream")), (15, e.Progress(Stage.QUEUED, 0)),
        (60, e.Progress(Stage.RUNNING)), (260, e.Metric("inference_time", 0.2, "s")), (260, e.Progress(Stage.FETCHING)),
        (270, e.Output({})),
    )  # fmt: skip
    assert in_ms(events) == [
        ("preparing", 1), ("connecting", 1), ("sending", 1), ("submitting", 7), ("queued", 50), ("running", 200), ("fetching", 10),
    ]  # fmt: skip
    assert all(one.early_ns is None for one in stages(events))


def test_a_session_is_measured_by_its_answers_and_ends_with_the_last() -> None:
    events = dated(
        (0, started(Mode.REALTIME)), (1, e.Session(SessionState.TOKEN, "")), (10, e.Session(SessionState.CONNECTING, "")),
        (30, e.Session(SessionState.LIVE, "")), (31, e.Sent(0, 5)), (131, e.Partial(0, {})), (132, e.Sent(1, 5)),
        (152, e.Partial(1, {})), (153, e.Sent(2, 5)), (183, e.Partial(2, {})), (183, e.Session(SessionState.STOPPED, "")),
        (400, e.Closed(1000, "")),
    )  # fmt: skip
    found = outcome_of(Turn("realtime", 0), events)
    assert [step.value for step in lengths(found.stages)] == [
        "preparing",
        "getting token",
        "connecting",
        "live",
        "waiting for an answer",
    ]
    assert found.total_ns == 183 * MS
    assert found.first_useful_ns == 131 * MS
    assert [one / MS for one in found.frames_ns] == [100, 20, 30]
    assert found.compared_ns == 30 * MS


FACTS = st.sampled_from(
    [
        e.Held(e.HeldFor.SLOT, 1.0), e.Released(), e.Upload("a", 0, 9), e.Upload("a", 9, 9, "u"), attempt("run"), attempt("submit"),
        attempt("status"), e.Connection(reused=False), e.Sent(0, 5), e.Response(200, {}, "run"), e.Response(200, {}, "status-stream"),
        e.BodyRead(9), TICKET, e.Polled(202, 0.004), e.Polled(202, 5.0), e.Progress(Stage.QUEUED), e.Progress(Stage.RUNNING),
        e.Progress(Stage.FETCHING), e.Metric("inference_time", 0.02, "s"), e.Metric("inference_time", 9.0, "s"), e.Detached(),
        e.Resumed(3.0), e.Session(SessionState.TOKEN, ""), e.Session(SessionState.LIVE, ""), e.Session(SessionState.RECONNECTING, ""),
        e.Partial(0, {}), e.Delivered(9), e.CancelRequested("user"), e.Log("x"), e.Trouble("x"),
    ]
)  # fmt: skip
LATE = st.sampled_from(
    [
        e.Forgotten(9.0), e.Download("u", FileState.FETCHING), e.Download("u", FileState.KEPT, took_s=0.01), e.Download("v", FileState.KEPT, took_s=0.5),
        e.Download("w", FileState.FAILED), e.Decoded("u", 0.004), e.Decoded("v", 0.02),
    ]
)  # fmt: skip
ENDS = st.sampled_from([e.Output({}), e.Failed(e.FailureKind.SERVER, "x"), e.Closed(1000, "")])
GAPS = st.integers(0, 30 * MS)


@given(st.lists(st.tuples(GAPS, FACTS), max_size=30), ENDS, st.lists(st.tuples(GAPS, LATE), max_size=6))
def test_stages_sum_to_the_wall_clock_whatever_happened(
    way: list[tuple[int, e.Fact]], end: e.Fact, late: list[tuple[int, e.Fact]]
) -> None:
    now, events = 0, [Event("call", 0, 0, started(Mode.SUBSCRIBE))]
    for gap, fact in [*way, (5, end), *late]:
        now += gap
        events.append(Event("call", len(events), now, fact))
    found = stages(events)
    ended_ns = events[1 + len(way)].t_ns
    assert found[0].start_ns == 0
    assert all(a.end_ns == b.start_ns and a.step is not b.step for a, b in itertools.pairwise(found))
    assert sum(lengths(found).values()) == found[-1].end_ns
    settled = [event.t_ns for event in events[2 + len(way) :] if not _is_fetching(event)]
    is_session = any(isinstance(fact, e.Session) for _gap, fact in way)
    if not is_session and not settled:
        assert found[-1].end_ns == ended_ns


def _is_fetching(event: Event) -> bool:
    return isinstance(event.fact, e.Download) and event.fact.state is FileState.FETCHING


def test_a_failed_turn_says_why_and_counts_in_no_number() -> None:
    events = dated(
        (0, started(Mode.RUN)), (1, attempt("run")), (9, e.Failed(e.FailureKind.SERVER, "The model broke."))
    )
    found = outcome_of(Turn("a", 0), events)
    assert found.failed == "The model broke."
    assert found.compared_ns is None
    assert found.first_useful_ns is None
    assert in_ms(events) == [("preparing", 1), ("connecting", 8)]


def test_a_cold_start_is_told_by_the_servers_log() -> None:
    events = dated((0, started(Mode.RUN)), (1, e.Log("Runner is ready after 0.80 s")), (9, e.Output({})))
    assert outcome_of(Turn("a", 0), events).is_cold
    assert not outcome_of(Turn("a", 0), dated((0, started(Mode.RUN)), (9, e.Output({})))).is_cold


def test_a_comparison_is_read_back_as_it_was_written() -> None:
    plan = plan_of("a", "b", runs=2)
    turns = order(plan)
    outcome = outcome_of(turns[0], polled(took_ms=20, every=30, begun=40, done=60), 0.25)
    kept = Comparison(
        "id", plan, "A title", 5.0, 9.0, turns, (outcome,), is_stopped=True, forecast_usd=0.5, slots=2
    )
    assert read(write(kept)) == kept
    assert len(kept.left) == len(turns) - 1
    for broken in (b"{}", b"[1]", b"no", b'{"fal-studio-comparison": 1}', b'{"fal-studio-comparison": 2}'):
        with pytest.raises(ValueError, match="comparison"):
            read(broken)


def test_a_comparison_that_could_not_have_been_called_is_not_read() -> None:
    plan = plan_of("a", "b", runs=2)
    kept = Comparison("id", plan, order=order(plan))
    lanes = {"plan": msgspec.structs.replace(plan, lanes=(plan.lanes[0], plan.lanes[0]))}
    nested = plan.lanes[0].request
    for _ in range(250):
        nested = msgspec.structs.replace(nested, arguments={"a": nested.arguments})
    deep = msgspec.structs.replace(plan, lanes=(msgspec.structs.replace(plan.lanes[0], request=nested),))
    for changes, why in (
        ({"plan": msgspec.structs.replace(plan, runs=10**9)}, "more than 10000 times"),
        ({"plan": msgspec.structs.replace(plan, warm_ups=-1)}, "more than 10000 times"),
        ({"plan": msgspec.structs.replace(plan, frames=10**9)}, "more than 10000 times"),
        ({"order": (Turn("c", 0),)}, "do not belong together"),
        ({"outcomes": (Outcome(Turn("c", 0)),)}, "do not belong together"),
        (lanes, "do not belong together"),
        ({"plan": deep, "order": ()}, "nested too deeply"),
    ):
        with pytest.raises(ValueError, match=why):
            read(write(msgspec.structs.replace(kept, **changes)))
    with pytest.raises(ValueError, match="nested too deeply"):
        read(b'{"fal-studio-comparison": 1, "comparison": ' + b"[" * 100_000)
