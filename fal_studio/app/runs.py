"""What is to be run: looked at first, because it may cost much or be there already, and then handed to the engine."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fal_studio.app.guarding import Guard
from fal_studio.core.guard import Twin
from fal_studio.core.prices import is_free
from fal_studio.core.request import Request
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.hub import Hub
from fal_studio.ui.models import Calls
from fal_studio.ui.request.ask_line import Asked
from fal_studio.ui.shell.window import MainWindow

if TYPE_CHECKING:
    from fal_studio.app.engine import Engine

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
        self.guard = Guard(calls, self._names_of, self)
        window.run_wanted.connect(self._on_run_wanted)
        window.run_in_front_wanted.connect(self._on_run_in_front_wanted)
        window.run_batch_wanted.connect(self._on_run_batch_wanted)
        window.run_anyway_wanted.connect(self._on_run_anyway_wanted)

    def run(self, key: str, *requests: Request, in_front: bool = False) -> None:
        """Run requests for the tab of that key, or for none (""); ask there first, if they cost much or are there already.

        `in_front`: before all that wait.
        """
        if not self._is_dear(key, requests, in_front=in_front):
            self._look_at(key, requests, in_front=in_front)

    def _on_run_wanted(self, key: str, request: Request) -> None:
        self.run(key, request)

    def _on_run_in_front_wanted(self, key: str, request: Request) -> None:
        self.run(key, request, in_front=True)

    def _on_run_batch_wanted(self, key: str, requests: tuple[Request, ...], in_front: bool) -> None:
        self.run(key, *requests, in_front=in_front)

    def _on_run_anyway_wanted(self, key: str, asked: Asked) -> None:
        requests = (asked.request, *asked.others)
        if asked.twin is None:  # it may cost so much; whether the same is there already is another question
            self._look_at(key, requests, in_front=asked.in_front)
        else:
            self._start(key, requests, in_front=asked.in_front)

    def _is_dear(self, key: str, requests: tuple[Request, ...], *, in_front: bool) -> bool:
        """Ask about requests that will cost more together than somebody wants to spend unasked."""
        prices = self._calls.prices
        costs = [prices.estimate_usd(one) or 0.0 for one in requests if not is_free(one.profile)]
        if not prices.is_above_limit(sum(costs)):
            return False
        asked = Asked(requests[0], None, in_front, requests[1:], sum(costs), prices.limit_usd)
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
