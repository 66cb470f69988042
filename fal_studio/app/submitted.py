"""Submitted calls are watched by the queue: a moment after a submit let go of one, it is followed like the others.

The submit itself is over by then, and its numbers are its own: nothing of this stands between Run and its answer. A call
with a webhook is left alone, since the webhook ends it without one question to the server.
"""

import asyncio
import logging
from collections.abc import Callable

from fal_studio.app.engine import Engine
from fal_studio.core import events as e
from fal_studio.core.events import Event
from fal_studio.core.log import EventLog
from fal_studio.core.request import Request
from fal_studio.core.settings import Settings

AFTER_S = 2.0
"""Somebody who wants to see that nobody waits, or presses Follow, has this long."""
_logger = logging.getLogger(__name__)


class Submitted:
    """Follows them until `close`."""

    def __init__(
        self,
        log: EventLog,
        engine: Engine,
        request_of: Callable[[str], Request | None],
        settings: Callable[[], Settings],
    ) -> None:
        """`settings` reads them anew; it may block."""
        self._log, self._engine, self._request_of, self._settings = log, engine, request_of, settings
        self._forget = log.subscribe(self._on_event)

    def close(self) -> None:
        """Follow no more."""
        self._forget()

    def _on_event(self, event: Event) -> None:
        if isinstance(event.fact, e.Detached) and event.fact.by == "submit":
            self._engine.runner.latest.start(f"submitted {event.call}", self._follow(event.call))

    async def _follow(self, call: str) -> None:
        await asyncio.sleep(AFTER_S)
        request = self._request_of(call)
        if request is None or request.options.webhook_url or self._engine.runner.is_running(call):
            return
        if not (await asyncio.to_thread(self._settings)).follow_submitted:
            return
        last = self._log.of(call)
        if last and not any(isinstance(event.fact, e.ENDS) for event in last):
            self._engine.runner.resume(call, request)
