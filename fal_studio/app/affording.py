"""What a comparison will cost in all, and whether it may: asked once, before anything is sent."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from fal_studio.app.spending import price_of
from fal_studio.core.budget import Grant, Refusal, Unpriced, unpriced_refusal
from fal_studio.core.comparing.plan import Lane, Plan, Transport, Turn
from fal_studio.core.events import Failed
from fal_studio.core.prices import is_free
from fal_studio.core.request import Mode, Request
from fal_studio.jobs.purse import Purse
from fal_studio.modes.base import CallError
from fal_studio.ui.prices import Prices


class Forecast(NamedTuple):
    """What turns will probably cost."""

    usd: float | None
    """All of them; None where nobody can tell it of one."""
    unpriced: tuple[Request, ...] = ()
    """Requests whose cost nobody can tell although their profile has a limit, and nobody has said yes to them."""
    by_profile: Mapping[str, float] = MappingProxyType({})
    """As far as it is known, by profile."""


class Affording:
    """Asks price lists and the purse about whole comparisons."""

    def __init__(self, prices: Prices, purse: Purse | None) -> None:
        self._prices, self._purse = prices, purse
        self._grants: dict[str, Grant] = {}
        """Of the comparison that runs, by profile."""

    async def forecast(self, plan: Plan, turns: Sequence[Turn]) -> Forecast:
        """Return what turns of a plan will cost together; waits for price lists that were not asked yet."""
        for at in {(lane.request.profile, lane.request.endpoint) for lane in plan.called}:
            if not is_free(at[0]):
                await price_of(self._prices, *at)
        each = {lane.id: self._each_usd(lane, plan) for lane in plan.called}
        costs = [each[turn.lane] for turn in turns]
        profiles = {lane.id: lane.request.profile for lane in plan.called}
        shares: dict[str, float] = {}
        for turn in turns:
            profile = profiles[turn.lane]
            shares[profile] = shares.get(profile, 0.0) + (each[turn.lane] or 0.0)
        unknown = [lane.request for lane in plan.called if each[lane.id] is None]
        unpriced = tuple(one for one in unknown if self._needs_asking(one))
        return Forecast(sum(filter(None, costs)) if None not in costs else None, unpriced, shares)

    def limit_passed_usd(self, forecast: Forecast) -> float | None:
        """Return the amount above which somebody wants to be asked and which is passed; None: nobody is to be asked.

        A profile's own amount holds for what is called with it, that of the settings for all the others together.
        """
        prices = self._prices
        if forecast.usd is None:
            return None
        rest_usd = 0.0
        for profile, usd in forecast.by_profile.items():
            if prices.own_limit(profile) is None:
                rest_usd += usd
            elif prices.is_above_limit(usd, profile):
                return prices.ask_above_usd(profile)
        return prices.limit_usd if 0 < prices.limit_usd < rest_usd else None

    def allow(self, requests: Sequence[Request]) -> None:
        """Let requests run whose cost nobody can tell: somebody said yes."""
        for one in requests:
            if self._purse is not None:
                self._purse.allow_unpriced(one.profile, one.endpoint)

    async def reserve(self, plan: Plan, turns: Sequence[Turn]) -> Refusal | None:
        """Set the money for all turns aside, or say why none of them may run."""
        if self._purse is None:
            return None
        each = {lane.id: self._each_usd(lane, plan) for lane in plan.called}
        for lane in plan.called:
            if each[lane.id] is None and self._is_refused(self._purse, lane.request):
                return unpriced_refusal(lane.request.profile, lane.request.endpoint)
        profiles = {lane.id: lane.request.profile for lane in plan.called}
        shares: dict[str, list[float]] = {}
        for turn in turns:
            if not is_free(profiles[turn.lane]):
                shares.setdefault(profiles[turn.lane], []).append(each[turn.lane] or 0.0)
        for profile, wanted in shares.items():
            try:
                answer = await self._purse.reserve_shares(profile, tuple(wanted))
            except CallError as problem:
                self.release()
                next_step = problem.fact.next_step if isinstance(problem.fact, Failed) else ""
                return Refusal(str(problem), next_step)
            if isinstance(answer, Refusal):
                self.release()
                return answer
            self._grants[profile] = answer
        return None

    def grant_id(self, profile: str) -> str:
        """Return what a call of a profile has to show to take its share; "" where nothing is set aside."""
        grant = self._grants.get(profile)
        return grant.id if grant is not None else ""

    def release(self) -> None:
        """Give back what no turn has taken."""
        while self._grants:
            _, grant = self._grants.popitem()
            if self._purse is not None:
                self._purse.release(grant)

    def _each_usd(self, lane: Lane, plan: Plan) -> float | None:
        if is_free(lane.request.profile):
            return 0.0
        # A session is billed for each of its answers, as far as anybody knows before.
        asked = msgspec.structs.replace(lane.request, mode=Mode.RUN)
        each = self._prices.estimate_usd(asked)
        times = plan.frames if lane.transport is Transport.REALTIME else 1
        return None if each is None else each * times

    def _is_refused(self, purse: Purse, request: Request) -> bool:
        budget = purse.budget(request.profile)
        return budget.has_stop and budget.unpriced is Unpriced.REFUSE

    def _needs_asking(self, request: Request) -> bool:
        return self._purse is not None and self._purse.needs_asking(request.profile, request.endpoint)
