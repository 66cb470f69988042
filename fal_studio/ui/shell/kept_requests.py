"""Requests of calls that are over, also of earlier starts: something is done with one as soon as it has been read."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from fal_studio.core.request import Request
from fal_studio.ui.history import History
from fal_studio.ui.models import Calls
from fal_studio.words import tr


class KeptRequests(QObject):
    """Asks the ledger for those that are not known here."""

    failed = Signal(str)
    """Why one cannot be read."""

    def __init__(self, calls: Calls, history: History, parent: QObject) -> None:
        super().__init__(parent)
        self._calls, self._history = calls, history
        self._then: dict[str, list[Callable[[Request], object]]] = {}
        """What to do with the request of a call once it has been read."""
        history.call_found.connect(self._on_found)
        history.call_missed.connect(self._on_missed)

    def use(self, call: str, work: Callable[[Request], object]) -> None:
        """Do something with the request of a call, now or when it has been read; nothing for no call."""
        request = self._calls.request(call)
        if request is not None:
            work(request)
        elif call:
            self._then.setdefault(call, []).append(work)
            self._history.call_wanted.emit(call)

    def _on_found(self, call: str, request: Request | None, _events: object) -> None:
        works = self._then.pop(call, [])
        if works and request is None:
            self.failed.emit(tr("The request of this call can no longer be read."))
        elif request is not None:
            for work in works:
                work(request)

    def _on_missed(self, call: str, why: str) -> None:
        if self._then.pop(call, None) is not None:
            self.failed.emit(why)
