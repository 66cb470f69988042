"""What a session costs, as far as the price list tells."""

from collections.abc import Callable
from typing import Any

from fal_studio.core.prices import is_free, seconds_in
from fal_studio.core.request import Mode, Request
from fal_studio.figures import number
from fal_studio.ui.prices import Prices
from fal_studio.ui.realtime.session import LiveSession
from fal_studio.words import tr


class Money:
    """Of one session; `arguments` returns what an input is made of, without its picture."""

    def __init__(self, session: LiveSession, prices: Prices, arguments: Callable[[], dict[str, Any]]) -> None:
        self._session, self._prices, self._arguments = session, prices, arguments

    def spent_usd(self) -> float | None:
        """Return what the session has cost so far; None where the price list does not tell."""
        each, second = self._costs()
        if each is None and second is None:
            return None
        return (each or 0.0) * self._session.figures.sent + (second or 0.0) * self._session.live_s

    def words(self) -> tuple[str, str]:
        """Return the rate, and what was spent and what the limit is."""
        session = self._session
        if is_free(session.profile):
            return tr("free"), tr("made on this machine")
        spent, limit = self.spent_usd(), session.limit_usd
        # Whose money it is stands beside the money: the desk may work with another profile than the request in front.
        whose = session.profile
        if spent is None:
            return tr("cost unknown"), tr("{whose}, no price is listed").format(whose=whose)
        each, second = self._costs()
        a_minute = session.figures.sent_a_minute(session.now_ns, 0)
        rate = (each or 0.0) * (a_minute or 0.0) + (second or 0.0) * 60
        so_far = tr("{whose}, ${spent} so far").format(whose=whose, spent=number(spent, ".2f"))
        return tr("≈ ${rate} a minute").format(rate=number(rate, ".2f")), tr(
            "{so_far}, stops at ${limit}"
        ).format(so_far=so_far, limit=number(limit, ".2f")) if limit else so_far

    def _costs(self) -> tuple[float | None, float | None]:
        """Return what one input and one second cost in dollars, as far as known."""
        profile, endpoint = self._session.profile, self._session.endpoint
        if is_free(profile):
            return 0.0, 0.0
        price = self._prices.known(profile, endpoint)
        if price is None:
            return None, None
        lasts_s = seconds_in(price)
        if lasts_s:
            each = price.cost_usd(1.0)
            return None, None if each is None else each / lasts_s
        request = Request(endpoint, Mode.RUN, self._arguments(), profile)
        return self._prices.estimate_usd(request), None
