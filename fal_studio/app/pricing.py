"""In the background: prices of endpoints that were called or are looked at, and what calls cost by their billed units."""

import asyncio
import logging
import time
from collections.abc import Iterable

from fal_studio.app.engine import Engine
from fal_studio.core import events as e
from fal_studio.core.events import Event
from fal_studio.core.log import EventLog
from fal_studio.core.prices import Price, is_free
from fal_studio.modes.base import CallError
from fal_studio.services import pricing
from fal_studio.store.ledger import Ledger
from fal_studio.store.prices import KeptPrice, KeptPrices
from fal_studio.store.problems import StoreError
from fal_studio.ui.prices import Prices

FRESH_S = 86_400.0
"""A price is believed for a day; then it is asked for again, and the old one stands until the answer is there."""
TOGETHER_S = 0.05
"""Endpoints that come within this time are asked for at once."""
AGAIN_S = (30.0, 120.0, 600.0)
"""Pauses before a price list that did not answer is asked again; the last one goes on."""
_logger = logging.getLogger(__name__)
_TURNS = (e.Started, *e.ENDS)
_Key = tuple[str, str]
"""Profile and endpoint."""


class Pricing:
    """Answers what `Prices` wants, and writes what calls cost into the ledger. Errors are tried again and never shown."""

    def __init__(
        self, prices: Prices, log: EventLog, engine: Engine, kept: KeptPrices, ledger: Ledger | None
    ) -> None:
        self._prices = prices
        self._log = log
        self._engine = engine
        self._store = kept
        self._ledger = ledger
        self._kept: dict[str, dict[str, KeptPrice]] = {}
        self._woken = asyncio.Event()
        self._open: set[_Key] = set()
        """What the price list has yet to say."""
        self._tries = 0

    async def run(self) -> None:
        """Ask whenever a price is wanted."""
        self._prices.wanted.connect(self._woken.set)
        forget = self._log.subscribe(self._on_event)
        try:
            await self._begin()
            while True:
                pause_s = AGAIN_S[min(self._tries, len(AGAIN_S)) - 1] if self._tries else None
                try:
                    async with asyncio.timeout(pause_s):
                        await self._woken.wait()
                except TimeoutError:
                    pass
                else:
                    await asyncio.sleep(TOGETHER_S)
                self._woken.clear()
                self._open |= {key for key in self._prices.take_wanted() if not self._is_fresh(key)}
                await self._ask()
        finally:
            forget()
            self._prices.wanted.disconnect(self._woken.set)

    def ask_again(self) -> None:
        """Ask soon for what no price list has told yet: there may be a key for it now."""
        self._woken.set()

    async def _begin(self) -> None:
        self._kept = await asyncio.to_thread(self._store.read)
        for profile, kept in self._kept.items():
            self._prices.put(profile, {endpoint: one.price for endpoint, one in kept.items()})
        if self._ledger is not None:
            try:
                unpriced = await asyncio.wrap_future(self._ledger.unpriced())
            except StoreError:
                return  # told by whoever writes
            for profile, endpoint in unpriced:  # by what is known: nobody has asked for a key yet
                self._write(profile, endpoint, self._prices.known(profile, endpoint))
        self._woken.set()

    def _on_event(self, event: Event) -> None:
        if not isinstance(event.fact, _TURNS):
            return
        first = event if isinstance(event.fact, e.Started) else next(iter(self._log.of(event.call)), event)
        if not isinstance(first.fact, e.Started) or is_free(first.fact.profile):
            return
        price = self._prices.of(first.fact.profile, first.fact.endpoint)  # asks, if nobody has
        if first is not event:
            self._write(first.fact.profile, first.fact.endpoint, price)

    def _write(self, profile: str, endpoint: str, price: Price | None) -> None:
        """Write what the calls of an endpoint cost into the ledger."""
        unit_price = price.cost_usd(1.0) if price is not None else None
        if self._ledger is not None and unit_price is not None and not is_free(profile):
            self._ledger.price(endpoint, unit_price, profile)

    def _is_fresh(self, key: _Key) -> bool:
        kept = self._kept.get(key[0], {}).get(key[1])
        return kept is not None and 0 <= time.time() - kept.asked_s < FRESH_S

    async def _ask(self) -> None:
        """Ask each profile's price list for what is open; what did not work stays open."""
        for profile in sorted({key[0] for key in self._open}):
            wanted = tuple(sorted(endpoint for name, endpoint in self._open if name == profile))
            try:
                found = await self._listed(profile, wanted)
            except CallError:
                _logger.info("the price list of profile %s did not answer", profile, exc_info=True)
                continue
            self._open -= {(profile, endpoint) for endpoint in wanted}
            await self._take(profile, wanted, found)
        self._tries = self._tries + 1 if self._open else 0

    async def _listed(self, profile: str, endpoints: tuple[str, ...]) -> dict[str, Price]:
        http = await self._engine.runner.http(profile)
        return await pricing.prices(http, endpoints) if http.profile.has_list else {}

    async def _take(self, profile: str, asked: Iterable[str], found: dict[str, Price]) -> None:
        now_s = time.time()
        prices = {endpoint: found.get(endpoint) for endpoint in asked}
        self._kept.setdefault(profile, {}).update(
            {endpoint: KeptPrice(now_s, price) for endpoint, price in prices.items()}
        )
        for endpoint, price in prices.items():
            self._write(profile, endpoint, price)
        self._prices.put(
            profile, prices
        )  # after the ledger has the costs: lists that are sorted by them ask it again
        await asyncio.to_thread(self._store.write, self._kept)
