"""What was wanted and what happened is on disk, and the next start tells the truth about it."""

import sqlite3
import threading
import time
from contextlib import closing

import pytest

from fal_studio.core import events as e
from fal_studio.core.call import Phase, fold
from fal_studio.core.request import Mode, Request
from fal_studio.store.problems import Trouble
from tests.store.conftest import ENQUEUED, REQUEST, STARTED, Desk
from tests.waiting import until_blocking

WAIT_S = 60


def on_disk(desk: Desk) -> list[tuple[str, int]]:
    """Read what another process would find after a crash of ours: the file and its WAL, copied."""
    copy = desk.path.parent / "copy"
    copy.mkdir(exist_ok=True)
    for end in ("", "-wal"):
        source = desk.path.with_name(desk.path.name + end)
        (copy / source.name).write_bytes(source.read_bytes())
    with closing(sqlite3.connect(copy / desk.path.name)) as connection:
        return connection.execute("SELECT call, seq FROM events ORDER BY call, seq").fetchall()


def test_an_intent_is_on_disk_when_its_future_is_done(desk: Desk) -> None:
    desk.ledger.intend("c", REQUEST, 1000.0).result(WAIT_S)
    assert on_disk(desk) == []
    (row,) = desk.ledger.history().result(WAIT_S)
    assert (row.call, row.endpoint, row.mode, row.phase) == (
        "c",
        "emulator/image",
        Mode.SUBSCRIBE,
        Phase.WAITING,
    )
    assert desk.ledger.request_of("c").result(WAIT_S) == REQUEST


def test_a_wish_that_comes_after_its_first_event_completes_the_row(desk: Desk) -> None:
    desk.happen("c", STARTED)
    desk.ledger.flush().result(WAIT_S)
    desk.ledger.intend("c", REQUEST).result(WAIT_S)
    assert desk.ledger.request_of("c").result(WAIT_S) == REQUEST
    assert on_disk(desk) == [("c", 0)]


def test_enqueued_and_ends_are_written_at_once_the_rest_within_200_ms(desk: Desk) -> None:
    desk.ledger.intend("c", REQUEST).result(WAIT_S)
    desk.happen("c", STARTED)
    begun = time.monotonic()
    until_blocking(lambda: on_disk(desk) == [("c", 0)], what="a lone event on disk")
    assert time.monotonic() - begun < 20, "it is not kept until something else happens"
    desk.happen("c", e.Attempt(1, "submit", "POST", "u"), ENQUEUED)
    desk.ledger.flush().result(WAIT_S)
    assert on_disk(desk) == [("c", 0), ("c", 1), ("c", 2)]


def test_what_is_noted_survives_whatever_comes_next(desk: Desk) -> None:
    desk.ledger.intend("c", REQUEST).result(WAIT_S)
    desk.happen("c", STARTED, e.Attempt(1, "submit", "POST", "u"), ENQUEUED)
    desk.ledger.noted("c").result(WAIT_S)
    assert on_disk(desk) == [("c", 0), ("c", 1), ("c", 2)]


def test_taking_an_event_never_waits_for_the_disk(desk: Desk) -> None:
    gate = threading.Event()
    desk.database.submit(lambda _: gate.wait(WAIT_S))
    begun = time.monotonic()
    desk.happen("c", STARTED, ENQUEUED, *(e.Log(f"step {n}") for n in range(1000)), e.Output({}))
    assert time.monotonic() - begun < WAIT_S / 2
    gate.set()
    desk.ledger.flush().result(WAIT_S)
    assert len(on_disk(desk)) == 1003


def test_the_next_start_finds_a_queue_call_with_its_ticket(desk: Desk) -> None:
    desk.ledger.intend("c", REQUEST).result(WAIT_S)
    desk.happen("c", STARTED, e.Attempt(1, "submit", "POST", "u"), ENQUEUED, e.Detached())
    before = desk.log.of("c")
    desk.reopen()
    (open_call,) = desk.ledger.open_calls().result(WAIT_S)
    assert (open_call.ticket, open_call.request, open_call.events) == (ENQUEUED, REQUEST, before)
    desk.log.restore(list(open_call.events))
    desk.log.resume("c", 2000.0)
    desk.happen("c", e.Output({"images": []}))
    desk.reopen()
    assert desk.ledger.open_calls().result(WAIT_S) == []
    (row,) = desk.ledger.history().result(WAIT_S)
    assert (row.phase, row.ended, row.request_id) == (Phase.DONE, True, "r1")
    assert desk.problems == []


