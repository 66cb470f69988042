"""A connection to a D-Bus bus with a thread of its own, begun with the first thing to say; silent where there is no bus."""

import logging
import os
import threading
from collections.abc import Callable
from enum import Enum
from typing import Any

from jeepney.io.threading import DBusConnection, ReceiveStopped, open_dbus_connection

_logger = logging.getLogger(__name__)


class Bus(Enum):
    """Which bus: of the person who is logged in, or of the machine. The values are jeepney's names."""

    SESSION = "SESSION"
    SYSTEM = "SYSTEM"

    @property
    def is_there(self) -> bool:
        """Whether it may be there: the machine's has a place of its own, the other one is named by the environment."""
        return self is Bus.SYSTEM or "DBUS_SESSION_BUS_ADDRESS" in os.environ


class BusThread:
    """Speaks when its owner wants to, and hears what comes.

    A bus that goes away is gone until the owner speaks again; `lost` tells of it.
    """

    def __init__(
        self,
        name: str,
        speak: Callable[[DBusConnection], None],
        hear: Callable[[DBusConnection, Any], None],
        *,
        bus: Bus = Bus.SESSION,
        begin: Callable[[DBusConnection], None] | None = None,
        lost: Callable[[], None] | None = None,
    ) -> None:
        """`name` is the thread's. `speak` says what there is to say; `hear` gets each message, on the thread.

        `begin` comes before the first `speak` of a connection; `lost` on the thread, when it ends without `close`.
        All but `hear` have the lock: what is said meanwhile waits for the next connection.
        """
        self.lock = threading.RLock()
        """For what both threads of the owner use."""
        self._name, self._bus = name, bus
        self._speak, self._hear, self._begin, self._lost = speak, hear, begin, lost
        self._connection: DBusConnection | None = None
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def speak(self) -> bool:
        """Have `speak` called: now, or as soon as there is a connection. False: there is no bus, or it was closed."""
        with self.lock:
            if self._is_closed or not self._bus.is_there:
                return False
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()
            elif self._connection is not None:
                self._say(self._connection)
            return True

    def close(self, wait_s: float = 2.0, *, last: Callable[[DBusConnection], None] | None = None) -> None:
        """End the thread; `last` may say something before, where there is a connection."""
        with self.lock:
            self._is_closed = True
            connection, thread = self._connection, self._thread
            if connection is not None and last is not None:
                self._say(connection, last)
        if connection is not None:
            connection.interrupt()
        if thread is not None:
            thread.join(wait_s)

    def _say(self, connection: DBusConnection, speak: Callable[[DBusConnection], None] | None = None) -> None:
        try:
            (speak or self._speak)(connection)
        except OSError as error:  # the bus is gone: the thread notices, too
            _logger.info("nothing could be said (%s): %s", self._name, error)

    def _work(self) -> None:
        try:
            with open_dbus_connection(self._bus.value) as connection:
                with self.lock:
                    if self._is_closed:
                        return
                    if self._begin is not None:
                        self._begin(connection)
                    self._connection = connection
                    self._say(connection)
                while True:
                    self._hear(connection, connection.receive())
        except ReceiveStopped:
            return
        except (OSError, EOFError, ValueError, KeyError, RuntimeError) as error:
            # RuntimeError: jeepney speaks to Unix sockets alone, and a bus may be named by a TCP address.
            _logger.info("no connection to the bus (%s): %s", self._name, error)
        finally:
            with self.lock:
                self._connection = self._thread = None
                if not self._is_closed and self._lost is not None:
                    self._lost()
