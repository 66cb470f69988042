"""The durable record of calls: what was wanted, before it is sent, and everything that happened then."""

import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any

import msgspec

from fal_studio.core import call as fold
from fal_studio.core import events as e
from fal_studio.core import stranded
from fal_studio.core.call import CallState, Phase
from fal_studio.core.events import Event
from fal_studio.core.request import Mode, Request
from fal_studio.store.db import Database, transaction
from fal_studio.store.problems import StoreError, Trouble, problem_of

FLUSH_EVERY_S = 0.2
RETRY_EVERY_S = 2.0
"""How soon a flush that failed is tried again."""
_URGENT = (e.Enqueued, *e.ENDS)

_encode = msgspec.json.Encoder().encode


class CallRow(msgspec.Struct, frozen=True):
    """One call as a list shows it."""

    id: int
    """Rises with every call; the cursor of `history`."""
    call: str
    created_s: float
    endpoint: str
    mode: Mode
    profile: str
    phase: Phase
    ended: bool
    elapsed_s: float
    request_id: str
    message: str
    """Why it failed or is unknown, else empty."""


class OpenCall(msgspec.Struct, frozen=True):
    """A call that had not ended when the program did."""

    call: str
    request: Request | None
    """None if the stored request can no longer be read."""
    events: tuple[Event, ...]
    """Complete, beginning with Started: `EventLog.restore` takes them as they are."""
    ticket: e.Enqueued | None
    """By which the call is followed again. None: the last event is its end, by what `core.stranded` can tell."""


class Ledger:
    """Writes calls and events to the database and reads them back.

    `take` is the event log's listener: it only appends to a queue in memory, the database's thread does the
    rest. All other methods return futures.
    """

    def __init__(self, database: Database, on_problem: Callable[[StoreError], None]) -> None:
        """`on_problem` hears of events that could not be written, on the database's thread; once per outage."""
        self._database = database
        self._on_problem = on_problem
        self._taken: deque[Event] = deque()
        self._unsaved: list[Event] = []
        self._states: dict[str, CallState] = {}
        self._flush_is_due = False
        self._is_troubled = False

    def intend(self, call: str, request: Request, wall_s: float | None = None) -> "Future[None]":
        """Put the wish to call on disk; wait for the future before anything that may cost money is sent."""
        created_s = time.time() if wall_s is None else wall_s
        row = (call, created_s, request.endpoint, request.mode, request.profile, _encode(request))

        def work(connection: sqlite3.Connection) -> None:
            with transaction(connection):
                # The call's first event may have been written before its wish.
                connection.execute(_INSERT_CALL + _ADD_REQUEST, (*row, Phase.WAITING))

        return self._database.submit(work)

    def take(self, event: Event) -> None:
        """Accept an event; written within 200 ms, at once if it is Enqueued or an end."""
        self._taken.append(event)
        if isinstance(event.fact, _URGENT):
            self._database.submit(self._flush_and_report)
        elif not self._flush_is_due:
            self._flush_is_due = True
            self._database.submit_later(self._flush_and_report, FLUSH_EVERY_S)

    def flush(self) -> "Future[None]":
        """Write everything taken so far; the future holds the StoreError if that does not work."""
        return self._database.submit(self._flush)

    def open_calls(self) -> "Future[list[OpenCall]]":
        """Return the calls that had not ended, oldest first; those without a ticket were ended as truly as can be told.

        To be asked once, at the start of the program, before new calls.
        """
        return self._database.submit(self._open_calls)

    def history(self, limit: int = 200, before: int | None = None) -> "Future[list[CallRow]]":
        """Return calls, newest first, from the one before the row `before` on."""

        def work(connection: sqlite3.Connection) -> list[CallRow]:
            self._flush(connection)
            rows = connection.execute(_SELECT_HISTORY, (before, before, limit))
            return [_row_of(row) for row in rows]

        return self._database.submit(work)

    def events_of(self, call: str) -> "Future[tuple[Event, ...]]":
        """Return all events of a call, oldest first; empty for an unknown one."""

        def work(connection: sqlite3.Connection) -> tuple[Event, ...]:
            self._flush(connection)
            return _events_of(connection, call)

        return self._database.submit(work)

    def request_of(self, call: str) -> "Future[Request | None]":
        """Return the stored request; None for an unknown call or one that can no longer be read."""

        def work(connection: sqlite3.Connection) -> Request | None:
            row = connection.execute("SELECT request FROM calls WHERE call = ?", (call,)).fetchone()
            return _request_of(row[0]) if row else None

        return self._database.submit(work)

    def close(self) -> bool:
        """Write what is left and close; return whether all of it is on disk."""
        last = self.flush()
        return self._database.close() and last.done() and last.exception() is None

    def _flush_and_report(self, connection: sqlite3.Connection) -> None:
        try:
            self._flush(connection)
        except StoreError as problem:
            self._database.submit_later(self._flush_and_report, RETRY_EVERY_S)
            if not self._is_troubled:
                self._is_troubled = True
                self._on_problem(problem)
        else:
            self._is_troubled = False

    def _flush(self, connection: sqlite3.Connection) -> None:
        self._flush_is_due = False
        while self._taken:
            self._unsaved.append(self._taken.popleft())
        if not self._unsaved:
            return
        states = {call: self._state_of(connection, call) for call in {event.call for event in self._unsaved}}
        for event in self._unsaved:
            states[event.call] = fold.advance(states[event.call], event)
        try:
            with transaction(connection):
                clashes = _write(connection, self._unsaved, states)
        except sqlite3.Error as error:
            raise problem_of(error, self._database.path) from error
        self._unsaved.clear()
        if clashes:
            self._on_problem(_clash(clashes))
        for state in states.values():
            if state.is_ended:
                self._states.pop(state.call, None)
            else:
                self._states[state.call] = state

    def _state_of(self, connection: sqlite3.Connection, call: str) -> CallState:
        state = self._states.get(call)
        return state if state is not None else fold.fold(_events_of(connection, call), call)

    def _open_calls(self, connection: sqlite3.Connection) -> list[OpenCall]:
        self._flush(connection)
        rows = connection.execute(_SELECT_OPEN).fetchall()
        with transaction(connection):
            return [self._opened(connection, row) for row in rows]

    def _opened(self, connection: sqlite3.Connection, row: tuple[Any, ...]) -> OpenCall:
        call, created_s, endpoint, mode, profile, request = row
        events = _events_of(connection, call)
        added: list[Event] = []
        if not events:
            # Killed between the intent and the first flush.
            added.append(Event(call, 0, 0, e.Started(created_s, endpoint, Mode(mode), profile)))
        end = stranded.end_of(events, Mode(mode), time.time())
        if end is not None:
            last = (*events, *added)[-1]
            added.append(Event(call, last.seq + 1, last.t_ns, end))
        events += tuple(added)
        if added:
            _write(connection, added, {call: fold.fold(events, call)})
        return OpenCall(call, _request_of(request), events, stranded.ticket_in(events))


