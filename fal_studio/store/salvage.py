"""What can still be read of a damaged ledger goes into a new one; the damaged file is kept beside it."""

import contextlib
import sqlite3
import sys
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from fal_studio.core import events as e
from fal_studio.core.call import Phase
from fal_studio.core.events import Event
from fal_studio.core.request import Mode
from fal_studio.store import db, migrations
from fal_studio.store.db import Saved, transaction
from fal_studio.store.problems import problem_of

LONGEST_HOLE = 5_000
"""So many ids in a row are looked up in vain where a table cannot be walked through."""
_CALLS = ("id", "call", "created_s", "endpoint", "mode", "profile", "phase", "ended", "elapsed_s")
_MORE = ("request_id", "message", "fingerprint", "deleted_s", "cost_usd", "project", "starred", "rating")


def mend(path: Path, steps: tuple[str, ...] = migrations.STEPS) -> tuple[sqlite3.Connection, Saved]:
    """Write what can be read of a damaged database into a new one, put the damaged one aside, and open the new one.

    Raises StoreError, for example if there is no room for it; then nothing has changed.
    """
    fresh = path.with_name(f"{path.name}.mending")
    _remove(fresh)
    try:
        with (
            contextlib.closing(db.open_connection(fresh, steps)) as connection,
            _reading(path) as damaged,
            transaction(connection),
        ):
            calls, events = _copied(damaged, connection)
        aside = db.put_aside(path)
        fresh.replace(path)
    except (sqlite3.Error, OSError) as error:
        raise problem_of(error, path) from error
    finally:
        _remove(fresh)
    return db.open_connection(path, steps), Saved(aside, calls, events)


