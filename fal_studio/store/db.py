"""The database file: opened, migrated and used on one own thread."""

import contextlib
import datetime as dt
import heapq
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from fal_studio.store import migrations
from fal_studio.store.problems import StoreError, Trouble, newer, problem_of

T = TypeVar("T")

_LOCK_WAIT_S = 1.0
_MOST_MENDS = 2
"""A disk that damages one file after the other is not to be filled with them."""
_MEND_AGAIN_S = 30.0
"""Before it is tried again, for example because the disk was full."""
_CACHE_KIB = 32 * 1024
"""Pages kept in memory; SQLite's own 2 MB are read again and again by every search."""
_APPLICATION_ID = 0x66616C53  # "falS": tells our file from any other SQLite file


class _Job:
    """One piece of work for the thread, and where its outcome goes."""

    __slots__ = ("future", "work")

    def __init__(self, work: Callable[[sqlite3.Connection], Any]) -> None:
        self.work = work
        self.future: Future[Any] = Future()


class Saved(NamedTuple):
    """What came out of a damaged file."""

    aside: Path
    """The damaged file, under its new name."""
    calls: int
    events: int


Mend = Callable[[Path, tuple[str, ...]], tuple[sqlite3.Connection, Saved]]
"""Puts a damaged file aside and opens a new one with what could be read; raises StoreError."""


class Database:
    """Runs functions on the connection, one after the other, off the caller's thread.

    One process at a time: two of them would both take up the same open calls. The lock is the operating
    system's, so a killed process leaves none behind.
    """

    def __init__(
        self, path: Path, steps: tuple[str, ...] = migrations.STEPS, mend: "Mend | None" = None
    ) -> None:
        """`mend` is called when the file turns out to be damaged; without it all work then fails."""
        self._path = path
        self._steps = steps
        self._mend = mend
        self._connection: sqlite3.Connection | None = None
        self._mend_from = 0.0
        self._listeners: tuple[Callable[[sqlite3.Connection, Saved], None], ...] = ()
        self.refused: StoreError | None = None
        """Why nothing can be written, if the file can only be read; looked at when `ready` is done."""
        self.saved: list[Saved] = []
        """What was saved out of damaged files; looked at when `ready` is done."""
        self._jobs: queue.SimpleQueue[_Job | tuple[float, _Job] | None] = queue.SimpleQueue()
        self.ready: Future[None] = Future()
        """Done when the file is open and migrated; else holds the StoreError, as does all later work."""
        self._thread = threading.Thread(target=self._work, name="ledger", daemon=True)
        self._thread.start()

    @property
    def path(self) -> Path:
        """The database file."""
        return self._path

    def submit(self, work: Callable[[sqlite3.Connection], T]) -> "Future[T]":
        """Run `work` after everything submitted before; errors come out of the future as StoreError."""
        job = _Job(work)
        self._jobs.put(job)
        return job.future

    def submit_later(self, work: Callable[[sqlite3.Connection], object], delay_s: float) -> None:
        """Run `work` about `delay_s` seconds from now, or when the database is closed."""
        self._jobs.put((time.monotonic() + delay_s, _Job(work)))

    def close(self, wait_s: float = 5.0) -> bool:
        """Finish all work and close the file; return whether that was done within `wait_s`."""
        self._jobs.put(None)
        self._thread.join(wait_s)
        return not self._thread.is_alive()

    def on_mended(self, listener: "Callable[[sqlite3.Connection, Saved], None]") -> None:
        """Call `listener` on the database's thread when a damaged file was replaced, before any further work."""
        self._listeners += (listener,)

    @property
    def can_mend(self) -> bool:
        """Whether a damaged file will be replaced by a mended one."""
        is_soon = time.monotonic() < self._mend_from
        return self._mend is not None and len(self.saved) < _MOST_MENDS and not is_soon

    def _work(self) -> None:
        try:
            self._connection = self._opened()
        except StoreError as problem:
            self.ready.set_exception(problem)
            self._refuse(problem)
            return
        self.ready.set_result(None)
        for job in self._due():
            self._run(job)
        self._let_go()

    def _opened(self) -> sqlite3.Connection:
        try:
            return open_connection(self._path, self._steps)
        except StoreError as problem:
            if problem.kind is Trouble.READ_ONLY:
                connection = open_for_reading(self._path, len(self._steps))
                if connection is not None:
                    self.refused = problem
                    return connection
            if problem.kind is not Trouble.CORRUPT or not self.can_mend:
                raise
            return self._mended()

    def _mended(self) -> sqlite3.Connection:
        assert self._mend is not None
        self._mend_from = time.monotonic() + _MEND_AGAIN_S
        connection, saved = self._mend(self._path, self._steps)
        self._mend_from = 0.0
        self.saved.append(saved)
        for listener in self._listeners:
            listener(connection, saved)
        return connection

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _due(self) -> Iterator[_Job]:
        """Yield work when its time has come; after the closing mark, all that is left."""
        waiting: list[tuple[float, int, _Job]] = []
        counter = 0
        while True:
            wait_s = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
            try:
                item = self._jobs.get(timeout=wait_s)
            except queue.Empty:
                yield heapq.heappop(waiting)[2]
                continue
            if item is None:
                yield from (job for _, _, job in sorted(waiting))
                return
            if isinstance(item, _Job):
                yield item
            else:
                heapq.heappush(waiting, (item[0], counter, item[1]))
                counter += 1

    def _run(self, job: _Job) -> None:
        """Do the work, if need be again on a mended file."""
        # Whoever asked may have been cancelled meanwhile; what was handed over is done all the same.
        is_awaited = job.future.set_running_or_notify_cancel()
        result, error = self._tried(job)
        if isinstance(error, StoreError) and error.kind is Trouble.CORRUPT and self.can_mend:
            self._let_go()
            result, error = self._tried(job)
        if not is_awaited:
            return
        if error is None:
            job.future.set_result(result)
        else:
            job.future.set_exception(error)

    def _tried(self, job: _Job) -> tuple[Any, BaseException | None]:
        try:
            if self._connection is None:  # it was let go of, because the file is damaged
                self._connection = self._opened_again()
            return job.work(self._connection), None
        except (sqlite3.Error, OSError) as problem:
            return None, problem_of(problem, self._path)
        except Exception as problem:  # noqa: BLE001 - the future carries a bug to whoever asked; the thread goes on
            return None, problem

    def _opened_again(self) -> sqlite3.Connection:
        """Return a connection to a mended file; opening alone does not see every damage."""
        return self._mended() if self.can_mend else open_connection(self._path, self._steps)

    def _refuse(self, problem: StoreError) -> None:
        while (item := self._jobs.get()) is not None:
            job = item if isinstance(item, _Job) else item[1]
            if job.future.set_running_or_notify_cancel():
                job.future.set_exception(problem)


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Generator[None]:
    """All or nothing, and on the disk when it is left."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite itself has already rolled back after some errors, such as a full disk.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def open_connection(path: Path, steps: tuple[str, ...] = migrations.STEPS) -> sqlite3.Connection:
    """Open and migrate the file; raises StoreError and then has not changed it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        found = _format_of(path)
        if found > len(steps):
            raise newer(path, found, len(steps))
        connection = sqlite3.connect(path, timeout=_LOCK_WAIT_S, isolation_level=None)
    except (sqlite3.Error, OSError) as error:
        raise problem_of(error, path) from error
    try:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL: an intent that is said to be on disk survives a power cut.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        _migrate(connection, path, steps)
        connection.execute("BEGIN IMMEDIATE")  # takes the lock now, not at the first write
        connection.execute("COMMIT")
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.Error | OSError):
            raise problem_of(error, path) from error
        raise
    return connection


