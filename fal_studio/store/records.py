"""What is written of calls: wishes, events, and the rows, texts and files that follow from them."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from fal_studio.core import call as fold
from fal_studio.core import events as e
from fal_studio.core.call import CallState
from fal_studio.core.events import Event
from fal_studio.core.request import Request, fingerprint
from fal_studio.store import rows

_RECENT = 10_000
"""Older calls are priced when somebody calls their endpoint again."""
_encode = msgspec.json.Encoder().encode
_INSERT_EVENT = "INSERT OR IGNORE INTO events (call, seq, body) VALUES (?, ?, ?)"
_AT_ONCE = 500
_SELECT_EVENTS = (
    "SELECT json_group_array(json_array(seq, length(CAST(body AS BLOB)))), CAST(group_concat(body, '') AS BLOB) FROM"  # noqa: S608 - constants
    f" (SELECT seq, body FROM events WHERE call = ? AND seq > ? ORDER BY seq LIMIT {_AT_ONCE})"
)
"""Many events in one row, for the reason that `rows.read_all` gives: places with lengths, and all bodies in a row."""
_SELECT_REQUEST = "SELECT body FROM requests WHERE id = (SELECT id FROM calls WHERE call = ?)"


@dataclass(slots=True)
class Known:
    """What the writer knows of a call."""

    number: int
    """Id of its row; 0 while there is none."""
    state: CallState
    request: Request | None


def known(connection: sqlite3.Connection, call: str) -> Known:
    """Return what the database holds of a call."""
    found = connection.execute("SELECT id FROM calls WHERE call = ?", (call,)).fetchone()
    state = fold.fold(events_of(connection, call), call)
    return Known(found[0] if found else 0, state, request_of(connection, call))


def intend(connection: sqlite3.Connection, call: str, request: Request, created_s: float) -> None:
    """Write the wish to call."""
    number = rows.add(connection, call, created_s, request.endpoint, request.mode, request.profile)
    connection.execute("UPDATE calls SET fingerprint = ? WHERE id = ?", (fingerprint(request), number))
    rows.write_request(connection, number, request, _encode(request))
    has_begun = connection.execute("SELECT EXISTS (SELECT 1 FROM events WHERE call = ?)", (call,)).fetchone()[
        0
    ]
    about = known(connection, call) if has_begun else Known(number, CallState(call), request)
    rows.write(connection, number, about.state, about.request)
    rows.write_text(connection, number, about.state, about.request)


def write(connection: sqlite3.Connection, events: Iterable[Event], calls: Mapping[str, Known]) -> int:
    """Write events and what follows from them; return how many places in a call were taken already.

    `calls` holds what was known before; it is brought up to date.
    """
    bodies: list[tuple[str, int, bytes]] = []
    new_texts: set[str] = set()
    for event in events:
        about, body = calls[event.call], e.encode(event)
        if isinstance(event.fact, e.Started) and not about.number:
            # A call whose wish is missing is still a call.
            fact = event.fact
            about.number = rows.add(
                connection, event.call, fact.wall_s, fact.endpoint, fact.mode, fact.profile
            )
            new_texts.add(event.call)
        about.state = fold.advance(about.state, event)
        if about.number:
            rows.write_files(connection, about.number, event, body)
        if isinstance(event.fact, e.Failed | e.Unknown | e.Checked):
            new_texts.add(event.call)
        bodies.append((event.call, event.seq, body))
    # Keeping the rest of a batch matters more than refusing it.
    written = connection.executemany(_INSERT_EVENT, bodies).rowcount
    for call, about in calls.items():
        if not about.number:
            continue  # a remark on a call that nobody began: kept, but there is nothing to list
        rows.write(connection, about.number, about.state, about.request)
        if call in new_texts:
            rows.write_text(connection, about.number, about.state, about.request)
    return len(bodies) - written


def write_again(connection: sqlite3.Connection, events: Sequence[Event]) -> None:
    """Write the events of a call over what is in their places."""
    started = events[0].fact
    if not isinstance(started, e.Started):
        return
    call = events[0].call
    number = rows.add(connection, call, started.wall_s, started.endpoint, started.mode, started.profile)
    replace_event = _INSERT_EVENT.replace("IGNORE", "REPLACE")
    connection.executemany(replace_event, [(call, event.seq, e.encode(event)) for event in events])
    renew_one(connection, number, call)


def price(connection: sqlite3.Connection, endpoint: str, unit_price_usd: float, profile: str | None) -> int:
    """Fill in the costs of calls that know their billed units; return of how many."""
    sql = (
        "UPDATE calls SET cost_usd = units * ? WHERE endpoint = ? AND (? IS NULL OR profile = ?)"
        " AND cost_usd IS NULL AND units IS NOT NULL"
    )
    return connection.execute(sql, (unit_price_usd, endpoint, profile, profile)).rowcount


def unpriced(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return profile and endpoint of recent calls that know their billed units and not what they cost."""
    sql = (
        "SELECT DISTINCT profile, endpoint FROM calls WHERE id > (SELECT coalesce(max(id), 0) FROM calls) - ?"
        " AND cost_usd IS NULL AND units IS NOT NULL"
    )
    return [(profile, endpoint) for profile, endpoint in connection.execute(sql, (_RECENT,))]


def renew(connection: sqlite3.Connection, at_most: int) -> bool:
    """Write rows of an older projection anew, newest first; return whether all are done."""
    sql = "SELECT id, call FROM calls WHERE projection < ? ORDER BY id DESC LIMIT ?"
    stale = connection.execute(sql, (rows.PROJECTION, at_most)).fetchall()
    for number, call in stale:
        renew_one(connection, number, call)
    return len(stale) < at_most


def renew_one(connection: sqlite3.Connection, number: int, call: str) -> None:
    """Write everything that follows from a call's request and events anew."""
    about = known(connection, call)
    if about.request is not None:
        wanted = (fingerprint(about.request), number)
        connection.execute("UPDATE calls SET fingerprint = ? WHERE id = ?", wanted)
        rows.write_request(connection, number, about.request, _encode(about.request))
    connection.execute("DELETE FROM outputs WHERE id = ?", (number,))
    for event in events_of(connection, call):
        rows.write_files(connection, number, event, e.encode(event))
    rows.write(connection, number, about.state, about.request)
    rows.write_text(connection, number, about.state, about.request)


def events_of(connection: sqlite3.Connection, call: str) -> tuple[Event, ...]:
    """Return all events of a call, oldest first."""
    found: list[Event] = []
    last = -1
    while True:
        told, bodies = connection.execute(_SELECT_EVENTS, (call, last)).fetchone()
        places = msgspec.json.decode(told, type=list[tuple[int, int]])
        start = 0
        for seq, length in places:
            found.append(_event_of(call, seq, bodies[start : start + length]))
            start, last = start + length, seq
        if len(places) < _AT_ONCE:
            return tuple(found)


def request_of(connection: sqlite3.Connection, call: str) -> Request | None:
    """Return the stored request; None if there is none, or none that can be read."""
    found = connection.execute(_SELECT_REQUEST, (call,)).fetchone()
    return rows.decode_request(found[0]) if found else None


def _event_of(call: str, seq: int, body: bytes) -> Event:
    try:
        return e.decode(body)
    except msgspec.MsgspecError as error:
        # Its place stays taken, so that later events of the call do not land on it.
        fact = e.Trouble(f"A stored event could not be read: {error}", e.FailureKind.BUG)
        return Event(call, seq, 0, fact)
