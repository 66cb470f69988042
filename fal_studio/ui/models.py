"""What the panes share: the state of every call, folded from the log as its events come in."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from fal_studio.core.call import CallState, advance
from fal_studio.core.events import Event
from fal_studio.core.request import Request


class Calls(QObject):
    """The calls of this session with their requests and states; newest last."""

    added = Signal(str)
    """A call was begun: its id."""
    changed = Signal(str, tuple)
    """A call's id and the events of it that came in this frame."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._requests: dict[str, Request] = {}
        self._states: dict[str, CallState] = {}
        self._events: dict[str, list[Event]] = {}

    def add(self, call: str, request: Request) -> None:
        """Note the request of a call that was just started."""
        is_new = call not in self._requests
        self._requests[call] = request
        if is_new:
            self.added.emit(call)

    def take(self, events: Iterable[Event]) -> None:
        """Fold the events of one frame; says once for each call what is new in it."""
        fresh: dict[str, list[Event]] = {}
        states = self._states
        for event in events:
            call = event.call
            states[call] = advance(states.get(call) or CallState(call), event)
            fresh.setdefault(call, []).append(event)
        for call, batch in fresh.items():
            self._events.setdefault(call, []).extend(batch)
            self.changed.emit(call, tuple(batch))

    def state(self, call: str) -> CallState:
        """Return what is known about a call."""
        return self._states.get(call) or CallState(call)

    def request(self, call: str) -> Request | None:
        """Return what was asked, or None for a call of somebody else."""
        return self._requests.get(call)

    def events(self, call: str) -> list[Event]:
        """Return the events that the panes have been told about; not to be changed."""
        return self._events.get(call, [])

    def ids(self) -> tuple[str, ...]:
        """Return all calls, oldest first."""
        return tuple(self._requests)

    def open_ids(self) -> tuple[str, ...]:
        """Return the calls that have not ended."""
        return tuple(call for call in self._requests if not self.state(call).is_ended)


def seconds(value: float) -> str:
    """Return a duration as people read it: 12 ms, 4.31 s, 2 min 5 s."""
    if value < 0.1:
        return f"{value * 1000:.0f} ms"
    if value < 100:
        return f"{value:.2f} s"
    return f"{int(value // 60)} min {int(value % 60)} s"
