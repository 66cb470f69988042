"""`compare_*`: eight lanes, each called twenty times, drawn while they run in the pane of the real window."""

import json

from tests.bench.rows import Bench, Bound, Measured, Row, rows
from tests.bench.window import _launch

LANES, RUNS, WARM_UPS = 8, 20, 1
WHAT = f"{LANES} lanes x {RUNS} runs, drawn live in their pane"


@rows(
    Row("compare_stall_ms", f"{WHAT}: longest stall of the window", "ms", Bound.AT_MOST, 50.0),
    Row("compare_lost", f"{WHAT}: turns that failed or are not kept", "", Bound.AT_MOST, 0.0),
    Row("compare_between_ms", f"{WHAT}: median from the end of a turn to the start of the next", "ms"),
)
def compare(bench: Bench) -> tuple[Measured, ...]:
    del bench
    arguments = {"lanes": LANES, "runs": RUNS, "warm_ups": WARM_UPS}
    seen, _ = _launch("compare_probe.py", "compare", json.dumps(arguments))
    calls = LANES * (RUNS + WARM_UPS)
    took = f"{calls} calls in {seen['seconds']:.0f} s, painted {seen['painted']} times"
    return (
        Measured(seen["stall_ms"], 1, took),
        Measured(calls - seen["kept"], 1, took),
        Measured(seen["between_ms"], calls, took),
    )