SUBMIT = e.Attempt(1, "submit", "POST", "u")


@pytest.mark.parametrize("facts", [(), (STARTED,), (STARTED, e.Attempt(1, "token", "POST", "u"))])
def test_an_intent_whose_sending_never_began_was_never_sent_and_costs_nothing(
    desk: Desk, facts: tuple[e.Fact, ...]
) -> None:
    desk.ledger.intend("c", REQUEST, 1000.0).result(WAIT_S)
    desk.happen("c", *facts)
    desk.reopen()
    (open_call,) = desk.ledger.open_calls().result(WAIT_S)
    assert [event.seq for event in open_call.events] == list(range(max(len(facts), 1) + 1))
    state = fold(open_call.events)
    assert state.cancelled == e.Cancelled("the end of fal Studio", e.Charged.NO, "before it was sent")
    assert (state.endpoint, state.started_wall_s) == ("emulator/image", 1000.0)
    assert desk.ledger.open_calls().result(WAIT_S) == []


def test_a_realtime_session_ends_with_the_program(desk: Desk) -> None:
    desk.ledger.intend("c", Request("emulator/sketch", Mode.REALTIME, {})).result(WAIT_S)
    desk.happen(
        "c", e.Started(1.0, "emulator/sketch", Mode.REALTIME, "emulator"), e.Attempt(1, "connect", "GET", "u")
    )
    desk.reopen()
    (open_call,) = desk.ledger.open_calls().result(WAIT_S)
    assert fold(open_call.events).cancelled == e.Cancelled("the end of fal Studio", e.Charged.UNKNOWN)


@pytest.mark.parametrize("facts", [(STARTED, SUBMIT), (STARTED, SUBMIT, e.Sent(0, 3))])
def test_a_call_that_may_have_been_sent_becomes_unknown_and_never_done(
    desk: Desk, facts: tuple[e.Fact, ...]
) -> None:
    desk.ledger.intend("c", REQUEST, 1000.0).result(WAIT_S)
    desk.happen("c", *facts)
    desk.reopen()
    (open_call,) = desk.ledger.open_calls().result(WAIT_S)
    assert open_call.ticket is None
    assert [event.seq for event in open_call.events] == list(range(len(facts) + 1))
    end = open_call.events[-1].fact
    assert isinstance(end, e.Unknown)
    assert abs(end.wall_s - time.time()) < 60
    state = fold(open_call.events)
    assert state.phase is Phase.UNKNOWN
    assert "may have been submitted" in state.unknown_why
    assert (state.endpoint, state.started_wall_s) == ("emulator/image", 1000.0)
    assert desk.ledger.events_of("c").result(WAIT_S) == open_call.events
    assert desk.ledger.open_calls().result(WAIT_S) == []
    desk.log.restore(list(open_call.events))


def test_a_call_that_waited_in_line_was_never_sent_and_waits_on(desk: Desk) -> None:
    desk.ledger.intend("c", REQUEST, 1000.0).result(WAIT_S)
    desk.happen("c", STARTED, e.Held(e.HeldFor.SLOT, 3.5, 2))
    desk.reopen()
    (open_call,) = desk.ledger.open_calls().result(WAIT_S)
    assert (open_call.ticket, open_call.request) == (None, REQUEST)
    state = fold(open_call.events)
    assert (state.phase, state.held_for, state.held_order) == (Phase.WAITING, e.HeldFor.SLOT, 3.5)


