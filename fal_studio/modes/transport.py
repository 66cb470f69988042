"""The network below httpx, measured: name lookup, connecting and TLS are timed where they happen."""

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx
from httpcore._utils import is_socket_readable

from fal_studio.core.events import Connection, Sent
from fal_studio.modes.alive import Connections, OpenConnection
from fal_studio.modes.base import Emit
from fal_studio.modes.lookup import look_up
from fal_studio.words import tr

# httpx forgets idle connections after 5 s, as uvicorn does: a paid POST must not race with the server's closing.
_KEEP_ALIVE_S = 4.0
_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=20, keepalive_expiry=_KEEP_ALIVE_S)
MEASURED = "fal_studio.measured"
NOT_THE_LAST_S = 2.5
"""How long an address may take to connect while others are left to try."""


class Trace:
    """Listens to httpcore during one attempt and emits what the transport really does, when it does it."""

    def __init__(self, emit: Emit, body_bytes: int | None, remotes: dict[str, str]) -> None:
        """`body_bytes`: length of the request's body where its sending is a fact of its own, else None.

        `remotes` remembers the address behind each origin, for connections that are used again.
        """
        self._emit = emit
        self._body_bytes = body_bytes
        self._remotes = remotes
        self._is_tunnel = False
        self._new_remote = ""
        self._dns_s: float | None = None
        self._connect_s: float | None = None
        self._tls_began = 0.0
        self._tls_s: float | None = None

    async def __call__(self, name: str, info: dict[str, Any]) -> None:
        """Take one of httpcore's trace events."""
        match name:
            case "connection.connect_tcp.complete":
                self._connected(info["return_value"])
            case "connection.start_tls.started":
                self._tls_began = time.perf_counter()
            case "connection.start_tls.complete":
                self._tls_s = time.perf_counter() - self._tls_began
            case "http11.send_request_headers.started":
                # Through a network proxy a CONNECT goes first; it is part of connecting.
                self._is_tunnel = info["request"].method == b"CONNECT"
                if not self._is_tunnel:
                    self._emit(self._connection(info["request"].url))
            case "http11.send_request_body.complete":
                if self._body_bytes is not None and not self._is_tunnel:
                    self._emit(Sent(0, self._body_bytes))
            case _:
                pass

    def _connected(self, stream: httpcore.AsyncNetworkStream) -> None:
        self._dns_s, self._connect_s = stream.get_extra_info(MEASURED) or (None, None)
        address = stream.get_extra_info("server_addr")
        if isinstance(address, tuple) and len(address) >= 2:
            self._new_remote = f"{address[0]}:{address[1]}"

    def _connection(self, url: httpcore.URL) -> Connection:
        origin = str(url.origin)
        is_reused = self._connect_s is None
        if not is_reused:
            self._remotes[origin] = self._new_remote
        remote = self._remotes.get(origin, "")
        return Connection(is_reused, remote, self._dns_s, self._connect_s, self._tls_s, "HTTP/1.1")


class MeasuringBackend(httpcore.AsyncNetworkBackend):
    """Looks names up and connects in two steps, so that each has its own time."""

    def __init__(self, inner: httpcore.AsyncNetworkBackend, connections: Connections) -> None:
        self._inner = inner
        self._connections = connections

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first address of `host` that answers."""
        began = time.perf_counter()
        ends = None if timeout is None else began + timeout
        addresses, dns_s = await look_up(host, port, timeout)
        error: Exception | None = None
        for index, address in enumerate(addresses):
            left = None if ends is None else max(ends - time.perf_counter(), 0.001)
            is_last = index == len(addresses) - 1
            patience = left if is_last else min(left or NOT_THE_LAST_S, NOT_THE_LAST_S)
            connecting = time.perf_counter()
            try:
                stream = await self._inner.connect_tcp(address, port, patience, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failure:
                error = failure
                continue
            connection = self._connections.add(stream.get_extra_info("socket"))
            return _Measured(stream, connection, (dns_s, time.perf_counter() - connecting))
        raise error or httpcore.ConnectError(tr("{host} has no address").format(host=host))

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to a socket file; never used here."""
        return await self._inner.connect_unix_socket(path, timeout, socket_options)

    async def sleep(self, seconds: float) -> None:
        """Wait; httpcore asks for it between its own retries, of which there are none."""
        await self._inner.sleep(seconds)


class _Measured(httpcore.AsyncNetworkStream):
    """A stream that knows how long it took to come about."""

    def __init__(
        self,
        inner: httpcore.AsyncNetworkStream,
        connection: OpenConnection,
        measured: tuple[float | None, float | None],
    ) -> None:
        """`measured`: seconds for the name and for connecting."""
        self._inner = inner
        self._connection = connection
        self._measured = measured
        # The hot path goes straight to the inner stream.
        self.read = inner.read
        self.write = inner.write
        self.aclose = inner.aclose
        self._socket: Any = inner.get_extra_info("socket")

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
    ) -> httpcore.AsyncNetworkStream:
        """Return the safe stream on the same connection."""
        inner = await self._inner.start_tls(ssl_context, server_hostname, timeout)
        return _Measured(inner, self._connection, self._measured)

    def get_extra_info(self, info: str) -> Any:
        if info == MEASURED:
            return self._measured
        if info == "is_readable":
            # Asked before every use of an idle connection, and what is readable then was closed by the server; the inner
            # stream would look its socket up anew each time.
            return self._connection.is_doubtful or is_socket_readable(self._socket)
        return self._inner.get_extra_info(info)


class MeasuredTransport(httpx.AsyncHTTPTransport):
    """httpx's transport on a backend that measures; httpx's constructor has no door for one."""

    def __init__(self, tls: ssl.SSLContext, connections: Connections, proxy: str | None = None) -> None:
        """`connections` gets all that are opened."""
        super().__init__(verify=tls, limits=_LIMITS, proxy=proxy)
        pool = self._pool  # pyright: ignore[reportPrivateUsage] - a test sees that this still reaches the pool
        inner = pool._network_backend  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
        pool._network_backend = MeasuringBackend(inner, connections)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]
