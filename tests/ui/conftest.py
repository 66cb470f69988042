"""Tests of the window collect garbage in its thread alone, as the program does: between two programs, too."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def garbage_ends_here() -> Iterator[None]:
    """Leave Python's own collector off: it would end Qt objects in whichever thread allocates."""
    gc.disable()
    yield
    gc.collect()
