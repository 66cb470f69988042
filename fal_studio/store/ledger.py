"""The durable record of calls: what was wanted, before it is sent, and everything that happened then."""

import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import msgspec

from fal_studio.core import events as e
from fal_studio.core import stranded
from fal_studio.core.artifacts import Kind
from fal_studio.core.events import Event
from fal_studio.core.files import Earlier, Wanted
from fal_studio.core.history import CallRow, Durations, ExportAs, Judgement, Page, Query
from fal_studio.core.redact import Redactor
from fal_studio.core.request import Mode, Request
from fal_studio.core.sent import Sent
from fal_studio.store import beside, export, finding, outputs, prompts, purge, records, sent, telling
from fal_studio.store.db import Database, transaction
from fal_studio.store.outputs import Kept
from fal_studio.store.problems import StoreError, Trouble, problem_of
from fal_studio.store.purge import Leaving, Left
from fal_studio.store.records import Known

FLUSH_EVERY_S = 0.2
RETRY_EVERY_S = 2.0
"""How soon a flush that failed is tried again."""
RENEWED_AT_ONCE = 50
RENEW_EVERY_S = 0.05
_URGENT = (e.Enqueued, *e.ENDS)


class OpenCall(msgspec.Struct, frozen=True):
    """A call that had not ended when the program did."""

    call: str
    request: Request | None
    """None if the stored request can no longer be read."""
    events: tuple[Event, ...]
    """Complete, beginning with Started: `EventLog.restore` takes them as they are."""
    ticket: e.Enqueued | None
    """By which the call is followed again. None: it waits in line and was never sent (`CallState.held_for`), or the last
    event is its end, by what `core.stranded` can tell."""


