"""HTTP over WebSocket, as `wss://ws.fal.run/` speaks it: one JSON text frame per request, answered in order.

Each answer is a `start` frame, body frames, and an `end` frame (fal docs: websockets; experimental there too).
"""

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from fal_studio.emulator.auth import Refused, identify

App = Callable[[Scope, Receive, Send], Awaitable[None]]


class HttpOverSocket:
    """Passes the requests of a socket to the direct run of the same path."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def handle(self, socket: WebSocket) -> None:
        """Serve one connection."""
        caller = identify(socket.headers.get("authorization", ""))
        if isinstance(caller, Refused):
            await socket.send_denial_response(caller.answer().response())
            return
        await socket.accept()
        try:
            while True:
                await self._answer(socket, await _request_text(socket))
        except WebSocketDisconnect:
            return

    async def _answer(self, socket: WebSocket, body: str) -> None:
        """Answer one request."""
        begun = time.monotonic()
        told: dict[str, Any] = {"request_id": str(uuid.uuid4()), "status": 500, "first_s": None}

        async def receive() -> Message:
            if told.get("read"):
                await asyncio.Event().wait()
            told["read"] = True
            return {"type": "http.request", "body": body.encode(), "more_body": False}

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                await _start(socket, message, told)
            elif message["type"] == "http.response.body" and message.get("body"):
                if told["first_s"] is None:
                    told["first_s"] = time.monotonic() - begun
                await _body(socket, message["body"])

        await self._app(_scope(socket), receive, send)
        first_s = told["first_s"] if told["first_s"] is not None else time.monotonic() - begun
        end = {"type": "end", "request_id": told["request_id"], "status": told["status"]}
        await socket.send_text(json.dumps({**end, "time_to_first_byte_seconds": round(first_s, 6)}))


async def _request_text(socket: WebSocket) -> str:
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1000))
    text = message.get("text")
    return message["bytes"].decode("utf-8", "replace") if text is None else text


async def _start(socket: WebSocket, message: Message, told: dict[str, Any]) -> None:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]}
    told["request_id"] = headers.get("x-fal-request-id", told["request_id"])
    told["status"] = message["status"]
    frame = {
        "type": "start",
        "request_id": told["request_id"],
        "status": message["status"],
        "headers": headers,
    }
    await socket.send_text(json.dumps(frame))


async def _body(socket: WebSocket, data: bytes) -> None:
    try:
        await socket.send_text(data.decode())
    except UnicodeDecodeError:
        await socket.send_bytes(data)


def _scope(socket: WebSocket) -> Scope:
    """Return the scope of the direct run that stands behind a socket."""
    path = "/run/" + socket.path_params["path"]
    return {
        **{
            key: value
            for key, value in socket.scope.items()
            if key not in ("subprotocols", "extensions", "endpoint", "path_params")
        },
        "type": "http",
        "method": "POST",
        "scheme": "http",
        "root_path": "",
        "path": path,
        "raw_path": path.encode(),
    }
