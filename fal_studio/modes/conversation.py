"""One open realtime socket: inputs out, answers in, side by side, until one side ends it."""

import asyncio
import time
from typing import TypeAlias

import msgspec
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from fal_studio.core import events as e
from fal_studio.core.events import FailureKind
from fal_studio.core.request import Json
from fal_studio.core.transcript import Shape, Way
from fal_studio.modes.base import CallError, Emit, Tools
from fal_studio.modes.http import Http
from fal_studio.modes.token import Tokens
from fal_studio.wire import realtime as wire
from fal_studio.wire.payload import PayloadError
from fal_studio.wire.session import SessionReader
from fal_studio.words import tr

_FIRST_PING_S = 1.0
_RENEW_AGAIN_S = 6.0
"""Pause after a token that could not be renewed, as in @fal-ai/client."""


class Ended(msgspec.Struct, frozen=True):
    """The session is over, in good order."""

    code: int
    reason: str


class Broken(msgspec.Struct, frozen=True):
    """The session broke; it may be opened again."""

    code: int
    reason: str


class Refusal(msgspec.Struct, frozen=True):
    """The server ended the session with an error."""

    code: str
    reason: str
    is_token: bool


Outcome: TypeAlias = Ended | Broken | Refusal


class Conversation:
    """What is said over one call's sockets; counts on across reconnects."""

    def __init__(
        self, http: Http, tools: Tools, tokens: Tokens, emit: Emit, *, ping_every_s: float = 5.0
    ) -> None:
        """`ping_every_s`: how often a ping is sent so that its time can be seen; 0: never.

        The library's own pings only keep the socket open.
        """
        self._ping_every_s = ping_every_s
        self._http = http
        self._tools = tools
        self._tokens = tokens
        self._emit = emit
        self._reader = SessionReader(tools.keep)

    @property
    def heard(self) -> int:
        """How many answers came."""
        return self._reader.heard

    async def hold(self, socket: ClientConnection) -> Outcome:
        """Send and receive until the session ends."""
        async with asyncio.TaskGroup() as group:
            helpers = [group.create_task(self._send_inputs(socket), name="realtime inputs")]
            if self._ping_every_s > 0:
                helpers.append(group.create_task(self._ping(socket), name="realtime ping"))
            if self._tokens.is_needed:
                helpers.append(group.create_task(self._renew_token(), name="realtime token"))
            outcome = await self._receive(socket)
            for helper in helpers:
                helper.cancel()
        return outcome

    async def _ping(self, socket: ClientConnection) -> None:
        """Ask for a sign of life now and then, and tell how long it took."""
        pause_s = min(_FIRST_PING_S, self._ping_every_s)
        try:
            while True:
                await asyncio.sleep(pause_s)
                pause_s = self._ping_every_s
                took_s = await (await socket.ping())
                self._emit(e.Control("ping"))
                self._emit(e.Metric("ping", took_s, "s"))
        except ConnectionClosed:
            return  # the receiving side says why

    async def _send_inputs(self, socket: ClientConnection) -> None:
        inbox, hang_up = self._tools.line.inbox, self._tools.line.hang_up
        try:
            while True:
                message = await inbox.get()
                if message is not None and await self._tools.may_send(message):
                    await self._send(socket, message)
                # Asked after every input: the one that wakes us to hang up may not be the last in line.
                if hang_up.is_set() and inbox.empty():
                    await socket.close()
                    return
        except ConnectionClosed:
            return  # the receiving side says why

    async def _send(self, socket: ClientConnection, message: Json) -> None:
        try:
            frame = wire.encode(message)
        except PayloadError as error:
            self._emit(
                e.Trouble(tr("An input cannot be sent: {error}.").format(error=error), FailureKind.INPUT)
            )
            return
        redactor = self._http.redactor
        shown = redactor.payload(message) if redactor.finds_in(frame) else message
        if socket.state is State.OPEN:
            # Stamped when it goes to the socket, not when that is done: the answer's round trip begins here.
            fact = self._reader.sent(message, len(frame), shown)
            self._tools.record(Way.OUT, Shape.BINARY, redactor.data(frame))
            self._emit(fact)
        await socket.send(frame)

    async def _receive(self, socket: ClientConnection) -> Outcome:
        ended: Outcome | None = None
        redactor = self._http.redactor
        try:
            while True:
                frame = await socket.recv()
                self._record(frame)
                try:
                    heard = wire.read_text(frame) if isinstance(frame, str) else wire.read_binary(frame)
                except PayloadError as error:
                    self._emit(e.Trouble(f"{e.UNREADABLE}: {error}.", FailureKind.PROTOCOL))
                    continue
                if redactor.finds_in(frame.encode() if isinstance(frame, str) else frame):
                    heard = msgspec.structs.replace(heard, **redactor.payload(msgspec.structs.asdict(heard)))
                ended = self._take(heard, len(frame)) or ended
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd is not None else 1006
            reason = closed.rcvd.reason if closed.rcvd is not None else ""
            if ended is not None:
                return msgspec.structs.replace(ended, code=code) if isinstance(ended, Ended) else ended
            if closed.sent is not None and not closed.rcvd_then_sent and closed.sent.code in (1000, 1001):
                return Ended(1000, "closed here")
            if code in (1000, 1005):
                return Ended(code, reason or tr("the server closed the session"))
            if code == 1006 and closed.sent is not None and closed.sent.code == 1009:
                code, reason = 1009, closed.sent.reason
            if code == 1006 and closed.sent is not None and closed.sent.code in (1002, 1007):
                said = closed.sent.reason or tr("a frame that is none")
                return Broken(
                    closed.sent.code,
                    tr("the server broke the WebSocket protocol: {redactor}").format(
                        redactor=redactor.text(said)
                    ),
                )
            if code == 1006 and closed.sent is not None and closed.sent.code == 1011:
                reason = tr("no answer to a ping")
            return Broken(code, wire.close_words(code, redactor.text(reason)))

    def _record(self, frame: str | bytes) -> None:
        redactor = self._http.redactor
        if isinstance(frame, str):
            self._tools.record(Way.IN, Shape.TEXT, redactor.text(frame).encode(errors="replace"))
        else:
            self._tools.record(Way.IN, Shape.BINARY, redactor.data(frame))

    def _take(self, heard: wire.Heard, size: int) -> Outcome | None:
        for fact in self._reader.facts(heard, size):
            self._emit(fact)
        match heard:
            case wire.Over(reason=reason):
                return Ended(1000, reason)
            case wire.Refused(code=code, reason=reason, is_token=is_token):
                return Refusal(code, reason, is_token)
            case _:
                return None

    async def _renew_token(self) -> None:
        while True:
            await asyncio.sleep(self._tokens.renew_in_s())
            began = time.monotonic()
            try:
                await self._tokens.fetch()
            except CallError as error:
                self._emit(
                    e.Trouble(
                        tr("The realtime token could not be renewed. {error}").format(error=error),
                        FailureKind.AUTH,
                    )
                )
                await asyncio.sleep(max(_RENEW_AGAIN_S - (time.monotonic() - began), 0.1))
