"""The state of a queue call, heard from the status stream or by asking; trouble on the way ends nothing."""

import time

import httpx

from fal_studio.core import events as e
from fal_studio.core import urls
from fal_studio.core.events import Failed, FailureKind
from fal_studio.core.request import Request
from fal_studio.modes import resend, trouble
from fal_studio.modes.base import CallError, Emit, deadline
from fal_studio.modes.following import Seat
from fal_studio.modes.http import Answer, Ask, Http
from fal_studio.wire.payload import PayloadError, decode
from fal_studio.wire.queue import StatusReader
from fal_studio.wire.sse import Decoder, Message, TooLongError
from fal_studio.words import tr

_STREAM = "status-stream"
_REFUSALS = 3
"""How often the server may say no in a row: a new request may not be known everywhere at once."""
_BREAKS = 3
"""How often the status stream may break in a row before it is given up for asking."""
_STEADY_S = 60.0
"""A stream that lasted so long has not failed when it ends: servers close what is open for long."""
_CLOSING_S = 0.1
_SILENCE_S = 60.0
"""fal sends a comment about every 15 s."""
_IN_FULL = 20
"""So many questions about a call are facts in every detail; later ones are one fact each, or old calls grow without end."""
_SLOW_DOWN_S = 5.0
"""How long nobody asks after a 429 that names no time."""


class Status:
    """Follows one queue call."""

    def __init__(self, request: Request, ticket: e.Enqueued, http: Http, seat: Seat, emit: Emit) -> None:
        self._request = request
        self._ticket = ticket
        self._http = http
        self._seat = seat
        self._emit = emit
        self._reader = StatusReader()
        self._stream: httpx.Response | None = None
        self._asked = 0
        self._refusals = 0
        self._breaks = 0
        self.is_known = False
        """The server has answered about the request, so it knew it once."""

    @property
    def is_completed(self) -> bool:
        """Whether the server called the request complete."""
        return self._reader.is_completed

    async def poll(self) -> float:
        """Ask once; return for how many seconds no good answer has come. Raises CallError if asking on is of no use."""
        url = urls.status_query(self._ticket.status_url, logs=self._request.options.logs)
        ask = Ask("status", "GET", url, endpoint=self._request.endpoint)
        self._asked += 1
        began = time.perf_counter()
        try:
            answer = await self._http.exchange(ask, self._emit if self._asked <= _IN_FULL else _unsaid)
        except CallError as error:
            return self._troubled(error, is_unreachable=True)
        if answer.is_good:
            self._emit(e.Polled(answer.status, time.perf_counter() - began))
            return self._take(answer.body)
        return self._refused(answer, ask)

    def _refused(self, answer: Answer, ask: Ask) -> float:
        failed = self._http.failed(answer, ask)
        if answer.status in (401, 402, 403):
            raise CallError(failed)
        if answer.status == 429:
            self._seat.slow_down(resend.wish_s(answer.headers) or _SLOW_DOWN_S)
        elif 400 <= answer.status < 500 and answer.status != 408:
            self._refusals += 1
            if self._refusals >= _REFUSALS:
                raise CallError(failed)
        return self._troubled(CallError(failed), is_unreachable=False)

    async def listen(self) -> None:
        """Listen to the status stream until the request is complete, the stream ends or somebody wants something else."""
        self._stream = None
        await self._listen()
        if (
            self._stream is not None
        ):  # that it was left is told, too, or it would seem to last as long as the call
            self._emit(e.BodyRead(self._stream.num_bytes_downloaded, _STREAM))

    async def _listen(self) -> None:
        url = urls.status_query(self._ticket.status_url, logs=self._request.options.logs, stream=True)
        ask = Ask(
            _STREAM,
            "GET",
            url,
            headers={"Accept": "text/event-stream"},
            endpoint=self._request.endpoint,
            idle_s=_SILENCE_S,
        )
        began = time.monotonic()
        try:
            async with self._seat.listening(), self._http.opened(ask, self._emit) as response:
                self._stream = response
                is_sse = response.headers.get("content-type", "").startswith("text/event-stream")
                if response.status_code != 200 or not is_sse:
                    self._emit(e.Control(tr("no status stream"), response.status_code))
                    self._seat.give_stream_back()
                    return
                await self._read(response)
        except TimeoutError:
            return  # not a failure: the seat wants something else
        except httpx.HTTPError as error:
            failed = trouble.of_network(error, url, self._http.profile, is_paid=False)
            self._emit(
                e.Trouble(
                    tr("The status stream broke off. {message}").format(message=failed.message), failed.kind
                )
            )
        except TooLongError as error:
            self._emit(
                e.Trouble(
                    tr("The status stream cannot be read: {error}.").format(error=error), FailureKind.PROTOCOL
                )
            )
            self._seat.give_stream_back()
            return
        if self.is_completed:
            return
        self._breaks = 1 if time.monotonic() - began > _STEADY_S else self._breaks + 1
        if self._breaks > _BREAKS:
            self._seat.give_stream_back()
        self._seat.ask_first()

    async def _read(self, response: httpx.Response) -> None:
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

    def _take(self, body: bytes) -> float:
        try:
            facts = self._reader.facts(decode(body))
        except PayloadError as error:
            failed = Failed(
                FailureKind.PROTOCOL, tr("A status answer cannot be read: {error}.").format(error=error)
            )
            return self._troubled(CallError(failed), is_unreachable=False)
        self._refusals = 0
        self.is_known = True
        for fact in facts:
            if isinstance(fact, e.Progress):
                self._seat.stands(fact.position, is_running=fact.stage is e.Stage.RUNNING)
        self._seat.heard(is_news=bool(facts))
        for fact in facts:
            self._emit(fact)
        return 0.0

    def _troubled(self, error: CallError, *, is_unreachable: bool) -> float:
        """Note a failed question; return for how many seconds no good answer has come."""
        fact = error.fact
        kind = fact.kind if isinstance(fact, Failed) else FailureKind.NETWORK
        self._emit(e.Trouble(tr("Asking for the status failed. {error}").format(error=error), kind))
        return self._seat.failed(is_unreachable=is_unreachable)


async def ended_facts(ticket: e.Enqueued, request: Request, http: Http) -> tuple[e.Metric | e.Log, ...]:
    """Ask once about a request that has ended; return the numbers and the log lines of the answer. Raises CallError."""
    url = urls.status_query(ticket.status_url, logs=request.options.logs)
    answer = await http.exchange(Ask("status", "GET", url, endpoint=request.endpoint), _unsaid)
    if not answer.is_good:
        return ()
    try:
        facts = StatusReader().facts(decode(answer.body))
    except PayloadError:
        return ()
    return tuple(fact for fact in facts if isinstance(fact, e.Metric | e.Log))


def _unsaid(_fact: e.Fact) -> None:
    """Keep no fact."""
