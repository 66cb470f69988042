"""The log of the program in the window: from any thread into the view, a few times a second."""

from collections import deque
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from fal_studio.core.log_record import Record
from fal_studio.ui.shell.log_panel import LogPanel

if TYPE_CHECKING:
    from fal_studio.app.program import Program

TOLD_EVERY_MS = 200


class ProgramLog(QObject):
    """Joins the panel to what the log remembers; made when the panel is first opened."""

    _heard = Signal()

    def __init__(self, panel: LogPanel, program: "Program") -> None:
        super().__init__(program)
        self._panel, self._tail = panel, program.funnel.tail
        self._fresh: deque[Record] = deque()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TOLD_EVERY_MS)
        self._pause.timeout.connect(self._tell)
        # A record may come from any thread: the signal brings it to the window's.
        self._heard.connect(self._on_heard, Qt.ConnectionType.QueuedConnection)

    def open(self) -> None:
        """Show what is remembered, and follow."""
        self._fresh.clear()
        self._panel.show_records(self._tail.records)
        self._tail.heard = self._take
        self._panel.closed.connect(self._on_closed, Qt.ConnectionType.UniqueConnection)

    def _take(self, record: Record) -> None:
        self._fresh.append(record)
        if len(self._fresh) == 1:
            self._heard.emit()

    def _on_heard(self) -> None:
        if not self._pause.isActive():
            self._pause.start()

    def _tell(self) -> None:
        fresh: list[Record] = []
        while self._fresh:
            fresh.append(self._fresh.popleft())
        self._panel.append(fresh)

    def _on_closed(self) -> None:
        self._tail.heard = None


def join(panel: LogPanel, program: "Program") -> ProgramLog:
    """Return what answers the panel."""
    return ProgramLog(panel, program)
