"""The program on a real screen with a window manager, driven by keys as a person would; what is seen are the screen's pixels."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fal_studio.store.paths import Folders, folders
from tests.screen import Screen
from tests.waiting import until_blocking

pytestmark = [pytest.mark.e2e, pytest.mark.screen]
COMMAND = [sys.executable, "-m", "fal_studio", "--theme", "dark"]
LIMIT_S = 120
LANES_S = 90
"""Every lane is warmed up before the first is drawn."""
COLOURED = 60
"""How far apart red, green and blue of a pixel are at least that belongs to a picture and not to the greys of the window."""
PROMPT = "A red boat on a calm lake"
SECOND = "Waits for the morning"


def xdotool(*words: str) -> str:
    return subprocess.run(
        ["xdotool", *words], capture_output=True, text=True, timeout=100, check=False
    ).stdout


class Seen:
    """The program's window, as somebody before the screen has it."""

    def __init__(self, screen: Screen, kept: Folders) -> None:
        self._screen, self._kept = screen, kept
        self.window = until_blocking(_window, what="the window", limit_s=LIMIT_S)
        xdotool("windowactivate", "--sync", self.window)
        until_blocking(
            lambda: len(np.unique(self.pixels())) > 50, what="the window is drawn", limit_s=LIMIT_S
        )

    def press(self, *keys: str) -> None:
        xdotool("key", "--delay", "20", *keys)

    def write(self, text: str) -> None:
        xdotool("type", "--delay", "4", text)

    def box(self) -> tuple[int, int, int, int]:
        """Where the window's contents are: x, y, width, height."""
        told = dict(line.split("=") for line in xdotool("getwindowgeometry", "--shell", self.window).split())
        return int(told["X"]), int(told["Y"]), int(told["WIDTH"]), int(told["HEIGHT"])

    def pixels(self) -> Any:
        """What the window shows, as a numpy array of shape (height, width, 3)."""
        x, y, width, height = self.box()
        return self._screen.pixels()[y : y + height, x : x + width]

    def coloured(self) -> Any:
        """Which pixels of the result pane are no greys: a mask of the window's right half below the bars."""
        shown = self.pixels().astype(int)
        mask = shown.max(axis=2) - shown.min(axis=2) > COLOURED
        height, width = mask.shape
        mask[: height // 4] = mask[height * 9 // 10 :] = False
        mask[:, : width // 2] = False
        return mask

    def left(self) -> dict[str, Any]:
        """The desk as it is written down now."""
        try:
            return json.loads((self._kept.state / "window.json").read_bytes())
        except FileNotFoundError:
            return {}

    def await_text(self, text: str) -> None:
        """Wait until a request with this prompt is written down."""
        until_blocking(
            lambda: any(
                json.loads(draft["text"]).get("prompt") == text for draft in self.left().get("drafts", ())
            ),
            what=lambda: f"{text!r} in {self.left()}",
            limit_s=LIMIT_S,
        )


def _window() -> str:
    return xdotool("search", "--onlyvisible", "--name", "^fal Studio$").strip().partition("\n")[0]


@contextlib.contextmanager
def started(screen: Screen, home: Path) -> Generator[tuple["subprocess.Popen[bytes]", Seen]]:
    words = [*COMMAND, "--data-dir", str(home)]
    with subprocess.Popen(words, env=dict(os.environ), stderr=subprocess.PIPE) as process:
        try:
            yield process, Seen(screen, folders(home))
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
                process.wait(100)
            assert process.stderr is not None
            said = process.stderr.read().decode()
    assert said == ""


def made(home: Path) -> list[bytes]:
    """The picture files that were kept here."""
    files = [path.read_bytes() for path in folders(home).blobs.rglob("*") if path.is_file()]
    return [data for data in files if data.startswith(b"\xff\xd8\xff")]


def small(picture: Any) -> Any:
    return np.asarray(Image.fromarray(picture).resize((16, 16))).astype(int)


@pytest.mark.timeout(480)
def test_from_the_first_key_to_a_picture_a_comparison_and_back_again_as_it_was_left(
    screen: Screen, tmp_path: Path
) -> None:
    with started(screen, tmp_path) as (process, seen):
        # The keyboard is in the prompt without a click, and what is typed replaces the example.
        seen.write(PROMPT)
        seen.press("ctrl+Return")
        until_blocking(
            lambda: seen.coloured().sum() > 60_000, what="a picture on the screen", limit_s=LIMIT_S
        )
        # The kept file is what is on the screen.
        data = until_blocking(lambda: made(tmp_path), what="the picture is kept", limit_s=LIMIT_S)[-1]
        whole = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))

        def differs() -> float:
            rows, columns = np.nonzero(seen.coloured())
            part = seen.pixels()[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
            return float(np.abs(small(np.ascontiguousarray(part)) - small(whole)).mean())

        until_blocking(
            lambda: differs() < 25, what=lambda: f"the kept picture on the screen: {differs():.0f}"
        )
        # Another request in another mode; then both stay as they are.
        seen.press("ctrl+t", "alt+4")
        seen.write(SECOND)
        seen.await_text(SECOND)
        seen.press("ctrl+alt+Return")
        _see_a_comparison(seen)
        seen.press("Escape")
        xdotool("windowsize", "--sync", seen.window, "1180", "760")
        xdotool("windowmove", "--sync", seen.window, "90", "70")
        seen.press("ctrl+h")
        until_blocking(
            lambda: seen.left().get("dock") == "history", what="the history is open", limit_s=LIMIT_S
        )
        box = seen.box()
        assert _closed(process, seen) == 0
        left = seen.left()
    assert [json.loads(draft["text"])["prompt"] for draft in left["drafts"]] == [PROMPT, SECOND]
    assert [draft["mode"] for draft in left["drafts"]] == ["subscribe", "stream"]
    with started(screen, tmp_path) as (process, again):
        assert again.box() == box
        assert _closed(process, again) == 0
        assert again.left() == left


def _closed(process: "subprocess.Popen[bytes]", seen: Seen) -> int:
    """Close the window; while a call is still being cancelled a sheet says so first, and closing again means it."""
    for _ in range(LIMIT_S):
        seen.press("ctrl+q")
        with contextlib.suppress(subprocess.TimeoutExpired):
            return process.wait(3)
    raise AssertionError("it does not close")


def _see_a_comparison(seen: Seen) -> None:
    """Wait for the bars of at least two lanes: rows of the window with a long run of one blue."""

    def bars() -> int:
        shown = seen.pixels().astype(int)
        blue = (shown[:, :, 2] - shown[:, :, 0] > 120) & (shown[:, :, 2] > 180)
        rows = np.flatnonzero(blue[200:600, 250:].sum(axis=1) > 120)
        return 1 + int((np.diff(rows) > 10).sum()) if rows.size else 0

    until_blocking(lambda: bars() >= 2, what=lambda: f"bars of two lanes: {bars()}", limit_s=LANES_S)
