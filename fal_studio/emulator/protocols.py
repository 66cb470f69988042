"""uvicorn's protocols, which also hand the connection to the app, so that faults can break it."""

import asyncio

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


class HttpConnection(H11Protocol):
    """HTTP/1.1; `scope["state"]["transport"]` is its connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] - as uvicorn does
        """Remember the connection for the app."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class SocketConnection(WebSocketsSansIOProtocol):
    """WebSocket; `scope["state"]["transport"]` is its connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the connection for the app."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}

    async def send(self, message: ASGISendEvent) -> None:
        """Send, and take a refused handshake for a complete one, which uvicorn would report as a mistake of the app."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and not message.get("more_body"):
            self.handshake_complete = True
