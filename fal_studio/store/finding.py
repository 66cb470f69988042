"""Reading rows of calls: pages of a query, single ones, and how long calls take."""

import sqlite3
import statistics

from fal_studio.core.call import Phase
from fal_studio.core.history import CallRow, Durations, Page, Query
from fal_studio.core.request import Mode
from fal_studio.store import queries, rows

_NEWEST = "SELECT id FROM calls WHERE ? IS NULL OR id < ? ORDER BY id DESC LIMIT ?"
_SAME = (
    f"{rows.SELECT} WHERE fingerprint = ? AND deleted_s = 0 AND (ended = 0 OR created_s + elapsed_s >= ?)"
    " ORDER BY id DESC"
)
_TOOK = (
    "SELECT run_s, queue_s, elapsed_s FROM calls"
    " WHERE endpoint = ? AND phase = ? AND (? IS NULL OR mode = ?) ORDER BY id DESC LIMIT ?"
)


def page(connection: sqlite3.Connection, query: Query) -> Page:
    """Return one page of the calls that match, and how many do."""
    how = queries.plan(query)
    # Ids first: sorting whole rows takes three times as long.
    sql = f"SELECT calls.id FROM {how.source} WHERE {how.where.sql} ORDER BY {how.order} LIMIT ? OFFSET ?"  # noqa: S608
    found = rows.read_all(connection, sql, (*how.where.values, query.limit, query.offset))
    if not query.offset and len(found) < query.limit:
        return Page(query, found, len(found))
    (total,) = connection.execute(*how.counting).fetchone()
    return Page(query, found, total)


def newest(connection: sqlite3.Connection, limit: int, before: int | None) -> list[CallRow]:
    """Return calls, newest first, from the one before the row `before` on."""
    return list(rows.read_all(connection, _NEWEST, (before, before, limit)))


def row(connection: sqlite3.Connection, call: str) -> CallRow | None:
    """Return the row of a call; None for an unknown one."""
    found = connection.execute(f"{rows.SELECT} WHERE call = ?", (call,)).fetchone()
    return rows.read(found) if found else None


def same(connection: sqlite3.Connection, fingerprint: str, since_s: float) -> tuple[CallRow, ...]:
    """Return the calls that asked for the same and are open or ended after `since_s`, newest first."""
    return tuple(rows.read(found) for found in connection.execute(_SAME, (fingerprint, since_s)))


def durations(connection: sqlite3.Connection, endpoint: str, last: int, mode: Mode | None) -> Durations:
    """Return how long the last calls of an endpoint took that were done."""
    took = connection.execute(_TOOK, (endpoint, Phase.DONE, mode, mode, last)).fetchall()
    columns = [[value for value in column if value is not None] for column in zip(*took, strict=True)]
    run_s, queue_s, total_s = map(_quartiles, columns or ([], [], []))
    return Durations(endpoint, len(took), run_s, queue_s, total_s)


def _quartiles(values: list[float]) -> tuple[float, float, float] | None:
    if not values:
        return None
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high
