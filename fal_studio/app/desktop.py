"""Notifications of a Linux desktop: the service org.freedesktop.Notifications on the session bus; silent where there is none.

Not QtDBus: it sends Python's whole numbers as int32, and the service takes a uint32 as the second argument.
"""

import html
import logging
import os
import threading
from collections import deque
from typing import Any

from jeepney import DBusAddress, HeaderFields, MatchRule, MessageType, message_bus, new_method_call
from jeepney.io.threading import DBusConnection, ReceiveStopped, open_dbus_connection
from PySide6.QtCore import QObject, Signal

from fal_studio.store.paths import APP_ID
from fal_studio.words import tr

_SERVICE = DBusAddress(
    "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "org.freedesktop.Notifications"
)
_SHOW = ("default", tr("Show"), "show", tr("Show"))
"""A press on the notification, and its button."""
KEPT = 50
"""Notifications whose press is still understood."""
_logger = logging.getLogger(__name__)


class Desktop(QObject):
    """Shows notifications from a thread of its own, begun with the first one."""

    activated = Signal(str)
    """The key of a notification that was pressed; emitted on the thread, received on the window's."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._waiting: deque[tuple[str, str, str, str]] = deque()
        self._asked: dict[int, str] = {}
        """Keys by the serial of a question whose answer is still to come."""
        self._shown: dict[int, str] = {}
        self._connection: DBusConnection | None = None
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def show(self, key: str, title: str, body: str, sound: str = "") -> None:
        """Show a notification with the action Show; `sound`: a name of the desktop's sounds, "" for silence."""
        with self._lock:
            if self._is_closed or "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
                return
            self._waiting.append((key, title, body, sound))
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="notifications", daemon=True)
                self._thread.start()
            elif self._connection is not None:
                self._send(self._connection)

    def close(self, wait_s: float = 2.0) -> None:
        """End the thread."""
        with self._lock:
            self._is_closed = True
            connection, thread = self._connection, self._thread
        if connection is not None:
            connection.interrupt()
        if thread is not None:
            thread.join(wait_s)

    def _work(self) -> None:
        try:
            with open_dbus_connection("SESSION") as connection:
                rule = MatchRule(type="signal", interface=_SERVICE.interface, member="ActionInvoked")
                connection.send(message_bus.AddMatch(rule))
                with self._lock:
                    if self._is_closed:
                        return
                    self._connection = connection
                    self._send(connection)
                while True:
                    self._take(connection.receive())
        except ReceiveStopped:
            return
        except (OSError, EOFError, ValueError, KeyError) as error:
            _logger.info("no notifications: %s", error)
        finally:
            with self._lock:
                self._connection = self._thread = None
                self._waiting.clear()

    def _send(self, connection: DBusConnection) -> None:
        while self._waiting:
            key, title, body, sound = self._waiting.popleft()
            hints: dict[str, tuple[str, Any]] = {"desktop-entry": ("s", APP_ID)}
            # A desktop that does not know a name makes the sound that it has for all of them.
            hints |= {"sound-name": ("s", sound)} if sound else {"suppress-sound": ("b", True)}
            # Bodies may be read as markup, and prompts are written by anybody.
            told = (
                "fal Studio",
                0,
                APP_ID,
                title,
                html.escape(body, quote=False),
                list(_SHOW),
                hints,
                -1,
            )
            serial = next(connection.outgoing_serial)
            self._asked[serial] = key
            connection.send(new_method_call(_SERVICE, "Notify", "susssasa{sv}i", told), serial=serial)

    def _take(self, message: Any) -> None:
        fields = message.header.fields
        key = ""
        with self._lock:
            if message.header.message_type is MessageType.method_return:
                asked = self._asked.pop(fields.get(HeaderFields.reply_serial), "")
                if asked:
                    self._shown[message.body[0]] = asked
                    while len(self._shown) > KEPT:
                        del self._shown[next(iter(self._shown))]
            elif message.header.message_type is MessageType.error:
                self._asked.pop(fields.get(HeaderFields.reply_serial), "")
            elif fields.get(HeaderFields.member) == "ActionInvoked":
                key = self._shown.get(message.body[0], "")
        if key:
            self.activated.emit(key)
