"""The document: short texts are read as they are typed, long ones a little later on a thread, and the newest wins."""

import json

import pytest
from pytestqt.qtbot import QtBot

from fal_studio.ui.request import document as document_module
from fal_studio.ui.request import json_text
from fal_studio.ui.request.document import READ_AT_ONCE, Document

LONG = json.dumps({"prompt": "x", "points": list(range(60_000))}, indent=1)


def test_a_short_text_is_read_at_once() -> None:
    document = Document('{"a": 1}')
    document.set_text('{"a": 2')
    assert not document.is_reading
    assert document.arguments is None
    assert document.problems


def test_a_long_text_is_read_later_and_says_so(qtbot: QtBot) -> None:
    assert len(LONG) > READ_AT_ONCE
    document = Document('{"a": 1}')
    document.set_text(LONG)
    assert document.is_reading
    assert document.text == LONG
    assert document.arguments == {"a": 1}  # of the text before, as is_reading says
    with qtbot.waitSignal(document.changed, timeout=10_000):
        pass
    assert not document.is_reading
    assert document.arguments is not None
    assert len(document.arguments["points"]) == 60_000


def test_the_newest_of_several_long_texts_wins(qtbot: QtBot) -> None:
    document = Document()
    for number in range(5):
        document.set_text(LONG.replace('"x"', f'"{number}"'))
    document._read_later()
    document.set_text(LONG.replace('"x"', '"last"'))
    qtbot.waitUntil(lambda: not document.is_reading, timeout=10_000)
    assert document.arguments is not None
    assert document.arguments["prompt"] == "last"


def test_whoever_must_have_the_newest_reads_at_once() -> None:
    document = Document()
    document.set_text(LONG)
    document.settle()
    assert not document.is_reading
    assert document.arguments is not None
    document.set_text(LONG[:-1])
    document.settle()
    assert document.arguments is None
    assert "ends too early" in document.problems[0].message


def test_a_change_of_one_value_in_a_long_text_does_not_wait_for_the_reading() -> None:
    document = Document()
    document.set_text(LONG)
    assert document.set_value("prompt", "a lake")
    assert document.text == LONG.replace('"x"', '"a lake"')


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text,
        lambda text: text[:-1],
        lambda text: text[:-1] + ', "prompt": "again"}',
        lambda text: text.replace("59999", "NaN"),
        lambda text: text.replace("59999", '"\\ud800"'),
        lambda text: text.replace("59999", '"é \\u00e9 \\": {1}"'),
        lambda text: text.replace("59999", '{"a" : 1, "b": {"a":2}}'),
        lambda text: text.replace("59999", '{"a": 1, "a": 2}'),
        lambda text: text.replace("59999", "1" * 60),
        lambda text: text.replace("59999", "1e999"),
    ],
)
def test_the_quick_reader_finds_what_the_thorough_one_finds(change, monkeypatch) -> None:
    text = change(LONG)
    quick = json_text.read(text)
    monkeypatch.setattr(json_text, "LONG", len(text) + 1)
    assert quick == json_text.read(text)


def test_a_reading_that_takes_long_is_told_once_and_taken_back(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_module, "SLOW_MS", 0)
    document = Document()
    told: list[bool] = []
    document.slow.connect(lambda: told.append(document.is_slow))
    document.set_text(LONG)
    assert not document.is_slow
    qtbot.waitUntil(lambda: document.is_slow, timeout=20_000)
    document.set_text(LONG + " ")
    qtbot.waitUntil(lambda: not document.is_reading, timeout=20_000)
    assert told == [True]
    assert not document.is_slow
    document.set_text("{}")
    assert not document.is_slow
