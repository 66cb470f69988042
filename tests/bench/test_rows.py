"""The table holds what it promised: the rows of the first issue with their targets, each measured once."""

import subprocess
import sys

import pytest

from tests.bench.rows import Bound, Measured, Row, as_json, load

PROMISED = {
    "run_vs_httpx": (Bound.AT_MOST, 1.15),
    "stream_vs_httpx_sse": (Bound.AT_LEAST, 0.9),
    "stream_window_stall_ms": (Bound.UNDER, 50),
    "realtime_vs_websockets": (Bound.AT_MOST, 1.3),
    "subscribe_vs_fal_client": (Bound.AT_MOST, 0.25),
    "start_vs_empty_window": (Bound.AT_MOST, 2.0),
    "first_picture_s": (Bound.UNDER, 5.0),
    "editor_form_open_ms": (Bound.UNDER, 150),
    "editor_keystroke_ms": (Bound.UNDER, 8),
    "facts_10k_s": (Bound.UNDER, 0.5),
    "facts_10k_stall_ms": (Bound.UNDER, 50),
    "queue_follow_1000": (Bound.UNDER, 0.5),
    "queue_follow_missed": (Bound.AT_MOST, 0),
    "queue_search_50k_ms": (Bound.UNDER, 100),
    "queue_page_10k_ms": (Bound.UNDER, 100),
    "queue_sort_filter_ms": (Bound.UNDER, 100),
}


def test_every_promised_row_is_there_with_its_target() -> None:
    rows = load().rows()
    names = [row.name for row in rows]
    assert len(names) == len(set(names))
    assert {row.name: (row.bound, row.target) for row in rows if row.name in PROMISED} == PROMISED
    assert all(row.measure for row in rows)


def test_a_beginning_of_a_name_is_enough() -> None:
    chosen = [row.name for declared, _ in load().wanted(["facts_10k_stall"]) for row in declared]
    assert chosen == ["facts_10k_s", "facts_10k_stall_ms"]
    assert load().wanted(["no_such_row"]) == []


@pytest.mark.parametrize(
    ("bound", "value", "met"),
    [
        (Bound.AT_MOST, 2.0, True),
        (Bound.AT_MOST, 2.01, False),
        (Bound.AT_LEAST, 1.99, False),
        (Bound.UNDER, 2.0, False),
        (Bound.UNDER, 1.9, True),
    ],
)
def test_a_missed_target_is_called_missed(bound: Bound, value: float, *, met: bool) -> None:
    row = Row("x", "x", "s", bound, 2.0)
    assert as_json(row, Measured(value, 3))["met"] is met


def test_an_unknown_name_is_a_usage_error() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "no_such_row"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "--list" in done.stderr
