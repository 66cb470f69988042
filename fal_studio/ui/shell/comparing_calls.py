"""Puts two calls of the list against each other: reads those of earlier starts, fills the panel."""

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from fal_studio.core.events import Event
from fal_studio.core.history import CallRow
from fal_studio.core.request import Request
from fal_studio.ui.history import History
from fal_studio.ui.models import Calls
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.shell.compare_outputs import CompareOutputs
from fal_studio.ui.shell.two_calls import EARLIER, LATER, Side, TwoCallsPanel
from fal_studio.words import tr

if TYPE_CHECKING:
    from collections.abc import Iterable


class Host(Protocol):
    """What comparing needs of the window."""

    bytes_of: Bytes

    def show_call(self, call: str) -> None:
        """Show a call in a request tab."""

    def copy(self, text: str) -> None:
        """Put text on the clipboard."""


class TwoCalls(QObject):
    """Knows which two are wanted; what comes late for others is not shown."""

    def __init__(self, host: Host, window: QWidget, calls: Calls, history: History) -> None:
        super().__init__(window)
        self._window, self._calls, self._history = window, calls, history
        self._rows: tuple[CallRow, ...] = ()
        self._sides: dict[str, Side] = {}
        self.panel = TwoCallsPanel(window)
        self.panel.show_wanted.connect(host.show_call)
        self.panel.copy_wanted.connect(host.copy)
        self._outputs = CompareOutputs(self.panel.outputs, calls, history, host.bytes_of, self)
        history.call_found.connect(self._on_call_found)
        history.call_missed.connect(self._on_call_missed)

    def open(self, one: CallRow, other: CallRow) -> None:
        """Show two calls that have ended, the one that began first at the left."""
        self._rows = tuple(sorted((one, other), key=lambda row: (row.created_s, row.id)))
        self._sides = {row.call: Side(row, self._calls.cost(row).text) for row in self._rows}
        self.panel.show_problem("")
        missing = [row.call for row in self._rows if not self._take(row.call)]
        self._show()
        self.panel.place_in(self._window)
        self.panel.open()
        self._ask(missing)

    def close(self) -> None:
        """Wait for what is being computed."""
        self._outputs.close()

    def _ask(self, calls: "Iterable[str]") -> None:
        for call in calls:
            self._history.call_wanted.emit(call)

    def _take(self, call: str) -> bool:
        """Take what is at hand of a call; False: it is to be read."""
        if not self._calls.has(call):
            return False
        state, request = self._calls.state(call), self._calls.request(call)
        self._sides[call] = self._sides[call]._replace(state=state, request=request)
        return True

    def _show(self) -> None:
        earlier, later = (self._sides[row.call] for row in self._rows)
        self.panel.show_calls(earlier, later)

    def _on_call_found(self, call: str, request: Request | None, events: tuple[Event, ...]) -> None:
        if call in self._sides and self._sides[call].state is None:
            self._calls.hold(call, request, events)
            if self._take(call):
                self._show()

    def _on_call_missed(self, call: str, why: str) -> None:
        if call in self._sides and self._sides[call].state is None:
            name = EARLIER if self._rows[0].call == call else LATER
            self.panel.show_problem(
                tr("The {name} call cannot be shown. {why}").format(name=name.lower(), why=why)
            )
