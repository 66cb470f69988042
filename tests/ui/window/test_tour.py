"""The tour takes its steps one after the other, whatever becomes of one of them."""

from pathlib import Path
from typing import Any

import pytest

from fal_studio.tour import walk
from fal_studio.tour.hand import Hand, TourError
from tests.ui.window.hand import Drive, Driven


async def not_shown(_hand: Hand) -> dict[str, Any]:
    raise TourError("not so: anything")


async def stumbles(_hand: Hand) -> dict[str, Any]:
    raise StopIteration  # as `next` does where nothing is found


async def shown(hand: Hand) -> dict[str, Any]:
    return {"width": hand.window.width()}


def test_a_step_that_fails_or_stumbles_is_told_and_the_next_one_is_taken(
    drive: Drive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(walk, "STEPS", (not_shown, stumbles, shown))

    async def scenario(hand: Driven) -> None:
        way = walk.Walk(hand.program, tmp_path, "", 0.0)
        await way.walk()
        assert [(step.step, step.ok) for step in way.steps] == [
            ("not_shown", False), ("stumbles", False), ("shown", True)
        ]  # fmt: skip
        assert way.steps[0].problem == "not so: anything"
        assert "StopIteration" in way.steps[1].problem
        assert all((tmp_path / step.picture).is_file() for step in way.steps)

    drive(scenario)
    assert "stumbles" in caplog.text, "the log says where"
