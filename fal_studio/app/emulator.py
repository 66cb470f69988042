"""The emulator beside the window: its process, or one that somebody else started, as signals on the window's thread."""

import asyncio
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from fal_studio.services.emulator_process import Addresses, EmulatorError, EmulatorServer

__all__ = ["Addresses", "Emulator", "EmulatorError"]


class Emulator(QObject):
    """One emulator; `addresses` waits for it."""

    ready = Signal(object)
    """Its Addresses."""
    failed = Signal(str, str)
    """A sentence, and what it printed."""

    def __init__(self, parent: QObject | None = None, *, running: Addresses | None = None) -> None:
        """`running` is an emulator that somebody else started; it is used and left alone."""
        super().__init__(parent)
        self._running = running
        # Signals cross from the watching thread to the window's by themselves.
        self._server = EmulatorServer(
            on_ready=self.ready.emit,
            on_failed=lambda error: self.failed.emit(error.sentence, error.printed),
        )

    def start(self, data_dir: Path | None = None) -> None:
        """Begin to start it, with its jobs in `data_dir`, or forgetting them."""
        if self._running is not None:
            self.ready.emit(self._running)
        else:
            self._server.start(data_dir)

    @property
    def pid(self) -> int:
        """Its process id, 0 when it does not run."""
        return self._server.pid

    async def addresses(self) -> Addresses:
        """Wait until it is ready; raises EmulatorError when it does not start."""
        return self._running or await self._server.addresses()

    async def stop(self) -> None:
        """End it and wait for that."""
        if self._running is None:
            await asyncio.to_thread(self._server.stop)
