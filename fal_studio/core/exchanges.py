"""The HTTP exchanges of a call, folded from its facts: each attempt with its answer, and where its time went."""

from collections.abc import Sequence
from typing import Self

import msgspec

from fal_studio.core import events as e
from fal_studio.core.advice import said_anew
from fal_studio.core.events import Event
from fal_studio.core.kept_words import message_in_words
from fal_studio.core.stages import Step
from fal_studio.words import told

_BODIES = frozenset({"run", "stream", "submit"})
"""What an attempt is for that carries the request."""


class Marks(msgspec.Struct, frozen=True):
    """Where the time of an exchange went, in nanoseconds; None for what did not happen. The parts but `tls_ns`, which
    stands for itself beside `connect_ns`, follow each other; all together they are as long as the exchange."""

    blocked_ns: int = 0
    """Before anything moved: the ledger was written, a connection was waited for."""
    dns_ns: int | None = None
    connect_ns: int | None = None
    """TCP alone."""
    tls_ns: int | None = None
    send_ns: int = 0
    wait_ns: int = 0
    """From the last byte that left to the first one that came."""
    receive_ns: int = 0

    @property
    def steps(self) -> dict[Step, int | None]:
        """Return the parts as stages, in the order in which they follow each other."""
        return {
            Step.PREPARE: self.blocked_ns,
            Step.DNS: self.dns_ns,
            Step.CONNECT: self.connect_ns,
            Step.TLS: self.tls_ns,
            Step.SEND: self.send_ns,
            Step.WAIT: self.wait_ns,
            Step.RECEIVE: self.receive_ns,
        }

    @property
    def total_ns(self) -> int:
        """The length of the exchange."""
        return sum(length_ns or 0 for length_ns in self.steps.values())


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt and what became of it."""

    number: int
    why: str
    method: str
    url: str
    sent_headers: dict[str, str]
    wall_s: float
    """Calendar time of its start."""
    start_ns: int
    end_ns: int
    is_socket: bool = False
    has_body: bool = False
    """It carried the request's arguments."""
    sent_bytes: int = -1
    """Length of the body that was sent; -1 where that was not told."""
    remote: str = ""
    reused: bool = False
    http_version: str = "HTTP/1.1"
    status: int = 0
    """0: no answer came."""
    headers: dict[str, str] = {}
    body_bytes: int = -1
    """Length of the body that came; -1 where that was not told."""
    marks: Marks = Marks()
    error: str = ""
    """Why no answer came, where the call says it."""
    again_after_s: float | None = None
    """How long the next attempt at the same was waited for; None: there was none to wait for."""
    end: e.End | None = None
    """The end of the call, of the exchange that brought it."""
    messages: tuple[Event, ...] = ()
    """What was said over a WebSocket."""


class _Open:
    """An exchange that is being put together."""

    def __init__(self, event: Event, fact: e.Attempt, base_s: float) -> None:
        self.attempt = fact
        self.start_ns = event.t_ns
        self.wall_s = base_s + event.t_ns / 1e9
        self.connection: tuple[int, e.Connection] | None = None
        self.sent: tuple[int, int] | None = None
        self.response: tuple[int, e.Response] | None = None
        self.body: tuple[int, int] | None = None
        self.messages: list[Event] = []

    @property
    def is_socket(self) -> bool:
        return self.attempt.url.startswith(("ws:", "wss:"))

    @property
    def purpose(self) -> str:
        return self.attempt.why.split(" ", 1)[0]

    def closed(
        self, end_ns: int, end: e.End | None = None, error: str = "", again_after_s: float | None = None
    ) -> Exchange:
        connection = self.connection[1] if self.connection else None
        response = self.response[1] if self.response else None
        body_bytes = -1
        if self.body is not None:
            end_ns, body_bytes = self.body
        elif self.messages and not self.is_socket:
            body_bytes = sum(_size(event) for event in self.messages)
        return Exchange(
            number=self.attempt.number,
            why=self.attempt.why,
            method=self.attempt.method,
            url=self.attempt.url,
            sent_headers=self.attempt.headers,
            wall_s=self.wall_s,
            start_ns=self.start_ns,
            end_ns=end_ns,
            is_socket=self.is_socket,
            has_body=self.purpose in _BODIES and self.attempt.method == "POST",
            sent_bytes=self.sent[1] if self.sent else -1,
            remote=connection.remote if connection else "",
            reused=bool(connection and connection.reused),
            http_version=(connection.http_version if connection else "") or "HTTP/1.1",
            status=response.status if response else 0,
            headers=response.headers if response else {},
            body_bytes=body_bytes,
            marks=self._marks(end_ns),
            error="" if response else error,
            again_after_s=again_after_s,
            end=end,
            messages=tuple(self.messages),
        )

    def _marks(self, end_ns: int) -> Marks:
        answered_ns = self.response[0] if self.response else end_ns
        receive_ns = end_ns - answered_ns
        if self.connection is None:
            return Marks(blocked_ns=answered_ns - self.start_ns, receive_ns=receive_ns)
        connected_ns, fact = self.connection
        steps = [None if s is None else round(s * 1e9) for s in (fact.dns_s, fact.connect_s, fact.tls_s)]
        left_ns = connected_ns - self.start_ns
        for index, step in enumerate(
            steps
        ):  # the steps were measured on their own: they cannot be longer than the whole
            if step is not None:
                steps[index] = min(step, left_ns)
                left_ns -= min(step, left_ns)
        dns_ns, connect_ns, tls_ns = steps
        if self.is_socket:  # told when the handshake is done: what is left is the wait for the server's yes
            return Marks(0, dns_ns, connect_ns, tls_ns, 0, left_ns + answered_ns - connected_ns, receive_ns)
        sent_ns = min(self.sent[0], answered_ns) if self.sent else connected_ns
        return Marks(
            left_ns,
            dns_ns,
            connect_ns,
            tls_ns,
            sent_ns - connected_ns,
            answered_ns - sent_ns,
            receive_ns,
        )


