"""The whole program in a process of its own: it starts, tours, and ends when it is told to."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.waiting import until_blocking

pytestmark = pytest.mark.e2e
COMMAND = [sys.executable, "-m", "fal_studio"]


def emulators_of(pid: int) -> list[int]:
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, ValueError, IndexError):
            continue
        if parent == pid:
            found.append(int(folder.name))
    return found


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_and_its_emulator(how: signal.Signals, tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen([*COMMAND, "--data-dir", str(tmp_path)], env=environment) as process:
        try:
            children = until_blocking(lambda: emulators_of(process.pid), what="its emulator", limit_s=30)
            until_blocking(lambda: list(tmp_path.rglob("port")), what="the emulator listens", limit_s=30)
            process.send_signal(how)
            assert process.wait(60) == 0
        finally:
            process.kill()
    until_blocking(
        lambda: all(not Path(f"/proc/{pid}").exists() for pid in children), what="no emulator is left"
    )


STEPS_AT_200 = (
    "first_picture",
    "live",
    "failure",
    "events",
    "batch",
    "palette",
    "catalogue",
    "two_calls",
)
"""Those that open the most different parts of the window: the others were walked at 100 %."""


@pytest.mark.timeout(900)
def test_the_tour_shows_all_five_modes_and_everything_has_room_in_three_sizes_and_both_themes(
    tmp_path: Path,
) -> None:
    report = toured(tmp_path, "--check-room")
    assert {"run_mode", "subscribe", "submit", "stream", "realtime"} <= {
        step["step"] for step in report["steps"]
    }
    for size in ("1024x640", "1920x1200"):
        assert len(list(tmp_path.glob(f"*-{size}.png"))) >= len(report["steps"])


@pytest.mark.timeout(900)
def test_on_a_screen_of_200_percent_everything_has_room_too(tmp_path: Path) -> None:
    report = toured(tmp_path, "--check-room", "--theme", "light", "--only", *STEPS_AT_200, scale="2")
    assert [step["step"] for step in report["steps"]] == list(STEPS_AT_200)
    picture = tmp_path / report["steps"][0]["picture"]
    with Image.open(picture) as image:
        assert image.size == (2560, 1600)


@pytest.mark.parametrize(
    "wrong", [("--only", "first_pictur"), ("--size", "1280"), ("--size", "0x800"), ("--size", "1x2x3")]
)
def test_a_tour_of_nothing_is_refused(wrong: tuple[str, str], tmp_path: Path) -> None:
    done = tour(tmp_path, *wrong)
    assert done.returncode == 2
    assert wrong[1] in done.stderr
    assert list(tmp_path.iterdir()) == []


def tour(out: Path, *options: str, scale: str = "1") -> "subprocess.CompletedProcess[str]":
    """Take the tour in a process of its own."""
    return subprocess.run(
        [*COMMAND, "tour", "--out", str(out), *options],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale},
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )


def toured(out: Path, *options: str, scale: str = "1") -> dict[str, Any]:
    """Return what a tour reports; what did not show, or had no room, fails."""
    done = tour(out, *options, scale=scale)
    report: dict[str, Any] = json.loads((out / "tour.json").read_text("utf-8"))
    missing = {step["step"]: step["problem"] for step in report["steps"] if not step["ok"]}
    assert missing == {}
    assert done.returncode == 0, done.stdout + done.stderr
    return report
