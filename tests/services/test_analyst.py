"""The process that computes statistics: gives the numbers that are computed here, and says what is wrong with it."""

import pytest

from fal_studio.services.analyst import Analyst, AnalystError
from fal_studio.statistics.analysing import analyse
from tests.ui.compare.samples import comparison


def test_it_gives_the_same_numbers_starts_again_when_it_died_and_ends_for_good() -> None:
    done = comparison()
    analyst = Analyst()
    assert analyst.analyse(done) == analyse(done)
    process = analyst._process
    assert process is not None
    process.kill()
    process.wait()
    with pytest.raises(AnalystError, match=r"^The numbers could not be computed: "):
        analyst.analyse(done)
    assert analyst.analyse(done) == analyse(done)
    analyst.shut()
    with pytest.raises(AnalystError, match="closing"):
        analyst.analyse(done)
