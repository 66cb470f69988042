"""Opening a WebSocket, measured, with refusals read as fal's errors."""

import asyncio
import socket as net
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpcore
import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI, ProxyError
from websockets.frames import Frame, Opcode
from websockets.protocol import Event

from fal_studio.core import events as e
from fal_studio.core.events import Failed, FailureKind
from fal_studio.modes import trouble
from fal_studio.modes.base import CallError, Emit
from fal_studio.modes.http import Http, program_version
from fal_studio.modes.lookup import look_up
from fal_studio.modes.transport import NOT_THE_LAST_S
from fal_studio.modes.ways import proxy_to
from fal_studio.wire import errors
from fal_studio.words import tr

_HANDSHAKE_S = 90.0
"""A cold runner may keep the handshake waiting; fal-client allows as much."""
_PING_EVERY_S = 20.0
LIFE_WITHIN_S = 10.0
"""How soon a server has to answer a ping after a sleep; the usual patience is for servers that are busy."""
_CLOSE_WITHIN_S = 2.0
"""How long a server has to answer a close; one that does not is left without a word."""
_WHOLE = frozenset({Opcode.TEXT, Opcode.BINARY})
Hear = Callable[[str | bytes], bool]
"""Takes a message where its bytes arrive. False: it waits for `recv` instead."""


class Socket(ClientConnection):
    """A socket that knows when it was ready, and can give messages away without a turn of the loop for each."""

    ready_at = 0.0
    """When TCP, and TLS where there is any, were ready."""
    is_lost = False
    """Whether it gave no sign of life after a sleep, and was let go of."""
    hear: Hear | None = None
    """Hears messages as they come. What was cut into frames, and what follows on that at once, waits for `recv`."""

    def connection_made(self, transport: Any) -> None:
        """Note the moment."""
        self.ready_at = time.perf_counter()
        super().connection_made(transport)

    def process_event(self, event: Event) -> None:
        """Take what the server sent; websockets calls it, in order."""
        if not (self.hear is not None and isinstance(event, Frame) and self._is_next(event)):
            super().process_event(event)
            return
        try:
            message = bytes(event.data).decode() if event.opcode is Opcode.TEXT else bytes(event.data)
        except UnicodeDecodeError:
            super().process_event(event)  # `recv` tells the server what is wrong
            return
        if not self.hear(message):
            super().process_event(event)

    def _is_next(self, frame: Frame) -> bool:
        """Whether a frame is a whole message, and none before it still waits for `recv`."""
        return frame.fin and frame.opcode in _WHOLE and not len(self.recv_messages.frames)


@asynccontextmanager
async def opened(
    url: str, headers: dict[str, str], endpoint: str, http: Http, emit: Emit, *, number: int
) -> AsyncGenerator[Socket]:
    """Open a socket and close it at the end; raises CallError when it is refused or cannot be reached."""
    shown = http.redactor.text(url)
    emit(e.Attempt(number, "connect", "GET", shown, http.redactor.headers(headers)))
    await http.before_paid()
    try:
        socket = await _open(url, headers, http, emit)
    except InvalidStatus as error:
        answer = error.response
        emit(
            e.Response(answer.status_code, http.redactor.headers(dict(answer.headers.raw_items())), "connect")
        )
        lower = {name.lower(): value for name, value in answer.headers.raw_items()}
        body = http.redactor.data(bytes(answer.body or b""))
        if answer.status_code < 300:
            raise CallError(
                _no_socket(endpoint, tr("it answered {status_code}").format(status_code=answer.status_code))
            ) from error
        raise CallError(errors.no_session(endpoint, answer.status_code, lower, body)) from error
    except ProxyError as error:
        refusal = httpx.ProxyError(http.redactor.text(str(error)))
        raise CallError(trouble.of_network(refusal, shown, http.profile, is_paid=False)) from error
    except (InvalidHandshake, EOFError) as error:
        raise CallError(_no_socket(endpoint, http.redactor.text(str(error)))) from error
    except (InvalidURI, ValueError) as error:
        raise CallError(
            trouble.of_network(
                httpx.InvalidURL(http.redactor.text(str(error))), shown, http.profile, is_paid=False
            )
        ) from error
    except (TimeoutError, httpcore.ConnectTimeout) as error:
        raise CallError(
            trouble.of_network(httpx.ConnectTimeout("slow"), shown, http.profile, is_paid=False)
        ) from error
    except (OSError, httpcore.ConnectError) as error:
        raise CallError(trouble.of_connecting(error, urlsplit(url).netloc, http.profile)) from error
    try:
        emit(e.Response(101, http.redactor.headers(_headers_of(socket)), "connect"))
        yield socket
    finally:
        await socket.close()


