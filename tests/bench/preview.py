"""`preview_*`: previews of 512 x 512 at 30 a second and 2,000 text events a second for a minute, in the real window."""

import json

from tests.bench.rows import Bench, Bound, Measured, Row, rows
from tests.bench.window import _launch

SECONDS = 60
TEXTS, PICTURES = 2_000, 30
RATE = TEXTS + PICTURES
WHAT = f"{PICTURES} previews and {TEXTS:,} text events a second for {SECONDS} s into the open window"


@rows(
    Row("preview_age_ms", f"{WHAT}: oldest preview in the moment it is shown", "ms", Bound.AT_MOST, 50.0),
    Row("preview_stall_ms", f"{WHAT}: longest stall", "ms", Bound.UNDER, 50.0),
    Row(
        "preview_memory_mb",
        f"{WHAT}: growth of the process after the first second",
        "MB",
        Bound.AT_MOST,
        300.0,
    ),
    Row("preview_lost", f"{WHAT}: events that are not in the transcript", "", Bound.AT_MOST, 0.0),
)
def preview(bench: Bench) -> tuple[Measured, ...]:
    arguments = {"count": RATE * SECONDS, "rate": RATE, "picture_every": RATE // PICTURES, "size": 20}
    seen, _ = _launch("window_probe.py", "previews", json.dumps(arguments))
    ages = f"usually {seen['usual_age_ms']:.0f} ms; {seen['late']} of {seen['shown']} were older than 50 ms"
    took = f"{arguments['count']:,} events in {seen['seconds']:.0f} s"
    return (
        Measured(seen["age_ms"], 1, ages),
        Measured(seen["stall_ms"], 1, f"{took}; {seen['stall_why']}" if seen["stall_why"] else took),
        Measured(seen["grown_mb"], 1, took),
        Measured(seen["lost"], 1, took),
    )