class _Fold:
    """Takes facts, gives exchanges."""

    def __init__(self) -> None:
        self.done: list[Exchange] = []
        self._open: list[_Open] = []
        self._base_s = 0.0

    def take(self, event: Event) -> Self:
        fact, t_ns = event.fact, event.t_ns
        match fact:
            case e.Started(wall_s=wall_s) | e.Resumed(wall_s=wall_s) | e.Slept(wall_s=wall_s):
                self._base_s = wall_s - t_ns / 1e9
            case e.Attempt() | e.Retry():
                self._try(event, fact)
            case e.Connection():
                for one in reversed(self._open):
                    if one.connection is None:
                        one.connection = (t_ns, fact)
                        break
            case e.Response(why=why):
                if (one := self._of(why)) is not None:
                    one.response = (t_ns, fact)
            case e.BodyRead(size_bytes=size, why=why):
                if (one := self._of(why)) is not None:
                    one.body = (t_ns, size)
            case e.Sent(payload=None, size_bytes=size):
                if self._open and not self._open[-1].is_socket:
                    self._open[-1].sent = (t_ns, size)
                else:
                    self._hear(event)
            case e.Sent() | e.Partial() | e.Control():
                self._hear(event)
            case e.Output() | e.Closed() | e.Failed() | e.Cancelled() | e.Unknown():
                self.finish(t_ns, fact)
            case _:
                pass
        return self

    def _try(self, event: Event, fact: e.Attempt | e.Retry) -> None:
        match fact:
            case e.Attempt(why=why):
                self._leave(event.t_ns, why.split(" ", 1)[0])
                self._open.append(_Open(event, fact, self._base_s))
            case e.Retry(why=why, message=message, after_s=after_s):
                if (one := next((one for one in self._open if one.purpose == why), None)) is not None:
                    self._open.remove(one)
                    self.done.append(one.closed(event.t_ns, error=told(message), again_after_s=after_s))

    def finish(self, t_ns: int, end: e.End | None = None) -> None:
        """Close everything; the last exchange is the one that brought the end."""
        words = (
            said_anew(end).message
            if isinstance(end, e.Failed)
            else message_in_words(end.why)
            if isinstance(end, e.Unknown)
            else ""
        )
        while self._open:
            self._close(self._open[0], t_ns, end if len(self._open) == 1 else None, words)
        self.done.sort(key=lambda one: one.start_ns)

    def _leave(self, t_ns: int, purpose: str) -> None:
        """Close what a new attempt at the same thing follows, and a request's own once its body was read."""
        for one in tuple(self._open):
            if one.purpose == purpose or one.body is not None:
                self._close(one, t_ns)

    def _of(self, why: str) -> _Open | None:
        found = [one for one in self._open if one.attempt.why == why]
        return found[-1] if found else (self._open[-1] if self._open and not why else None)

    def _hear(self, event: Event) -> None:
        for one in reversed(self._open):
            if one.is_socket or one.purpose in _BODIES:
                one.messages.append(event)
                return

    def _close(self, one: _Open, t_ns: int, end: e.End | None = None, error: str = "") -> None:
        self._open.remove(one)
        self.done.append(one.closed(t_ns, end, error))


def exchanges(events: Sequence[Event]) -> tuple[Exchange, ...]:
    """Return the exchanges of a call, by their beginning; those under way last until the last fact.

    Downloads of results and uploads of inputs are no exchanges of the call.
    """
    fold = _Fold()
    for event in events:
        fold.take(event)
        if isinstance(event.fact, e.ENDS):
            break
    else:
        if events:
            fold.finish(events[-1].t_ns)
    return tuple(fold.done)


def _size(event: Event) -> int:
    fact = event.fact
    return fact.size_bytes if isinstance(fact, e.Partial | e.Control) else 0
