"""Requests of calls that are over, also of earlier starts: something is done with one as soon as it has been read."""

from collections import deque
from collections.abc import Callable
from typing import NamedTuple

import msgspec
from PySide6.QtCore import QObject, Signal

from fal_studio.core.request import Request
from fal_studio.ui.history import History
from fal_studio.ui.models import Calls
from fal_studio.words import tr


class _Wish(NamedTuple):
    work: Callable[[Request], object]
    otherwise: Callable[[], object]


class _Turn(msgspec.Struct, eq=False):
    work: Callable[[], object] | None = None
    """None while a request is read for it."""


class KeptRequests(QObject):
    """Asks the ledger for those that are not known here."""

    failed = Signal(str)
    """Why one cannot be read."""

    def __init__(self, calls: Calls, history: History, parent: QObject) -> None:
        super().__init__(parent)
        self._calls, self._history = calls, history
        self._then: dict[str, list[_Wish]] = {}
        """What to do with the request of a call once it has been read."""
        self._turns: deque[_Turn] = deque()
        history.call_found.connect(self._on_found)
        history.call_missed.connect(self._on_missed)

    def use(
        self, call: str, work: Callable[[Request], object], otherwise: Callable[[], object] = lambda: None
    ) -> None:
        """Do something with the request of a call, now or when it has been read; nothing for no call.

        `otherwise` is done instead where it cannot be read.
        """
        request = self._calls.request(call)
        if request is not None:
            work(request)
        elif call:
            self._then.setdefault(call, []).append(_Wish(work, otherwise))
            self._history.call_wanted.emit(call)

    def use_in_turn(self, call: str, work: Callable[[Request], object]) -> None:
        """Do the same after all that was wanted so before: what is at hand must not come before what is still read."""
        turn = _Turn()
        self._turns.append(turn)

        def found(request: Request) -> None:
            turn.work = lambda: work(request)
            self._take_turns()

        def missed() -> None:
            turn.work = lambda: None
            self._take_turns()

        if call:
            self.use(call, found, missed)
        else:
            missed()

    def do_in_turn(self, work: Callable[[], object]) -> None:
        """Do something that needs no request, after what was wanted before."""
        self._turns.append(_Turn(work))
        self._take_turns()

    def _take_turns(self) -> None:
        while self._turns and (work := self._turns[0].work) is not None:
            self._turns.popleft()
            work()

    def _on_found(self, call: str, request: Request | None, _events: object) -> None:
        wishes = self._then.pop(call, [])
        if wishes and request is None:
            self.failed.emit(tr("The request of this call can no longer be read."))
        for wish in wishes:
            if request is None:
                wish.otherwise()
            else:
                wish.work(request)

    def _on_missed(self, call: str, why: str) -> None:
        if wishes := self._then.pop(call, []):
            self.failed.emit(why)
        for wish in wishes:
            wish.otherwise()
