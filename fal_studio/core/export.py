"""Rows of calls as CSV or JSON, for spreadsheets and scripts."""

import csv
import datetime as dt
import io
from collections.abc import Iterable

import msgspec

from fal_studio.core.history import CallRow
from fal_studio.core.request import Json

COLUMNS = (
    "started", "state", "endpoint", "mode", "profile", "request_id", "elapsed_s", "queue_s", "run_s",
    "cost_usd", "units", "outputs", "seed", "prompt", "message", "call",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_of(rows: Iterable[CallRow]) -> str:
    """Return rows as CSV with a head. Text that a spreadsheet would run as a formula gets an apostrophe in front."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    writer.writerow(COLUMNS)
    for row in rows:
        record = _record(row)
        writer.writerow([_safe(record[name]) for name in COLUMNS])
    return text.getvalue()


def json_of(rows: Iterable[CallRow]) -> str:
    """Return rows as a JSON list of objects; what is not known is null."""
    return msgspec.json.format(msgspec.json.encode([_record(row) for row in rows]), indent=1).decode() + "\n"


def _record(row: CallRow) -> dict[str, Json]:
    started = dt.datetime.fromtimestamp(row.created_s, dt.UTC).isoformat(timespec="milliseconds")
    values = {name: getattr(row, name) for name in COLUMNS if name not in ("started", "state", "mode")}
    return {"started": started, "state": row.phase.value, "mode": row.mode.value} | values


def _safe(value: Json) -> Json:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value
