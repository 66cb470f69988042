"""Every text of the window is translated, and has room where another language needs more of it."""

from pathlib import Path

import pytest

from fal_studio.language import PSEUDO
from tests.pseudo import faults, run_in


@pytest.mark.long
@pytest.mark.timeout(180)
def test_nothing_is_forgotten_and_nothing_is_cut_off_in_the_pseudo_language() -> None:
    done = run_in(PSEUDO, Path(__file__).with_name("pseudo_walk.py"))
    assert done.returncode == 0, faults(done)
