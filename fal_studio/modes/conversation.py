"""One open realtime socket: inputs out, answers in, side by side, until one side ends it."""

import asyncio
import time
from typing import TypeAlias

import msgspec
from websockets.exceptions import ConnectionClosed
from websockets.protocol import State

from fal_studio.core import events as e
from fal_studio.core.events import FailureKind
from fal_studio.core.kept_words import CLOSED_HERE, CLOSED_THERE, NO_FRAME, NO_LIFE, NO_PONG, broke_protocol
from fal_studio.core.request import Json
from fal_studio.core.transcript import Shape, Way
from fal_studio.modes.base import CallError, Emit, Tools
from fal_studio.modes.http import Http
from fal_studio.modes.socket import Socket, look_after_sleep
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
        self._ended: Outcome | None = None
        """How the server said that it ends the session, once it did."""
        self._bug: Exception | None = None

    @property
    def heard(self) -> int:
        """How many answers came."""
        return self._reader.heard

    async def hold(self, socket: Socket) -> Outcome:
        """Send and receive until the session ends."""
        self._ended = None
        self._tools.line.woke.clear()
        async with asyncio.TaskGroup() as group:
            helpers = [group.create_task(self._send_inputs(socket), name="realtime inputs")]
            if self._ping_every_s > 0:
                helpers.append(group.create_task(self._ping(socket), name="realtime ping"))
            helpers.append(
                group.create_task(look_after_sleep(socket, self._tools.line.woke), name="realtime sleep")
            )
            if self._tokens.is_needed:
                helpers.append(group.create_task(self._renew_token(), name="realtime token"))
            outcome = await self._receive(socket)
            for helper in helpers:
                helper.cancel()
        return outcome

    async def _ping(self, socket: Socket) -> None:
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

    async def _send_inputs(self, socket: Socket) -> None:
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

    async def _send(self, socket: Socket, message: Json) -> None:
        try:
            frame = wire.encode(message)
        except PayloadError as error:
            self._emit(
                e.Trouble(tr("An input cannot be sent: {error}.").format(error=error), FailureKind.INPUT)
            )
            return
        redactor = self._http.redactor
        clean = redactor.data(frame)
        shown = message if clean is frame else redactor.payload(message)
        if socket.state is State.OPEN:
            # Stamped when it goes to the socket, not when that is done: the answer's round trip begins here.
            fact = self._reader.sent(message, len(frame), shown)
            self._tools.record(Way.OUT, Shape.BINARY, clean)
            self._emit(fact)
        await socket.send(frame)

    async def _receive(self, socket: Socket) -> Outcome:
        socket.hear = self._hear_at_once
        try:
            while True:
                frame = await socket.recv()
                if self._bug is not None:
                    raise self._bug
                self._hear(frame)
        except ConnectionClosed as closed:
            return self._closed(closed, is_lost=socket.is_lost)
        finally:
            socket.hear = None

    def _closed(self, closed: ConnectionClosed, *, is_lost: bool) -> Outcome:
        """Return what the end of a socket means."""
        redactor = self._http.redactor
        code = closed.rcvd.code if closed.rcvd is not None else 1006
        reason = closed.rcvd.reason if closed.rcvd is not None else ""
        if (ended := self._ended) is not None:
            return msgspec.structs.replace(ended, code=code) if isinstance(ended, Ended) else ended
        if closed.sent is not None and not closed.rcvd_then_sent and closed.sent.code in (1000, 1001):
            return Ended(1000, CLOSED_HERE)
        if is_lost:
            return Broken(1006, NO_LIFE)
        if code in (1000, 1005):
            return Ended(code, reason or CLOSED_THERE)
        if code == 1006 and closed.sent is not None and closed.sent.code == 1009:
            code, reason = 1009, closed.sent.reason
        if code == 1006 and closed.sent is not None and closed.sent.code in (1002, 1007):
            said = closed.sent.reason or NO_FRAME
            return Broken(closed.sent.code, broke_protocol(redactor.text(said)))
        if code == 1006 and closed.sent is not None and closed.sent.code == 1011:
            reason = NO_PONG
        return Broken(code, wire.close_words(code, redactor.text(reason)))

    def _hear_at_once(self, frame: str | bytes) -> bool:
        """Hear a message right where it arrives: with a turn of the loop in between, every answer would seem slower."""
        if self._bug is None:
            try:
                self._hear(frame)
            except Exception as error:  # noqa: BLE001 - this is no place to raise it: `_receive` does, woken by the frame
                self._bug = error
        return self._bug is None

    def _hear(self, frame: str | bytes) -> None:
        redactor = self._http.redactor
        try:
            if isinstance(frame, str):
                self._tools.record(Way.IN, Shape.TEXT, redactor.text(frame).encode(errors="replace"))
                has_secret = redactor.finds_in(frame.encode(errors="replace"))
                heard = wire.read_text(frame)
            else:
                clean = redactor.data(frame)
                has_secret = clean is not frame
                self._tools.record(Way.IN, Shape.BINARY, clean)
                heard = wire.read_binary(frame)
        except PayloadError as error:
            self._emit(e.Trouble(f"{e.UNREADABLE}: {error}.", FailureKind.PROTOCOL))
            return
        if has_secret:
            heard = msgspec.structs.replace(heard, **redactor.payload(msgspec.structs.asdict(heard)))
        self._ended = self._take(heard, len(frame)) or self._ended

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
