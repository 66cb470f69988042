"""One signal a frame: collects the events of the log and hands them to the panes together."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from fal_studio.core.events import Event
from fal_studio.core.log import EventLog

FRAME_MS = 16


class Hub(QObject):
    """Batches events: the first one arms a timer, and one tuple is emitted when it fires.

    A frame is as long as the panes need: the timer is armed again only after they have taken the last tuple,
    so a flood of events cannot fill the Qt queue.
    """

    events = Signal(tuple)
    """tuple[Event, ...], oldest first, of any calls."""

    def __init__(self, log: EventLog, parent: QObject | None = None, frame_ms: int = FRAME_MS) -> None:
        super().__init__(parent)
        self._waiting: list[Event] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(frame_ms)
        self._timer.timeout.connect(self.flush)
        self._leave: Callable[[], None] = log.subscribe(self._on_event)

    def flush(self) -> None:
        """Emit what has been collected, now."""
        self._timer.stop()
        if self._waiting:
            batch = tuple(self._waiting)
            self._waiting.clear()
            self.events.emit(batch)

    def close(self) -> None:
        """Hand out the rest and listen no more."""
        self._leave()
        self.flush()

    def _on_event(self, event: Event) -> None:
        self._waiting.append(event)
        if not self._timer.isActive():
            self._timer.start()
