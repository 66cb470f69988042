"""`realtime_desk_*`: drawing on the live desk, JPEG frames both ways, 60 a second for a minute; `realtime_numbers`: what it shows."""

import json

from tests.bench.rows import Bench, Bound, Measured, Row, rows
from tests.bench.window import _launch

ANSWERS = 300
RATE, SECONDS, SETTLED = 60, 60, 10
WHAT = f"{RATE} strokes a second for {SECONDS} s on the live desk, JPEG frames both ways"


@rows(
    Row(
        "realtime_numbers_ms",
        f"{ANSWERS} answers of a server that takes known times: p50, p95 and p99 of the live desk, furthest from the server's own",
        "ms",
        Bound.AT_MOST,
        2.0,
    )
)
def realtime_numbers(bench: Bench) -> tuple[Measured, ...]:
    seen, _ = _launch("window_probe.py", "numbers", json.dumps({"answers": ANSWERS}))
    pairs = (f"{name} {seen['shown'][name]:.0f} for {seen['held'][name]:.1f}" for name in seen["shown"])
    return (Measured(seen["off_ms"], 1, ", ".join(pairs)),)


@rows(
    Row(
        "realtime_desk_ms",
        f"{WHAT}: stroke to changed pixel, beyond the server's time, p95",
        "ms",
        Bound.AT_MOST,
        25.0,
    ),
    Row("realtime_desk_stall_ms", f"{WHAT}: longest stall", "ms", Bound.AT_MOST, 50.0),
    Row(
        "realtime_desk_memory_mb",
        f"{WHAT}: growth of the process after the first ten seconds",
        "MB",
        Bound.AT_MOST,
        50.0,
    ),
)
def realtime_desk(bench: Bench) -> tuple[Measured, ...]:
    arguments = {"rate": RATE, "seconds": SECONDS, "settled": SETTLED}
    seen, _ = _launch("window_probe.py", "live", json.dumps(arguments))
    assert seen["lost"] == 0, seen
    frames = f"{seen['sent']:,} sent, {seen['answered']:,} answered, {seen['kb'][0]} and {seen['kb'][1]} KB a frame"
    frames += f", {seen['work_ms']:.1f} ms of the window's thread for each"
    usual = f"usually {seen['usual_ms']:.0f} ms; {frames}"
    # The echo takes no time of its own; whatever its process needs counts against us.
    return (
        Measured(seen["p95_ms"], 1, usual),
        Measured(seen["stall_ms"], 1, frames),
        Measured(seen["grown_mb"], 1, frames),
    )
