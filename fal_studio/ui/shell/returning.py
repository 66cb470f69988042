"""Results as they were left: a request shows the call again that it showed when the program was closed."""

from collections.abc import Mapping
from typing import Protocol

from PySide6.QtCore import QObject

from fal_studio.core.events import Event
from fal_studio.core.request import Request
from fal_studio.ui.history import History
from fal_studio.ui.models import Calls
from fal_studio.ui.shell.open_requests import OpenRequests
from fal_studio.ui.shell.workspace import Workspace


class Host(Protocol):
    """Where the requests are."""

    requests: OpenRequests

    @property
    def workspaces(self) -> dict[str, Workspace]:
        """All open requests by their keys."""
        ...

    def follow(self, key: str, call: str) -> None:
        """Show a call in a request tab."""


class Returning(QObject):
    """Reads a call from the ledger when its request first comes to the front; one that is gone leaves the page empty."""

    def __init__(self, host: Host, calls: Calls, history: History, parent: QObject) -> None:
        super().__init__(parent)
        self._host, self._calls, self._history = host, calls, history
        self._left: dict[str, str] = {}
        """Calls by the keys of the requests that have not shown theirs yet."""
        history.call_found.connect(self._on_call_found)
        history.call_missed.connect(self._on_call_missed)

    def expect(self, left: Mapping[str, str]) -> None:
        """Take which call each request showed, and bring back that of the one in front."""
        self._left = dict(left)
        self._host.requests.fronted.connect(self._look)
        self._look()

    def call_of(self, key: str) -> str:
        """Return the call that a request shows, or will show when it comes to the front; "" for none."""
        return self._host.workspaces[key].result.call or self._left.get(key, "")

    def _look(self) -> None:
        spaces = self._host.workspaces
        key = next((one for one in self._left if spaces.get(one) is self._host.requests.front), "")
        if not key:
            return
        call = self._left[key]
        if self._calls.has(call):
            self._show(call)
        else:
            self._history.call_wanted.emit(call)

    def _show(self, call: str) -> None:
        for key in [one for one, left in self._left.items() if left == call]:
            del self._left[key]
            space = self._host.workspaces.get(key)
            if space is not None and not space.result.call:  # a new call was quicker
                self._host.follow(key, call)

    def _on_call_found(self, call: str, request: Request | None, events: tuple[Event, ...]) -> None:
        if call in self._left.values():
            self._calls.hold(call, request, events)
            self._show(call)

    def _on_call_missed(self, call: str, _why: str) -> None:
        self._left = {key: left for key, left in self._left.items() if left != call}
