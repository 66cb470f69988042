"""A real service under the name of systemd's login manager, on a bus of its own in the place of the machine's.

As a script: reads one word a line, "sleeps" or "wakes", and sends PrepareForSleep; "other" sends it from a connection that
does not own the name.
"""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

PATH, NAME = "/org/freedesktop/login1", "org.freedesktop.login1"
INTERFACE = "org.freedesktop.login1.Manager"


class LoginManager:
    """What a test sees of it."""

    def __init__(self, address: str, process: "subprocess.Popen[str]") -> None:
        self.address = address
        self._process = process

    def tell(self, word: str) -> None:
        """Tell of the sleep, and return when the bus has it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{word}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline().strip() == word


@contextmanager
def running() -> Generator[LoginManager]:
    """Start a bus and the service on it."""
    from tests.message_bus import bus  # not there where this is a script

    with bus() as address, _managing(address) as manager:
        yield manager


@contextmanager
def _managing(address: str) -> Generator[LoginManager]:
    with subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": address},
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "ready"
            yield LoginManager(address, process)
        finally:
            process.terminate()


def main() -> None:
    from jeepney import DBusAddress, message_bus, new_signal
    from jeepney.io.blocking import Proxy, open_dbus_connection

    with open_dbus_connection("SYSTEM") as owner, open_dbus_connection("SYSTEM") as other:
        Proxy(message_bus, owner).RequestName(NAME)
        print("ready", flush=True)
        here = DBusAddress(PATH, interface=INTERFACE)
        for line in sys.stdin:
            word = line.strip()
            signal = new_signal(here, "PrepareForSleep", "b", (word == "sleeps",))
            (other if word == "other" else owner).send(signal)
            Proxy(message_bus, other if word == "other" else owner).GetId()
            print(word, flush=True)


if __name__ == "__main__":
    main()
