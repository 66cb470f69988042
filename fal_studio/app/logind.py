"""The sleep of a Linux machine, told by systemd's login manager: its signal PrepareForSleep on the system bus.

Documented at https://www.freedesktop.org/software/systemd/man/latest/org.freedesktop.login1.html. Where there is no such
bus or manager this is silent, and the clock shows a sleep some seconds later (`jobs.sleep`).
"""

from typing import Any

from jeepney import HeaderFields, MatchRule, MessageType, message_bus
from jeepney.io.threading import DBusConnection
from PySide6.QtCore import QObject, Signal

from fal_studio.app.bus_thread import Bus, BusThread

NAME = "org.freedesktop.login1"
INTERFACE = "org.freedesktop.login1.Manager"
SIGNAL = "PrepareForSleep"


class LogindSleep(QObject):
    """Listens from the start on."""

    woke = Signal()
    """The machine woke, or could not fall asleep; emitted on a thread, received on the window's."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bus = BusThread("logind", _listen, self._hear, bus=Bus.SYSTEM)
        self._bus.speak()

    def close(self) -> None:
        """Listen no more."""
        self._bus.close()

    def _hear(self, _connection: DBusConnection, message: Any) -> None:
        if message.header.message_type is not MessageType.signal:
            return
        fields = message.header.fields
        asked = fields.get(HeaderFields.member), fields.get(HeaderFields.signature)
        if asked == (SIGNAL, "b") and message.body == (False,):  # True: it is about to sleep
            self.woke.emit()


def _listen(connection: DBusConnection) -> None:
    # The bus lets only the owner of the name through.
    rule = MatchRule(type="signal", sender=NAME, interface=INTERFACE, member=SIGNAL)
    connection.send(message_bus.AddMatch(rule))
