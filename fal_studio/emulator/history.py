"""What has been run, for the platform API's list of requests; direct runs too, and across restarts.

As on fal a request is listed from the moment it starts: one that waits in the queue is not there yet, one that runs
has no end and no status.
"""

import json
import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fal_studio.emulator.answers import Answer
from fal_studio.emulator.truth import Record

PAYLOAD_LIMIT = 1_000_000
WITHOUT_START_S = 86_400.0
WITH_ID_S = 90 * 86_400.0
STATUSES = {"success": (0, 399), "user_error": (400, 499), "error": (500, 999)}


class History:
    """One table of started requests in one SQLite file."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS started (request_id TEXT PRIMARY KEY, endpoint TEXT NOT NULL, app TEXT NOT NULL,"
            " mode TEXT NOT NULL, sent_at REAL NOT NULL, started_at REAL NOT NULL, ended_at REAL, status INTEGER,"
            " units REAL NOT NULL, input BLOB, output BLOB) STRICT"
        )
        self._take_over()

    def _take_over(self) -> None:
        """Keep what an earlier version wrote, and see to what ran when the last server ended."""
        if self._db.execute("SELECT 1 FROM sqlite_schema WHERE name = 'requests'").fetchone():
            self._db.execute(
                "INSERT OR IGNORE INTO started SELECT request_id, endpoint, app, '', sent_at, started_at, ended_at,"
                " status, units, input, output FROM requests"
            )
            self._db.execute("DROP TABLE requests")
        # The queue runs its requests again; a direct one has lost its runner.
        self._db.execute("DELETE FROM started WHERE ended_at IS NULL AND mode = 'queue'")
        self._db.execute(
            "UPDATE started SET ended_at = ?, status = 503 WHERE ended_at IS NULL", (time.time(),)
        )

    def begin(self, record: Record, app: str, body: bytes, store_io: bool) -> None:
        """Note a request that starts to run."""
        self._write(record, app, body if store_io and len(body) < PAYLOAD_LIMIT else None, None, None)

    def add(self, record: Record, app: str, body: bytes, answer: Answer, store_io: bool) -> None:
        """Note a finished request; its payloads too unless it asked not to."""
        kept = store_io and len(body) + len(answer.body) < PAYLOAD_LIMIT
        self._write(record, app, body if kept else None, answer.body if kept else None, answer.status)

    def _write(
        self, record: Record, app: str, given: bytes | None, made: bytes | None, status: int | None
    ) -> None:
        ended = None if status is None else record.wall("finished") or time.time()
        received = record.wall("received") or ended or time.time()
        self._db.execute(
            "INSERT OR REPLACE INTO started VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                record.request_id,
                record.endpoint,
                app,
                record.mode,
                received,
                record.wall("started") or ended or received,
                ended,
                status,
                record.billable_units or 0.0,
                given,
                made,
            ),
        )

    def items(
        self,
        endpoint_ids: list[str],
        *,
        request_id: str | None = None,
        status: str | None = None,
        start: float | None = None,
        end: float | None = None,
        payloads: bool = False,
        by_duration: bool = False,
        limit: int = 10_000,
    ) -> list[dict[str, Any]]:
        """Return started requests in the platform's form, running ones first, then newest (or longest) first.

        Without `start`: of the last 24 hours, or of the last 90 days where one request is asked for.
        """
        if start is None:
            start = time.time() - (WITH_ID_S if request_id else WITHOUT_START_S)
        low, high = STATUSES.get(status or "", (None, None))
        marks = ",".join("?" * len(endpoint_ids))
        order = "ended_at - started_at" if by_duration else "ended_at IS NULL DESC, ended_at"
        rows = self._db.execute(
            f"SELECT * FROM started WHERE endpoint IN ({marks}) AND (? IS NULL OR status BETWEEN ? AND ?)"  # noqa: S608 - marks are question marks
            " AND (? IS NULL OR request_id = ?)"
            " AND coalesce(ended_at, started_at) >= ? AND coalesce(ended_at, started_at) < ?"
            f" ORDER BY {order} DESC LIMIT ?",
            (*endpoint_ids, low, low, high, request_id, request_id, start, end or 1e12, limit),
        ).fetchall()
        return [_item(row, payloads) for row in rows]

    def forget_payloads(self, request_id: str) -> bool:
        """Drop input and output of a request; tell whether it is known."""
        done = self._db.execute(
            "UPDATE started SET input = NULL, output = NULL WHERE request_id = ?", (request_id,)
        )
        return done.rowcount > 0

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _item(row: tuple[Any, ...], payloads: bool) -> dict[str, Any]:
    request_id, endpoint, _app, _mode, sent, started, ended, status, units, given, made = row
    item: dict[str, Any] = {
        "request_id": request_id,
        "endpoint_id": endpoint,
        "sent_at": _stamp(sent),
        "started_at": _stamp(started),
        "ended_at": None if ended is None else _stamp(ended),
        "status_code": status,
        "duration": None if ended is None else round(ended - started, 6),
        "units": units,
    }
    if payloads:
        item |= {"json_input": _json(given), "json_output": _json(made)}
    return item


def _stamp(wall: float) -> str:
    return datetime.fromtimestamp(wall, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _json(data: bytes | None) -> Any:
    try:
        return None if data is None else json.loads(data)
    except ValueError:
        return None
