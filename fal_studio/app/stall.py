"""How long the window did not react: a fast timer that notices when it is late."""

import time
from collections.abc import Generator
from contextlib import contextmanager

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 5


class StallMonitor(QObject):
    """Measures the longest time between two turns of Qt's loop while it runs."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.longest_ms = 0.0
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._on_beat)

    def start(self) -> None:
        """Begin to measure, from zero."""
        self.longest_ms = 0.0
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> float:
        """End; return the longest stall in milliseconds."""
        self._on_beat()
        self._timer.stop()
        return self.longest_ms

    @contextmanager
    def paused(self) -> Generator[None]:
        """Measure nothing in the block."""
        self._on_beat()
        yield
        self._last = time.perf_counter()

    def _on_beat(self) -> None:
        now = time.perf_counter()
        self.longest_ms = max(self.longest_ms, (now - self._last) * 1000 - BEAT_MS)
        self._last = now
