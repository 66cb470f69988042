"""The count, the progress and the urgency of a Linux launcher: signals of com.canonical.Unity.LauncherEntry on the session bus.

Docks of GNOME, KDE, Unity and others listen to them; where none does, nobody is told anything. Not QtDBus: it sends
Python's whole numbers as int32, and the count is an int64.
"""

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
from jeepney.io.threading import DBusConnection

from fal_studio.app.bus_thread import BusThread
from fal_studio.app.launcher import Shown
from fal_studio.store.paths import APP_ID

NAME = "com.canonical.Unity.LauncherEntry"
URI = f"application://{APP_ID}.desktop"
ENTRY = DBusAddress(f"/com/canonical/unity/launcherentry/{zlib.crc32(URI.encode())}", interface=NAME)


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
    """Tells the launcher, and whoever of them was started after us and asks."""

    def __init__(self) -> None:
        self._shown = Shown()
        self._bus = BusThread("launcher", self._send, self._answer)

    def show(self, shown: Shown) -> None:
        """Show it, if anybody does."""
        with self._bus.lock:
            self._shown = shown
            self._bus.speak()

    def close(self) -> None:
        """Leave the launcher as it was without us, and end the thread."""
        with self._bus.lock:
            self._shown = Shown()
        self._bus.close(last=self._send)

    def _send(self, connection: DBusConnection) -> None:
        connection.send(new_signal(ENTRY, "Update", "sa{sv}", told(self._shown)))

    def _answer(self, connection: DBusConnection, message: Any) -> None:
        if message.header.message_type is not MessageType.method_call:
            return
        fields = message.header.fields
        with self._bus.lock:
            if (fields.get(HeaderFields.member), fields.get(HeaderFields.interface)) == ("Query", NAME):
                connection.send(new_method_return(message, "sa{sv}", told(self._shown)))
            else:
                connection.send(new_error(message, "org.freedesktop.DBus.Error.UnknownMethod"))
