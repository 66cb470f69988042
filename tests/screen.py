"""A screen of its own: an X server without glass and a window manager, for what the offscreen platform cannot show."""

import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager

from tests.waiting import until_blocking

SIZE = "1600x1000x24"


@contextmanager
def running() -> Generator[str]:
    """Start Xvfb on a free display and openbox on it; yields the display's name."""
    words = ["Xvfb", "-displayfd", "1", "-screen", "0", SIZE, "-nolisten", "tcp", "-noreset"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout is not None
            number = server.stdout.readline().strip()
            assert number, "Xvfb did not start"
            with _window_manager(f":{number}"):
                yield f":{number}"
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
