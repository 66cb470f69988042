"""The stages of a call sum to its wall clock; what was not reached is None."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fal_studio.core import events as e
from fal_studio.core.events import Event, SessionState, Stage
from fal_studio.core.request import Mode
from fal_studio.core.stages import Step
from fal_studio.core.timeline import Milestones, milestones, spans

STARTED = e.Started(1.0, "a/b", Mode.RUN, "p")
TICKET = e.Enqueued("r", "s", "r", "c")


def dated(*facts: e.Fact) -> list[Event]:
    return [Event("c", n, n * 10, fact) for n, fact in enumerate(facts)]


def attempt(why: str) -> e.Attempt:
    return e.Attempt(1, why, "POST", "u")


WAYS = {
    "run": (
        [STARTED, attempt("run"), e.Connection(reused=False), e.Sent(0, 5), e.Response(200, {}, "run"), e.BodyRead(9), e.Output({})],
        [(Step.PREPARE, 10), (Step.CONNECT, 10), (Step.SEND, 10), (Step.WAIT, 10), (Step.RECEIVE, 20)],
    ),
    "queue": (
        [
            STARTED, attempt("submit"), e.Sent(0, 5), e.Response(200, {}, "submit"), TICKET, attempt("status"),
            e.Response(202, {}, "status"), e.Progress(Stage.RUNNING), e.Log("x"), e.Progress(Stage.QUEUED, 0),
            e.Progress(Stage.RUNNING), e.Progress(Stage.FETCHING), attempt("result"), e.Response(200, {}, "result"), e.Output({}),
        ],
        [
            (Step.PREPARE, 10), (Step.CONNECT, 10), (Step.SUBMIT, 20), (Step.QUEUE, 30),
            (Step.RUN, 20), (Step.QUEUE, 10), (Step.RUN, 10), (Step.FETCH, 30),
        ],
    ),
    "realtime": (
        [
            STARTED, e.Session(SessionState.TOKEN, ""), attempt("token"), e.Session(SessionState.CONNECTING, ""), attempt("connect"),
            e.Session(SessionState.LIVE, ""), e.Sent(0, 5), e.Partial(0, {}), e.Session(SessionState.RECONNECTING, "1006"),
            e.Session(SessionState.LIVE, ""), e.Session(SessionState.STOPPED, ""), e.Closed(1000, ""),
        ],
        [
            (Step.PREPARE, 10), (Step.TOKEN, 20), (Step.CONNECT, 20), (Step.LIVE, 30), (Step.CONNECT, 10), (Step.LIVE, 20),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_the_stages_of_a_call(way) -> None:
    facts, wanted = WAYS[way]
    assert [(span.step, span.length_ns) for span in spans(dated(*facts))] == wanted


def test_milestones_are_reached_or_none() -> None:
    assert milestones(dated(*WAYS["run"][0])) == Milestones(sent_ns=30, first_byte_ns=40, ended_ns=60)
    queue = milestones(dated(*WAYS["queue"][0]))
    assert (queue.enqueued_ns, queue.running_ns, queue.first_partial_ns) == (40, 70, None)
    assert milestones(dated(*WAYS["realtime"][0])).live_ns == 50
    assert milestones([]) == Milestones()


_FACTS = st.sampled_from(
    [fact for facts, _ in WAYS.values() for fact in facts[1:]]
    + [e.Upload("x", 1, 2), e.Detached(), e.CancelRequested("user"), e.Resumed(1.0)]
)


@given(st.lists(st.tuples(_FACTS, st.integers(0, 1000)), max_size=40))
def test_whatever_happens_the_stages_sum_to_the_wall_clock(steps) -> None:
    events, now = [Event("c", 0, 0, STARTED)], 0
    for number, (fact, later) in enumerate(steps, 1):
        now += later
        events.append(Event("c", number, now, fact))
        if isinstance(fact, e.ENDS):
            break
    found = spans(events)
    assert sum(span.length_ns for span in found) == now
    assert all(one.end_ns == other.start_ns for one, other in pairwise(found))
