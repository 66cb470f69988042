"""The count, the progress and the urgency of a Linux launcher: signals of com.canonical.Unity.LauncherEntry on the session bus.

Docks of GNOME, KDE, Unity and others listen to them; where none does, nobody is told anything. Not QtDBus: it sends
Python's whole numbers as int32, and the count is an int64.
"""

import logging
import os
import threading
import zlib
from typing import Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    MessageType,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.threading import DBusConnection, ReceiveStopped, open_dbus_connection

from fal_studio.app.launcher import Shown
from fal_studio.store.paths import APP_ID

NAME = "com.canonical.Unity.LauncherEntry"
URI = f"application://{APP_ID}.desktop"
ENTRY = DBusAddress(f"/com/canonical/unity/launcherentry/{zlib.crc32(URI.encode())}", interface=NAME)
_logger = logging.getLogger(__name__)


def told(shown: Shown) -> tuple[str, dict[str, tuple[str, Any]]]:
    """Return the body of a signal: whose entry, and how it looks."""
    return URI, {
        "count": ("x", shown.count),
        "count-visible": ("b", shown.count > 0),
        "progress": ("d", shown.fraction or 0.0),
        "progress-visible": ("b", shown.fraction is not None),
        "urgent": ("b", shown.is_urgent),
    }


class LauncherBus:
    """Tells the launcher from a thread of its own, begun with the first thing to tell."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shown = Shown()
        self._connection: DBusConnection | None = None
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def show(self, shown: Shown) -> None:
        """Show it, if anybody does."""
        with self._lock:
            self._shown = shown
            if self._is_closed or "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="launcher", daemon=True)
                self._thread.start()
            elif self._connection is not None:
                self._send(self._connection)

    def close(self, wait_s: float = 2.0) -> None:
        """Leave the launcher as it was without us, and end the thread."""
        with self._lock:
            self._is_closed, self._shown = True, Shown()
            connection, thread = self._connection, self._thread
            if connection is not None:
                self._send(connection)
        if connection is not None:
            connection.interrupt()
        if thread is not None:
            thread.join(wait_s)

    def _work(self) -> None:
        try:
            with open_dbus_connection("SESSION") as connection:
                with self._lock:
                    if self._is_closed:
                        return
                    self._connection = connection
                    self._send(connection)
                while True:
                    self._answer(connection, connection.receive())
        except ReceiveStopped:
            return
        except (OSError, EOFError, ValueError, KeyError) as error:
            _logger.info("no launcher is told anything: %s", error)
        finally:
            with self._lock:
                self._connection = None

    def _send(self, connection: DBusConnection) -> None:
        try:
            connection.send(new_signal(ENTRY, "Update", "sa{sv}", told(self._shown)))
        except OSError as error:  # the bus is gone: the thread notices, too
            _logger.info("the launcher could not be told: %s", error)

    def _answer(self, connection: DBusConnection, message: Any) -> None:
        """Answer a launcher that was started after us and asks what it missed."""
        if message.header.message_type is not MessageType.method_call:
            return
        fields = message.header.fields
        with self._lock:
            if (fields.get(HeaderFields.member), fields.get(HeaderFields.interface)) == ("Query", NAME):
                connection.send(new_method_return(message, "sa{sv}", told(self._shown)))
            else:
                connection.send(new_error(message, "org.freedesktop.DBus.Error.UnknownMethod"))
