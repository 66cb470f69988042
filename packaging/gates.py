"""Everything that must pass: the cheap gates first, then the tests; one summary at the end."""

import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import checkout
from terminal import owned, say, sigterm_as_exit

WORKERS = "3"  # on two cores: many tests wait for servers, and the cores would wait, too
RULE = "─" * 100


@dataclass(frozen=True)
class Outcome:
    """How one gate went."""

    name: str
    passed: bool
    seconds: float


def gates() -> dict[str, list[str | Path]]:
    """The gates before the tests, by what they look at."""
    ruff = checkout.program("ruff")
    return {
        "format": [ruff, "format", "--check", "."],
        "lint": [ruff, "check", "--output-format", "concise", "."],
        "types": [checkout.program("basedpyright")],
        "imports": [checkout.program("lint-imports"), "--no-cache", "--no-logo"],
    }


def run_all(arguments: list[str]) -> int:
    """Run all gates and then pytest with `arguments`; 0 only when everything passed.

    Pytest's own closing line is printed once more as the very last line, so that a reader of the log finds the counts there.
    """
    started = time.monotonic()
    with sigterm_as_exit():
        outcomes = [_gate(name, words) for name, words in gates().items()]
        tests, closing = _tests(arguments)
    outcomes.append(tests)
    say(f"\n{RULE}")
    for outcome in outcomes:
        say(f"{'ok    ' if outcome.passed else 'FAILED'}  {outcome.name:<10} {outcome.seconds:7.1f} s")
    say(f"        {'in all':<10} {time.monotonic() - started:7.1f} s")
    if closing:
        say(closing)
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def _gate(name: str, words: list[str | Path]) -> Outcome:
    started = time.monotonic()
    with owned(words, cwd=checkout.ROOT) as child:
        told = child.communicate()[0].decode(errors="replace")
    outcome = Outcome(name, child.returncode == 0, time.monotonic() - started)
    say(f"{'ok    ' if outcome.passed else 'FAILED'}  {name} ({outcome.seconds:.1f} s)")
    if not outcome.passed:
        say("\n".join(f"        {line}" for line in told.rstrip().splitlines()))
    return outcome


def _tests(arguments: list[str]) -> tuple[Outcome, str]:
    # A worker that crashes is not replaced: with `loadgroup` the others would then wait for ever, and nothing be said.
    words = [
        str(checkout.python()),
        "-m",
        "pytest",
        "-n",
        WORKERS,
        "--dist",
        "loadgroup",
        "--max-worker-restart=0",
        *arguments,
    ]
    if sys.stdout.isatty():
        words.append("--color=yes")
    say(f"\ntests: {' '.join(words[1:])}\n")
    started = time.monotonic()
    code, closing = _shown(words, test_environment(os.environ))
    return Outcome("tests", code == 0, time.monotonic() - started), closing


def _shown(words: list[str], environ: Mapping[str, str]) -> tuple[int, str]:
    """Pass a command's output through as it comes; returns the exit code and the last line."""
    last = b""
    with owned(words, cwd=checkout.ROOT, environ=environ) as run:
        assert run.stdout is not None
        while chunk := os.read(run.stdout.fileno(), 65536):
            sys.stdout.buffer.write(chunk)
            sys.stdout.flush()
            last = (last + chunk).rstrip().rsplit(b"\n", 1)[-1] + b"\n" * chunk.endswith(b"\n")
    return run.returncode, last.decode(errors="replace").strip()


def test_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The surroundings of the tests: offscreen, no key, nothing that changes how Python or Qt behave.

    What Python compiles is kept in `build`, also where it is kept from writing beside the source: the tests start some
    hundred programs, and each would compile the whole house again.
    """
    unwanted = ("FAL_", "PYTEST_", "QT_", "QML_", "COV_", "PYTHONDONTWRITEBYTECODE")
    kept = {name: value for name, value in environ.items() if not name.startswith(unwanted)}
    return {
        **kept,
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONHASHSEED": "random",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPYCACHEPREFIX": str(checkout.ROOT / "build" / "bytecode"),
    }
