"""A real listener to launcher entries, such as a dock is, on a session bus of its own; it writes down what it hears.

As a script: for every line that it reads, it asks whoever spoke last what its entry shows (Query).
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

INTERFACE = "com.canonical.Unity.LauncherEntry"


class Dock:
    """What a test sees of it."""

    def __init__(self, address: str, process: "subprocess.Popen[str]") -> None:
        self.address = address
        self.heard: list[tuple[str, dict[str, Any]]] = []
        """Whose entry, and what it shows; answers to Query, too."""
        self.types: dict[str, str] = {}
        """The D-Bus types of what was heard last."""
        self._process = process
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def ask(self) -> None:
        """Ask what the entry shows."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    @property
    def shows(self) -> dict[str, Any]:
        """What the entry shows now."""
        return self.heard[-1][1] if self.heard else {}

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            uri, values = json.loads(line)
            self.types = {key: kind for key, (kind, _) in values.items()}
            self.heard.append((uri, {key: value for key, (_, value) in values.items()}))

    def finish(self) -> None:
        """Wait until all was read."""
        self._reader.join(60)


@contextmanager
def running() -> Generator[Dock]:
    """Start a bus and the dock on it."""
    from tests.message_bus import bus  # not there where this is a script

    with bus() as address, _listening(address) as dock:
        yield dock


@contextmanager
def _listening(address: str) -> Generator[Dock]:
    with subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": address},
    ) as process:
        assert process.stdout is not None
        dock = None
        try:
            assert process.stdout.readline().strip() == "ready"
            dock = Dock(address, process)
            yield dock
        finally:
            process.terminate()
            process.wait(60)
            if dock is not None:
                dock.finish()


def main() -> None:
    from jeepney import DBusAddress, HeaderFields, MatchRule, MessageType, message_bus, new_method_call
    from jeepney.io.threading import open_dbus_connection

    with open_dbus_connection("SESSION") as connection:
        connection.send(message_bus.AddMatch(MatchRule(type="signal", interface=INTERFACE, member="Update")))
        last: list[DBusAddress] = []

        def ask() -> None:
            for _ in sys.stdin:
                connection.send(new_method_call(last[0], "Query"))

        threading.Thread(target=ask, daemon=True).start()
        is_ready = False
        while True:
            message = connection.receive()
            fields = message.header.fields
            if (
                message.header.message_type is MessageType.signal
                and fields.get(HeaderFields.interface) == INTERFACE
            ):
                path, sender = fields[HeaderFields.path], fields[HeaderFields.sender]
                last[:] = [DBusAddress(path, bus_name=sender, interface=INTERFACE)]
            elif message.header.message_type is MessageType.method_return and not is_ready:
                is_ready = True
                print("ready", flush=True)  # the bus lets us listen
                continue
            if fields.get(HeaderFields.signature) == "sa{sv}":
                print(json.dumps(list(message.body)), flush=True)


if __name__ == "__main__":
    main()
