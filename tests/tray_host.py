"""A real tray of a desktop on a bus: org.kde.StatusNotifierWatcher, which icons tell of themselves. Writes down who came.

As a script: prints a line for every icon that registers.
"""

import os
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager

NAME = "org.kde.StatusNotifierWatcher"


class TrayHost:
    """What a test sees of it."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.icons: list[str] = []
        """The bus names of icons that came."""
        self._process = process
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.icons.append(line.strip())

    def finish(self) -> None:
        """Wait until all was read."""
        self._reader.join(60)


@contextmanager
def running(address: str) -> Generator[TrayHost]:
    """Start it on a session bus."""
    with subprocess.Popen(
        [sys.executable, __file__],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": address},
    ) as process:
        host = None
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "ready"
            host = TrayHost(process)
            yield host
        finally:
            process.terminate()
            process.wait(60)
            if host is not None:
                host.finish()


def main() -> None:
    from jeepney import HeaderFields, MessageType, message_bus, new_error, new_method_return
    from jeepney.io.threading import open_dbus_connection

    with open_dbus_connection("SESSION") as connection:
        connection.send(message_bus.RequestName(NAME))
        while True:
            message = connection.receive()
            if message.header.message_type is MessageType.method_return:
                print("ready", flush=True)  # the bus gave us the name
            if message.header.message_type is not MessageType.method_call:
                continue
            match message.header.fields.get(HeaderFields.member):
                case "RegisterStatusNotifierItem":
                    connection.send(new_method_return(message))
                    print(message.body[0], flush=True)
                case "Get":  # whether somebody shows icons
                    connection.send(new_method_return(message, "v", (("b", True),)))
                case _:
                    connection.send(new_error(message, "org.freedesktop.DBus.Error.UnknownMethod"))


if __name__ == "__main__":
    main()
