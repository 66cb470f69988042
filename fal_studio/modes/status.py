"""The state of a queue call, heard from the status stream or by asking; trouble on the way ends nothing."""

import random
import time
from enum import Enum, auto

import httpx

from fal_studio.core import events as e
from fal_studio.core import urls
from fal_studio.core.events import Failed, FailureKind
from fal_studio.core.request import Request
from fal_studio.modes import trouble
from fal_studio.modes.base import CallError, Emit, deadline
from fal_studio.modes.http import Ask, Http
from fal_studio.wire.payload import PayloadError, decode
from fal_studio.wire.queue import StatusReader
from fal_studio.wire.sse import Decoder, Message, TooLongError

_SLOWEST_S = 4.0
"""The longest pause between two questions while all is well."""
_SLOWEST_IN_TROUBLE_S = 15.0
_REFUSALS = 3
"""How often the server may say no in a row: a new request may not be known everywhere at once."""
_BREAKS = 3
"""How often the status stream may break before it is given up for asking."""
_CLOSING_S = 0.1
_SILENCE_S = 60.0
"""fal sends a comment about every 15 s."""


class Watched(Enum):
    """How listening to the status stream ended."""

    NOT_OFFERED = auto()
    """The server has no such stream, or it breaks too often."""
    AGAIN = auto()
    """It broke off and may be opened again."""
    TO_BE_ASKED = auto()
    """It ended too soon: ask once what is the matter."""


class Status:
    """Follows one queue call."""

    def __init__(self, request: Request, ticket: e.Enqueued, http: Http, emit: Emit) -> None:
        self._request = request
        self._ticket = ticket
        self._http = http
        self._emit = emit
        self._reader = StatusReader()
        self._quiet = 0
        """Questions since something changed."""
        self._failures = 0
        self._refusals = 0
        self._breaks = 0
        self._failing_since: float | None = None

    @property
    def is_completed(self) -> bool:
        """Whether the server called the request complete."""
        return self._reader.is_completed

    async def poll(self) -> None:
        """Ask once; raises CallError only when asking on is of no use."""
        url = urls.status_query(self._ticket.status_url, logs=self._request.options.logs)
        ask = Ask("status", "GET", url, endpoint=self._request.endpoint)
        try:
            answer = await self._http.exchange(ask, self._emit)
        except CallError as error:
            self._troubled(error)
            return
        if answer.is_good:
            self._take(answer.body)
            return
        failed = self._http.failed(answer, ask)
        if answer.status in (401, 402, 403):
            raise CallError(failed)
        if 400 <= answer.status < 500 and answer.status not in (408, 429):
            self._refusals += 1
            if self._refusals >= _REFUSALS:
                raise CallError(failed)
        self._troubled(CallError(failed))

    def pause_s(self) -> float:
        """Return how long to wait before the next question: longer when nothing changes, longest in trouble."""
        every = self._request.options.poll_every_s
        if self._failures:
            return min(max(every, 0.5) * 2 ** min(self._failures, 6), _SLOWEST_IN_TROUBLE_S) * random.uniform(
                0.8, 1.2
            )
        return max(every, min(every * 1.15 ** max(0, self._quiet - 5), _SLOWEST_S))

    async def watch(self) -> Watched:
        """Listen to the status stream until the request is complete or the stream ends."""
        url = urls.status_query(self._ticket.status_url, logs=self._request.options.logs, stream=True)
        ask = Ask(
            "status-stream",
            "GET",
            url,
            headers={"Accept": "text/event-stream"},
            endpoint=self._request.endpoint,
            idle_s=_SILENCE_S,
        )
        try:
            async with self._http.opened(ask, self._emit) as response:
                is_sse = response.headers.get("content-type", "").startswith("text/event-stream")
                if response.status_code != 200 or not is_sse:
                    self._emit(e.Control("no status stream", response.status_code))
                    return Watched.NOT_OFFERED
                await self._listen(response)
        except httpx.HTTPError as error:
            failed = trouble.of_network(error, url, self._http.profile, is_paid=False)
            self._emit(e.Trouble(f"The status stream broke off. {failed.message}", failed.kind))
        except TooLongError as error:
            self._emit(e.Trouble(f"The status stream cannot be read: {error}.", FailureKind.PROTOCOL))
            return Watched.NOT_OFFERED
        self._breaks += 1
        return Watched.TO_BE_ASKED if self._breaks <= _BREAKS else Watched.NOT_OFFERED

    async def _listen(self, response: httpx.Response) -> None:
        decoder = Decoder(self._http.profile.max_body_bytes)
        chunks = response.aiter_bytes()
        async for chunk in chunks:
            for message in decoder.feed(chunk):
                if isinstance(message, Message):
                    self._take(self._http.redactor.data(message.data))
                else:
                    self._emit(e.Control("comment", message.text or None, len(message.text) + 1))
            if self._reader.is_completed:
                break
        # The server closes after COMPLETED; waiting for that keeps the connection for the result.
        async with deadline(_CLOSING_S):
            async for _chunk in chunks:
                pass

    def _take(self, body: bytes) -> None:
        try:
            facts = self._reader.facts(decode(body))
        except PayloadError as error:
            self._failures += 1
            self._emit(e.Trouble(f"A status answer cannot be read: {error}.", FailureKind.PROTOCOL))
            return
        self._failures = self._refusals = 0
        self._failing_since = None
        self._quiet = 0 if facts else self._quiet + 1
        for fact in facts:
            self._emit(fact)

    def _troubled(self, error: CallError) -> None:
        """Note a failed question; raises CallError when it has gone on for too long."""
        self._failures += 1
        now = time.monotonic()
        self._failing_since = now if self._failing_since is None else self._failing_since
        fact = error.fact
        kind = fact.kind if isinstance(fact, Failed) else FailureKind.NETWORK
        patience_s = self._http.profile.clocks.idle_s
        if now - self._failing_since > patience_s:
            raise CallError(
                e.Unknown(
                    f"The queue could not be asked for {patience_s:g} s, but the call may go on at fal. {error} "
                    "Follow it again later."
                )
            ) from error
        self._emit(e.Trouble(f"Asking for the status failed. {error}", kind))
