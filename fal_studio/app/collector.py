"""Python's search for garbage, done by the window's thread alone and in moments short enough not to be felt.

By itself Python searches whenever enough objects were made, in whatever thread made the last one. A timer or a widget that is
part of the garbage then ends in that thread, which Qt forbids: it complains, or the process dies. So Python's own search is
off while the program lives, and a timer of the window's thread does what it would have done, by the same rules.
"""

import gc
import time

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

BUSY_MS, IDLE_MS = 20, 250
"""How often it looks whether there is enough to search: while objects are made, and while nothing happens."""
MANY = 700
"""New objects that are worth a search, as in Python's own setting."""
ROUNDS = 10
"""Searches of one age before the next age is searched too, as in Python's own setting."""
LONG_S = 0.008
"""A search of everything that took longer sets the survivors aside: they are there to stay, and cost the time."""
WHOLE_AFTER_S = 60.0
"""What was set aside is searched again at most this often, and only while another program is in front."""


class Collector(QObject):
    """Searches for garbage between `start` and `stop`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._was_on = False
        self._old = self._grown = 0
        """Objects that outlived the last search of everything, and about how many joined them since."""
        self._aside_since: float | None = None
        self.longest_s = 0.0
        """The longest search so far that could have been felt: the window was in front."""
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.CoarseTimer)
        self._timer.timeout.connect(self._on_tick)

    def start(self) -> None:
        """Take the search over from Python. Where it was off already, for a quick start, nothing so far is garbage."""
        if not self._timer.isActive():
            self._was_on = gc.isenabled()
            gc.disable()
            if self._was_on:
                self._old = len(gc.get_objects(generation=2))
            else:
                self.set_aside()
            self._timer.start(BUSY_MS if self._was_on else IDLE_MS)

    def stop(self) -> None:
        """Give it back."""
        if self._timer.isActive():
            self._timer.stop()
            if self._was_on:
                gc.collect()  # what is garbage now shall not wait for another thread
                gc.enable()

    def set_aside(self) -> None:
        """Search no more in what there is now: for the moment when everything is loaded."""
        gc.freeze()
        self._old = self._grown = 0
        self._aside_since = time.monotonic()

    def _on_tick(self) -> None:
        young, rounds, full_rounds = gc.get_count()
        if young >= MANY:
            self._timer.setInterval(BUSY_MS)
            is_full = full_rounds > ROUNDS and self._grown > self._old // 4
            self._search(2 if is_full else 1 if rounds > ROUNDS else 0, young)
            return
        self._timer.setInterval(min(IDLE_MS, self._timer.interval() * 2))
        if self._is_time_for_the_whole():
            self._aside_since = None
            gc.unfreeze()
            self._search(2, 0)

    def _is_time_for_the_whole(self) -> bool:
        since = self._aside_since
        return since is not None and time.monotonic() - since > WHOLE_AFTER_S and not _is_in_front()

    def _search(self, generation: int, young: int) -> None:
        began = time.perf_counter()
        found = gc.collect(generation)
        took_s = time.perf_counter() - began
        if _is_in_front():
            self.longest_s = max(self.longest_s, took_s)
        self._grown = max(0, self._grown + young - found)
        if generation == 2:
            self._old, self._grown = self._old + self._grown, 0
            if took_s > LONG_S:
                self.set_aside()


def _is_in_front() -> bool:
    app = QCoreApplication.instance()
    return (
        isinstance(app, QGuiApplication) and app.applicationState() == Qt.ApplicationState.ApplicationActive
    )
