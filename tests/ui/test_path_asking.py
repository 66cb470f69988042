"""What a JSONPath names is told for the question that was asked last."""

import pytest
from pytestqt.qtbot import QtBot

from fal_studio.core.request import Json
from fal_studio.ui.output import path_asking
from fal_studio.ui.output.path_naming import named_by

VALUE: Json = {"first": 1, "second": 2}


def test_an_answer_to_an_earlier_question_is_not_taken_for_the_next_one(qtbot: QtBot) -> None:
    asking = path_asking.Asking()
    found: list[object] = []
    asking.answered.connect(found.append)
    asking.ask("$.first", VALUE)
    assert asking._pool.waitForDone(20_000), "its answer is on its way to the window's thread now"
    asking.ask("$.second", VALUE)
    qtbot.waitUntil(lambda: not asking.is_busy, timeout=20_000)
    assert found == [[("second",)]]
    asking.ask("$.first", VALUE)
    assert asking._pool.waitForDone(20_000)
    asking.stop()
    asking.ask("$.second", VALUE)
    qtbot.waitUntil(lambda: len(found) == 2, timeout=20_000)
    assert found == [[("second",)]] * 2


def test_a_large_value_of_an_earlier_question_is_not_given_to_the_process_of_the_next(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    here: list[str] = []
    monkeypatch.setattr(
        path_asking, "named_by", lambda text, value: (here.append(text), named_by(text, value))[1]
    )
    asking = path_asking.Asking()
    found: list[object] = []
    asking.answered.connect(found.append)
    asking.ask("$[0]", [float("nan"), *range(40_000)])
    assert asking._pool.waitForDone(20_000), "that it cannot be given is on its way"
    asking.ask("$.numbers[7]", {"numbers": list(range(40_000))})
    qtbot.waitUntil(lambda: bool(found), timeout=120_000)
    assert found == [[("numbers", 7)]]
    assert not asking.is_busy
    assert not here, "it was the process that answered"