class Ledger:
    """Writes calls and events to the database and reads them back.

    `take` is the event log's listener: it only appends to a queue in memory, the database's thread does the
    rest. All other methods return futures, which hold a StoreError if the work could not be done.
    """

    def __init__(
        self,
        database: Database,
        on_problem: Callable[[StoreError], None],
        on_recovered: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_problem` hears of events that could not be written, on the database's thread; once per outage.

        `on_recovered` hears that they have been written after all.
        """
        self._database = database
        self._on_problem = on_problem
        self._on_recovered = on_recovered
        self._taken: deque[Event] = deque()
        self._unsaved: list[Event] = []
        self._known: dict[str, Known] = {}
        self._flush_is_due = False
        self._is_troubled = False
        database.on_mended(self._on_mended)
        database.submit(self._renew)

    def intend(self, call: str, request: Request, wall_s: float | None = None) -> "Future[None]":
        """Put the wish to call on disk; wait for the future before anything that may cost money is sent."""
        created_s = time.time() if wall_s is None else wall_s

        def work(connection: sqlite3.Connection) -> None:
            with transaction(connection):
                # The call's first event may have been written before its wish.
                records.intend(connection, call, request, created_s)
            self._known.pop(call, None)

        return self._database.submit(work)

    def take(self, event: Event) -> None:
        """Accept an event; written within 200 ms, at once if it is Enqueued or an end."""
        self._taken.append(event)
        if isinstance(event.fact, _URGENT):
            self._database.submit(self._flush_and_report)
        elif not self._flush_is_due:
            self._flush_is_due = True
            self._database.submit_later(self._flush_and_report, FLUSH_EVERY_S)

    def take_again(self, events: Sequence[Event]) -> "Future[None]":
        """Write the events of a call that may be missing since the ledger was damaged: memory knows better."""

        def work(connection: sqlite3.Connection) -> None:
            self._flush(connection)
            with transaction(connection):
                records.write_again(connection, events)
            self._known.pop(events[0].call, None)

        return self._database.submit(work)

    def noted(self, call: str) -> "Future[None]":
        """Return what is done when everything taken so far of `call` is on disk and survives a power cut.

        To be awaited right after Enqueued, before anything else happens in the call: from then on its request id and
        its three URLs cannot be lost. Costs one commit, about a millisecond; calls that ask at the same time share it.
        """
        del call  # one commit writes what all calls have, so that waiting for one is waiting for all
        return self.flush()

    def flush(self) -> "Future[None]":
        """Write everything taken so far."""
        return self._database.submit(self._flush)

    def open_calls(self) -> "Future[list[OpenCall]]":
        """Return the calls that had not ended, oldest first.

        Those without a ticket were ended as truly as can be told, but for those that wait in line: they were never sent.

        To be asked once, at the start of the program, before new calls.
        """
        return self._database.submit(self._open_calls)

    def take_in(self, path: Path) -> "Future[list[OpenCall]]":
        """Take in the calls of a ledger beside this one, which nobody holds any more; returns those that had not ended.

        All or none of them, see `beside.take_in`; the open ones are as `open_calls` returns them.
        """

        def work(connection: sqlite3.Connection) -> list[OpenCall]:
            self._flush(connection)
            calls = beside.take_in(connection, path)
            self._known.clear()  # rows may have moved
            with transaction(connection):
                found = (finding.row(connection, call) for call in calls)
                return [
                    self._opened(connection, row.call) for row in found if row is not None and not row.ended
                ]

        return self._database.submit(work)

    def search(self, query: Query) -> "Future[Page]":
        """Return the calls that match, one page of them in the query's order, and how many there are in all."""

        def work(connection: sqlite3.Connection) -> Page:
            self._flush(connection)
            return finding.page(connection, query)

        return self._database.submit(work)

    def sent(self, limit: int) -> "Future[tuple[Sent, ...]]":
        """Return what left this machine with the newest calls."""

        def work(connection: sqlite3.Connection) -> tuple[Sent, ...]:
            self._flush(connection)
            return sent.inputs(connection, limit)

        return self._database.submit(work)

    def history(self, limit: int = 200, before: int | None = None) -> "Future[list[CallRow]]":
        """Return calls, newest first, from the one before the row `before` on; also those in the trash."""

        def work(connection: sqlite3.Connection) -> list[CallRow]:
            self._flush(connection)
            return finding.newest(connection, limit, before)

        return self._database.submit(work)

    def row(self, call: str) -> "Future[CallRow | None]":
        """Return the row of a call; None for an unknown one."""

        def work(connection: sqlite3.Connection) -> CallRow | None:
            self._flush(connection)
            return finding.row(connection, call)

        return self._database.submit(work)

    def same(self, fingerprint: str, since_s: float) -> "Future[tuple[CallRow, ...]]":
        """Return the calls of this `core.request.fingerprint` that are open or ended after `since_s`, newest first."""

        def work(connection: sqlite3.Connection) -> tuple[CallRow, ...]:
            self._flush(connection)
            return finding.same(connection, fingerprint, since_s)

        return self._database.submit(work)

    def durations(self, endpoint: str, last: int = 50, mode: Mode | None = None) -> "Future[Durations]":
        """Return how long the `last` calls of an endpoint took that were done."""
        return self._database.submit(lambda connection: finding.durations(connection, endpoint, last, mode))

    def prompts(self, endpoint: str, most: int) -> "Future[tuple[str, ...]]":
        """Return what was asked for in words, each once and newest first: of an endpoint, then of all others."""

        def work(connection: sqlite3.Connection) -> tuple[str, ...]:
            self._flush(connection)
            return prompts.prompts(connection, endpoint, most)

        return self._database.submit(work)

    def events_of(self, call: str) -> "Future[tuple[Event, ...]]":
        """Return all events of a call, oldest first; empty for an unknown one."""

        def work(connection: sqlite3.Connection) -> tuple[Event, ...]:
            self._flush(connection)
            return records.events_of(connection, call)

        return self._database.submit(work)

    def request_of(self, call: str) -> "Future[Request | None]":
        """Return the stored request; None for an unknown call or one that can no longer be read."""
        return self._database.submit(lambda connection: records.request_of(connection, call))

    def unfinished(self) -> "Future[tuple[Wanted, ...]]":
        """Return the files of results that are not on the disk and not gone, those of the newest calls first."""
        return self._database.submit(outputs.unfinished)

    def kept(self, url: str) -> "Future[Kept | None]":
        """Return the blob that a file of a result was kept as; None if it was not."""

        def work(connection: sqlite3.Connection) -> Kept | None:
            self._flush(connection)
            return outputs.kept(connection, url)

        return self._database.submit(work)

    def newest_files(self, kinds: tuple[Kind, ...] = (), limit: int = 60) -> "Future[tuple[Earlier, ...]]":
        """Return the newest files of results that are on the disk, of some kinds or of any; the same bytes once."""

        def work(connection: sqlite3.Connection) -> tuple[Earlier, ...]:
            self._flush(connection)
            return outputs.newest(connection, kinds, limit)

        return self._database.submit(work)

    def price(self, endpoint: str, unit_price_usd: float, profile: str | None = None) -> "Future[int]":
        """Fill in what the calls of an endpoint cost by their billed units; return how many did not know it yet."""

        def work(connection: sqlite3.Connection) -> int:
            self._flush(connection)
            with transaction(connection):
                return records.price(connection, endpoint, unit_price_usd, profile)

        return self._database.submit(work)

    def unpriced(self) -> "Future[list[tuple[str, str]]]":
        """Return profile and endpoint of recent calls that know their billed units and not what they cost."""
        return self._database.submit(records.unpriced)

    def delete(self, calls: Iterable[str], wall_s: float | None = None) -> "Future[int]":
        """Put ended calls into the trash and return how many; `restore` takes them out again. Open ones stay."""
        when_s = time.time() if wall_s is None else wall_s
        return self._mark_deleted(tuple(calls), when_s, "AND ended = 1 AND deleted_s = 0")

    def restore(self, calls: Iterable[str]) -> "Future[int]":
        """Take calls out of the trash and return how many."""
        return self._mark_deleted(tuple(calls), 0.0, "AND deleted_s > 0")

    def judge(self, calls: Iterable[str], judgement: Judgement) -> "Future[int]":
        """Note what somebody thinks of calls and return how many; those that are not written down stay as they are."""
        names = tuple(calls)
        sql = "UPDATE calls SET starred = coalesce(?, starred), rating = coalesce(?, rating) WHERE call = ?"
        wanted = None if judgement.starred is None else int(judgement.starred), judgement.rating

        def work(connection: sqlite3.Connection) -> int:
            self._flush(connection)
            with transaction(connection):
                return connection.executemany(sql, [(*wanted, call) for call in names]).rowcount

        return self._database.submit(work)

    def leaving(self, calls: Iterable[str], secrets: Iterable[str] = ()) -> "Future[tuple[Leaving, ...]]":
        """Return everything that is known of calls, for people to keep when `purge` removes them."""
        names, redactor = tuple(calls), Redactor(secrets)

        def work(connection: sqlite3.Connection) -> tuple[Leaving, ...]:
            self._flush(connection)
            found = (finding.row(connection, call) for call in names)
            return tuple(
                Leaving(row, telling.whole(connection, row, redactor), telling.files(connection, row.id))
                for row in found
                if row is not None and row.ended
            )

        return self._database.submit(work)

    def purge(self, calls: Iterable[str], *, also_words: bool = False) -> "Future[Left]":
        """Remove ended calls for good; open ones stay. What can be read of them is to be put elsewhere before.

        `also_words`: their words go out of the index for searching at once, too, which takes a while where there is much.
        """
        names = tuple(calls)

        def work(connection: sqlite3.Connection) -> Left:
            self._flush(connection)
            connection.execute("PRAGMA secure_delete = ON")
            try:
                with transaction(connection):
                    left = purge.remove(connection, names)
                    if also_words:
                        purge.forget_words(connection)
                if also_words:
                    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                return left
            finally:
                connection.execute("PRAGMA secure_delete = OFF")

        return self._database.submit(work)

    def export(self, query: Query, path: Path, form: ExportAs, secrets: Iterable[str] = ()) -> "Future[int]":
        """Write the calls that match to a file, newest first, whole or not at all; return how many.

        `secrets` are left out like everything that looks like one. Other work goes on meanwhile.
        """
        self.flush()
        return export.export(self._database, query, path, form, secrets)

    def counts(self) -> "Future[tuple[int, int]]":
        """Return how many calls there are in all, and how many of them are in the trash."""
        sql = "SELECT (SELECT count(*) FROM calls), (SELECT count(*) FROM calls WHERE deleted_s > 0)"

        def work(connection: sqlite3.Connection) -> tuple[int, int]:
            every, trashed = connection.execute(sql).fetchone()
            return int(every), int(trashed)

        return self._database.submit(work)

    def close(self) -> bool:
        """Write what is left and close; return whether all of it is on disk."""
        last = self.flush()
        return self._database.close() and last.done() and last.exception() is None

    def _mark_deleted(self, calls: tuple[str, ...], when_s: float, condition: str) -> "Future[int]":
        sql = f"UPDATE calls SET deleted_s = ? WHERE call = ? {condition}"  # noqa: S608 - two constants above

        def work(connection: sqlite3.Connection) -> int:
            self._flush(connection)
            with transaction(connection):
                return connection.executemany(sql, [(when_s, call) for call in calls]).rowcount

        return self._database.submit(work)

    def _flush_and_report(self, connection: sqlite3.Connection) -> None:
        try:
            self._flush(connection)
        except StoreError as problem:
            self._database.submit_later(self._flush_and_report, RETRY_EVERY_S)
            if problem.kind is Trouble.CORRUPT and self._database.can_mend:
                raise  # the database mends its file and does this work again
            if not self._is_troubled:
                self._is_troubled = True
                self._on_problem(problem)
        else:
            if self._is_troubled:
                self._is_troubled = False
                self._on_recovered()

    def _flush(self, connection: sqlite3.Connection) -> None:
        self._flush_is_due = False
        while self._taken:
            self._unsaved.append(self._taken.popleft())
        if not self._unsaved:
            return
        try:
            with transaction(connection):
                known = {
                    call: self._known_of(connection, call) for call in {event.call for event in self._unsaved}
                }
                clashes = records.write(connection, self._unsaved, known)
        except sqlite3.Error as error:
            raise problem_of(error, self._database.path) from error
        self._unsaved.clear()
        if clashes:
            self._on_problem(_clash(clashes))
        for call, found in known.items():
            if found.state.is_ended:
                self._known.pop(call, None)
            else:
                self._known[call] = found

    def _known_of(self, connection: sqlite3.Connection, call: str) -> Known:
        """Return what is known of a call, to be changed by the caller: what is rolled back must not be known."""
        known = self._known.get(call)
        return replace(known) if known is not None else records.known(connection, call)

    def _open_calls(self, connection: sqlite3.Connection) -> list[OpenCall]:
        self._flush(connection)
        calls = connection.execute("SELECT call FROM calls WHERE ended = 0 ORDER BY id").fetchall()
        with transaction(connection):
            return [self._opened(connection, call) for (call,) in calls]

    def _opened(self, connection: sqlite3.Connection, call: str) -> OpenCall:
        request, row = records.request_of(connection, call), finding.row(connection, call)
        assert row is not None, "it was just listed"
        events = records.events_of(connection, call)
        added: list[Event] = []
        if not events:
            # Killed between the intent and the first flush.
            added.append(Event(call, 0, 0, e.Started(row.created_s, row.endpoint, row.mode, row.profile)))
        end = stranded.end_of(events, row.mode, time.time())
        if end is not None:
            last = (*events, *added)[-1]
            added.append(Event(call, last.seq + 1, last.t_ns, end))
        if added:
            records.write(connection, added, {call: records.known(connection, call)})
        return OpenCall(call, request, (*events, *added), stranded.ticket_in(events))

    def _on_mended(self, connection: sqlite3.Connection, _saved: object) -> None:
        """Write again what is known of open calls; the rows that were saved are computed anew."""
        known, self._known = self._known, {}
        with transaction(connection):
            for call, about in known.items():
                if about.request is not None:
                    records.intend(connection, call, about.request, about.state.started_wall_s)
        self._database.submit(self._renew)

    def _renew(self, connection: sqlite3.Connection) -> None:
        """Write some rows of an older projection anew; the rest a little later, so that nobody waits for it."""
        with transaction(connection):
            is_done = records.renew(connection, RENEWED_AT_ONCE)
        if not is_done:
            self._database.submit_later(self._renew, RENEW_EVERY_S)


def _clash(count: int) -> StoreError:
    return StoreError(
        Trouble.CLASH,
        f"{count} events of a call were recorded twice; the first record was kept.",
        "This is a mistake in fal Studio; please report it.",
    )
