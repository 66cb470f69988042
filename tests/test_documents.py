"""Reports, help and samples are translated: looked at in a process of its own, for a language is chosen once."""

from pathlib import Path

from fal_studio.language import PSEUDO
from tests.pseudo import faults, run_in


def test_nothing_is_forgotten_in_what_is_written_for_people() -> None:
    done = run_in(PSEUDO, Path(__file__).with_name("pseudo_documents.py"))
    assert done.returncode == 0, faults(done)
