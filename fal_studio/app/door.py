"""Where later starts knock: a local socket that takes links and files for this window; see `sole`."""

import logging

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from fal_studio.app.sole import LARGEST, LONGEST, MOST, TAKEN, Handed

WITHIN_MS = 5000
"""Whoever connects and says nothing is let go of."""
_logger = logging.getLogger(__name__)


class Door(QObject):
    """Listens for as long as it lives; what comes in is checked for its form alone."""

    knocked = Signal(object)
    """The Handed of a later start."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        if not self._server.listen(name):
            # Left by a program that was killed: whoever makes a door holds the claim, so nobody listens there.
            QLocalServer.removeServer(name)
            if not self._server.listen(name):
                _logger.warning("later starts open windows of their own: %s", self._server.errorString())

    @property
    def is_open(self) -> bool:
        """Whether anybody can knock."""
        return self._server.isListening()

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def _on_connection(self) -> None:
        while self._server.hasPendingConnections():
            _Guest(self._server.nextPendingConnection(), self)


class _Guest(QObject):
    """One connection, until it has said one line."""

    def __init__(self, socket: QLocalSocket, door: Door) -> None:
        super().__init__(socket)
        self._socket, self._door, self._said = socket, door, b""
        self._timer = self.startTimer(WITHIN_MS)
        socket.readyRead.connect(self._on_ready)
        socket.disconnected.connect(socket.deleteLater)
        if socket.bytesAvailable():
            self._on_ready()

    def timerEvent(self, event: object) -> None:
        """Let go of somebody who says nothing."""
        del event
        self.killTimer(self._timer)
        self._socket.abort()

    def _on_ready(self) -> None:
        self._said += bytes(self._socket.readAll().data())
        if len(self._said) > LARGEST:
            self._socket.abort()
        elif b"\n" in self._said:
            handed = read(self._said.partition(b"\n")[0])
            if handed is not None:
                self._socket.write(TAKEN)
                self._socket.flush()
                self._door.knocked.emit(handed)
            self._socket.disconnectFromServer()


def read(line: bytes) -> Handed | None:
    """Return what a start hands over; None for what is nothing of the kind."""
    try:
        handed = msgspec.json.decode(line, type=Handed)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if "\0" in handed.token:  # no environment can hold it, and no path
        return None
    things = tuple(thing for thing in handed.things[:MOST] if len(thing) <= LONGEST and "\0" not in thing)
    return msgspec.structs.replace(handed, things=things)
