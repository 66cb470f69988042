"""What Run will do and cost, told before it is pressed."""

import importlib
from typing import Any

from fal_studio.core import options as rules
from fal_studio.core.call import Phase
from fal_studio.core.prices import is_free
from fal_studio.core.request import Mode
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.costs import Forecast, forecast
from fal_studio.ui.models import Calls
from fal_studio.ui.request.document import Document
from fal_studio.ui.request.draft import Draft
from fal_studio.ui.request.run_bar import Reason
from fal_studio.words import tr, trn

SHOWN_OPTIONS = 3
"""So many options are told in the forecast line; the Options page has them all."""


class RunForecast:
    """Looks at one request: its document, and the rest as a Draft, whose text is not read again."""

    def __init__(self, document: Document, calls: Calls, catalogue: Catalogue) -> None:
        self._document, self._calls, self._catalogue = document, calls, catalogue

    def cost(self, draft: Draft, count: int, *, is_seen: bool) -> Forecast:
        """Say what so many runs will cost. Where nobody has looked yet no key is taken out of the keyring for the price."""
        if is_free(draft.profile):
            return Forecast(tr("free"), tr("free, made on this machine"))
        prices, where = self._calls.prices, (draft.profile, draft.endpoint)
        price = prices.of(*where) if is_seen else prices.known(*where)
        arguments = prices.filled(draft.endpoint, self._document.arguments)
        return forecast(price, draft.mode, arguments, count, is_unpriced=prices.is_unpriced(*where))

    def facts(
        self, draft: Draft, count: int, cost: Forecast, project: str
    ) -> tuple[list[str], Reason | None]:
        """Return what so many runs do, fact by fact, and what may be better; `project`: what they are counted for."""
        pictures = self._pictures()
        words = [_way(draft.mode), *_options(draft)]
        words += [tr("for {project}").format(project=project)] if project else []
        if count == 1:
            return [tr("1 request{pictures}").format(pictures=pictures), cost.words, *words], None
        each = tr("{pictures} each").format(pictures=pictures.removeprefix(", ")) if pictures else ""
        many = f"×{count}, {cost.words}"
        seeds, offer = self._about_seeds(draft, count)
        return [fact for fact in (many, each, *words, seeds) if fact], offer

    def aside(self, call: str, *, is_live: bool) -> str:
        """Say what becomes of the open call that is shown; "" for none."""
        if not call:
            return ""
        if is_live:
            return tr("live: edits are sent as you type")
        state = self._calls.state(call)
        if state.phase is Phase.CANCEL_REQUESTED:
            return tr("cancelling")
        if is_left_behind(state.mode):
            return tr("Run starts a new one and stops this one")
        return tr("Run starts another; this one goes on")

    def _pictures(self) -> str:
        count = (self._document.arguments or {}).get("num_images")
        if not isinstance(count, int):
            return ""
        return trn(", {count} image", ", {count} images", count).format(count=count)

    def _about_seeds(self, draft: Draft, count: int) -> tuple[str, Reason | None]:
        known = self._catalogue.get(draft.endpoint)
        noun = tr("picture") if known.icon == "image" else tr("result")
        batches: Any = importlib.import_module("fal_studio.ui.shell.batch")
        about: tuple[str, Reason | None] = batches.about_seeds(
            self._document.arguments, known.schema, count, noun, is_stepped=draft.steps_seed
        )
        return about


def is_left_behind(mode: Mode | None) -> bool:
    """Whether only one pane listens to a call of a mode; queue and direct calls go on without it."""
    return mode in (Mode.STREAM, Mode.REALTIME)


def _way(mode: Mode) -> str:
    return {
        Mode.RUN: tr("waits on one connection"),
        Mode.SUBSCRIBE: tr("queued, then followed here"),
        Mode.SUBMIT: tr("queued, nobody waits"),
        Mode.STREAM: tr("partial results as they come"),
        Mode.REALTIME: tr("a session; every edit is sent"),
    }[mode]


def _options(draft: Draft) -> list[str]:
    words = rules.in_short(draft.options, draft.mode)
    if len(words) <= SHOWN_OPTIONS:
        return words
    more = tr("{count} more").format(count=len(words) - SHOWN_OPTIONS + 1)
    return [*words[: SHOWN_OPTIONS - 1], more]
