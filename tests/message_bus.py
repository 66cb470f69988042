"""A D-Bus bus of its own, without anybody on it."""

import subprocess
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def bus() -> Generator[str]:
    """Start it and give its address."""
    words = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip()
        finally:
            process.terminate()