async def look_after_sleep(socket: Socket, woke: asyncio.Event) -> None:
    """Let go of a socket that died while the machine slept or changed its network; returns when it is closed or let go of.

    `woke` is set when the machine wakes. Nobody else would say so for long: the library's own pings take up to 40 s.
    """
    try:
        while True:
            await woke.wait()
            woke.clear()
            async with asyncio.timeout(LIFE_WITHIN_S):
                await (await socket.ping())
    except ConnectionClosed:
        return  # the receiving side says why
    except TimeoutError:
        socket.is_lost = True
        socket.transport.abort()


async def _open(url: str, headers: dict[str, str], http: Http, emit: Emit) -> Socket:
    parts = urlsplit(url)
    is_secure = parts.scheme == "wss"
    # The way of requests: a socket is the HTTP of its address as far as a network proxy is concerned.
    proxy = proxy_to(http.profile, url.replace("ws", "http", 1)) or None
    options: dict[str, Any] = {"proxy": proxy} | ({"ssl": await http.tls()} if is_secure else {})
    dns_s: float | None = None
    connect_s: float | None = None
    if proxy is None:
        port = parts.port or (443 if is_secure else 80)
        clock = http.profile.clocks.connect_s
        addresses, dns_s = await look_up(parts.hostname or "", port, clock)
        began = time.perf_counter()
        options["sock"] = await _connected(addresses, port, clock)
        connect_s = time.perf_counter() - began
    began = time.perf_counter()
    connection = await connect(
        url,
        additional_headers=headers,
        user_agent_header=f"fal-studio/{program_version()}",
        open_timeout=_HANDSHAKE_S,
        ping_interval=_PING_EVERY_S,
        close_timeout=_CLOSE_WITHIN_S,
        max_size=http.profile.max_body_bytes,
        create_connection=Socket,
        **options,
    )
    assert isinstance(connection, Socket)
    tls_s = connection.ready_at - began if is_secure else None
    address = connection.remote_address
    remote = f"{address[0]}:{address[1]}" if isinstance(address, tuple) else ""
    emit(
        e.Connection(
            reused=False,
            remote=remote,
            dns_s=dns_s,
            connect_s=connect_s,
            tls_s=tls_s,
            http_version="HTTP/1.1",
        )
    )
    return connection


async def _connected(addresses: list[str], port: int, patience_s: float) -> net.socket:
    """Return a socket to the first address that answers; raises OSError or TimeoutError."""
    loop = asyncio.get_running_loop()
    ends = time.monotonic() + patience_s
    failure: Exception = OSError(tr("the host has no address"))
    for address in addresses:
        family = net.AF_INET6 if ":" in address else net.AF_INET
        opened_socket = net.socket(family, net.SOCK_STREAM)
        try:
            opened_socket.settimeout(0)  # non-blocking: the loop waits
            left = max(ends - time.monotonic(), 0.001)
            async with asyncio.timeout(left if address == addresses[-1] else min(left, NOT_THE_LAST_S)):
                await loop.sock_connect(opened_socket, (address, port))
        except (OSError, TimeoutError) as error:
            opened_socket.close()
            failure = error
        except BaseException:
            opened_socket.close()
            raise
        else:
            opened_socket.setsockopt(net.IPPROTO_TCP, net.TCP_NODELAY, 1)
            return opened_socket
    raise failure


def _headers_of(socket: Socket) -> dict[str, str]:
    return dict(socket.response.headers.raw_items()) if socket.response is not None else {}


def _no_socket(endpoint: str, reason: str) -> Failed:
    return Failed(
        FailureKind.PROTOCOL,
        tr(
            "{endpoint} did not open a realtime session: the server does not speak WebSocket there "
            "({reason})."
        ).format(endpoint=endpoint, reason=reason),
        tr("Check whether the endpoint has realtime, and the profile's address."),
    )