@pytest.mark.parametrize(
    ("more", "phase"),
    [((), Phase.WAITING), ((e.Attempt(1, "submit", "POST", "u"),), Phase.UNKNOWN)],
)
def test_a_call_that_left_the_line_may_have_been_sent_only_after_an_attempt(
    desk: Desk, more: tuple[e.Fact, ...], phase: Phase
) -> None:
    desk.ledger.intend("c", REQUEST, 1000.0).result(WAIT_S)
    desk.happen("c", STARTED, e.Held(e.HeldFor.SLOT, 1, 2), e.Released(), *more)
    desk.reopen()
    (open_call,) = desk.ledger.open_calls().result(WAIT_S)
    assert fold(open_call.events).phase is phase


def test_an_unknown_call_that_is_taken_up_again_ends_truly(desk: Desk) -> None:
    desk.ledger.intend("c", REQUEST).result(WAIT_S)
    desk.happen("c", STARTED, SUBMIT)
    desk.reopen()
    (open_call,) = desk.ledger.open_calls().result(WAIT_S)
    desk.log.restore(list(open_call.events))
    desk.log.resume("c", 2.0)
    desk.happen("c", e.Failed(e.FailureKind.SERVER, "It broke."))
    desk.reopen()
    (row,) = desk.ledger.history().result(WAIT_S)
    assert (row.phase, row.message, row.ended) == (Phase.FAILED, "It broke.", True)


def test_an_ended_call_stays_ended_whatever_is_remarked_later(desk: Desk) -> None:
    desk.happen("c", STARTED, ENQUEUED, e.Output({"a": 1}), e.CancelAnswer(400, "ALREADY_COMPLETED"))
    desk.happen("c", e.Progress(e.Stage.RUNNING))
    desk.reopen()
    (row,) = desk.ledger.history().result(WAIT_S)
    assert row.phase is Phase.DONE
    assert len(desk.ledger.events_of("c").result(WAIT_S)) == 5


def test_history_is_newest_first_in_pages(desk: Desk) -> None:
    for n in range(25):
        desk.ledger.intend(f"c{n}", Request("emulator/chat", Mode.RUN, {"n": n}))
    first = desk.ledger.history(limit=20).result(WAIT_S)
    rest = desk.ledger.history(limit=20, before=first[-1].id).result(WAIT_S)
    assert [row.call for row in first + rest] == [f"c{n}" for n in reversed(range(25))]


def test_two_records_of_the_same_place_keep_the_first_and_complain(desk: Desk) -> None:
    event = e.Event("c", 0, 0, STARTED)
    desk.ledger.take(event)
    desk.ledger.flush().result(WAIT_S)
    desk.ledger.take(e.Event("c", 0, 9, e.Log("other")))
    desk.ledger.flush().result(WAIT_S)
    assert desk.ledger.events_of("c").result(WAIT_S) == (event,)
    assert [problem.kind for problem in desk.problems] == [Trouble.CLASH]


def test_an_unreadable_event_keeps_its_place_and_the_call(desk: Desk) -> None:
    desk.happen("c", STARTED, e.Log("x"), ENQUEUED)
    desk.ledger.flush().result(WAIT_S)
    spoil = "UPDATE events SET body = '{\"fact\":' WHERE seq = 1"
    desk.database.submit(lambda connection: connection.execute(spoil)).result(WAIT_S)
    events = desk.ledger.events_of("c").result(WAIT_S)
    assert [event.seq for event in events] == [0, 1, 2]
    assert isinstance(events[1].fact, e.Trouble)
    assert "could not be read" in events[1].fact.message


def test_many_events_come_back_as_they_were_also_beside_bytes_that_are_none(desk: Desk) -> None:
    desk.happen("c", STARTED, *(e.Log(f"Größe {number} 🐯\n") for number in range(1_200)))
    desk.happen("other", STARTED)
    desk.ledger.flush().result(WAIT_S)
    spoil = "UPDATE events SET body = x'00ff0a00fe' WHERE call = 'c' AND seq = 499"
    desk.database.submit(lambda connection: connection.execute(spoil)).result(WAIT_S)
    events = desk.ledger.events_of("c").result(WAIT_S)
    assert [event.seq for event in events] == list(range(1_201))
    expected = desk.log.of("c")
    assert events[:499] + events[500:] == tuple(expected[:499]) + tuple(expected[500:])
    assert isinstance(events[499].fact, e.Trouble)
    assert desk.ledger.events_of("nobody").result(WAIT_S) == ()
