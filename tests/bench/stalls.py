"""How long the window's thread did not come round: a heart that should beat every few milliseconds."""

import time

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 2


class Heart(QObject):
    """Measures the longest gap between two beats; a beat is one turn of Qt's loop."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._on_beat)
        self._last = 0.0
        self._longest_s = 0.0

    def start(self) -> None:
        self._last, self._longest_s = time.perf_counter(), 0.0
        self._timer.start()

    def stop(self) -> float:
        """Return the longest stall in milliseconds, beyond the beat itself."""
        self._on_beat()
        self._timer.stop()
        return max(0.0, self._longest_s * 1e3 - BEAT_MS)

    def _on_beat(self) -> None:
        now = time.perf_counter()
        self._longest_s = max(self._longest_s, now - self._last)
        self._last = now
