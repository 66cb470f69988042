"""Ledgers beside the ledger: what a window records that found the ledger in use, taken into it when that window is gone."""

import contextlib
import sqlite3
import time
import uuid
from collections.abc import Generator
from pathlib import Path
from typing import Any, NamedTuple

from fal_studio.core.request import Mode
from fal_studio.store import db, records, rows, salvage
from fal_studio.store.db import transaction
from fal_studio.store.problems import StoreError, Trouble, problem_of
from fal_studio.words import tr

UNBORN_S = 600.0
"""An empty file may be one that a window just makes; older ones are what was left of one that died making it."""
MOST_MOVED = 2_000
"""So many calls that began later are moved behind those that are taken in."""
_SUFFIX = ".sqlite"
_NUMBERED = (
    ("calls", "id"),
    ("requests", "id"),
    ("outputs", "id"),
    ("call_blobs", "id"),
    ("calls_text", "rowid"),
)


def new(folder: Path) -> Path:
    """Return the path of a ledger that nobody else uses."""
    return folder / f"{uuid.uuid4().hex}{_SUFFIX}"


def all_in(folder: Path) -> list[Path]:
    """Return the ledgers there, in use or not, oldest first. Blocks."""
    with contextlib.suppress(OSError):
        found = [path for path in folder.iterdir() if path.suffix == _SUFFIX and path.stem.isalnum()]
        return sorted(found, key=lambda path: path.stat().st_mtime)
    return []


def finished_in(folder: Path) -> list[Path]:
    """Return the ledgers there that no program holds any more, oldest first. Blocks, but waits for nobody."""
    return [path for path in all_in(folder) if not _is_held(path)]


def _is_held(path: Path) -> bool:
    try:
        if path.stat().st_size == 0:
            if time.time() - path.stat().st_mtime > UNBORN_S:
                path.unlink()
            return True
        with contextlib.closing(
            sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0)
        ) as it:
            it.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except (sqlite3.Error, OSError) as error:
        return (
            problem_of(error, path).kind is not Trouble.CORRUPT
        )  # a damaged one gives what can be read of it
    return False


def take_in(connection: sqlite3.Connection, path: Path) -> tuple[str, ...]:
    """Take all calls of a ledger into this one, whole or not at all, remove it, and return the calls, oldest first.

    A program that dies on the way leaves the other ledger as it was, or all of it here and the other one still there:
    then nothing is taken twice the next time. Raises StoreError, for example if the other ledger is in use.
    """
    try:
        calls = _taken(connection, path)
    except _DamagedError:
        salvage.mend(path)[0].close()  # the damaged file stays, under another name
        try:
            calls = _taken(connection, path)
        except _DamagedError as error:
            # Not CORRUPT: that is said of the ledger that takes this one in, and mended there.
            raise StoreError(
                Trouble.OTHER,
                tr("{path} is damaged and cannot be read.").format(path=path),
                tr("It stays where it is; its calls are not in the history."),
            ) from error
    for end in ("-wal", "-shm", ""):
        with contextlib.suppress(OSError):  # what stays is looked at again, and is all here already
            path.with_name(path.name + end).unlink(missing_ok=True)
    return calls


class _DamagedError(Exception):
    """The other ledger cannot be read in some place."""


class _Call(NamedTuple):
    """A row of the other ledger: what does not follow from its events."""

    number: int
    call: str
    created_s: float
    endpoint: str
    mode: str
    profile: str
    deleted_s: float
    cost_usd: float | None
    starred: int
    rating: int


_SELECT = (
    "SELECT id, call, created_s, endpoint, mode, profile, deleted_s, cost_usd, starred, rating"
    " FROM calls ORDER BY created_s, id"
)


def _taken(connection: sqlite3.Connection, path: Path) -> tuple[str, ...]:
    with _opened(path) as other, transaction(connection):
        found = [_Call(*row) for row in _rows(other, _SELECT)]
        fresh = [one for one in found if not _is_here(connection, one.call)]
        later = _later(connection, fresh[0].created_s) if fresh else []
        # Ids rise as calls began, and lists are read in their order: what began later here moves behind.
        steps: list[tuple[float, _Call | int]] = [(one.created_s, one) for one in fresh]
        for _, step in sorted([*steps, *later], key=lambda it: it[0]):
            if isinstance(step, int):
                _move(connection, step)
            else:
                _copy(other, connection, step)
    return tuple(one.call for one in fresh)


@contextlib.contextmanager
def _opened(path: Path) -> Generator[sqlite3.Connection]:
    try:
        connection = db.open_connection(path)
    except StoreError as problem:
        if problem.kind is Trouble.CORRUPT:
            raise _DamagedError from problem
        raise
    with contextlib.closing(connection):
        yield connection


def _rows(other: sqlite3.Connection, sql: str, *values: object) -> list[tuple[Any, ...]]:
    try:
        return other.execute(sql, values).fetchall()
    except sqlite3.Error as error:
        raise _DamagedError from error


def _is_here(connection: sqlite3.Connection, call: str) -> bool:
    return connection.execute("SELECT 1 FROM calls WHERE call = ?", (call,)).fetchone() is not None


def _later(connection: sqlite3.Connection, since_s: float) -> list[tuple[float, _Call | int]]:
    """Return when and which calls began here later, as rows; none if there are so many that order costs too much."""
    found: list[tuple[float, _Call | int]] = []
    for number, created_s in connection.execute(
        "SELECT id, created_s FROM calls ORDER BY id DESC LIMIT ?", (MOST_MOVED,)
    ):
        if created_s <= since_s:
            return found
        found.append((created_s, number))
    return found if len(found) < MOST_MOVED else []


def _move(connection: sqlite3.Connection, number: int) -> None:
    (fresh,) = connection.execute("SELECT max(id) + 1 FROM calls").fetchone()
    for table, column in _NUMBERED:
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (fresh, number))  # noqa: S608 - constants


def _copy(other: sqlite3.Connection, connection: sqlite3.Connection, one: _Call) -> None:
    number = rows.add(connection, one.call, one.created_s, one.endpoint, Mode(one.mode), one.profile)
    connection.execute(
        "UPDATE calls SET deleted_s = ?, cost_usd = ?, starred = ?, rating = ? WHERE id = ?",
        (one.deleted_s, one.cost_usd, one.starred, one.rating, number),
    )
    for (body,) in _rows(other, "SELECT body FROM requests WHERE id = ?", one.number):
        connection.execute("INSERT OR IGNORE INTO requests (id, body) VALUES (?, ?)", (number, body))
    events = _rows(other, "SELECT call, seq, body FROM events WHERE call = ?", one.call)
    connection.executemany("INSERT OR IGNORE INTO events (call, seq, body) VALUES (?, ?, ?)", events)
    records.renew_one(connection, number, one.call)
