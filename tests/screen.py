"""A screen of its own: an X server without glass and a window manager, for what the offscreen platform cannot show."""

import os
import struct
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.waiting import until_blocking

SIZE = "1600x1000x24"


@dataclass(frozen=True)
class Screen:
    """A running X server."""

    display: str
    """Its name, ":1"."""
    frames: Path
    """The file in which the server keeps what the screen shows."""

    def pixels(self) -> Any:
        """Return what the screen shows now: a numpy array of RGB bytes, shape (height, width, 3)."""
        import numpy as np

        data = self.frames.read_bytes()
        head = struct.unpack_from(">20I", data)  # XWD: the header's size, …, colours of the palette
        wide, high, row_bytes = head[4], head[5], head[12]
        begin = head[0] + head[19] * 12
        rows = np.frombuffer(data, np.uint8, row_bytes * high, begin).reshape(high, row_bytes // 4, 4)
        return rows[:, :wide, 2::-1]


@contextmanager
def running() -> Generator[Screen]:
    """Start Xvfb on a free display and openbox on it."""
    with tempfile.TemporaryDirectory(prefix="screen-") as folder:
        words = [
            "Xvfb",
            "-displayfd",
            "1",
            "-screen",
            "0",
            SIZE,
            "-nolisten",
            "tcp",
            "-noreset",
            "-fbdir",
            folder,
        ]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
            try:
                assert server.stdout is not None
                number = server.stdout.readline().strip()
                assert number, "Xvfb did not start"
                with _window_manager(f":{number}"):
                    yield Screen(f":{number}", Path(folder, "Xvfb_screen0"))
            finally:
                server.terminate()


@contextmanager
def _window_manager(display: str) -> Generator[None]:
    environ = {**os.environ, "DISPLAY": display}
    words = ["openbox", "--sm-disable"]
    with subprocess.Popen(
        words, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as manager:
        try:
            until_blocking(lambda: _is_managed(environ), what="openbox manages the screen")
            yield
        finally:
            manager.terminate()


def _is_managed(environ: dict[str, str]) -> bool:
    """A window manager that answers knows how many desktops it has."""
    done = subprocess.run(["xdotool", "get_num_desktops"], env=environ, capture_output=True, check=False)
    return done.returncode == 0
