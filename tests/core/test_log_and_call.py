"""The event log stamps and keeps; the state of a call is a fold of it."""

import pytest

from fal_studio.core import events as e
from fal_studio.core.call import Phase, fold
from fal_studio.core.events import Event, decode, encode
from fal_studio.core.log import EventLog
from fal_studio.core.request import Mode

STARTED = e.Started(1.0, "emulator/image", Mode.SUBSCRIBE, "emulator")
ENQUEUED = e.Enqueued("r1", "http://s", "http://r", "http://c", 2)


def state_after(*facts: e.Fact):
    return fold([Event("c", n, n * 1000, fact) for n, fact in enumerate((STARTED, *facts))])


def test_seq_has_no_gaps_and_time_never_falls() -> None:
    ticks = iter(range(100, 200, 7))
    log = EventLog(lambda: next(ticks))
    for fact in (STARTED, ENQUEUED, e.Output({"a": 1})):
        log.append("c", fact)
    events = log.of("c")
    assert [event.seq for event in events] == [0, 1, 2]
    assert [event.t_ns for event in events] == [0, 7, 14]


def test_what_came_with_the_same_bytes_has_the_same_time() -> None:
    ticks = iter(range(100, 200, 7))
    log, heard = EventLog(lambda: next(ticks)), []
    log.append("c", STARTED)
    log.subscribe(heard.append)
    log.extend("c", [e.Partial(index, index) for index in range(3)])
    assert [(event.seq, event.t_ns) for event in heard] == [(1, 7), (2, 7), (3, 7)]

    def answer(event: Event) -> None:
        if event.fact == e.Partial(3, 3):
            log.append("c", e.CancelRequested("user"))

    log.subscribe(answer)
    log.extend("c", [e.Partial(index, index) for index in range(3, 6)])
    events = log.of("c")
    assert [event.seq for event in events] == list(range(8))
    assert [event.t_ns for event in events] == sorted(event.t_ns for event in events)
    assert isinstance(events[5].fact, e.CancelRequested)


def test_the_first_fact_of_a_call_is_started() -> None:
    with pytest.raises(ValueError, match="has not been started"):
        EventLog().append("c", ENQUEUED)


def test_a_restored_call_goes_on_where_it_was() -> None:
    ticks = iter((1000, 1010))
    log = EventLog(lambda: next(ticks))
    log.restore([Event("c", 0, 0, STARTED), Event("c", 1, 500, ENQUEUED)])
    assert log.append("c", e.Resumed(2.0)) == Event("c", 2, 510, e.Resumed(2.0))


def test_a_listener_that_leaves_hears_no_more() -> None:
    log, heard = EventLog(), []
    leave = log.subscribe(heard.append)
    log.append("c", STARTED)
    leave()
    log.append("c", ENQUEUED)
    assert [event.seq for event in heard] == [0]


def test_every_fact_survives_json() -> None:
    facts = (
        STARTED,
        ENQUEUED,
        e.Failed(
            e.FailureKind.INPUT,
            "x",
            fields=(e.FieldProblem(("loras", 0, "path"), "missing"),),
            clock=e.Clock.IDLE,
        ),
        e.Session(e.SessionState.RECONNECTING, "1006", 2, 5),
        e.Partial(0, {"é": [1, None]}, 12, "event", 3),
    )
    for n, fact in enumerate(facts):
        event = Event("c", n, n, fact)
        assert decode(encode(event)) == event


@pytest.mark.parametrize(
    ("facts", "phase"),
    [
        ((), Phase.WAITING),
        ((e.Upload("a.png", 1, 2),), Phase.UPLOADING),
        ((e.Attempt(1, "submit", "POST", "u"),), Phase.SUBMITTED),
        ((e.Attempt(1, "status", "GET", "u"),), Phase.WAITING),
        ((ENQUEUED,), Phase.QUEUED),
        ((ENQUEUED, e.Progress(e.Stage.RUNNING)), Phase.RUNNING),
        ((ENQUEUED, e.Progress(e.Stage.RUNNING), e.Progress(e.Stage.QUEUED, 1)), Phase.QUEUED),
        ((ENQUEUED, e.CancelRequested("user"), e.Progress(e.Stage.RUNNING)), Phase.CANCEL_REQUESTED),
        ((ENQUEUED, e.CancelRequested("user"), e.Output({})), Phase.DONE),
        ((ENQUEUED, e.Detached()), Phase.QUEUED),
        ((e.Output(1), e.Progress(e.Stage.QUEUED, 1)), Phase.DONE),
        ((e.Unknown("crash"), e.Output(1)), Phase.UNKNOWN),
        ((e.Unknown("crash"), e.Resumed(2.0), e.Output(1)), Phase.DONE),
        ((e.Session(e.SessionState.LIVE, "open"),), Phase.RUNNING),
        ((e.Session(e.SessionState.LIVE, "open"), e.Closed(1000, "")), Phase.DONE),
    ],
)
def test_phase_follows_the_facts(facts: tuple[e.Fact, ...], phase: Phase) -> None:
    assert state_after(*facts).phase is phase


def test_one_bad_poll_changes_nothing_but_the_trouble() -> None:
    before, after = state_after(ENQUEUED), state_after(ENQUEUED, e.Trouble("poll failed"))
    assert (after.phase, after.position, after.trouble) == (before.phase, before.position, "poll failed")
