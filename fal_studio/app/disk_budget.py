"""How much of the space for results is used: counted once, behind the open window, and followed from then on."""

import asyncio
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from fal_studio.core.disk_budget import GB, DiskBudget, Level
from fal_studio.core.settings import Settings
from fal_studio.store.blobs import BlobStore
from fal_studio.ui.widgets.toasts import News
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.app.program import Program

COUNT_AFTER_S = 2.0
"""So long after the start, since it is not urgent, and the start is busy enough."""
TELL_EVERY_MS = 250
"""A realtime session keeps dozens of files a second."""
_COUNTS_AT_MOST = 3


class DiskBudgeting(QObject):
    """Tells the window's history what is used, and once in words when it becomes too much."""

    _heard = Signal()
    """The sum is another one; emitted from any thread."""

    def __init__(self, program: "Program", blobs: BlobStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window, self._blobs, self._start = program.window, blobs, program.start
        self._limit_bytes: int | None = None
        """0: nobody wants to know; None before the settings were read."""
        self._last: DiskBudget | None = None
        self._is_closed = False
        self._is_told = False
        """Whether somebody was told that it is used up, and it is still nearly so."""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TELL_EVERY_MS)
        self._timer.timeout.connect(self._tell)
        self._heard.connect(self._on_heard)
        blobs.tally.heard = self._heard.emit
        door = self._window.settings
        door.put.connect(self._on_settings)
        self._on_settings(door.now or program.settings())

    def close(self) -> None:
        """Hear no more."""
        self._is_closed = True
        self._blobs.tally.heard = lambda: None
        self._window.settings.put.disconnect(self._on_settings)
        self._timer.stop()

    def _on_settings(self, settings: Settings) -> None:
        limit_bytes = settings.results_gb * GB
        if limit_bytes == self._limit_bytes:
            return
        self._limit_bytes = limit_bytes
        if limit_bytes and self._blobs.tally.known_bytes is None:
            self._start("space", self._count())
        self._tell()

    async def _count(self) -> None:
        await asyncio.sleep(COUNT_AFTER_S)
        for _ in range(_COUNTS_AT_MOST):  # what came meanwhile may be counted or not: then once more
            if await asyncio.to_thread(self._blobs.count):
                return

    def _on_heard(self) -> None:
        # What was on its way from another thread when this was closed still comes.
        if not (self._is_closed or self._timer.isActive()):
            self._timer.start()

    def _tell(self) -> None:
        used = self._blobs.tally.known_bytes
        if used is None and self._limit_bytes:
            return  # it is being counted
        now = DiskBudget(used or 0, self._limit_bytes) if self._limit_bytes else None
        before, self._last = self._last, now
        if now != before or now is None:
            self._window.history.put_budget(now)
            self._note(before, now)

    def _note(self, before: DiskBudget | None, now: DiskBudget | None) -> None:
        """Say once that it is used up; who has just chosen less, or starts with too much, sees it in the bar."""
        if now is None or now.level is Level.ROOM:
            self._is_told = False
            return
        if now.level is not Level.FULL:
            return
        has_grown = before is not None and before.limit_bytes == now.limit_bytes
        if has_grown and before is not None and before.level is not Level.FULL and not self._is_told:
            self._window.toasts.tell(
                News(
                    tr("The space for results is used up"),
                    "ask",
                    tr("Look"),
                    "space",
                    tr("All goes on, and nothing is deleted by itself."),
                )
            )
        self._is_told = True
