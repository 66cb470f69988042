"""The real window: how soon it is there, how soon it shows a picture, and whether a flood of events stops it."""

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from fal_studio.ui.library.starters import LIGHTHOUSE
from tests.bench.rows import Bench, Bound, Measured, Row, rows
from tests.emulator_process import EmulatorProcess

HERE = Path(__file__).parent
START_RUNS = 9
PICTURE_RUNS = 5
STREAM_RUNS = 3
RATE = 2_000
SECONDS = 5


@rows(
    Row(
        "start_vs_empty_window",
        "launch to a window that was drawn and answered a key, against an empty PySide6 main window, median",
        "x",
        Bound.AT_MOST,
        2.0,
    )
)
def start_vs_empty_window(bench: Bench) -> tuple[Measured, ...]:
    ours: list[float] = []
    theirs: list[float] = []
    for number in range(START_RUNS + 1):
        their = _launch("empty_probe.py")
        our = _launch("window_probe.py", "react")
        if number:  # the first fills the disk cache
            theirs.append(their[0] - their[1])
            ours.append(our[0]["at_ns"] - our[1])
    our, their = statistics.median(ours) / 1e9, statistics.median(theirs) / 1e9
    return (Measured(our / their, START_RUNS, f"{our:.2f} s against {their:.2f} s"),)


@rows(
    Row(
        "first_picture_s",
        "launch to the first picture of the emulator's image model on screen, median",
        "s",
        Bound.UNDER,
        5.0,
    ),
    Row(
        "first_picture_vs_bare",
        "the same against a bare POST to an emulator that is started for it: no window, no queue",
        "x",
    ),
)
def first_picture_s(bench: Bench) -> tuple[Measured, ...]:
    seen = [_launch("window_probe.py", "picture") for _ in range(PICTURE_RUNS + 1)][1:]
    to_picture = [(answer["at_ns"] - begun) / 1e9 for answer, begun in seen]
    to_window = [(answer["shown_ns"] - begun) / 1e9 for answer, begun in seen]
    bare = statistics.median([_bare_picture() for _ in range(PICTURE_RUNS + 1)][1:])
    ours = statistics.median(to_picture)
    words = f"the window after {statistics.median(to_window):.2f} s; the emulator starts cold"
    return (
        Measured(ours, PICTURE_RUNS, words),
        Measured(ours / bare, PICTURE_RUNS, f"{ours:.2f} s against {bare:.2f} s"),
    )


def _bare_picture() -> float:
    """Start an emulator as the program does, ask for the window's first picture, and fetch it; how long that takes, in s."""
    begun = time.monotonic()
    emulator = EmulatorProcess().start()
    try:
        with emulator.client() as client:
            made = client.post(f"{emulator.run}/{LIGHTHOUSE.endpoint}", json=LIGHTHOUSE.arguments)
            client.get(made.raise_for_status().json()["images"][0]["url"]).raise_for_status()
        return time.monotonic() - begun
    finally:
        emulator.stop()


@rows(
    Row(
        "stream_window_stall_ms",
        f"{RATE:,} events a second for {SECONDS} s into the open window, longest stall",
        "ms",
        Bound.UNDER,
        50,
    )
)
def stream_window_stall_ms(bench: Bench) -> tuple[Measured, ...]:
    arguments = {"count": RATE * SECONDS, "rate": RATE, "size": 120}
    medians: dict[str, float] = {}
    worst = 0.0
    for tab in ("preview", "events"):
        seen = [
            _launch("window_probe.py", "stream", json.dumps(arguments | {"tab": tab}))[0]
            for _ in range(STREAM_RUNS)
        ]
        for each in seen:
            assert each["partials"] == RATE * SECONDS, each
            assert each["seconds"] < SECONDS * 1.2, f"the events did not keep up: {each}"
        medians[tab] = statistics.median(each["stall_ms"] for each in seen)
        worst = max(worst, *(each["stall_ms"] for each in seen))
    words = ", ".join(f"{tab} in front {stall:.0f} ms" for tab, stall in medians.items())
    return (
        Measured(
            max(medians.values()), 2 * STREAM_RUNS, f"medians: {words}; the worst run had {worst:.0f} ms"
        ),
    )


def _launch(script: str, *arguments: str) -> tuple[Any, int]:
    """Start a probe; return what it printed and when it was started."""
    begun_ns = time.monotonic_ns()
    done = subprocess.run(
        [sys.executable, str(HERE / script), *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment(),
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1]), begun_ns


def environment() -> dict[str, str]:
    """Return the environment of an installed program: one whose bytecode is cached, for both sides alike."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return environ | {"PYTHONPATH": str(HERE.parents[1])}
