"""Plays faults on WebSockets: refused handshakes, closes in the wrong place, frames that are no frames."""

import asyncio
import contextlib
import json

from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from fal_studio.emulator import errors
from fal_studio.emulator.sabotage import gone, reset, transport_of

REFUSALS = {
    "ws_refused": errors.text(403, "Forbidden"),
    "ws_unauthorized": errors.text(401, "Unauthorized"),
    "ws_not_found": errors.text(404, "Not Found"),
}
HALF_A_FRAME = bytes([0x82, 126, 0x10, 0x00]) + b"\x81" + b"x" * 100
"""The head of a binary frame of 4096 bytes, and a hundred of them."""


async def play(fault: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a whole WebSocket with a fault."""
    socket = WebSocket(scope, receive, send)
    if fault in REFUSALS:
        await socket.send_denial_response(REFUSALS[fault].response())
        return
    if fault in ("reset", "closed"):
        reset(transport_of(scope)) if fault == "reset" else transport_of(scope).close()
        return
    if fault == "hang":
        await gone(receive)
        return
    await socket.accept()
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        if fault not in ("ws_legacy_unauthorized", "ws_forwarding"):
            await socket.receive()
        await break_off(socket, fault)


async def break_off(socket: WebSocket, fault: str) -> None:
    """Spoil an open WebSocket."""
    transport = transport_of(socket.scope)
    match fault:
        case "ws_legacy_unauthorized":
            await socket.send_text(json.dumps({"status": "error", "error": "Unauthorized"}))
            await socket.close(1000)
        case "ws_forwarding":
            await socket.close(1011, "Error while forwarding the request")
        case "ws_1011":
            await socket.close(1011, "Internal error")
        case "ws_mid_frame":
            transport.write(HALF_A_FRAME)
            # A close right behind would be fine for TCP, but the half frame shall be seen first.
            await asyncio.sleep(0.02)
            transport.close()
        case "ws_garbage":
            await socket.send_bytes(b"\xc1\xff\x00garbage")
            await socket.close(1000)
        case "ws_text":
            await socket.send_text("<html>Bad Gateway</html>")
            await socket.close(1000)
        case "ws_silent":
            while (await socket.receive())["type"] != "websocket.disconnect":
                pass
        case _:
            reset(transport)
