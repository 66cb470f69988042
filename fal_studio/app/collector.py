"""Garbage is collected in the window's thread alone: a Qt object that ends in another thread can take the program along.

Python collects in whichever thread happens to allocate, and cycles that hold widgets are common in Qt programs.
"""

import gc
import time
from types import TracebackType
from typing import Self

from PySide6.QtCore import QObject, QTimer

EVERY_MS = 200
FULL_EVERY_S = 20.0
"""A look at everything that lives takes some ten milliseconds."""


class Collector(QObject):
    """Takes over from Python's own collector while the block runs; needs a running Qt loop."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._on_beat)
        self._was_on = False
        self._full_s = 0.0

    def __enter__(self) -> Self:
        self._was_on = gc.isenabled()
        gc.disable()
        self._full_s = time.monotonic()
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.stop()
        gc.collect()
        if self._was_on:
            gc.enable()

    def _on_beat(self) -> None:
        """Do what Python would have done by now, no more: it counts allocations also while it is off."""
        young, middle, old = gc.get_count()
        most_young, most_middle, most_old = gc.get_threshold()
        now = time.monotonic()
        if old > most_old and now - self._full_s >= FULL_EVERY_S:
            self._full_s = now
            gc.collect()
        elif middle > most_middle:
            gc.collect(1)
        elif young > most_young:
            gc.collect(0)
