"""What is to be run: looked at first, because it may cost much or be there already, and then handed to the engine."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fal_studio.app.guarding import Guard
from fal_studio.core.guard import Twin
from fal_studio.core.prices import is_free
from fal_studio.core.request import Mode, Request
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.hub import Hub
from fal_studio.ui.models import Calls
from fal_studio.ui.request.ask_line import Asked
from fal_studio.ui.shell.window import MainWindow

if TYPE_CHECKING:
    from fal_studio.app.engine import Engine
    from fal_studio.jobs.purse import Purse

Do = Callable[[Callable[["Engine"], None]], None]


class Runs(QObject):
    """Does what Run says. One question at a time: first about money, then about the same work."""

    def __init__(
        self,
        window: MainWindow,
        calls: Calls,
        catalogue: Catalogue,
        hub: Hub,
        do: Do,
        parent: QObject | None = None,
    ) -> None:
        """`do` lets the engine do something, now or as soon as it is there."""
        super().__init__(parent)
        self._window, self._calls, self._catalogue, self._hub, self._do = window, calls, catalogue, hub, do
        self.purse: Purse | None = None
        """What lets calls spend; None before the engine is there."""
        self.guard = Guard(calls, self._names_of, self)
        window.run_wanted.connect(self._on_run_wanted)
        window.run_in_front_wanted.connect(self._on_run_in_front_wanted)
        window.run_batch_wanted.connect(self._on_run_batch_wanted)
        window.run_anyway_wanted.connect(self._on_run_anyway_wanted)

    def run(self, key: str, *requests: Request, in_front: bool = False) -> None:
        """Run requests for the tab of that key, or for none (""); ask there first, if they cost much or are there already.

        `in_front`: before all that wait.
        """
        if not self._is_unpriced(key, requests, in_front=in_front) and not self._is_dear(
            key, requests, in_front=in_front
        ):
            self._look_at(key, requests, in_front=in_front)

    def _on_run_wanted(self, key: str, request: Request) -> None:
        self.run(key, request)

    def _on_run_in_front_wanted(self, key: str, request: Request) -> None:
        self.run(key, request, in_front=True)

    def _on_run_batch_wanted(self, key: str, requests: tuple[Request, ...], in_front: bool) -> None:
        self.run(key, *requests, in_front=in_front)

    def _on_run_anyway_wanted(self, key: str, asked: Asked) -> None:
        requests = (asked.request, *asked.others)
        if asked.is_unpriced:
            for one in requests:
                self._allow(one.profile, one.endpoint)
            self.run(key, *requests, in_front=asked.in_front)
        elif asked.twin is None:  # it may cost so much; whether the same is there already is another question
            self._look_at(key, requests, in_front=asked.in_front)
        else:
            self._start(key, requests, in_front=asked.in_front)

    def _allow(self, profile: str, endpoint: str) -> None:
        if self.purse is not None:
            self.purse.allow_unpriced(profile, endpoint)

    def _is_unpriced(self, key: str, requests: tuple[Request, ...], *, in_front: bool) -> bool:
        """Ask once about an endpoint whose cost nobody can tell, where the profile has a limit."""
        if self.purse is None:
            return False
        for one in requests:
            unknown = self._calls.prices.is_unpriced(one.profile, one.endpoint) or (
                self._calls.prices.known(one.profile, one.endpoint) is not None
                and self._calls.prices.estimate_usd(one) is None
                and one.mode is not Mode.REALTIME
            )
            if unknown and self.purse.needs_asking(one.profile, one.endpoint):
                rest = tuple(other for other in requests if other is not one)
                self._window.ask(key, Asked(one, None, in_front, rest, is_unpriced=True))
                return True
        return False

    def _is_dear(self, key: str, requests: tuple[Request, ...], *, in_front: bool) -> bool:
        """Ask about requests that will cost more together than somebody wants to spend unasked."""
        prices = self._calls.prices
        costs = [prices.estimate_usd(one) or 0.0 for one in requests if not is_free(one.profile)]
        limit_usd = prices.ask_above_usd(requests[0].profile)
        if not 0 < limit_usd < sum(costs):
            return False
        asked = Asked(requests[0], None, in_front, requests[1:], sum(costs), limit_usd)
        self._window.ask(key, asked)
        return True

    def _look_at(self, key: str, requests: tuple[Request, ...], *, in_front: bool) -> None:
        """Start requests; ask once, if one of them is there already."""
        different = tuple({id(request): request for request in requests}.values())

        def look(place: int) -> None:
            if place == len(different):
                self._start(key, requests, in_front=in_front)
            else:
                self.guard.look(different[place], lambda found: then(place, found))

        def then(place: int, found: Twin | None) -> None:
            if found is None:
                look(place + 1)
            else:
                self._window.ask(key, Asked(requests[0], found, in_front, requests[1:]))

        self._do(lambda _engine: look(0))

    def _start(self, key: str, requests: tuple[Request, ...], *, in_front: bool) -> None:
        def start(engine: "Engine") -> None:
            # The last one first, where each goes before all that wait.
            ordered = tuple(reversed(requests)) if in_front else requests
            calls = [engine.runner.start(request, in_front=in_front) for request in ordered]
            for call, request in zip(calls, ordered, strict=True):
                self._calls.add(call, request)
            self._hub.flush()
            if len(calls) > 1:
                self._window.follow_batch(key, list(reversed(calls)) if in_front else calls)
            elif key:
                self._window.follow(key, calls[0])

        self._do(start)

    def _names_of(self, endpoint: str) -> list[str]:
        return [field.name for field in self._catalogue.get(endpoint).schema.fields]
