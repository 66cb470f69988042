"""The request editor in the real window: how soon a large form is there, and what a keystroke costs."""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from tests.bench.rows import Bench, Bound, Measured, Row, rows

HERE = Path(__file__).parent


@rows(
    Row(
        "editor_form_open_ms",
        "another endpoint with 60 fields in sight is chosen, until its form is painted, median",
        "ms",
        Bound.UNDER,
        150,
    )
)
def editor_form_open_ms(bench: Bench) -> tuple[Measured, ...]:
    seen = _probe("open")
    opened, complete = seen["opened"], seen["complete"]
    words = f"worst {max(opened):.0f} ms; the controls out of sight are there after {statistics.median(complete):.0f} ms"
    return (Measured(statistics.median(opened), len(opened), words),)


@rows(
    Row(
        "editor_keystroke_ms",
        "a key in the prompt or in a field of a form of 60 fields, until all is painted, median",
        "ms",
        Bound.UNDER,
        8,
    )
)
def editor_keystroke_ms(bench: Bench) -> tuple[Measured, ...]:
    seen = _probe("keys")
    medians = {what: statistics.median(costs) for what, costs in seen.items()}
    words = "; ".join(
        f"{what} {medians[what]:.1f} ms, 99 of 100 under {_high(costs):.1f}, worst {max(costs):.0f}"
        for what, costs in seen.items()
    )
    return (Measured(max(medians.values()), sum(map(len, seen.values())), words),)


def _high(costs: list[float]) -> float:
    return statistics.quantiles(costs, n=100)[-1]


def _probe(question: str) -> dict[str, list[float]]:
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, str(HERE / "editor_probe.py"), question],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environ | {"PYTHONPATH": str(HERE.parents[1])},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])
