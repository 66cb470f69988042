"""The whole program in a process of its own: it starts, tours, and ends when it is told to."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

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
            assert process.wait(15) == 0
        finally:
            process.kill()
    until_blocking(
        lambda: all(not Path(f"/proc/{pid}").exists() for pid in children), what="no emulator is left"
    )


@pytest.mark.timeout(240)
def test_the_tour_shows_all_five_modes(tmp_path: Path) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [*COMMAND, "tour", "--out", str(tmp_path)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=220,
        check=False,
    )
    report = json.loads((tmp_path / "tour.json").read_text("utf-8"))
    missing = {step["step"]: step["problem"] for step in report["steps"] if not step["ok"]}
    assert missing == {}
    assert done.returncode == 0, done.stdout + done.stderr
    assert {"run_mode", "subscribe", "submit", "stream", "realtime"} <= {
        step["step"] for step in report["steps"]
    }
    assert len(list(tmp_path.glob("*.png"))) >= 25
