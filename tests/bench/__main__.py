"""Measure, print the table, write build/bench.json; exit 1 if a target was missed."""

import argparse
import datetime as dt
import json
import os
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
OUT = CHECKOUT / "build" / "bench.json"


def main() -> int:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", help="rows to measure, by name or its beginning; all without names"
    )
    parser.add_argument("--list", action="store_true", help="list the rows and measure nothing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fal-bench-") as home:
        os.environ["FAL_STUDIO_HOME"] = home
        return measure(options.names, only_list=options.list)


def measure(names: list[str], *, only_list: bool) -> int:
    from tests.bench.rows import Bench, as_json, load
    from tests.emulator_process import start_emulator

    registry = load()
    if only_list:
        for row in registry.rows():
            print(f"{row.name:<26} {row.measure}")
        return 0
    entries = registry.wanted(names)
    if not entries:
        print(f"No row begins with {' or '.join(names)}; --list shows all.", file=sys.stderr)
        return 2
    results = []
    with start_emulator("--cold-start", "0") as emulator:
        for declared, function in entries:
            begun = time.monotonic()
            measured = function(Bench(emulator))
            took_s = time.monotonic() - begun
            for row, value in zip(declared, measured, strict=True):
                results.append(as_json(row, value))
                _print(results[-1], took_s)
    keep(results, whole=not names)
    missed = [result["name"] for result in results if not result["met"]]
    print(f"\nnot met: {', '.join(missed)}" if missed else "\nall targets met")
    return 1 if missed else 0


def _print(result: dict, took_s: float) -> None:
    mark = " " if result["met"] else "!"
    value = f"{result['value']:g} {result['unit']}"
    target = result["target"] or "(for information)"
    print(
        f"{mark} {result['name']:<26} {value:>14}   {target:<16} {result['against']}  [{took_s:.0f} s]",
        flush=True,
    )


def keep(results: list[dict], *, whole: bool) -> None:
    """Write the file; rows that were not measured this time keep their last value."""
    day = dt.datetime.now(dt.UTC).date().isoformat()
    stamped = [{**result, "date": day} for result in results]
    old = [] if whole or not OUT.exists() else json.loads(OUT.read_text())
    fresh = {result["name"] for result in stamped}
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps([row for row in old if row["name"] not in fresh] + stamped, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())
