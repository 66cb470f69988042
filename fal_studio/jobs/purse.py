"""The one place that lets calls spend: money is set aside before anything is sent, and settled by the bill."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from fal_studio.core import events as e
from fal_studio.core.blobs import CannotKeep
from fal_studio.core.budget import Budget, Grant, Refusal, Unpriced, Wish, unpriced_refusal
from fal_studio.core.events import Event
from fal_studio.core.prices import Price, is_free, seconds_in, units_of
from fal_studio.core.request import Json, Mode, Request
from fal_studio.modes.base import CallError
from fal_studio.words import tr

TICK_S = 1.0
"""A session that is billed by time is looked after so often."""
T = TypeVar("T")
_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class _Open:
    """A call that has money set aside."""

    request: Request
    price: Price | None
    usd: float = 0.0
    inputs: int = 0
    units: float | None = None
    """Billed, as the server told it."""
    since_s: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float | None:
        """How long one unit lasts, where it is a time."""
        return seconds_in(self.price) if self.price is not None else None


class Book(Protocol):
    """Where it is written down, for all windows at once: `store.spending.SpendingBook`."""

    def reserve(self, wish: Wish, call: str = "") -> "Future[Grant | Refusal]":
        """Set aside, all or nothing."""
        ...

    def claim(
        self, grant_id: str, call: str, endpoint: str, at_most_usd: float, project: str = ""
    ) -> "Future[bool]":
        """Let a call take a share of a grant."""
        ...

    def release(self, grant_id: str) -> "Future[None]":
        """Give back what is left of a grant."""
        ...

    def more(self, call: str, usd: float, budget: Budget) -> "Future[Refusal | None]":
        """Let a call have taken so much in all, or say why not."""
        ...

    def settle(self, call: str, usd: float | None) -> "Future[None]":
        """Note a bill; None: nobody knows it."""
        ...


class Purse:
    """Sets money aside for calls, and for groups of them; keeps to every profile's limits.

    Calls of free profiles take nothing. A call whose cost nobody can tell is let through where there is no stop, or
    as the profile says.
    """

    def __init__(
        self,
        book: Book,
        budget: Callable[[str], Budget],
        price: Callable[[Request], Awaitable[Price | None]],
        known: Callable[[Request], Price | None] = lambda _request: None,
        filled: Callable[[Request], Json] = lambda request: request.arguments,
    ) -> None:
        """`budget` returns the limits of a profile as they are now; `price` what an endpoint costs there, None if that cannot be
        found out; `known` the same without asking anybody.

        `filled` returns a request's arguments with what the endpoint takes for those that are not sent.
        """
        self._book, self.budget, self._price, self._known, self._filled = book, budget, price, known, filled
        self._unbilled: dict[str, _Open] = {}
        """Ended calls that wait for a price."""
        self._open: dict[str, _Open] = {}
        self._allowed: set[tuple[str, str]] = set()
        self.on_change: Callable[[], object] = lambda: None
        """Told on any thread when the book may say something new."""

    def allow_unpriced(self, profile: str, endpoint: str) -> None:
        """Let calls through whose cost nobody can tell: somebody was asked and said yes, for this session."""
        self._allowed.add((profile, endpoint))

    def needs_asking(self, profile: str, endpoint: str) -> bool:
        """Whether somebody must say yes before such calls go through."""
        budget = self.budget(profile)
        is_allowed = (profile, endpoint) in self._allowed or is_free(profile)
        return budget.has_stop and budget.unpriced is Unpriced.ASK and not is_allowed

    async def reserve(self, profile: str, estimate_usd: float, count: int = 1) -> Grant | Refusal:
        """Set `estimate_usd` aside for each of `count` calls that are about to be started, or refuse them all.

        Start them with the grant; `release` it when all are started, or none shall be. Raises CallError when the book
        cannot be written and the profile has a stop.
        """
        return await self.reserve_shares(profile, (estimate_usd,) * count)

    async def reserve_shares(self, profile: str, shares: tuple[float, ...]) -> Grant | Refusal:
        """Set aside what each of several calls will cost, as `reserve` does; a call takes the smallest that is enough."""
        budget = Budget() if is_free(profile) else self.budget(profile)
        wish = Wish(profile, budget, max(shares), "", len(shares), shares)
        otherwise = Grant("", profile, wish.usd, wish.count)
        return await self._kept(budget, self._book.reserve(wish), otherwise)

    def release(self, grant: Grant) -> None:
        """Give back what no call has taken."""
        if grant.id:
            self._forget(self._book.release(grant.id))

    async def admit(self, call: str, request: Request, grant_id: str = "") -> None:
        """Set aside what a call will probably cost; raises CallError when it must not be sent."""
        if is_free(request.profile):
            return
        price = await self._price(request)
        cost = self._estimate(request, price)
        # What its price list calls free may run when nothing is left.
        budget = Budget() if price is not None and price.unit_price == 0 else self.budget(request.profile)
        if cost is None and not self._may_be_unpriced(budget, request):
            raise _refused(request, unpriced_refusal(request.profile, request.endpoint))
        wanted = cost or 0.0
        self._open[call] = _Open(request, price, wanted)
        if grant_id:
            claimed = self._book.claim(grant_id, call, request.endpoint, wanted, request.project)
            if await self._kept(budget, claimed, otherwise=False):
                return
        wish = Wish(request.profile, budget, wanted, request.endpoint, project=request.project)
        answer = await self._kept(
            budget, self._book.reserve(wish, call), Grant("", request.profile, wanted, 1)
        )
        self.on_change()
        if isinstance(answer, Refusal):
            del self._open[call]
            raise _refused(request, answer)

    async def admit_input(self, call: str, message: Json) -> Refusal | None:
        """Let a session spend what one more input will cost, or say why not."""
        it = self._open.get(call)
        if it is None:
            return None
        it.inputs += 1
        if it.inputs == 1 or it.price is None or it.seconds is not None:
            return None  # the first one was set aside for; time is looked after by `watch`
        units = units_of(it.price, Mode.RUN, message)
        it.usd += it.price.cost_usd(units) or 0.0
        return await self._more(call, it)

    async def watch(self, call: str, stop: Callable[[Refusal], None]) -> None:
        """Follow a session that is billed by time until it ends, and `stop` it before it passes a limit."""
        it = self._open.get(call)
        if it is None or it.price is None or it.seconds is None:
            return
        each_s = (it.price.cost_usd(1.0) or 0.0) / it.seconds
        while call in self._open:
            # One tick ahead: what is spent until it is looked at again must fit, too.
            ahead_s = time.monotonic() - it.since_s + TICK_S
            it.usd = max(it.usd, each_s * ahead_s)
            if (no := await self._more(call, it)) is not None:
                stop(no)
                return
            await asyncio.sleep(TICK_S)

    def follow(self, call: str, request: Request) -> None:
        """Wait for the bill of a call that was sent before: by an earlier run of the program, or by somebody else."""
        if not is_free(request.profile):
            self._open.setdefault(call, _Open(request, None))

    def note(self, event: Event) -> None:
        """Follow the log: bills and ends settle what was set aside."""
        fact = event.fact
        if isinstance(fact, e.Metric):
            if "billable" in fact.name and (it := self._open.get(event.call)) is not None:
                it.units = fact.value
        elif isinstance(fact, e.ENDS):
            it = self._open.pop(event.call, None)
            if it is not None:
                self._settle(event.call, it, fact)

    def note_prices(self) -> None:
        """Settle what ended before its price was known."""
        for call, it in tuple(self._unbilled.items()):
            if self._known(it.request) is not None:
                del self._unbilled[call]
                self._bill(call, it)

    def _settle(self, call: str, it: _Open, end: e.End) -> None:
        if isinstance(end, e.Failed | e.Cancelled) and end.charged is e.Charged.NO:
            self._forget(self._book.settle(call, 0.0))
        else:
            self._bill(call, it)

    def _bill(self, call: str, it: _Open) -> None:
        price = it.price or self._known(it.request)
        if price is None and it.units is not None:
            self._unbilled[call] = it
        billed = price.cost_usd(it.units) if price is not None and it.units is not None else None
        self._forget(self._book.settle(call, billed))

    def _estimate(self, request: Request, price: Price | None) -> float | None:
        if price is None:
            return None
        if request.mode is not Mode.REALTIME:
            return price.cost_usd(units_of(price, request.mode, self._filled(request)))
        seconds = seconds_in(price)
        if seconds is not None:
            each = price.cost_usd(1.0)
            return None if each is None else each / seconds * TICK_S
        return price.cost_usd(units_of(price, Mode.RUN, self._filled(request)))

    def _may_be_unpriced(self, budget: Budget, request: Request) -> bool:
        if not budget.has_stop or budget.unpriced is Unpriced.RUN:
            return True
        is_allowed = (request.profile, request.endpoint) in self._allowed
        return budget.unpriced is Unpriced.ASK and is_allowed

    async def _more(self, call: str, it: _Open) -> Refusal | None:
        budget = self.budget(it.request.profile)
        answer = await self._kept(budget, self._book.more(call, it.usd, budget), None)
        self.on_change()
        return answer

    async def _kept(self, budget: Budget, future: "Future[T]", otherwise: T) -> T:
        """Return what the book says; where it cannot be used, only a stop keeps a call from being sent."""
        try:
            return await asyncio.wrap_future(future)
        except CannotKeep as problem:
            if not budget.has_stop:
                _logger.warning("what is spent cannot be written down: %s", problem)
                return otherwise
            raise CallError(
                e.Failed(
                    e.FailureKind.BUDGET,
                    tr(
                        "Nothing was sent: what is spent cannot be counted, and the profile has a limit. {problem}"
                    ).format(problem=problem),
                    tr("Mend that, or remove the profile's limit."),
                    charged=e.Charged.NO,
                )
            ) from problem

    def _forget(self, future: "Future[None]") -> None:
        def done(it: "Future[None]") -> None:
            if (problem := it.exception()) is not None:
                _logger.warning("what was spent could not be written down: %s", problem)
            self.on_change()

        future.add_done_callback(done)


def _refused(request: Request, why: Refusal) -> CallError:
    return CallError(
        e.Failed(
            e.FailureKind.BUDGET,
            tr("{endpoint} was not called. {message}").format(endpoint=request.endpoint, message=why.message),
            why.next_step,
            charged=e.Charged.NO,
        )
    )
