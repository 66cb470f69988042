"""What endpoints cost: asked for once, shared by all panes."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Signal

from fal_studio.core.prices import Price, units_of
from fal_studio.core.request import Json, Request


class Prices(QObject):
    """Prices by profile and endpoint. Whoever needs one asks `of`; `changed` tells when it has come."""

    wanted = Signal()
    """There is something for `take_wanted`; answer with `put`."""
    limit_changed = Signal()
    changed = Signal(str, tuple)
    """A profile, and the endpoints of it whose prices are known now."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.defaults: Callable[[str], Mapping[str, Json]] = lambda _endpoint: {}
        """What an endpoint takes for arguments that are not sent: they cost as much."""
        self.limit_usd = 0.0
        """Runs that will cost more are asked about first; 0: none is."""
        self.own_limit: Callable[[str], float | None] = lambda _profile: None
        """The amount that a profile has instead, None for none."""
        self._known: dict[tuple[str, str], Price | None] = {}
        self._asked: set[tuple[str, str]] = set()
        self._wanted: set[tuple[str, str]] = set()

    def known(self, profile: str, endpoint: str) -> Price | None:
        """Return the price of an endpoint as far as it is known, without asking for it."""
        return self._known.get((profile, endpoint))

    def of(self, profile: str, endpoint: str) -> Price | None:
        """Return the price of an endpoint; None while it is not known, and where there is none (`is_unpriced`).

        Asking takes the profile's key out of the keyring: only for what somebody is about to run, runs, or looks for.
        """
        key = (profile, endpoint)
        if endpoint and key not in self._asked:
            self._asked.add(key)
            self._wanted.add(key)
            self.wanted.emit()
        return self._known.get(key)

    def is_unpriced(self, profile: str, endpoint: str) -> bool:
        """Whether the price list was asked and has no price for an endpoint."""
        return self._known.get((profile, endpoint), self) is None

    def estimate_usd(self, request: Request) -> float | None:
        """Return what a request will probably cost, by the price that is known; None where that cannot be told."""
        price = self.known(request.profile, request.endpoint)
        if price is None:
            return None
        return price.cost_usd(units_of(price, request.mode, self.filled(request.endpoint, request.arguments)))

    def ask_above_usd(self, profile: str = "") -> float:
        """Return the amount above which somebody wants to be asked: the profile's own, or else the settings'; 0: never."""
        own = self.own_limit(profile)
        return self.limit_usd if own is None else own

    def is_above_limit(self, cost_usd: float | None, profile: str = "") -> bool:
        """Whether somebody wants to be asked before so much is spent."""
        return cost_usd is not None and 0 < self.ask_above_usd(profile) < cost_usd

    def filled(self, endpoint: str, arguments: Json) -> Json:
        """Return the arguments with what the endpoint takes for those that are not sent."""
        return {**self.defaults(endpoint), **arguments} if isinstance(arguments, dict) else arguments

    def set_limit(self, limit_usd: float) -> None:
        """Ask before runs that will cost more; 0: before none."""
        if limit_usd != self.limit_usd:
            self.limit_usd = limit_usd
            self.limit_changed.emit()

    def take_wanted(self) -> set[tuple[str, str]]:
        """Return the profiles and endpoints whose prices were asked for since the last time."""
        wanted, self._wanted = self._wanted, set()
        return wanted

    def put(self, profile: str, prices: Mapping[str, Price | None]) -> None:
        """Take prices; None for an endpoint that has none."""
        fresh = {(profile, endpoint): price for endpoint, price in prices.items()}
        changed = tuple(key[1] for key, price in fresh.items() if self._known.get(key, self) != price)
        self._known |= fresh
        if changed:
            self.changed.emit(profile, changed)
