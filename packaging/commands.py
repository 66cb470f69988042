"""The subcommands of dev.py: what each one sets up and starts."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence

import checkout
import environment
import gates
import referees
import system
from terminal import PlainError, call, replace_process, say

USAGE = """\
python3 packaging/dev.py COMMAND [ARGUMENTS]

  setup [--test]      make the environment in .venv; --test adds what only the tests need
  run [ARGUMENTS]     open the window (without a display: perform the tour instead)
  tour [ARGUMENTS]    drive the real window through all modes and keep the pictures in build/tour
  test [ARGUMENTS]    everything that must pass; arguments go to pytest
  bench [NAME ...]    measure; prints a table and writes build/bench.json
  build               make the wheel in dist/
  words [LANGUAGE …]  collect the texts for translators; bring catalogues up to date and compile them

The first call installs what is missing; later ones start at once.
"""


def main(arguments: Sequence[str]) -> int:
    """Carry out one command and return its exit code."""
    name, rest = (arguments[0], list(arguments[1:])) if arguments else ("help", [])
    command = COMMANDS.get(name)
    if command is None:
        asked = name in {"help", "-h", "--help"}
        print(
            USAGE if asked else f"There is no command {name!r}.\n\n{USAGE}",
            end="",
            file=None if asked else sys.stderr,
        )
        return 0 if asked else 2
    try:
        return command(rest)
    except PlainError as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def setup(arguments: list[str]) -> int:
    """Make the environment; start nothing."""
    parser = argparse.ArgumentParser(prog="dev.py setup", description="Make the environment in .venv.")
    parser.add_argument("--test", action="store_true", help="also install what only the tests need")
    for_tests = parser.parse_args(arguments).test
    _prepare(for_tests=for_tests)
    say(f"Ready: {checkout.program('fal-studio').relative_to(checkout.ROOT)}")
    return 0


def run(arguments: list[str]) -> int:
    """Open the window, or perform the tour where there is no display."""
    _prepare()
    if has_display():
        return replace_process([checkout.program("fal-studio"), *arguments])
    say("There is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set): performing the tour instead.")
    return _tour([])


def tour(arguments: list[str]) -> int:
    """Drive the real window through all modes; pictures go to build/tour unless `--out` says otherwise."""
    _prepare()
    return _tour(arguments)


def test(arguments: list[str]) -> int:
    """Run every gate and every test."""
    _prepare(for_tests=True)
    return gates.run_all(arguments)


def bench(arguments: list[str]) -> int:
    """Measure, on the offscreen platform where there is no display."""
    _prepare()
    _offscreen_without_display()
    return replace_process([checkout.python(), "-m", "tests.bench", *arguments])


def build(arguments: list[str]) -> int:
    """Make the wheel in dist/."""
    if arguments:
        raise PlainError("dev.py build takes no arguments.")
    _prepare()
    out = checkout.ROOT / "dist"
    say(f"Building the wheel in {out.relative_to(checkout.ROOT)}/")
    return call([checkout.python(), *environment.WHEEL, "--wheel-dir", out, checkout.ROOT])


def words(arguments: list[str]) -> int:
    """Collect the texts of the program, and bring the catalogues of the languages up to date."""
    _prepare()
    return call([checkout.python(), checkout.PACKAGING / "texts.py", *arguments])


def has_display() -> bool:
    """Say whether a window could be seen: always so on macOS and Windows."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _prepare(*, for_tests: bool = False) -> None:
    environment.ensure()
    system.ensure(for_tests=for_tests)
    if for_tests:
        referees.ensure()


def _offscreen_without_display() -> None:
    if not has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def _tour(arguments: list[str]) -> int:
    _offscreen_without_display()
    named = any(argument == "--out" or argument.startswith("--out=") for argument in arguments)
    out = [] if named or "--help" in arguments else ["--out", str(checkout.ROOT / "build" / "tour")]
    return replace_process([checkout.program("fal-studio"), "tour", *out, *arguments])


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "setup": setup,
    "run": run,
    "tour": tour,
    "test": test,
    "bench": bench,
    "build": build,
    "words": words,
}
