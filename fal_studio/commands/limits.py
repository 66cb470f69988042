"""The limits of a kept profile, for a call without a window: the same book as the windows'."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from fal_studio.core.accounts import Account
from fal_studio.core.prices import Price
from fal_studio.core.request import ProfileKind, Request
from fal_studio.jobs.purse import Purse
from fal_studio.modes.base import CallError
from fal_studio.modes.http import Http
from fal_studio.services import pricing
from fal_studio.store.paths import folders
from fal_studio.store.prices import KeptPrices
from fal_studio.store.spending import SpendingBook

GetHttp = Callable[[], Awaitable[Http]]


@asynccontextmanager
async def purse_of(account: Account | None, http: GetHttp) -> AsyncGenerator[Purse | None]:
    """Give what sets money aside for calls of a profile; None where nobody is paid. `http` asks its price list."""
    if account is None or account.kind is ProfileKind.LOCAL_APP:
        yield None
        return
    kept = folders()
    prices: dict[str, Price | None] = {}

    async def price(request: Request) -> Price | None:
        if request.endpoint not in prices:
            known = await asyncio.to_thread(KeptPrices(kept.cache / "prices.json").read)
            one = known.get(account.name, {}).get(request.endpoint)
            prices[request.endpoint] = one.price if one is not None else None
            if one is None and account.profile.has_list:
                with contextlib.suppress(
                    CallError
                ):  # then nobody can tell, and the profile says what follows
                    found = await pricing.prices(await http(), (request.endpoint,))
                    prices[request.endpoint] = found.get(request.endpoint)
        return prices[request.endpoint]

    book = SpendingBook(kept.spending)
    try:
        yield Purse(book, lambda _name: account.budget, price, lambda request: prices.get(request.endpoint))
    finally:
        await asyncio.to_thread(book.close)
