"""Pictures of the gallery pulled out of the window and dropped onto a second program, by a hand on a real screen."""

import contextlib
import json
import select
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from fal_studio.core.carried import request_in
from tests import drop_target
from tests.e2e.test_on_screen import LIMIT_S, Seen, made, started, xdotool
from tests.screen import Screen
from tests.waiting import until_blocking

pytestmark = [pytest.mark.e2e, pytest.mark.screen]
PROMPTS = ("A red boat on a calm lake", "A green hill in the rain")
DROP_S = 20
FIRST, SECOND = (150, 200), (370, 200)
"""Places within the first two tiles of the gallery, in its window."""


@contextlib.contextmanager
def target() -> Generator["subprocess.Popen[str]"]:
    words = [sys.executable, drop_target.__file__]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.terminate()


def dropped(process: "subprocess.Popen[str]") -> dict[str, Any]:
    assert process.stdout is not None
    is_there, _, _ = select.select([process.stdout], [], [], DROP_S)
    assert is_there, "nothing was dropped"
    return json.loads(process.stdout.readline())


def drag(seen: Seen, place: tuple[int, int]) -> None:
    """Pull from a place of the window onto the other program, in small steps as a hand does."""
    x, y, _, _ = seen.box()
    left, top, wide, high = drop_target.BOX
    end = left + wide // 2, top + high // 2
    begin = x + place[0], y + place[1]
    xdotool("mousemove", *map(str, begin), "sleep", "0.2", "mousedown", "1", "sleep", "0.6")
    for step in range(1, 21):
        at = [round(a + (b - a) * step / 20) for a, b in zip(begin, end, strict=True)]
        xdotool("mousemove", *map(str, at), "sleep", "0.03")
    xdotool("sleep", "0.5", "mouseup", "1")


@pytest.mark.timeout(480)
def test_pictures_are_pulled_out_of_the_gallery_onto_another_program(screen: Screen, tmp_path: Path) -> None:
    with started(screen, tmp_path) as (_, seen):
        for number, prompt in enumerate(PROMPTS):
            seen.press("ctrl+a")
            seen.write(prompt)
            seen.press("ctrl+Return")
            until_blocking(
                lambda number=number: len(made(tmp_path)) > number, what="a picture is kept", limit_s=LIMIT_S
            )
    # Another start: nothing of these calls is in memory, all comes from the disk.
    with started(screen, tmp_path) as (_, seen), target() as process:
        xdotool("windowmove", "--sync", seen.window, "0", "0")
        xdotool("windowsize", "--sync", seen.window, "1100", "800")
        xdotool("windowactivate", "--sync", seen.window)  # the second program came before it
        seen.press("ctrl+4")
        until_blocking(lambda: coloured_tiles(seen) > 20_000, what="both pictures are seen", limit_s=LIMIT_S)
        drag(seen, FIRST)
        one = dropped(process)
        assert one["actions"] == Qt.DropAction.CopyAction.value, "nobody may move or link it"
        (file,) = map(Path, one["files"])
        assert one["sizes"] == [file.stat().st_size]
        assert file.suffix == ".jpg"
        carried = request_in(file.read_bytes())
        assert carried is not None
        assert carried.request.arguments["prompt"] == PROMPTS[1]
        x, y, _, _ = seen.box()
        xdotool("mousemove", str(x + SECOND[0]), str(y + SECOND[1]), "keydown", "ctrl", "click", "1")
        xdotool("keyup", "ctrl", "sleep", "1.5")  # two presses soon after each other would open the call
        drag(seen, SECOND)
        both = dropped(process)
        told = [request_in(Path(file).read_bytes()) for file in both["files"]]
        assert {one.request.arguments["prompt"] for one in told if one is not None} == set(PROMPTS)
        assert set(both["formats"]) <= {"text/uri-list", "text/plain", "text/x-moz-url"}, both["formats"]


def coloured_tiles(seen: Seen) -> int:
    shown = seen.pixels().astype(int)[110:330, 20:430]
    return int((shown.max(axis=2) - shown.min(axis=2) > 60).sum())
