"""Every text of the window is translated, and has room where another language needs more of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fal_studio import language

HERE = Path(__file__).parent


def walked(spoken: str) -> subprocess.CompletedProcess[str]:
    """Walk through the window in a process of its own: a language is chosen once, when the program is loaded."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            str(HERE / "pseudo_walk.py"),
            "-q",
            "-p",
            "no:cacheprovider",
            "-p",
            "no:xdist",
        ],
        cwd=HERE.parents[2],
        env=surroundings | {language.VARIABLE: spoken, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        timeout=160,
        check=False,
    )


@pytest.mark.timeout(180)
def test_nothing_is_forgotten_and_nothing_is_cut_off_in_the_pseudo_language() -> None:
    done = walked(language.PSEUDO)
    told = [line for line in done.stdout.splitlines() if line.startswith("E  ")]
    assert done.returncode == 0, "\n".join(told or done.stdout.splitlines()[-40:])
