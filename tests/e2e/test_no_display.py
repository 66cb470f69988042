"""Without a display: the tour draws offscreen and says so, the window says what works instead; nothing ever aborts."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import PySide6
import pytest

from tests.waiting import until_blocking

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can be without a display"),
]
COMMAND = [sys.executable, "-m", "fal_studio"]


def environment(**changes: str) -> dict[str, str]:
    gone = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return {name: value for name, value in os.environ.items() if name not in gone} | changes


def window(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        env=environment(**environ),
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({}, "neither WAYLAND_DISPLAY nor DISPLAY is set"),
        ({"QT_QPA_PLATFORM": "wayland;xcb"}, "neither WAYLAND_DISPLAY nor DISPLAY is set"),
        ({"DISPLAY": ":4095"}, "could not connect to display :4095"),
        ({"QT_QPA_PLATFORM": "nonsense"}, "Could not find the Qt platform plugin"),
    ],
)
def test_the_window_ends_with_a_sentence_and_the_next_step(
    environ: dict[str, str], words: str, tmp_path: Path
) -> None:
    done = window("--data-dir", str(tmp_path), **environ)
    assert done.returncode == 2
    assert words in done.stderr
    assert "fal-studio call" in done.stderr
    assert len(done.stderr.splitlines()) == 2


def test_the_tour_chooses_the_offscreen_platform_and_ends_when_it_is_told_to(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "tour", "--out", str(tmp_path)],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            until_blocking(lambda: list(tmp_path.glob("*empty.png")), what="its first picture", limit_s=40)
            process.send_signal(signal.SIGTERM)
            table, said = process.communicate(timeout=120)
        finally:
            process.kill()
    report = json.loads((tmp_path / "tour.json").read_text("utf-8"))
    assert process.returncode == 1
    assert "Drawing the window on Qt's offscreen platform" in said
    assert report["platform"] == "offscreen"
    assert report["steps"][-1]["problem"] == "the program was told to end"
    assert "MISSING" in table


def test_a_library_that_the_system_lacks_is_named(tmp_path: Path) -> None:
    package = tmp_path / "PySide6"
    package.mkdir()
    (package / "__init__.py").write_text(f"__path__.append({str(Path(PySide6.__file__).parent)!r})")
    (package / "QtGui.py").write_text(
        "raise ImportError('libEGL.so.1: cannot open shared object file: No such file or directory')"
    )
    done = window(PYTHONPATH=str(tmp_path), DISPLAY=":0")
    assert done.returncode == 2
    assert "libEGL.so.1" in done.stderr
    assert "fal-studio doctor" in done.stderr
    assert "Traceback" not in done.stderr
