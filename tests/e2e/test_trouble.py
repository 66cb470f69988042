"""Disk full, read-only folder, two programs at once: the window says so in its strip and goes on."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.emulator_process import EmulatorProcess
from tests.waiting import until_blocking

pytestmark = pytest.mark.e2e
CHECKOUT = Path(__file__).parents[2]


def start(
    emulator: EmulatorProcess, folder: Path, *steps: str, before: tuple[str, ...] = (), **options: Any
) -> "subprocess.Popen[str]":
    command = [*before, sys.executable, "-m", "tests.e2e.troubled_life", str(folder)]
    return subprocess.Popen(
        [*command, json.dumps(emulator.urls), *steps],
        cwd=CHECKOUT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def mounted(mount: str) -> tuple[str, ...]:
    """Return what starts a command behind a mount of its own."""
    before = ("unshare", "-rm", "sh", "-c", f'{mount} && exec "$@"', "sh")
    try:
        allowed = (
            subprocess.run([*before, "true"], capture_output=True, timeout=100, check=False).returncode == 0
        )
    except FileNotFoundError:
        allowed = False
    if not allowed:
        pytest.skip("mounting a file system of its own is not allowed here")
    return before


def said(process: "subprocess.Popen[str]") -> list[dict[str, Any]]:
    """Wait for its end and return what it said."""
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err[-3000:]
    return [json.loads(line) for line in out.splitlines()]


def test_of_two_programs_the_second_says_that_its_record_is_its_own_and_joins_the_history(
    emulator: EmulatorProcess, tmp_path: Path
) -> None:
    go, there = tmp_path / "go", tmp_path / "there"
    wait = f"touch {there}; while [ ! -e {go} ]; do sleep 0.05; done"
    first = start(emulator, tmp_path, "call", f"sh {wait}")
    try:
        until_blocking(there.exists, what="the first has made its call", limit_s=60)
        told, call, own = said(start(emulator, tmp_path, "banner of its own", "call", "search"))
    finally:
        go.touch()
    assert said(first) == [{"call": "done", "message": ""}]
    assert told["banner"].startswith("Another fal Studio has the history open.")
    assert call == {"call": "done", "message": ""}
    assert own == {"found": ["emulator/image"]}
    assert said(start(emulator, tmp_path, "search")) == [{"found": ["emulator/image"] * 2}]


def test_in_a_folder_that_can_only_be_read_calls_work_and_history_is_shown(
    emulator: EmulatorProcess, tmp_path: Path
) -> None:
    before = mounted(f"mount --bind {tmp_path} {tmp_path} && mount -o remount,bind,ro {tmp_path}")
    assert said(start(emulator, tmp_path, "call"))[0]["call"] == "done"
    steps = ("banner read-only", "search", "call")
    told, found, call = said(start(emulator, tmp_path, *steps, before=before))
    assert told["banner"].startswith("Nothing is recorded in this window.")
    assert found == {"found": ["emulator/image"]}
    assert call == {"call": "done", "message": ""}


def test_a_full_disk_is_said_nothing_is_sent_and_it_goes_on_when_there_is_room(
    emulator: EmulatorProcess, tmp_path: Path
) -> None:
    before = mounted(f"mount -t tmpfs -o size=6m none {tmp_path}")
    since = emulator.last()
    filler = tmp_path / "filler"
    steps = (
        "call",
        f"sh dd if=/dev/zero of={filler} bs=4096 2>/dev/null || true",
        "call",
        "banner disk is full",
        f"sh rm {filler}",
        "calm",
        "call",
        "search",
    )
    first, second, told, calm, third, found = said(start(emulator, tmp_path, *steps, before=before))
    assert (first["call"], third["call"]) == ("done", "done")
    assert second["call"] == "failed"
    assert "Nothing was sent" in second["message"]
    assert "The disk is full" in told["banner"]
    assert calm == {"calm": True}
    assert found == {"found": ["emulator/image"] * 3}
    posts = [item for item in emulator.requests(since, method="POST") if "emulator/image" in item["path"]]
    assert len(posts) == 2
