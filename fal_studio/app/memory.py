"""Keeps the memory of a long session small: ended calls that nobody looks at are forgotten, once the ledger has them."""

from functools import partial

from PySide6.QtCore import QObject

from fal_studio.app.monitor import Records
from fal_studio.core.call import Phase
from fal_studio.core.history import CallRow
from fal_studio.core.log import EventLog
from fal_studio.ui.models import Calls
from fal_studio.ui.shell.window import MainWindow

KEPT = 100
"""Ended calls whose events stay in memory all the same: the ones somebody is likely to look at again."""
GUESTS = 20
"""The same for calls of earlier starts that somebody looked at."""


class Memory(QObject):
    """Lets go of the oldest; they are read from the ledger when somebody wants to see them."""

    def __init__(
        self, window: MainWindow, calls: Calls, log: EventLog, records: Records, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._window, self._calls, self._log, self._records = window, calls, log, records
        self.kept = KEPT
        self._ended: dict[str, None] = {}
        """Ended calls in memory, oldest end first."""
        self._asked: set[str] = set()
        self._guests: dict[str, None] = {}
        """Calls of earlier starts that were read to be looked at, in that order."""
        calls.settled.connect(self._on_settled)
        window.history.call_found.connect(self._on_guest)

    def _on_settled(self, changed: tuple[str, ...]) -> None:
        for call in changed:
            self._ended.pop(call, None)
            if self._calls.state(call).is_ended:
                self._ended[call] = None
        if len(self._ended) > self.kept:
            self._look()

    def _on_guest(self, call: str) -> None:
        self._guests.pop(call, None)
        self._guests[call] = None
        shown = self._window.shown_calls()
        for other in list(self._guests)[: max(0, len(self._guests) - GUESTS)]:
            if other not in shown:
                del self._guests[other]
                if not self._calls.is_ours(other):
                    self._calls.release(other)

    def _look(self) -> None:
        """Ask the ledger about the oldest ones that could go."""
        shown = self._window.shown_calls()
        for call in list(self._ended)[: len(self._ended) - self.kept]:
            if call not in shown and call not in self._asked:
                self._asked.add(call)
                self._records.row(call, partial(self._on_row, call))

    def _on_row(self, call: str, row: CallRow | None) -> None:
        self._asked.discard(call)
        if row is None or not _is_whole(row) or call not in self._ended or call in self._window.shown_calls():
            return
        del self._ended[call]
        self._calls.release(call)
        self._log.forget(call)


def _is_whole(row: CallRow) -> bool:
    """Whether everything of a call is on the disk, and nothing more will happen in it."""
    return row.ended and row.phase is not Phase.UNKNOWN and not row.is_fetching and not row.lost
