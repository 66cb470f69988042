"""Joins the purse to prices, limits and the ledger: one book of spending for all windows of a person."""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from fal_studio.core.budget import Billed, Budget, Summary
from fal_studio.core.history import Query
from fal_studio.core.log import EventLog
from fal_studio.core.prices import Price, is_free
from fal_studio.core.request import Json, Request
from fal_studio.core.usage import DayCost
from fal_studio.jobs.purse import Purse
from fal_studio.store.ledger import Ledger
from fal_studio.store.paths import Folders
from fal_studio.store.problems import StoreError
from fal_studio.store.spending import SpendingBook
from fal_studio.ui.prices import Prices

TELL_EVERY_MS = 200
"""Many calls that begin and end together are told of once."""
PRICE_S = 10.0
"""How long a call under a limit waits for its price."""
_AT_ONCE = 10_000
_logger = logging.getLogger(__name__)


class Spending(QObject):
    """Lives from the engine's start to its end."""

    changed = Signal()
    """The book says something new: it is time for `summary`."""
    _told = Signal()
    """The same, on any thread."""

    def __init__(
        self,
        kept: Folders,
        log: EventLog,
        prices: Prices,
        budget: Callable[[str], Budget],
        parent: QObject | None = None,
    ) -> None:
        """`budget` returns the limits of a profile as they are now."""
        super().__init__(parent)
        self._log, self._prices, self._budget = log, prices, budget
        self._book = SpendingBook(kept.spending)
        self.purse = Purse(self._book, budget, self._price, self._known, self._filled)
        self.purse.on_change = self._told.emit
        self._is_closed = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TELL_EVERY_MS)
        self._pause.timeout.connect(self.changed)
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
        self._forget = log.subscribe(self.purse.note)
        prices.changed.connect(self._on_prices_changed)

    async def take_in(self, ledger: Ledger | None) -> None:
        """Let the book know what the ledger knows of today's bills; a book that cannot be written is told in the log."""
        midnight = dt.datetime.now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
        bills: list[Billed] = []
        try:
            if ledger is not None:
                page = await asyncio.wrap_future(
                    ledger.search(Query(after_s=midnight.timestamp(), is_open=False, limit=_AT_ONCE))
                )
                bills = [
                    Billed(row.call, row.profile, row.endpoint, row.created_s, row.cost_usd, row.project)
                    for row in page.rows
                    if not is_free(row.profile)
                ]
            await asyncio.wrap_future(self._book.take_in(bills))
        except StoreError:
            _logger.warning("today's bills could not be written down", exc_info=True)
        self.changed.emit()

    async def summary(self) -> Summary:
        """Return what was spent; nothing where the book cannot be read."""
        try:
            return await asyncio.wrap_future(self._book.summary())
        except StoreError:
            return Summary()

    async def days(self, profiles: Sequence[str], first: str) -> tuple[DayCost, ...]:
        """Return what was spent with profiles by day and endpoint, from a day (2026-01-31) on; raises StoreError."""
        return await asyncio.wrap_future(self._book.days(profiles, first))

    async def close(self) -> None:
        """Write what is left."""
        self._is_closed = True
        self._told.disconnect(self._on_told)
        self._pause.stop()
        self._forget()
        self._prices.changed.disconnect(self._on_prices_changed)
        await asyncio.to_thread(self._book.close)

    def _on_told(self) -> None:
        # What was on its way when this was closed still comes.
        if not (self._is_closed or self._pause.isActive()):
            self._pause.start()

    async def _price(self, request: Request) -> Price | None:
        """Return the price of a request's endpoint; under a limit it is waited for."""
        at = request.profile, request.endpoint
        found = self._prices.of(*at)
        if found is not None or self._prices.is_unpriced(*at) or not self._budget(request.profile).has_stop:
            return found
        return await price_of(self._prices, *at)

    def _known(self, request: Request) -> Price | None:
        return self._prices.known(request.profile, request.endpoint)

    def _filled(self, request: Request) -> Json:
        return self._prices.filled(request.endpoint, request.arguments)

    def _on_prices_changed(self) -> None:
        self.purse.note_prices()


async def price_of(prices: Prices, profile: str, endpoint: str) -> Price | None:
    """Return what an endpoint costs, waiting for the price list; None: it has no price, or none came within `PRICE_S`."""
    come = asyncio.Event()

    def look() -> None:
        come.set()

    found = prices.of(profile, endpoint)
    if found is not None or prices.is_unpriced(profile, endpoint):
        return found
    prices.changed.connect(look)
    try:
        async with asyncio.timeout(PRICE_S):
            while prices.known(profile, endpoint) is None and not prices.is_unpriced(profile, endpoint):
                come.clear()
                await come.wait()
    except TimeoutError:
        _logger.info("no price of %s within %g s", endpoint, PRICE_S)
    finally:
        prices.changed.disconnect(look)
    return prices.known(profile, endpoint)