def _remove(path: Path) -> None:
    for end in ("", "-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


@contextlib.contextmanager
def _reading(path: Path) -> Generator[sqlite3.Connection]:
    """Open the damaged file without changing it; an empty database if not even that is possible."""
    for more in ("mode=ro", "immutable=1"):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?{more}", uri=True, isolation_level=None)
        try:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.Error:
            connection.close()
            continue
        with contextlib.closing(connection):
            yield connection
        return
    with contextlib.closing(sqlite3.connect(":memory:")) as nothing:
        yield nothing


def _copied(damaged: sqlite3.Connection, new: sqlite3.Connection) -> tuple[int, int]:
    columns = _columns(damaged, "calls")
    wanted = [name for name in (*_CALLS, *_MORE) if name in columns]
    if set(_CALLS) <= columns:
        # Projection 0: what is computed from events is computed anew, in the background.
        marks = ", ".join("?" * len(wanted))
        insert = f"INSERT OR IGNORE INTO calls ({', '.join(wanted)}) VALUES ({marks})"  # noqa: S608 - constants
        for row in _walked(damaged, "calls", wanted):
            with contextlib.suppress(sqlite3.IntegrityError):
                new.execute(insert, row)
    for call, started in _calls_without_rows(damaged, new):
        _add_call(new, call, started)
    _copy_requests(damaged, new, columns)
    rows = new.execute("SELECT call, created_s, endpoint, mode, profile, phase, ended FROM calls").fetchall()
    events = sum(_copy_events(damaged, new, _Row(*row)) for row in rows)
    return len(rows), events


class _Row(NamedTuple):
    """What the list said of a call."""

    call: str
    created_s: float
    endpoint: str
    mode: str
    profile: str
    phase: str
    ended: int


def _copy_requests(damaged: sqlite3.Connection, new: sqlite3.Connection, columns: set[str]) -> None:
    table, body = ("calls", "request") if "request" in columns else ("requests", "body")
    insert = "INSERT OR IGNORE INTO requests (id, body) SELECT ?, ? WHERE EXISTS (SELECT 1 FROM calls WHERE id = ?)"
    for number, request in _walked(damaged, table, ("id", body)):
        if request is not None:
            new.execute(insert, (number, request, number))


def _copy_events(damaged: sqlite3.Connection, new: sqlite3.Connection, row: _Row) -> int:
    """Copy the events of a call that can be read; what is missing between them keeps its place."""
    found = _events_in(damaged, row.call)
    read = len(found)
    if 0 not in found:
        started = e.Started(row.created_s, row.endpoint, Mode(row.mode), row.profile)
        found[0] = e.encode(Event(row.call, 0, 0, started))
    last = Event(row.call, 0, 0, _LOST)
    has_end = False
    for seq in range(max(found) + 1):
        event = _decoded(found.get(seq)) or Event(row.call, seq, last.t_ns, _LOST)
        found.setdefault(seq, e.encode(event))
        has_end = has_end or isinstance(event.fact, e.ENDS)
        last = event
    if row.ended and not has_end:
        why = f"The record of how it ended was lost with a damaged ledger. It said: {row.phase}."
        found[last.seq + 1] = e.encode(Event(row.call, last.seq + 1, last.t_ns, e.Unknown(why)))
    new.executemany(
        "INSERT OR IGNORE INTO events (call, seq, body) VALUES (?, ?, ?)",
        [(row.call, seq, body) for seq, body in found.items()],
    )
    return read


_LOST = e.Trouble("An event was lost here with a damaged ledger.", e.FailureKind.BUG)


def _events_in(damaged: sqlite3.Connection, call: str) -> dict[int, bytes]:
    """Read the events of a call from both ends."""
    found: dict[int, bytes] = {}
    for way in ("ASC", "DESC"):
        sql = f"SELECT seq, body FROM events WHERE call = ? ORDER BY seq {way}"  # noqa: S608 - two constants
        try:
            found.update(damaged.execute(sql, (call,)))
        except sqlite3.Error:
            continue
        break
    return found


def _decoded(body: bytes | None) -> Event | None:
    try:
        return e.decode(body) if body is not None else None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _calls_without_rows(damaged: sqlite3.Connection, new: sqlite3.Connection) -> list[tuple[str, e.Started]]:
    """Return the calls of which only events are left."""
    found: dict[str, e.Started] = {}
    for way in ("ASC", "DESC"):
        sql = f"SELECT call, body FROM events WHERE seq = 0 ORDER BY call {way}"  # noqa: S608 - two constants
        try:
            for call, body in damaged.execute(sql):
                event = _decoded(body)
                if event is not None and isinstance(event.fact, e.Started):
                    found[call] = event.fact
        except sqlite3.Error:
            continue
        break
    known = {call for (call,) in new.execute("SELECT call FROM calls")}
    return [(call, started) for call, started in found.items() if call not in known]


def _add_call(new: sqlite3.Connection, call: str, started: e.Started) -> None:
    insert = "INSERT INTO calls (call, created_s, endpoint, mode, profile, phase) VALUES (?, ?, ?, ?, ?, ?)"
    new.execute(
        insert, (call, started.wall_s, started.endpoint, started.mode, started.profile, Phase.WAITING)
    )


def _columns(damaged: sqlite3.Connection, table: str) -> set[str]:
    try:
        return {name for _, name, *_ in damaged.execute(f"PRAGMA table_info({table})")}
    except sqlite3.Error:
        return set()


def _walked(damaged: sqlite3.Connection, table: str, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows that can be read: from the first on, from the last back, and one by one in between."""
    if not set(columns) <= _columns(damaged, table):
        return
    select = f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608 - constants
    first: int = 0
    try:
        for row in damaged.execute(f"{select} ORDER BY id"):
            first = row[0]
            yield row
    except sqlite3.Error:
        pass
    else:
        return
    last = sys.maxsize
    try:
        for row in damaged.execute(f"{select} WHERE id > ? ORDER BY id DESC", (first,)):
            last = row[0]
            yield row
    except sqlite3.Error:
        pass
    misses = 0
    for number in range(first + 1, last):
        try:
            row = damaged.execute(f"{select} WHERE id = ?", (number,)).fetchone()
        except sqlite3.Error:
            row = None
        if row is not None:
            misses = 0
            yield row
        elif (misses := misses + 1) > LONGEST_HOLE:
            return
