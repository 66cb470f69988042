"""How long the window's thread did not come round: a heart that should beat every few milliseconds."""

import threading
import time
from pathlib import Path

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
        self._spent = Path(f"/proc/self/task/{threading.get_native_id()}/schedstat")
        self._spent_before = self._parts_ms()
        self._longest_ms = (0.0, 0.0)

    @property
    def why(self) -> str:
        """What the thread did in the longest stall: a machine that is busy with something else is no fault of the window."""
        at_work, in_line = self._longest_ms
        rest = self._longest_s * 1e3 - at_work - in_line
        if not self._spent.exists():
            return ""
        return f"at work {at_work:.0f} ms, in line for a processor {in_line:.0f} ms, waiting for others {max(0.0, rest):.0f} ms"

    def start(self) -> None:
        self._last, self._longest_s = time.perf_counter(), 0.0
        self._spent_before = self._parts_ms()
        self._timer.start()

    def stop(self) -> float:
        """Return the longest stall in milliseconds, beyond the beat itself."""
        self._on_beat()
        self._timer.stop()
        return max(0.0, self._longest_s * 1e3 - BEAT_MS)

    def _on_beat(self) -> None:
        now = time.perf_counter()
        spent = self._parts_ms()
        if now - self._last > self._longest_s:
            self._longest_s = now - self._last
            at_work, in_line = (
                after - before for after, before in zip(spent, self._spent_before, strict=True)
            )
            self._longest_ms = at_work, in_line
        self._last, self._spent_before = now, spent

    def _parts_ms(self) -> tuple[float, float]:
        """Return how long the thread was on a processor, and ready but not on one, where the system tells."""
        try:
            at_work, in_line, *_ = self._spent.read_text().split()
        except OSError:
            return 0.0, 0.0
        return int(at_work) / 1e6, int(in_line) / 1e6
