"""What lists show of a call, as columns: written from its request and events, read back as CallRow."""

import sqlite3
from typing import Any

import msgspec

from fal_studio.core import artifacts
from fal_studio.core import events as e
from fal_studio.core.asked import text_of
from fal_studio.core.blobs import MARK, as_blob
from fal_studio.core.call import CallState, Phase
from fal_studio.core.events import Event
from fal_studio.core.history import CallRow, row_of
from fal_studio.core.request import Json, Mode, Request
from fal_studio.store.words import indexed

PROJECTION = 4
"""Raised when the columns or the text of a call are computed differently; older rows are then written anew."""

_READ = (
    "id, call, created_s, endpoint, mode, profile, phase, ended, elapsed_s, queue_s, run_s, request_id, message, prompt,"
    " seed, cost_usd, units, thumbnail, outputs, kept, lost, deleted_s, project, client, starred, rating"
)
_REALS = ("created_s", "elapsed_s", "queue_s", "run_s", "cost_usd", "units", "deleted_s")
SELECT = f"SELECT {_READ} FROM calls"  # noqa: S608 - a constant
# As text in 17 digits: SQLite's own JSON rounds to 15, and a row read twice would not equal itself.
_PAIRS = ", ".join(
    f"'{name}', "
    + (
        f"iif(calls.{name} IS NULL, NULL, printf('%!.17g', calls.{name}))"
        if name in _REALS
        else f"calls.{name}"
    )
    for name in _READ.split(", ")
)
_ALL = f"SELECT json_group_array(json_object({_PAIRS})) FROM ({{}}) AS found CROSS JOIN calls ON calls.id = found.id"  # noqa: S608 - constants
_WRITTEN = (
    "phase",
    "ended",
    "elapsed_s",
    "queue_s",
    "run_s",
    "request_id",
    "message",
    "prompt",
    "seed",
    "cost_usd",
    "units",
    "thumbnail",
    "outputs",
    "kept",
    "lost",
    "project",
    "client",
)
_SETS = ", ".join(
    f"{name} = coalesce(?, {name})" if name == "cost_usd" else f"{name} = ?" for name in _WRITTEN
)
_UPDATE = f"UPDATE calls SET projection = {PROJECTION}, {_SETS} WHERE id = ?"  # noqa: S608 - constants
_INSERT = (
    "INSERT INTO calls (call, created_s, endpoint, mode, profile, phase) VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (call) DO NOTHING"
)
_INSERT_TEXT = "INSERT OR REPLACE INTO calls_text (rowid, asked, endpoint, message) VALUES (?, ?, ?, ?)"
_INSERT_OUTPUT = (
    "INSERT OR IGNORE INTO outputs (id, url, place, name, content_type, size_bytes) VALUES (?, ?, ?, ?, ?, ?)"
)
_UPDATE_OUTPUT = (
    "UPDATE outputs SET state = ?, received_bytes = ?, size_bytes = coalesce(?, size_bytes), sha256 = ?, message = ?,"
    " content_type = CASE WHEN ? = '' THEN content_type ELSE ? END, tries = tries + ? WHERE id = ? AND url = ?"
)
_ROWS = msgspec.json.Decoder(tuple[CallRow, ...], strict=False)
_MARK_BYTES = f'"{MARK}"'.encode()


def read(row: tuple[Any, ...]) -> CallRow:
    """Return one row of SELECT."""
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
        queue_s=row[9],
        run_s=row[10],
        request_id=row[11],
        message=row[12],
        prompt=row[13],
        seed=row[14],
        cost_usd=row[15],
        units=row[16],
        thumbnail=row[17],
        outputs=row[18],
        kept=row[19],
        lost=row[20],
        deleted_s=row[21],
        project=row[22],
        client=row[23],
        starred=bool(row[24]),
        rating=row[25],
    )