_INSERT_CALL = "INSERT INTO calls (call, created_s, endpoint, mode, profile, request, phase) VALUES (?, ?, ?, ?, ?, ?, ?)"
_ADD_REQUEST = " ON CONFLICT (call) DO UPDATE SET request = excluded.request WHERE request IS NULL"
_INSERT_EVENT = "INSERT OR IGNORE INTO events (call, seq, body) VALUES (?, ?, ?)"
_UPDATE_CALL = (
    "UPDATE calls SET phase = ?, ended = ?, elapsed_s = ?, request_id = ?, message = ? WHERE call = ?"
)
_SELECT_OPEN = (
    "SELECT call, created_s, endpoint, mode, profile, request FROM calls WHERE ended = 0 ORDER BY id"
)
_SELECT_HISTORY = (
    "SELECT id, call, created_s, endpoint, mode, profile, phase, ended, elapsed_s, request_id, message"
    " FROM calls WHERE ? IS NULL OR id < ? ORDER BY id DESC LIMIT ?"
)


def _write(connection: sqlite3.Connection, events: Iterable[Event], states: dict[str, CallState]) -> int:
    """Write events and the list rows they lead to; return how many places in a call were taken already."""
    rows = [(event.call, event.seq, e.encode(event)) for event in events]
    started = [
        (event.call, fact.wall_s, fact.endpoint, fact.mode, fact.profile, None, Phase.WAITING)
        for event in events
        if isinstance(fact := event.fact, e.Started)
    ]
    # A call whose intent is missing is still a call.
    connection.executemany(_INSERT_CALL + " ON CONFLICT (call) DO NOTHING", started)
    written = connection.executemany(_INSERT_EVENT, rows).rowcount
    connection.executemany(_UPDATE_CALL, [_projection(state) for state in states.values()])
    # Keeping the rest of a batch matters more than refusing it.
    return len(rows) - written


def _clash(count: int) -> StoreError:
    return StoreError(
        Trouble.CLASH,
        f"{count} events of a call were recorded twice; the first record was kept.",
        "This is a mistake in fal Studio; please report it.",
    )


def _projection(state: CallState) -> tuple[str, bool, float, str, str, str]:
    message = state.failure.message if state.failure else state.unknown_why
    return (state.phase, state.is_ended, state.elapsed_s, state.request_id, message, state.call)


def _events_of(connection: sqlite3.Connection, call: str) -> tuple[Event, ...]:
    rows = connection.execute("SELECT seq, body FROM events WHERE call = ? ORDER BY seq", (call,))
    return tuple(_event_of(call, seq, body) for seq, body in rows)


def _event_of(call: str, seq: int, body: bytes) -> Event:
    try:
        return e.decode(body)
    except msgspec.MsgspecError as error:
        # Its place stays taken, so that later events of the call do not land on it.
        fact = e.Trouble(f"A stored event could not be read: {error}", e.FailureKind.BUG)
        return Event(call, seq, 0, fact)


def _request_of(body: bytes | None) -> Request | None:
    try:
        return msgspec.json.decode(body, type=Request) if body else None
    except msgspec.MsgspecError:
        return None


def _row_of(row: tuple[Any, ...]) -> CallRow:
    return CallRow(
        id=row[0],
        call=row[1],
        created_s=row[2],
        endpoint=row[3],
        mode=Mode(row[4]),
        profile=row[5],
        phase=Phase(row[6]),
        ended=bool(row[7]),
        elapsed_s=row[8],
        request_id=row[9],
        message=row[10],
    )
