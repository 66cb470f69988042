"""Notifications of a Linux desktop: the service org.freedesktop.Notifications on the session bus.

Not QtDBus: it sends Python's whole numbers as int32, and the service takes a uint32 as the second argument.
"""

import html
from collections import deque
from typing import Any, NamedTuple

from jeepney import DBusAddress, HeaderFields, MatchRule, MessageType, message_bus, new_method_call
from jeepney.io.threading import DBusConnection
from PySide6.QtCore import QObject, Signal

from fal_studio.app.bus_thread import BusThread
from fal_studio.store.paths import APP_ID
from fal_studio.words import tr

_SERVICE = DBusAddress(
    "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "org.freedesktop.Notifications"
)
_SHOW = ("default", tr("Show"), "show", tr("Show"))
"""A press on the notification, and its button."""
_MAY_BE_SHOWN = "org.freedesktop.DBus.Error.NoReply"
"""What the bus says of a service that took the question and went away before its answer."""
KEPT = 50
"""Notifications whose press is still understood."""


class _Told(NamedTuple):
    key: str
    title: str
    body: str
    sound: str


class Desktop(QObject):
    """Shows notifications from a thread of its own, begun with the first one."""

    activated = Signal(str)
    """The key of a notification that was pressed; emitted on the thread, received on the window's."""
    refused = Signal(str, str, str, str)
    """What `show` was given and nobody has shown: there is no bus, or no service. Emitted on either thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: deque[_Told] = deque()
        self._asked: dict[int, _Told] = {}
        """What was told, by the serial of a question whose answer is still to come."""
        self._shown: dict[int, str] = {}
        self._bus = BusThread("notifications", self._send, self._take, begin=_listen, lost=self._on_lost)

    def show(self, key: str, title: str, body: str, sound: str = "") -> None:
        """Show a notification with the action Show; `sound`: a name of the desktop's sounds, "" for silence."""
        told = _Told(key, title, body, sound)
        with self._bus.lock:
            self._waiting.append(told)
            is_heard = self._bus.speak()
            if not is_heard:
                self._waiting.clear()
        if not is_heard:
            self.refused.emit(*told)

    def close(self) -> None:
        """End the thread."""
        self._bus.close()

    def _on_lost(self) -> None:
        # What was asked and not answered may be shown: it is not said twice.
        unsaid = tuple(self._waiting)
        self._waiting.clear()
        self._asked.clear()
        self._shown.clear()
        for told in unsaid:
            self.refused.emit(*told)

    def _send(self, connection: DBusConnection) -> None:
        while self._waiting:
            told = self._waiting[0]
            hints: dict[str, tuple[str, Any]] = {"desktop-entry": ("s", APP_ID)}
            # A desktop that does not know a name makes the sound that it has for all of them.
            hints |= {"sound-name": ("s", told.sound)} if told.sound else {"suppress-sound": ("b", True)}
            # Bodies may be read as markup, and prompts are written by anybody.
            body = html.escape(told.body, quote=False)
            said = ("fal Studio", 0, APP_ID, told.title, body, list(_SHOW), hints, -1)
            serial = next(connection.outgoing_serial)
            connection.send(new_method_call(_SERVICE, "Notify", "susssasa{sv}i", said), serial=serial)
            self._asked[serial] = self._waiting.popleft()

    def _take(self, _connection: DBusConnection, message: Any) -> None:
        fields = message.header.fields
        key, unsaid = "", None
        with self._bus.lock:
            kind = message.header.message_type
            if kind is MessageType.method_return:
                told = self._asked.pop(fields.get(HeaderFields.reply_serial), None)
                # A service that gives no number shows it all the same, and cannot tell of a press.
                if told is not None and fields.get(HeaderFields.signature) == "u":
                    self._shown[message.body[0]] = told.key
                    while len(self._shown) > KEPT:
                        del self._shown[next(iter(self._shown))]
            elif kind is MessageType.error:
                told = self._asked.pop(fields.get(HeaderFields.reply_serial), None)
                unsaid = told if fields.get(HeaderFields.error_name) != _MAY_BE_SHOWN else None
            elif (fields.get(HeaderFields.member), fields.get(HeaderFields.signature)) == (
                "ActionInvoked",
                "us",
            ):
                # Anybody on the bus may send a signal of this name.
                key = self._shown.get(message.body[0], "")
        if key:
            self.activated.emit(key)
        if unsaid is not None:
            self.refused.emit(*unsaid)


def _listen(connection: DBusConnection) -> None:
    rule = MatchRule(type="signal", interface=_SERVICE.interface, member="ActionInvoked")
    connection.send(message_bus.AddMatch(rule))
