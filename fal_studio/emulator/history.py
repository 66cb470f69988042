"""What has been run, for the platform API's list of requests; direct runs too, and across restarts."""

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fal_studio.emulator.answers import Answer
from fal_studio.emulator.truth import Record

PAYLOAD_LIMIT = 1_000_000


class History:
    """One table of finished requests in one SQLite file."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS requests (request_id TEXT PRIMARY KEY, endpoint TEXT NOT NULL, app TEXT NOT NULL,"
            " sent_at REAL NOT NULL, started_at REAL NOT NULL, ended_at REAL NOT NULL, status INTEGER NOT NULL, units REAL NOT NULL,"
            " input BLOB, output BLOB) STRICT"
        )

    def add(self, record: Record, app: str, body: bytes, answer: Answer, store_io: bool) -> None:
        """Note a finished request; its payloads too unless it asked not to."""
        kept = store_io and len(body) + len(answer.body) < PAYLOAD_LIMIT
        ended = record.wall("finished") or 0.0
        self._db.execute(
            "INSERT OR REPLACE INTO requests VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                record.request_id,
                record.endpoint,
                app,
                record.wall("received") or ended,
                record.wall("started") or ended,
                ended,
                answer.status,
                record.billable_units or 0.0,
                body if kept else None,
                answer.body if kept else None,
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
        """Return finished requests in the platform's form, newest (or longest) first."""
        low, high = {"success": (0, 399), "user_error": (400, 499), "error": (500, 999)}.get(
            status or "", (0, 999)
        )
        marks = ",".join("?" * len(endpoint_ids))
        order = "ended_at - started_at" if by_duration else "ended_at"
        rows = self._db.execute(
            f"SELECT * FROM requests WHERE endpoint IN ({marks}) AND status BETWEEN ? AND ?"  # noqa: S608 - marks are question marks
            " AND (? IS NULL OR request_id = ?) AND ended_at >= ? AND ended_at < ?"
            f" ORDER BY {order} DESC LIMIT ?",
            (*endpoint_ids, low, high, request_id, request_id, start or 0, end or 1e12, limit),
        ).fetchall()
        return [_item(row, payloads) for row in rows]

    def forget_payloads(self, request_id: str) -> bool:
        """Drop input and output of a request; tell whether it is known."""
        done = self._db.execute(
            "UPDATE requests SET input = NULL, output = NULL WHERE request_id = ?", (request_id,)
        )
        return done.rowcount > 0

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _item(row: tuple[Any, ...], payloads: bool) -> dict[str, Any]:
    request_id, endpoint, _app, sent, started, ended, status, units, given, made = row
    item: dict[str, Any] = {
        "request_id": request_id,
        "endpoint_id": endpoint,
        "sent_at": _stamp(sent),
        "started_at": _stamp(started),
        "ended_at": _stamp(ended),
        "status_code": status,
        "duration": round(ended - started, 6),
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
