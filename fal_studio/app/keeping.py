"""What lasts while the program runs: the ledger and the blobs. Trouble with them is told and never ends a call."""

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from fal_studio.core import events as e
from fal_studio.core.log import EventLog
from fal_studio.core.request import Request
from fal_studio.modes.base import CallError
from fal_studio.store.blobs import BlobStore
from fal_studio.store.db import Database
from fal_studio.store.ledger import Ledger, OpenCall
from fal_studio.store.paths import Folders
from fal_studio.store.problems import StoreError


class Keeping(QObject):
    """Writes every call down, the wish before anything is sent; loaded after the window is on screen."""

    troubled = Signal(str, str)
    """A sentence and the next step; emitted from any thread."""

    def __init__(self, folders: Folders, log: EventLog, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log = log
        self._ledger: Ledger | None = None
        self._forget: Callable[[], None] = _nothing
        self._folders = folders
        self.blobs = BlobStore(folders.blobs, self._tell)

    @property
    def ledger(self) -> Ledger | None:
        """The ledger; None before it is open, and when it could not be."""
        return self._ledger

    async def open(self) -> list[OpenCall]:
        """Open the ledger and return the calls that had not ended; without a ledger there are none."""
        await asyncio.to_thread(self._make_room)
        database = Database(self._folders.ledger)
        try:
            await asyncio.wrap_future(database.ready)
            ledger = Ledger(database, self._tell)
            found = await asyncio.wrap_future(ledger.open_calls())
        except StoreError as problem:
            await asyncio.to_thread(database.close)
            self._tell(problem)
            return []
        self._ledger = ledger
        self._forget = self._log.subscribe(ledger.take)
        return found

    async def intend(self, call: str, request: Request) -> None:
        """Put the wish to call on disk; a ledger that cannot be written is told and does not stop the call."""
        if self._ledger is None:
            return
        try:
            await asyncio.wrap_future(self._ledger.intend(call, request))
        except StoreError as problem:
            self._tell(problem)

    async def written(self) -> None:
        """Wait until all that happened so far is on disk; raises CallError when it cannot be."""
        if self._ledger is None:
            return  # told when it could not be opened: the calls of this window are not kept
        try:
            await asyncio.wrap_future(self._ledger.flush())
        except StoreError as problem:
            raise CallError(
                e.Failed(
                    e.FailureKind.DISK,
                    f"Nothing was sent, because it could not be written down first. {problem.message}",
                    problem.next_step,
                    charged=e.Charged.NO,
                    retryable=True,
                )
            ) from problem

    async def noted(self, call: str) -> None:
        """Wait until everything that has happened in `call` is on disk, as right after Enqueued; trouble is told."""
        if self._ledger is None:
            return
        try:
            await asyncio.wrap_future(self._ledger.noted(call))
        except StoreError as problem:
            self._tell(problem)

    async def close(self) -> None:
        """Write what is left."""
        self._forget()
        if self._ledger is not None:
            await asyncio.to_thread(self._ledger.close)
            self._ledger = None
        await asyncio.to_thread(self.blobs.close)

    def _make_room(self) -> None:
        try:
            self._folders.data.mkdir(parents=True, exist_ok=True)
        except OSError:
            return  # opening the ledger says what is wrong

    def _tell(self, problem: StoreError) -> None:
        self.troubled.emit(problem.message, problem.next_step)


def _nothing() -> None:
    """Do nothing."""
