"""A call as a plain record for people and other programs: its row, request, result, files and events, without secrets."""

import datetime as dt
import sqlite3
from typing import Any, NamedTuple

import msgspec

from fal_studio.core import events as e
from fal_studio.core.events import Event
from fal_studio.core.history import CallRow
from fal_studio.core.redact import Redactor
from fal_studio.core.request import Request
from fal_studio.store import records

_FILES = "SELECT url, name, content_type, state, size_bytes, sha256 FROM outputs WHERE id = ? ORDER BY place"
_RESULT_MARK = b'"fact":"Output"'
_RESULTS = "SELECT body FROM events WHERE call = ? AND instr(body, ?) > 0 ORDER BY seq DESC"


class File(NamedTuple):
    """One file of a result."""

    url: str
    name: str
    content_type: str
    state: str | None
    size_bytes: int | None
    sha256: str


def record(connection: sqlite3.Connection, row: CallRow, redactor: Redactor) -> dict[str, Any]:
    """Return everything but the events, ready for JSON."""
    request = records.request_of(connection, row.call)
    told = msgspec.to_builtins(row)
    told["created"] = moment(row.created_s)
    if row.deleted_s:
        told["deleted"] = moment(row.deleted_s)
    told["request"] = _request(request, redactor)
    told["result"] = _result(connection, row.call)
    told["files"] = [file._asdict() for file in files(connection, row.id)]
    return redactor.payload(told)


def whole(connection: sqlite3.Connection, row: CallRow, redactor: Redactor) -> dict[str, Any]:
    """Return the record with all events."""
    told = record(connection, row, redactor)
    events = records.events_of(connection, row.call)
    told["events"] = [redactor.payload(msgspec.to_builtins(event)) for event in events]
    return told


def files(connection: sqlite3.Connection, number: int) -> list[File]:
    """Return the files of a result as they stand in it."""
    return [File(*found) for found in connection.execute(_FILES, (number,))]


def moment(wall_s: float) -> str:
    """Return a moment as text with its zone, to the second."""
    return dt.datetime.fromtimestamp(wall_s, dt.UTC).astimezone().isoformat(timespec="seconds")


def _request(request: Request | None, redactor: Redactor) -> Any:
    if request is None:
        return None
    told = msgspec.to_builtins(request)
    options = told.get("options") or {}
    if options.get("headers"):
        options["headers"] = redactor.headers(options["headers"])
    return told


def _result(connection: sqlite3.Connection, call: str) -> Any:
    for (body,) in connection.execute(_RESULTS, (call, _RESULT_MARK)):
        try:
            event: Event = e.decode(body)
        except msgspec.MsgspecError:
            continue
        if isinstance(event.fact, e.Output):
            return event.fact.payload
    return None
