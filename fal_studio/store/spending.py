"""The book of spending: what every call has taken of its profile's limits, set aside before the call is sent.

One file for all windows and commands of this person. A reservation is one transaction that locks the file, so neither ten
parallel starts nor two windows can pass a limit together. It outlives the program: what a call set aside stays taken
until its bill, or the ledger, says otherwise.
"""

import datetime as dt
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from fal_studio.core.budget import (
    Billed,
    Budget,
    Grant,
    Line,
    ProjectLine,
    Refusal,
    Summary,
    Taken,
    Wish,
    refusal,
)
from fal_studio.core.usage import DayCost
from fal_studio.store.problems import problem_of

T = TypeVar("T")
BUSY_S = 10.0
"""How long another process may hold the file; it does so for milliseconds."""
_KEEP_DAYS = 40
_TABLE = """
CREATE TABLE IF NOT EXISTS spending (
    -- The call; of what is set aside for a call that has not begun, the grant's id with a number.
    call TEXT PRIMARY KEY,
    grant_id TEXT NOT NULL DEFAULT '',
    profile TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    session TEXT NOT NULL,
    day TEXT NOT NULL,
    at_s REAL NOT NULL,
    -- What is probably spent while it is open; what was billed once it is billed.
    usd REAL NOT NULL,
    state TEXT NOT NULL,
    -- What it is counted for; "" for nothing in particular.
    project TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS spending_day ON spending (profile, day);
CREATE INDEX IF NOT EXISTS spending_session ON spending (session);
"""
_PROJECTS = """
CREATE INDEX IF NOT EXISTS spending_project ON spending (project, at_s) WHERE project <> '';
"""
_INSERT = (
    "INTO spending (call, grant_id, profile, endpoint, session, day, at_s, usd, state, project)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class SpendingBook:
    """Works on a thread of its own; all methods return futures, which hold a StoreError if it did not work."""

    def __init__(self, path: Path, session: str = "", now_s: Callable[[], float] = time.time) -> None:
        """`session` names this run of the program; `now_s` is the calendar time."""
        self._path = path
        self.session = session or secrets.token_hex(8)
        self._now_s = now_s
        self._connection: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(1, "spending")

    def reserve(self, wish: Wish, call: str = "") -> "Future[Grant | Refusal]":
        """Set money aside: all of it, or nothing. With `call` it is that call's; else for `count` calls that `claim` it."""

        def work(book: sqlite3.Connection) -> Grant | Refusal:
            amounts = wish.amounts
            if no := refusal(wish.profile, wish.budget, self._taken(book, wish.profile), sum(amounts)):
                return no
            grant = Grant(secrets.token_hex(8), wish.profile, max(amounts), len(amounts))
            names = [call] if call else [f"{grant.id} {number}" for number in range(len(amounts))]
            now_s = self._now_s()
            rows = [
                (
                    name,
                    "" if call else grant.id,
                    wish.profile,
                    wish.endpoint,
                    self.session,
                    _day(now_s),
                    now_s,
                    amount,
                    "open",
                    wish.project,
                )
                for name, amount in zip(names, amounts, strict=True)
            ]
            book.executemany(f"INSERT OR REPLACE {_INSERT}", rows)
            return grant

        return self._submit(work)

    def claim(
        self, grant_id: str, call: str, endpoint: str, at_most_usd: float, project: str = ""
    ) -> "Future[bool]":
        """Let a call take the smallest share of a grant that is enough. False: none is left, or its share is less than `at_most_usd`."""

        def work(book: sqlite3.Connection) -> bool:
            found = book.execute(
                "SELECT call FROM spending WHERE grant_id = ? AND usd >= ? ORDER BY usd LIMIT 1",
                (grant_id, at_most_usd - 1e-9),
            ).fetchone()
            if found is None:
                return False
            book.execute(
                "UPDATE spending SET call = ?, grant_id = '', endpoint = ?, at_s = ?, project = ? WHERE call = ?",
                (call, endpoint, self._now_s(), project, found[0]),
            )
            return True

        return self._submit(work)

    def release(self, grant_id: str) -> "Future[None]":
        """Give back what nobody took of a grant."""
        return self._submit(
            lambda book: _drop(book.execute("DELETE FROM spending WHERE grant_id = ?", (grant_id,)))
        )

    def more(self, call: str, usd: float, budget: Budget) -> "Future[Refusal | None]":
        """Let an open call have taken `usd` in all, or say why it must not take more."""

        def work(book: sqlite3.Connection) -> Refusal | None:
            found = book.execute("SELECT profile, usd FROM spending WHERE call = ?", (call,)).fetchone()
            if found is None or usd <= found[1]:
                return None
            if no := refusal(found[0], budget, self._taken(book, found[0]), usd - found[1]):
                return no
            book.execute("UPDATE spending SET usd = ? WHERE call = ?", (usd, call))
            return None

        return self._submit(work)

    def settle(self, call: str, usd: float | None) -> "Future[None]":
        """Note what a call was billed; None: it ended, and what was set aside stays taken, since nobody knows."""

        def work(book: sqlite3.Connection) -> None:
            if usd is None:
                book.execute("UPDATE spending SET state = 'guess' WHERE call = ? AND state = 'open'", (call,))
            else:
                book.execute("UPDATE spending SET usd = ?, state = 'billed' WHERE call = ?", (usd, call))

        return self._submit(work)

    def take_in(self, bills: Iterable[Billed]) -> "Future[None]":
        """Note what the ledger knows of calls, also of such that stand in no book yet."""
        known = tuple(bills)

        def work(book: sqlite3.Connection) -> None:
            for bill in known:
                if bill.usd == 0:  # what was refused was never in the book, and need not be
                    book.execute("UPDATE spending SET usd = 0, state = 'billed' WHERE call = ?", (bill.call,))
                elif bill.usd is not None:
                    row = (
                        bill.call,
                        "",
                        bill.profile,
                        bill.endpoint,
                        "",
                        _day(bill.at_s),
                        bill.at_s,
                        bill.usd,
                    )
                    book.execute(
                        f"INSERT {_INSERT} ON CONFLICT (call) DO UPDATE SET usd = excluded.usd, state = 'billed'",
                        (*row, "billed", bill.project),
                    )
            oldest = self._now_s() - _KEEP_DAYS * 86_400
            # What was spent for a project is asked for as long as it goes on, and longer.
            book.execute("DELETE FROM spending WHERE at_s < ? AND project = ''", (oldest,))
            # A grant lives as long as its window; what another day left over is nobody's.
            book.execute("DELETE FROM spending WHERE grant_id <> '' AND day <> ?", (_day(self._now_s()),))

        return self._submit(work)

    def taken(self, profile: str) -> "Future[Taken]":
        """Return what the calls of a profile have taken."""
        return self._submit(lambda book: self._taken(book, profile))

    def summary(self) -> "Future[Summary]":
        """Return what was spent today, in this session, and for each project."""

        def work(book: sqlite3.Connection) -> Summary:
            day, session = _lines(book, "day", _day(self._now_s())), _lines(book, "session", self.session)
            return Summary(day, session, _project_lines(book))

        return self._submit(work)

    def days(self, profiles: Sequence[str], first: str) -> "Future[tuple[DayCost, ...]]":
        """Return what was spent with profiles by day and endpoint, from a day (2026-01-31) on; of the last 40 days."""
        wanted = set(profiles)
        sql = (
            "SELECT profile, day, endpoint, total(usd) FROM spending WHERE day >= ? AND grant_id = ''"
            " GROUP BY profile, day, endpoint"
        )
        return self._submit(
            lambda book: tuple(
                DayCost(*row) for profile, *row in book.execute(sql, (first,)) if profile in wanted
            )
        )

    def close(self) -> None:
        """End, after all that was asked for. Blocks."""
        self._thread.submit(self._close).result()
        self._thread.shutdown()

    def _taken(self, book: sqlite3.Connection, profile: str) -> Taken:
        day, session = book.execute(
            "SELECT total(usd) FILTER (WHERE day = ?), total(usd) FILTER (WHERE session = ?) "
            "FROM spending WHERE profile = ? AND (day = ? OR session = ?)",
            (_day(self._now_s()), self.session, profile, _day(self._now_s()), self.session),
        ).fetchone()
        return Taken(day or 0.0, session or 0.0)

    def _submit(self, work: Callable[[sqlite3.Connection], T]) -> "Future[T]":
        return self._thread.submit(self._do, work)

    def _do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            book = self._connection or self._open()
            book.execute("BEGIN IMMEDIATE")
            try:
                found = work(book)
            except BaseException:
                book.execute("ROLLBACK")
                raise
            book.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise problem_of(error, self._path) from error
        return found

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        book = sqlite3.connect(self._path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        try:
            book.execute("PRAGMA journal_mode = WAL")
            book.execute("PRAGMA synchronous = NORMAL")
            book.executescript(_TABLE)
            _add_projects(book)
        except BaseException:
            book.close()
            raise
        self._connection = book
        return book

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _lines(book: sqlite3.Connection, span: str, value: str) -> tuple[Line, ...]:
    found = book.execute(
        "SELECT profile, endpoint, count(*), total(usd), sum(state <> 'billed') FROM spending "
        "WHERE CASE ? WHEN 'day' THEN day ELSE session END = ? AND grant_id = '' "
        "GROUP BY profile, endpoint ORDER BY profile, total(usd) DESC, endpoint",
        (span, value),
    )
    return tuple(Line(*row) for row in found)


def _project_lines(book: sqlite3.Connection) -> tuple[ProjectLine, ...]:
    found = book.execute(
        "SELECT project, min(day), profile, endpoint, count(*), total(usd), sum(state <> 'billed') FROM spending "
        "WHERE project <> '' AND grant_id = '' GROUP BY project, profile, endpoint "
        "ORDER BY max(max(at_s)) OVER (PARTITION BY project) DESC, project, total(usd) DESC, profile, endpoint"
    )
    return tuple(ProjectLine(project, Line(*row), since) for project, since, *row in found)


def _add_projects(book: sqlite3.Connection) -> None:
    """Let a book of an older program know projects."""
    book.execute("BEGIN IMMEDIATE")  # another window may be doing the same
    try:
        if "project" not in {name for _, name, *_ in book.execute("PRAGMA table_info(spending)")}:
            book.execute("ALTER TABLE spending ADD COLUMN project TEXT NOT NULL DEFAULT ''")
        book.execute(_PROJECTS)
    except BaseException:
        book.execute("ROLLBACK")
        raise
    book.execute("COMMIT")


def _day(at_s: float) -> str:
    return dt.datetime.fromtimestamp(at_s).astimezone().date().isoformat()


def _drop(_: object) -> None:
    """Make a value none."""
