"""TCP connections after a sleep or a change of network: they may be dead without a word, and reading from one waits for long.

The system asks the other end for a sign of life (TCP keepalive, RFC 9293 section 3.8.4): nothing of it reaches the server's program.
"""

import contextlib
import socket
from typing import Any

FIRST_S, EVERY_S, TIMES = 1, 2, 10
WITHIN_S = FIRST_S + EVERY_S * TIMES
"""So long nothing is heard until the connection counts as dead: a network takes some seconds to come back after a sleep.

Where the other end answers that it knows of no such connection, it is dead at once.
"""
_IDLE = getattr(socket, "TCP_KEEPIDLE", getattr(socket, "TCP_KEEPALIVE", None))
"""TCP_KEEPALIVE is what macOS calls it."""
_EVERY = getattr(socket, "TCP_KEEPINTVL", None)
_TIMES = getattr(socket, "TCP_KEEPCNT", None)


class OpenConnection:
    """One connection that is open."""

    def __init__(self, raw: Any) -> None:
        """`raw` is its socket, as asyncio gives it out."""
        self._raw = raw
        self.is_doubtful = False
        """The machine slept since it was opened: no new request should go that way."""

    @property
    def is_open(self) -> bool:
        """Whether nobody has closed it here."""
        return self._raw.fileno() >= 0

    def doubt(self) -> None:
        """Ask for signs of life until `trust`."""
        self.is_doubtful = True
        for option, value in ((_IDLE, FIRST_S), (_EVERY, EVERY_S), (_TIMES, TIMES)):
            if option is not None:
                self._set(socket.IPPROTO_TCP, option, value)
        self._set(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    def trust(self) -> None:
        """Ask no more: in an ordinary gap of the network a connection is better left alone."""
        self._set(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 0)

    def _set(self, level: int, option: int, value: int) -> None:
        with contextlib.suppress(OSError):  # a system without it, or a connection that is just being closed
            self._raw.setsockopt(level, option, value)


class Connections:
    """Those of one profile."""

    def __init__(self) -> None:
        self._open: list[OpenConnection] = []

    def add(self, raw: Any) -> OpenConnection:
        """Take in a connection that was opened."""
        self._open = [connection for connection in self._open if connection.is_open]
        self._open.append(connection := OpenConnection(raw))
        return connection

    def doubt(self) -> None:
        """Ask for signs of life on all that are open."""
        for connection in self._open:
            connection.doubt()

    def trust(self) -> None:
        """Ask no more."""
        for connection in self._open:
            connection.trust()
