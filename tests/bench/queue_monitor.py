"""The queue panel on a ledger of 10,000 calls, in the real window: opened, sorted, filtered, scrolled."""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from fal_studio.store.db import Database
from fal_studio.store.ledger import Ledger
from fal_studio.store.paths import folders
from tests.bench.queue_ledger import fill
from tests.bench.rows import Bench, Bound, Measured, Row, rows
from tests.bench.window import environment

HERE = Path(__file__).parent
CALLS = 10_000
RUNS = 3


@rows(
    Row(
        "queue_open_10k_ms",
        "10,000 calls in the ledger: key to the painted history, median",
        "ms",
        Bound.UNDER,
        300,
    ),
    Row(
        "queue_ui_sort_ms",
        "press on a column to the painted rows, the slowest column, median",
        "ms",
        Bound.UNDER,
        100,
    ),
    Row(
        "queue_ui_filter_ms",
        "last letter to the painted rows, the slowest filter, median",
        "ms",
        Bound.UNDER,
        100,
    ),
    Row("queue_scroll_frame_ms", "a turn of the wheel to the painted rows, median", "ms", Bound.AT_MOST, 16),
    Row("queue_scroll_stall_ms", "the same, the worst turn; median of the runs", "ms", Bound.AT_MOST, 50),
)
def queue_monitor(bench: Bench) -> tuple[Measured, ...]:
    del bench
    with tempfile.TemporaryDirectory(prefix="fal-bench-queue-") as folder:
        _fill(Path(folder))
        seen = [_probe(folder) for _ in range(RUNS)]
    return (
        Measured(_median(seen, "open_ms"), RUNS, f"again {_median(seen, 'again_ms'):.0f} ms"),
        _slowest(seen, "sort_ms"),
        _slowest(seen, "filter_ms"),
        Measured(
            statistics.median(turn for each in seen for turn in each["turns_ms"]),
            sum(len(each["turns_ms"]) for each in seen),
            f"to the last of {seen[0]['rows']:,} rows",
        ),
        Measured(
            statistics.median(max(each["turns_ms"]) for each in seen),
            RUNS,
            f"the heart missed at most {max(each['stall_ms'] for each in seen):.0f} ms",
        ),
    )


def _median(seen: list[dict[str, Any]], name: str) -> float:
    return statistics.median(each[name] for each in seen)


def _slowest(seen: list[dict[str, Any]], name: str) -> Measured:
    medians = {key: statistics.median(each[name][key] for each in seen) for key in seen[0][name]}
    words = ", ".join(f"{key} {took:.0f}" for key, took in medians.items())
    return Measured(max(medians.values()), RUNS, words)


def _fill(folder: Path) -> None:
    database = Database(folders(folder).ledger)
    ledger = Ledger(database, print)
    fill(database, CALLS)
    assert ledger.close()


def _probe(folder: str) -> dict[str, Any]:
    # The panel that was left open would be open again.
    (folders(Path(folder)).state / "window.json").unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, str(HERE / "queue_probe.py"), folder],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=environment(),
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])
