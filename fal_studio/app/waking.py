"""After this machine slept: the window says so, when there are calls that went on without it."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from fal_studio.core import events as e
from fal_studio.core.events import Event
from fal_studio.core.log import EventLog
from fal_studio.figures import number
from fal_studio.ui.shell.window import MainWindow
from fal_studio.words import tr


class Waking(QObject):
    """Listens for what the runner tells each open call."""

    def __init__(self, window: MainWindow, log: EventLog, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window = window
        self._told: e.Slept | None = None
        """All open calls hear of the same sleep: it is told once."""
        self._forget: Callable[[], None] = log.subscribe(self._on_event)

    def close(self) -> None:
        """Listen no more."""
        self._forget()

    def _on_event(self, event: Event) -> None:
        fact = event.fact
        if not isinstance(fact, e.Slept) or fact == self._told:
            return
        self._told = fact
        self._window.status.tell(
            tr("This computer slept for {time}: open calls are asked about now.").format(
                time=slept(fact.seconds)
            )
        )


def slept(seconds: float) -> str:
    """Return the length of a sleep, rounded as people say it: 40 s, 12 min, 7 h."""
    if seconds < 90:
        return tr("{seconds} s").format(seconds=number(seconds, ".0f"))
    if seconds < 90 * 60:
        return tr("{minutes} min").format(minutes=number(seconds / 60, ".0f"))
    return tr("{hours} h").format(hours=number(seconds / 3600, ".0f"))
