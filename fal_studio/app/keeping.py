"""What lasts while the program runs: the ledger and the blobs. Trouble with them is told and never ends a call."""

import asyncio
import datetime as dt
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from fal_studio.app.trash import to_trash
from fal_studio.core import events as e
from fal_studio.core.history import Query, Usage
from fal_studio.core.log import EventLog
from fal_studio.core.request import Request
from fal_studio.figures import number
from fal_studio.modes.base import CallError
from fal_studio.store import beside, salvage
from fal_studio.store.blobs import BlobStore
from fal_studio.store.db import Database, Saved
from fal_studio.store.ledger import Ledger, OpenCall
from fal_studio.store.paths import Folders
from fal_studio.store.problems import StoreError, Trouble
from fal_studio.store.purge import LeavingFolder, Left
from fal_studio.store.transcripts import Transcripts
from fal_studio.words import tr, trn

BESIDE = tr(
    "Another fal Studio has the history open. This window keeps a record of its own, and its history shows its own calls."
)
_LEAVING_AT_ONCE = 20
_TRASH_AT_ONCE = 1_000


class Keeping(QObject):
    """Writes every call down, the wish before anything is sent; loaded after the window is on screen."""

    troubled = Signal(str, str)
    """A sentence and the next step; emitted from any thread."""
    recovered = Signal()
    """What could not be written has been written after all; emitted from any thread."""
    mended = Signal()
    """A damaged ledger was replaced while it was used; emitted from the ledger's thread."""

    def __init__(self, folders: Folders, log: EventLog, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log = log
        self._ledger: Ledger | None = None
        self._is_recording = self._is_beside = False
        self._unreadable: set[Path] = set()
        """Ledgers beside this one that could not be taken in: told once."""
        self._opened_s = time.time()
        self._told: set[Trouble] = set()
        self._purging = asyncio.Lock()
        self._forget: Callable[[], None] = _nothing
        self._folders = folders
        self.blobs = BlobStore(folders.blobs, self._tell)
        self.transcripts = Transcripts(folders.wire, self._tell)
        self.mended.connect(self._on_mended)

    @property
    def ledger(self) -> Ledger | None:
        """The ledger; None before it is open, and when it could not be."""
        return self._ledger

    @property
    def is_beside(self) -> bool:
        """Whether another program has the ledger, and this one keeps its calls in one of its own."""
        return self._is_beside

    @property
    def is_recording(self) -> bool:
        """Whether calls are written down; in a folder that can only be read there is a ledger all the same."""
        return self._is_recording

    async def open(self) -> list[OpenCall]:
        """Open the ledger and return the calls that had not ended; without a ledger there are none.

        What is wrong with it is told, and the window works without it: nothing is recorded then. A damaged one is
        put aside, and what can be read of it is in the new one. While another program has it, this one keeps a ledger
        of its own beside it, which the next program that has the ledger takes in.
        """
        await asyncio.to_thread(self._make_room)
        database: Database | None = None
        try:
            database = await self._database()
            ledger = Ledger(database, self._tell, self.recovered.emit)
            if database.refused is not None:
                self._ledger = ledger
                self._tell(_unrecorded(database.refused))
                return []
            await self._join_all(ledger)
            found = await asyncio.wrap_future(ledger.open_calls())
        except StoreError as problem:
            if database is not None:
                await asyncio.to_thread(database.close)
            self._tell(_unrecorded(problem))
            return []
        for saved in database.saved:
            self._tell(_saved(saved))
        database.on_mended(self._hear_of_mending)
        self._ledger, self._is_recording = ledger, True
        self._forget = self._log.subscribe(ledger.take)
        return found

    async def join(self) -> list[OpenCall] | None:
        """Take in the ledgers of other windows that are gone, and return their open calls; None if there were none."""
        if self._ledger is None or not self._is_recording or self._is_beside:
            return None
        return await self._join_all(self._ledger)

    async def _database(self) -> Database:
        """Open the ledger, or one beside it; raises StoreError."""
        try:
            return await _ready(Database(self._folders.ledger, mend=salvage.mend))
        except StoreError as problem:
            if problem.kind is not Trouble.IN_USE:
                raise
            own = await asyncio.to_thread(beside.new, self._folders.beside)
            database = await _ready(Database(own))
            self._is_beside = True
            self._tell(
                StoreError(
                    Trouble.IN_USE, BESIDE, tr("They join the history soon after this window is closed.")
                )
            )
            return database

    async def _join_all(self, ledger: Ledger) -> list[OpenCall] | None:
        if self._is_beside:
            return None
        paths = await asyncio.to_thread(beside.finished_in, self._folders.beside)
        found: list[OpenCall] = []
        for path in paths:
            if path in self._unreadable:
                continue
            try:
                found += await asyncio.wrap_future(ledger.take_in(path))
            except StoreError as problem:
                if problem.kind is not Trouble.IN_USE:  # somebody was quicker
                    self._unreadable.add(path)
                    self._tell(problem)
        return found if paths else None

    async def intend(self, call: str, request: Request) -> None:
        """Put the wish to call on disk; a ledger that cannot be written is told and does not stop the call."""
        if self._ledger is None or not self._is_recording:
            return
        try:
            await asyncio.wrap_future(self._ledger.intend(call, request))
        except StoreError as problem:
            self._tell(problem)

    async def written(self) -> None:
        """Wait until all that happened so far is on disk; raises CallError when it cannot be."""
        if self._ledger is None or not self._is_recording:
            return  # told when it could not be opened: the calls of this window are not kept
        try:
            await asyncio.wrap_future(self._ledger.flush())
        except StoreError as problem:
            raise CallError(
                e.Failed(
                    e.FailureKind.DISK,
                    tr("Nothing was sent, because it could not be written down first. {message}").format(
                        message=problem.message
                    ),
                    problem.next_step,
                    charged=e.Charged.NO,
                    retryable=True,
                )
            ) from problem

    async def noted(self, call: str) -> None:
        """Wait until everything that has happened in `call` is on disk, as right after Enqueued; trouble is told."""
        if self._ledger is None or not self._is_recording:
            return
        try:
            await asyncio.wrap_future(self._ledger.noted(call))
        except StoreError as problem:
            self._tell(problem)

    async def purge(self, calls: Sequence[str], secrets: Iterable[str] = ()) -> int:
        """Remove ended calls for good, with the files that only they have; return how many.

        Before that a folder with each call's record and files under plain names is moved to the system's trash.
        Raises StoreError if that does not work; then nothing was removed.
        """
        async with self._purging:  # the trash may be emptied by hand while it is emptied at the start
            return await self._purge(calls, secrets)

    async def _purge(self, calls: Sequence[str], secrets: Iterable[str]) -> int:
        ledger = self._ledger
        if ledger is None or not calls:
            return 0
        await asyncio.to_thread(self._must_be_alone)
        now = dt.datetime.now().astimezone().strftime("%Y-%m-%d %H.%M.%S")
        folder = await asyncio.to_thread(
            LeavingFolder,
            self._folders.data / "leaving",
            tr("fal Studio calls, {now}").format(now=now),
            self.blobs.path_of,
        )
        gone: list[str] = []
        try:
            for start in range(0, len(calls), _LEAVING_AT_ONCE):
                some = await asyncio.wrap_future(
                    ledger.leaving(calls[start : start + _LEAVING_AT_ONCE], secrets)
                )
                gone += [one.row.call for one in some]
                for one in some:
                    await asyncio.to_thread(folder.add, one)
            await asyncio.to_thread(to_trash, folder.path)
        except BaseException:
            folder.drop()
            raise
        left = await asyncio.wrap_future(ledger.purge(calls))
        await asyncio.to_thread(self._drop_files, left)
        await asyncio.to_thread(self.transcripts.drop, gone)
        return left.calls

    async def erase(self, calls: Sequence[str]) -> int:
        """Remove ended calls and the files that only they have, without a copy in the system's trash; return how many.

        Raises StoreError; what was not removed then is still there.
        """
        ledger = self._ledger
        if ledger is None:
            return 0
        async with self._purging:
            await asyncio.to_thread(self._must_be_alone)
            await asyncio.to_thread(self.blobs.flush)
            left = await asyncio.wrap_future(ledger.purge(calls, also_words=True))
            await asyncio.to_thread(self._drop_files, left, also_new=True)
            await asyncio.to_thread(self.transcripts.drop, calls)
            return left.calls

    async def empty_trash(self) -> None:
        """Move what was removed in an earlier run to the system's trash, since its undo ended with that run.

        Trouble is told, and then nothing was removed.
        """
        if self._ledger is None or not self._is_recording or self._is_beside:
            return
        wish = Query(in_trash=True, is_open=False, limit=_TRASH_AT_ONCE)
        try:
            page = await asyncio.wrap_future(self._ledger.search(wish))
            await self.purge([row.call for row in page.rows if row.deleted_s < self._opened_s])
        except StoreError as problem:
            if problem.kind is not Trouble.IN_USE:  # the next start is soon enough
                self._tell(problem)

    async def empty_trash_now(self) -> int:
        """Move all that was removed to the system's trash and return how many calls; raises StoreError."""
        wish, count = Query(in_trash=True, is_open=False, limit=_TRASH_AT_ONCE), 0
        while self._ledger is not None:
            page = await asyncio.wrap_future(self._ledger.search(wish))
            purged = await self.purge([row.call for row in page.rows])
            count += purged
            if not purged:
                break
        return count

    async def usage(self) -> Usage:
        """Return how much room is taken; raises StoreError."""
        calls, trashed = (0, 0) if self._ledger is None else await asyncio.wrap_future(self._ledger.counts())
        files, size = await asyncio.to_thread(self.blobs.usage)
        return Usage(
            calls,
            trashed,
            sum(
                path.stat().st_size
                for pattern in ("ledger.sqlite*", f"{self._folders.beside.name}/*")
                for path in self._folders.data.glob(pattern)
            ),
            files,
            size,
            shutil.disk_usage(self._folders.data).free,
        )

    async def close(self) -> None:
        """Write what is left."""
        self._forget()
        if self._ledger is not None:
            await asyncio.to_thread(self._ledger.close)
            self._ledger = None
        await asyncio.to_thread(self.blobs.close)
        await asyncio.to_thread(self.transcripts.close)

    def _drop_files(self, left: Left, *, also_new: bool = False) -> None:
        self.blobs.drop(left.blobs, also_new=also_new)
        for url in left.urls:
            self.blobs.part(url).drop()

    def _must_be_alone(self) -> None:
        """Raise StoreError while another window may need files that only the calls of this one seem to have."""
        if self._is_beside or beside.all_in(self._folders.beside):
            raise StoreError(
                Trouble.IN_USE,
                tr("Another fal Studio has this folder open, and its calls may need the same files."),
                tr("Close the other window and try again."),
            )

    def _make_room(self) -> None:
        try:
            self._folders.data.mkdir(parents=True, exist_ok=True)
        except OSError:
            return  # opening the ledger says what is wrong

    def _tell(self, problem: StoreError) -> None:
        if problem.kind is Trouble.READ_ONLY:
            if problem.kind in self._told:
                return  # the ledger's word is enough: the blobs are in the same folder
            self._told.add(problem.kind)
        self.troubled.emit(problem.message, problem.next_step)

    def _hear_of_mending(self, _connection: object, saved: Saved) -> None:
        self._tell(_saved(saved))
        self.mended.emit()

    def _on_mended(self) -> None:
        """Write again what happened since the start of the program: some of it may have been damaged."""
        if self._ledger is not None:
            for call in self._log.calls():
                self._ledger.take_again(self._log.of(call))


async def _ready(database: Database) -> Database:
    """Return a database that was opened; raises StoreError, and then its thread is gone."""
    try:
        await asyncio.wrap_future(database.ready)
    except StoreError:
        await asyncio.to_thread(database.close)
        raise
    return database


def _unrecorded(problem: StoreError) -> StoreError:
    """Return the problem with what it means for this window in front."""
    return StoreError(
        problem.kind,
        tr("Nothing is recorded in this window. {message}").format(message=problem.message),
        problem.next_step,
    )


def _saved(saved: Saved) -> StoreError:
    calls = trn("1 call was", "{calls} calls were", saved.calls).format(calls=number(saved.calls))
    return StoreError(
        Trouble.CORRUPT,
        tr("The ledger was damaged. {calls} saved into a new one.").format(calls=calls),
        tr("The damaged file is kept: {aside}").format(aside=saved.aside),
    )


def _nothing() -> None:
    """Do nothing."""
