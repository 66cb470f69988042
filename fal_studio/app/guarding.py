"""Asks before the same work is paid for twice: the calls of this window first, then the ledger's."""

import asyncio
import time
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fal_studio.core.guard import RECENT_S, Twin, twin
from fal_studio.core.request import Request, fingerprint
from fal_studio.store.problems import StoreError
from fal_studio.ui.models import Calls

if TYPE_CHECKING:
    from fal_studio.store.ledger import Ledger

Names = Callable[[str], Collection[str]]
"""Returns the arguments that an endpoint knows."""


class Guard(QObject):
    """Finds the call that a request would repeat."""

    def __init__(self, calls: Calls, names: Names, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._calls, self._names = calls, names
        self._same: dict[str, list[str]] = {}
        """Calls of this window by what they ask for, newest last."""
        self._asking: set[str] = set()
        self.ledger: Ledger | None = None
        calls.added.connect(self._on_added)

    async def twin(self, request: Request) -> Twin | None:
        """Return the call to offer instead; None: run."""
        asked = fingerprint(request)
        rows = [self._calls.row(call) for call in reversed(self._same.get(asked, ()))]
        found = twin(request, rows, time.time(), self._names(request.endpoint))
        if found is not None or self.ledger is None:
            return found
        now_s = time.time()
        try:
            kept = await asyncio.wrap_future(self.ledger.same(asked, now_s - RECENT_S))
        except StoreError:
            return None  # the ledger's trouble is told elsewhere and costs no call
        here = set(self._same.get(asked, ()))
        return twin(request, [row for row in kept if row.call not in here], now_s, self._names(request.endpoint))

    def begin(self, request: Request) -> bool:
        """Note that a request is being looked at; False: it is already, as when a key was pressed twice."""
        asked = fingerprint(request)
        if asked in self._asking:
            return False
        self._asking.add(asked)
        return True

    def end(self, request: Request) -> None:
        """Note that it was started or asked about."""
        self._asking.discard(fingerprint(request))

    def _on_added(self, call: str) -> None:
        request = self._calls.request(call)
        if request is not None:
            self._same.setdefault(fingerprint(request), []).append(call)
