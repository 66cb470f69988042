"""A real notification service on a session bus of its own; it writes down what it is asked, and can press an action.

As a script: reads one number a line, and presses the action "show" of that notification. With the word "numberless" its
answers are empty, which no specification allows.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

PATH, NAME = "/org/freedesktop/Notifications", "org.freedesktop.Notifications"
TAKES = "susssasa{sv}i"


class NotificationService:
    """What a test sees of it."""

    def __init__(self, address: str, process: "subprocess.Popen[str]") -> None:
        self.address = address
        self.told: list[list[Any]] = []
        self._process = process
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def press(self, number: int) -> None:
        """Press the action of a notification."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{number}\n")
        self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.told.append(json.loads(line))

    def finish(self) -> None:
        """Wait until all was read."""
        self._reader.join(60)


@contextmanager
def running(*words: str) -> Generator[NotificationService]:
    """Start a bus and the service on it."""
    from tests.message_bus import bus  # not there where this is a script

    with bus() as address, _serving(address, *words) as service:
        yield service


@contextmanager
def _serving(address: str, *words: str) -> Generator[NotificationService]:
    process = subprocess.Popen(
        [sys.executable, __file__, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": address},
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        service = NotificationService(address, process)
        yield service
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.terminate()
        process.wait(60)
        service.finish()
        process.stdout.close()


def main() -> None:
    from jeepney import (
        DBusAddress,
        HeaderFields,
        MessageType,
        message_bus,
        new_error,
        new_method_return,
        new_signal,
    )
    from jeepney.io.threading import open_dbus_connection

    with open_dbus_connection("SESSION") as connection:
        connection.send(message_bus.RequestName(NAME))
        here = DBusAddress(PATH, interface=NAME)

        def press() -> None:
            for line in sys.stdin:
                connection.send(new_signal(here, "ActionInvoked", "us", (int(line), "show")))

        threading.Thread(target=press, daemon=True).start()
        count = 0
        while True:
            message = connection.receive()
            fields = message.header.fields
            if message.header.message_type is MessageType.method_return:
                print("ready", flush=True)  # the bus gave us the name
            elif fields.get(HeaderFields.member) == "Notify":
                if fields.get(HeaderFields.signature) != TAKES:
                    connection.send(new_error(message, "org.freedesktop.DBus.Error.InvalidArgs"))
                    continue
                count += 1
                number = () if "numberless" in sys.argv else (count,)
                connection.send(new_method_return(message, "u" if number else None, number))
                print(json.dumps(list(message.body), default=len), flush=True)  # pictures are bytes


if __name__ == "__main__":
    main()
