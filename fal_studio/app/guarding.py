"""Looks, before something is run, whether the same is there already: among this window's calls first, then in the ledger."""

import time
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from fal_studio.core.guard import RECENT_S, Twin, twin
from fal_studio.core.history import CallRow
from fal_studio.core.request import Request, fingerprint
from fal_studio.store.problems import StoreError
from fal_studio.ui.models import Calls

if TYPE_CHECKING:
    from concurrent.futures import Future

    from fal_studio.store.ledger import Ledger

Names = Callable[[str], Collection[str]]
"""Returns the arguments that an endpoint knows."""
Then = Callable[[Twin | None], object]


class Guard(QObject):
    """Finds the call that a request would repeat."""

    _answered = Signal(object, object, object)
    """A request, the future of its equals and what to do then; emitted on the ledger's thread, received on the window's."""

    def __init__(self, calls: Calls, names: Names, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calls, self._names = calls, names
        self._same: dict[str, list[str]] = {}
        """Calls of this window by what they ask for, oldest first."""
        self._asking: set[str] = set()
        self._last: tuple[Request | None, str] = (None, "")
        self._ledger: Ledger | None = None
        calls.added.connect(self._on_added)
        self._answered.connect(self._on_answered)

    def use(self, ledger: "Ledger | None") -> None:
        """Also look here from now on; None: there is no ledger any more."""
        self._ledger = ledger

    def look(self, request: Request, then: Then) -> None:
        """Call `then` with the call to offer instead, or with None: run. A wish that is being looked at is not made again."""
        asked = self._print_of(request)
        if asked in self._asking:
            return  # the key was pressed twice
        rows = [self._calls.row(call) for call in reversed(self._same.get(asked, ()))]
        found = self._twin(request, rows)
        if found is not None or self._ledger is None:
            then(found)
            return
        self._asking.add(asked)
        future = self._ledger.same(asked, time.time() - RECENT_S)
        future.add_done_callback(lambda done: self._answered.emit(request, done, then))

    def _on_answered(self, request: Request, done: "Future[tuple[CallRow, ...]]", then: Then) -> None:
        asked = self._print_of(request)
        self._asking.discard(asked)
        problem = done.exception()
        if isinstance(problem, StoreError):  # told elsewhere; it costs no call
            then(None)
            return
        here = set(self._same.get(asked, ()))
        then(self._twin(request, [row for row in done.result() if row.call not in here]))

    def _twin(self, request: Request, rows: Iterable[CallRow]) -> Twin | None:
        return twin(request, rows, time.time(), self._names(request.endpoint))

    def _print_of(self, request: Request) -> str:
        """Return the fingerprint, which is asked for several times in a row and may be of megabytes."""
        if self._last[0] is not request:
            self._last = (request, fingerprint(request))
        return self._last[1]

    def _on_added(self, call: str) -> None:
        request = self._calls.request(call)
        if request is not None:
            self._same.setdefault(self._print_of(request), []).append(call)