def read_all(connection: sqlite3.Connection, ids: str, values: tuple[Any, ...] = ()) -> tuple[CallRow, ...]:
    """Return the rows of the ids that a SELECT of `id` with a LIMIT gives, in its order.

    They come in one step. Python's sqlite3 lets go of the interpreter's lock for each row and must get it back: beside
    a window that is busy, a thousand rows waited a few milliseconds each.
    """
    (text,) = connection.execute(_ALL.format(ids), values).fetchone()
    return _ROWS.decode(text)


def add(
    connection: sqlite3.Connection, call: str, wall_s: float, endpoint: str, mode: Mode, profile: str
) -> int:
    """Return the id of the call's row, which is made if it is missing."""
    connection.execute(_INSERT, (call, wall_s, endpoint, mode, profile, Phase.WAITING))
    (number,) = connection.execute("SELECT id FROM calls WHERE call = ?", (call,)).fetchone()
    return int(number)


def write(connection: sqlite3.Connection, number: int, state: CallState, request: Request | None) -> None:
    """Bring the columns of a call up to date."""
    row = row_of(state, request)
    connection.execute(_UPDATE, (*(getattr(row, name) for name in _WRITTEN), number))


def write_text(
    connection: sqlite3.Connection, number: int, state: CallState, request: Request | None
) -> None:
    """Bring what a search finds of a call up to date."""
    row = row_of(state, request)
    asked = text_of(request.arguments) if request is not None else ""
    connection.execute(_INSERT_TEXT, (number, indexed(asked), row.endpoint, indexed(row.message)))


def write_files(connection: sqlite3.Connection, number: int, event: Event, body: bytes) -> None:
    """Note the files of a result, how far a download is, and the blobs that a fact refers to."""
    if isinstance(event.fact, e.Output):
        _add_outputs(connection, number, event.fact.payload)
    elif isinstance(event.fact, e.Download):
        _update_output(connection, number, event.fact)
    if _MARK_BYTES in body:
        _add_blobs(connection, number, msgspec.to_builtins(event.fact))


def write_request(connection: sqlite3.Connection, number: int, request: Request, body: bytes) -> None:
    """Keep the request itself, if there is none yet."""
    connection.execute("INSERT OR IGNORE INTO requests (id, body) VALUES (?, ?)", (number, body))
    if _MARK_BYTES in body:
        _add_blobs(connection, number, request.arguments)


def _add_outputs(connection: sqlite3.Connection, number: int, payload: Json) -> None:
    files = (file for file in artifacts.find(payload) if file.url.startswith(("http://", "https://")))
    found = [
        (number, file.url, place, file.name, file.content_type, file.size_bytes)
        for place, file in enumerate(files)
    ]
    connection.executemany(_INSERT_OUTPUT, found)


def _update_output(connection: sqlite3.Connection, number: int, fact: e.Download) -> None:
    is_try = int(fact.state is not e.FileState.FETCHING)
    connection.execute(
        _UPDATE_OUTPUT,
        (
            *(fact.state, fact.received_bytes, fact.total_bytes, fact.sha256, fact.message),
            *(fact.content_type, fact.content_type, is_try, number, fact.url),
        ),
    )


def _add_blobs(connection: sqlite3.Connection, number: int, payload: Json) -> None:
    found = {(number, sha256) for sha256 in _blobs_in(payload)}
    if found:
        connection.executemany("INSERT OR IGNORE INTO call_blobs (id, sha256) VALUES (?, ?)", found)


def _blobs_in(value: Json) -> set[str]:
    found: set[str] = set()
    left = [value]
    while left:
        item = left.pop()
        if isinstance(item, dict):
            blob = as_blob(item)
            if blob is not None:
                found.add(blob.sha256)
            else:
                left.extend(item.values())
        elif isinstance(item, list | tuple):
            left.extend(item)
    return found


def decode_request(body: bytes | None) -> Request | None:
    """Return a stored request, or None for one that can no longer be read."""
    try:
        return msgspec.json.decode(body, type=Request) if body else None
    except msgspec.MsgspecError:
        return None
