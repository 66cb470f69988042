"""A small HTTP server on this machine for calls from outside; h11 reads HTTP, so that no request can confuse it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import h11

READ_WITHIN_S = 30.0
"""A whole request has to arrive within this time."""
MAX_CONNECTIONS = 32
_PIECE = 64 * 1024
_REASONS = {
    200: "OK",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
}
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Heard:
    """One request from outside."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    """As it came, byte for byte."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered to it."""

    status: int
    text: str
    """Plain text."""


Handle = Callable[[Heard], Awaitable[Reply]]


class Listener:
    """Listens on a loopback port and hands every request to one function."""

    def __init__(self, handle: Handle, max_body_bytes: int) -> None:
        self._handle = handle
        self._max_body_bytes = max_body_bytes
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        """Where it listens; "" while it does not."""
        if self._server is None:
            return ""
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"

    async def start(self, port: int = 0) -> None:
        """Begin to listen; 0 takes any free port. Raises OSError when the port is taken."""
        if self._server is None:
            # One that begins at once would be lost, with its port, to whoever gives up in the turn in which it does.
            server = await asyncio.start_server(self._on_connection, "127.0.0.1", port, start_serving=False)
            try:
                await server.start_serving()
            except BaseException:
                server.close()
                raise
            self._server = server

    async def close(self) -> None:
        """Stop, and hang up on whoever is still connected."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        for writer in tuple(self._open):
            writer.transport.abort()
        await server.wait_closed()

    async def _on_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            if len(self._open) <= MAX_CONNECTIONS:
                await self._answer(reader, writer)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            pass  # whoever called is gone, or was too slow: nobody is left to be told
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=_PIECE)
        try:
            async with asyncio.timeout(READ_WITHIN_S):
                heard = await self._read(connection, reader)
        except h11.RemoteProtocolError as error:
            await _send(connection, writer, Reply(error.error_status_hint, f"This is not HTTP: {error}"))
            return
        reply = heard if isinstance(heard, Reply) else await self._handled(heard)
        await _send(connection, writer, reply)

    async def _handled(self, heard: Heard) -> Reply:
        try:
            return await self._handle(heard)
        except Exception:
            _logger.exception("a request from outside could not be handled")
            return Reply(500, "fal Studio made a mistake; the call is not lost if you send it again.")

    async def _read(self, connection: h11.Connection, reader: asyncio.StreamReader) -> Heard | Reply:
        request: h11.Request | None = None
        body = bytearray()
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                connection.receive_data(await reader.read(_PIECE))
            elif isinstance(event, h11.Request):
                request = event
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > self._max_body_bytes:
                    return Reply(413, f"More than {self._max_body_bytes // 1_000_000} MB are not taken.")
            elif isinstance(event, h11.EndOfMessage) and request is not None:
                return _heard(request, bytes(body))
            else:
                raise ConnectionResetError("the caller hung up")


def _heard(request: h11.Request, body: bytes) -> Heard:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers}
    return Heard(request.method.decode("ascii"), request.target.decode("latin-1"), headers, body)


async def _send(connection: h11.Connection, writer: asyncio.StreamWriter, reply: Reply) -> None:
    text = reply.text.encode()
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(text))),
        ("Connection", "close"),
    ]
    head = h11.Response(status_code=reply.status, headers=headers, reason=_REASONS.get(reply.status, ""))
    for event in (head, h11.Data(data=text), h11.EndOfMessage()):
        if data := connection.send(event):
            writer.write(data)
    await writer.drain()
