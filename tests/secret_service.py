"""A real Secret Service on a session bus of its own: what a Linux desktop's keyring is, without a desktop."""

import os
import signal
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

READY_WITHIN_S = 60.0


@contextmanager
def running(home: Path) -> Generator[str]:
    """Start a session bus and an unlocked gnome-keyring in `home`; yields the bus address."""
    runtime = home / "run"
    runtime.mkdir(parents=True, mode=0o700)
    environ = {
        **os.environ,
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(runtime),
        "XDG_DATA_HOME": str(home / "data"),
    }
    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environ,
    )
    with _ended(bus):
        assert bus.stdout is not None
        address = bus.stdout.readline().strip()
        assert address, "dbus-daemon printed no address"
        keyring = subprocess.Popen(
            ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**environ, "DBUS_SESSION_BUS_ADDRESS": address},
        )
        with _ended(keyring):
            assert keyring.stdin is not None
            keyring.stdin.write("the keyring's password")
            keyring.stdin.close()
            _wait_for_owner(address)
            yield address


@contextmanager
def _ended(process: subprocess.Popen[str]) -> Generator[None]:
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(60)
        if process.stdout:
            process.stdout.close()


@contextmanager
def standing_still(address: str) -> Generator[None]:
    """Let the service that runs at `address` answer nobody, as if it waited for somebody at its window."""
    process = _ask_bus(address, "GetConnectionUnixProcessID")
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def _wait_for_owner(address: str) -> None:
    ends = time.monotonic() + READY_WITHIN_S
    while not _ask_bus(address, "NameHasOwner"):
        assert time.monotonic() < ends, "gnome-keyring did not come up"
        time.sleep(0.02)


def _ask_bus(address: str, question: str) -> int:
    """Ask the bus about who keeps the secrets."""
    from jeepney import DBusAddress, new_method_call
    from jeepney.io.blocking import open_dbus_connection

    driver = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
    asked = new_method_call(driver, question, "s", ("org.freedesktop.secrets",))
    with open_dbus_connection(address) as connection:
        return connection.send_and_get_reply(asked).body[0]