def open_for_reading(path: Path, number: int) -> sqlite3.Connection | None:
    """Open a file of format `number` that cannot be written; None if not even that works."""
    # Without the right to write beside the file, SQLite reads it only when told that nobody else changes it.
    for more in ("mode=ro", "mode=ro&immutable=1"):
        with contextlib.suppress(sqlite3.Error, OSError):
            connection = sqlite3.connect(f"{path.absolute().as_uri()}?{more}", uri=True, isolation_level=None)
            try:
                found = int(connection.execute("PRAGMA user_version").fetchone()[0])
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            except sqlite3.Error:
                connection.close()
                continue
            if found == number:
                return connection
            connection.close()
            return None
    return None


def _format_of(path: Path) -> int:
    """Read the file's format number without touching it; 0 for a new file."""
    if not path.exists() or path.stat().st_size == 0:
        return 0
    uri = f"{path.absolute().as_uri()}?mode=ro"
    with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=_LOCK_WAIT_S)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _migrate(connection: sqlite3.Connection, path: Path, steps: tuple[str, ...]) -> None:
    done = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if 0 < done < len(steps):
        back_up(connection, path, done)
    for number, sql in enumerate(steps[done:], start=done + 1):
        with transaction(connection):
            for statement in _statements(sql):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {number}")


def _statements(sql: str) -> Iterator[str]:
    """Split a script; executescript would commit between the statements."""
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def back_up(connection: sqlite3.Connection, path: Path, number: int) -> Path:
    """Write a copy of the database beside it and return where."""
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%d-%H%M%S-%f")
    copy = path.parent / "backups" / f"{path.stem}-format{number}-{stamp}{path.suffix}"
    copy.parent.mkdir(exist_ok=True)
    connection.execute("VACUUM INTO ?", (str(copy),))
    return copy


def put_aside(path: Path) -> Path:
    """Rename a damaged database and its side files, so that a new one can begin; return the new name."""
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%d-%H%M%S-%f")
    aside = path.with_name(f"{path.stem}-damaged-{stamp}{path.suffix}")
    for end in ("-wal", "-shm", ""):
        file = path.with_name(path.name + end)
        if file.exists():
            file.rename(aside.with_name(aside.name + end))
    return aside
