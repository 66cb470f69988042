"""Plays faults on a live HTTP connection: cut bodies, resets, silence, floods."""

import asyncio
import socket
import struct
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fal_studio.emulator import faults
from fal_studio.emulator.answers import Answer
from fal_studio.emulator.settings import Controls

FLOOD = 200_000_000
PIECE = 256 * 1024
NO_ID = frozenset(
    {"bad_gateway_html", "unavailable_html", "gateway_timeout_html", "html", "text", "redirect"}
)


class Delivery:
    """An answer on its way, with the fault that it may carry; an ASGI app."""

    def __init__(self, answer: Answer, controls: Controls) -> None:
        self._answer = answer
        self._controls = controls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer, or play its fault."""
        if self._answer.fault is None:
            await self._answer.response()(scope, receive, send)
        else:
            app = self._answer.response()
            await play(self._answer.fault, app, scope, after_the_body(receive), send, self._controls)


def transport_of(scope: Scope) -> asyncio.Transport:
    """Return the connection that a request came in on (put there by `protocols`)."""
    return scope["state"]["transport"]


def reset(transport: asyncio.Transport) -> None:
    """Break a connection with a TCP reset."""
    raw = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def gone(receive: Receive) -> None:
    """Wait until the other side (or this one) has closed the connection."""
    while (await receive())["type"] not in ("http.disconnect", "websocket.disconnect"):
        pass


def after_the_body(receive: Receive) -> Receive:
    """Return a `receive` for a request whose body has been read: says so once instead of waiting for more."""
    told = False

    async def rest() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": b"", "more_body": False}

    return rest


async def body_of(receive: Receive) -> bytes:
    """Read a whole request body."""
    pieces: list[bytes] = []
    while (message := await receive())["type"] == "http.request":
        pieces.append(message.get("body", b""))
        if not message.get("more_body"):
            break
    return b"".join(pieces)


async def play(
    fault: str, app: ASGIApp, scope: Scope, receive: Receive, send: Send, controls: Controls
) -> None:
    """Answer one HTTP request with a fault; `app` gives the proper answer where a fault spoils one."""
    if fault in faults.ANSWERS:
        await body_of(receive)
        await _send(faults.ANSWERS[fault][1](), fault, scope, receive, send)
    elif (player := PLAYERS.get(fault)) is not None:
        await player(app, scope, receive, send, controls)
    else:
        await app(scope, receive, send)


async def _send(answer: Answer, fault: str, scope: Scope, receive: Receive, send: Send) -> None:
    if fault not in NO_ID:
        answer = answer.adding({"x-fal-request-id": str(uuid.uuid4())})
    await answer.response()(scope, receive, send)


async def _slow(app: ASGIApp, scope: Scope, receive: Receive, send: Send, controls: Controls) -> None:
    if controls.answer_delay is None:
        await asyncio.sleep(5)
    await app(scope, receive, send)


async def _hang(app: ASGIApp, scope: Scope, receive: Receive, send: Send, controls: Controls) -> None:
    await body_of(receive)
    await gone(receive)


async def _reset(app: ASGIApp, scope: Scope, receive: Receive, send: Send, controls: Controls) -> None:
    await body_of(receive)
    reset(transport_of(scope))
    await gone(receive)


async def _closed(app: ASGIApp, scope: Scope, receive: Receive, send: Send, controls: Controls) -> None:
    await body_of(receive)
    transport_of(scope).close()
    await gone(receive)


async def _captured(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
    """Run the app and keep its answer instead of sending it."""
    start: Message = {"type": "http.response.start", "status": 200, "headers": []}
    pieces: list[bytes] = []

    async def keep(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
        elif message["type"] == "http.response.body":
            pieces.append(message.get("body", b""))

    await app(scope, receive, keep)
    return start, b"".join(pieces)


def _with_length(start: Message, length: int) -> Message:
    headers = [(name, value) for name, value in start["headers"] if name.lower() != b"content-length"]
    return {**start, "headers": [*headers, (b"content-length", str(length).encode())]}


async def _half(app: ASGIApp, scope: Scope, receive: Receive, send: Send, length: str) -> None:
    start, body = await _captured(app, scope, receive)
    half = body[: len(body) // 2]
    await send(_with_length(start, len(half) if length == "fits" else len(body)))
    await send({"type": "http.response.body", "body": half, "more_body": length != "fits"})


async def _truncated(app: ASGIApp, scope: Scope, receive: Receive, send: Send, controls: Controls) -> None:
    await _half(app, scope, receive, send, "fits")


async def _short_body(app: ASGIApp, scope: Scope, receive: Receive, send: Send, controls: Controls) -> None:
    await _half(app, scope, receive, send, "whole")
    transport_of(scope).close()
    await gone(receive)


async def _reset_body(app: ASGIApp, scope: Scope, receive: Receive, send: Send, controls: Controls) -> None:
    await _half(app, scope, receive, send, "whole")
    # A reset overtakes bytes that the other side has not read yet; the pause lets it see the half body first.
    await asyncio.sleep(0.05)
    reset(transport_of(scope))
    await gone(receive)


async def _huge(app: ASGIApp, scope: Scope, receive: Receive, send: Send, controls: Controls) -> None:
    size = controls.bytes or FLOOD
    await body_of(receive)
    head, tail = b'{"padding":"', b'"}'
    headers = [(b"content-type", b"application/json"), (b"content-length", str(size).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": head, "more_body": True})
    await _flood(send, receive, size - len(head) - len(tail), tail)


async def _endless(app: ASGIApp, scope: Scope, receive: Receive, send: Send, controls: Controls) -> None:
    await body_of(receive)
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b'{"padding":"', "more_body": True})
    await _flood(send, receive, controls.bytes or 1 << 60, b'"}')


async def _flood(send: Send, receive: Receive, size: int, tail: bytes) -> None:
    """Send `size` bytes of padding and a tail, unless the other side leaves."""
    async with asyncio.TaskGroup() as group:
        left = group.create_task(gone(receive))
        piece = b"x" * PIECE
        while size > 0 and not left.done():
            await send({"type": "http.response.body", "body": piece[:size], "more_body": True})
            size -= PIECE
            # Sending never waits while the socket takes everything; others want their turn too.
            await asyncio.sleep(0)
        if not left.done():
            await send({"type": "http.response.body", "body": tail, "more_body": False})
        left.cancel()


async def _drip(app: ASGIApp, scope: Scope, receive: Receive, send: Send, controls: Controls) -> None:
    start, body = await _captured(app, scope, receive)
    await send(start)
    for index in range(len(body)):
        await send({"type": "http.response.body", "body": body[index : index + 1], "more_body": True})
        await asyncio.sleep(0.05)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


PLAYERS: dict[str, Callable[[ASGIApp, Scope, Receive, Send, Controls], Awaitable[Any]]] = {
    "slow": _slow,
    "hang": _hang,
    "reset": _reset,
    "closed": _closed,
    "reset_body": _reset_body,
    "truncated": _truncated,
    "short_body": _short_body,
    "huge": _huge,
    "endless": _endless,
    "drip": _drip,
}
