"""The find bar: counts, marks and steps, in plain text, in Markdown, and in JSON with chips and a cut line."""

import json
import random

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fal_studio.ui.output.code_view import CodeView
from fal_studio.ui.output.json_writing import json_of
from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.finding import MOST, Finder, places

SHIFT = Qt.KeyboardModifier.ShiftModifier


class Found:
    """A text with its finder in a window."""

    def __init__(self, qtbot: QtBot, view: QPlainTextEdit | QTextEdit) -> None:
        self.window = QWidget()
        column = QVBoxLayout(self.window)
        column.addWidget(view)
        self.view = view
        self.finder = Finder(view, "the text", lambda bar: column.insertWidget(0, bar))
        self.window.resize(500, 400)
        qtbot.addWidget(self.window)
        with qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        view.setFocus()

    def look_for(self, words: str, qtbot: QtBot) -> None:
        self.finder.open()
        self.field.setText(words)
        qtbot.waitUntil(lambda: self.told != "", timeout=20_000)

    @property
    def field(self) -> QLineEdit:
        assert self.finder.bar is not None
        return self.finder.bar.field

    @property
    def told(self) -> str:
        assert self.finder.bar is not None
        return self.finder.bar.count.text()

    @property
    def selected(self) -> tuple[int, str]:
        cursor = self.view.textCursor()
        return cursor.block().blockNumber(), cursor.selectedText()

    @property
    def marked(self) -> list[str]:
        return [mark.cursor.selectedText() for mark in self.view.extraSelections()]


@pytest.fixture(params=[QPlainTextEdit, QTextEdit])
def found(request: pytest.FixtureRequest, qtbot: QtBot, theme: Theme) -> Found:
    return Found(qtbot, request.param())


def test_enter_goes_on_and_shift_enter_back_round_the_ends(found: Found, qtbot: QtBot) -> None:
    found.view.setPlainText("🦊 one\ntwo One\n\nthe 🦊 one")
    found.look_for("one", qtbot)
    qtbot.waitUntil(lambda: found.told == "1 of 3", timeout=20_000)
    assert found.selected == (0, "one")
    qtbot.waitUntil(lambda: found.marked == ["one", "One", "one"], timeout=20_000)
    QTest.keyClick(found.field, Qt.Key.Key_Return)
    assert (found.selected, found.told) == ((1, "One"), "2 of 3")
    QTest.keyClick(found.field, Qt.Key.Key_Return)
    QTest.keyClick(found.field, Qt.Key.Key_Return)
    assert found.told == "1 of 3"
    QTest.keyClick(found.field, Qt.Key.Key_Return, SHIFT)
    assert (found.selected, found.told) == ((3, "one"), "3 of 3")


def test_capitals_matter_when_asked_for_and_nothing_is_told_kindly(found: Found, qtbot: QtBot) -> None:
    found.view.setPlainText("one One ONE")
    found.look_for("One", qtbot)
    qtbot.waitUntil(lambda: found.told == "1 of 3", timeout=20_000)
    assert found.finder.bar is not None
    found.finder.bar.case.click()
    qtbot.waitUntil(lambda: found.told == "1 of 1", timeout=20_000)
    assert found.selected == (0, "One")
    found.field.setText("nowhere")
    qtbot.waitUntil(lambda: found.told == "not found", timeout=20_000)
    assert found.marked == []
    QTest.keyClick(found.field, Qt.Key.Key_Return)


def test_esc_closes_and_gives_the_keyboard_back_where_the_place_is(found: Found, qtbot: QtBot) -> None:
    found.view.setPlainText("a b c b")
    found.look_for("b", qtbot)
    qtbot.waitUntil(lambda: found.told == "1 of 2", timeout=20_000)
    QTest.keyClick(found.field, Qt.Key.Key_Escape)
    assert not found.finder.is_open
    assert found.view.hasFocus()
    assert found.selected == (0, "b")
    assert found.marked == []
    found.finder.step(1)
    assert found.told == "2 of 2"


def test_the_selected_word_is_looked_for_and_new_text_is_counted_anew(found: Found, qtbot: QtBot) -> None:
    found.view.setPlainText("say hello\nhello")
    cursor = found.view.textCursor()
    cursor.setPosition(4)
    cursor.setPosition(9, QTextCursor.MoveMode.KeepAnchor)
    found.view.setTextCursor(cursor)
    found.finder.open()
    assert found.field.text() == "hello"
    assert found.told == "1 of 2"
    found.view.setPlainText("hello hello hello")
    qtbot.waitUntil(lambda: found.told.endswith("3"), timeout=20_000)


@pytest.mark.parametrize("matches_case", [True, False])
def test_places_are_those_that_a_plain_look_finds(matches_case: bool) -> None:
    rng = random.Random(4)
    text = "".join(rng.choice("abAB\né🦊") for _ in range(5_000))
    for words in ("ab", "é", "🦊a", "b\n"):
        here = text if matches_case else text.lower()
        wanted, at = [], 0
        while (at := here.find(words, at)) >= 0:
            wanted.append(at)
            at += len(words)
        assert places(text, words, matches_case=matches_case) == wanted
    assert places("İx İX", "x", matches_case=False) == [1, 4]
    assert len(places("a" * 50_000, "a", matches_case=False)) == MOST + 1


@pytest.fixture
def code(qtbot: QtBot, theme: Theme) -> CodeView:
    it = CodeView("Result as JSON")
    it.resize(500, 400)
    qtbot.addWidget(it)
    with qtbot.waitActive(it):
        it.show()
        it.activateWindow()
    return it


def test_a_place_in_what_is_not_shown_yet_is_brought_into_sight(code: CodeView, qtbot: QtBot) -> None:
    value = {
        "words": "blah " * 4_000 + "needle " + "blah " * 2_000,
        "image": "data:image/png;base64," + "A" * 5_000,
    }
    code.show_value(value, "")
    assert "needle" not in code.view.document().toPlainText()
    code.open_find()
    assert code.finder.bar is not None
    code.finder.bar.field.setText("needle")
    qtbot.waitUntil(lambda: code.view.textCursor().selectedText() == "needle", timeout=20_000)
    assert code.finder.bar.count.text() == "1 of 1"
    assert code.text == json.dumps(value, indent=2)
    code.finder.bar.field.setText("AAAA")
    qtbot.waitUntil(lambda: code.view.textCursor().selectedText() == "\ufffc", timeout=20_000)


def test_a_long_text_opens_step_by_step_and_stays_exact(code: CodeView, qtbot: QtBot) -> None:
    value = {"text": "word " * 4_000, "short": "x"}
    code.show_value(value, "")
    shown = code.view.document().toPlainText
    assert len(shown()) < 200
    cursor = code.view.textCursor()
    cursor.setPosition(shown().index("\ufffc"))
    code.view.setTextCursor(cursor)
    QTest.keyClick(code.view, Qt.Key.Key_Return)
    assert 8_000 < len(shown()) < 9_000
    cursor.setPosition(shown().index("\ufffc"))
    code.view.setTextCursor(cursor)
    box = code.view.cursorRect()
    QTest.mouseClick(code.view.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert len(shown()) > 16_000
    assert code.text == json.dumps(value, indent=2)
    QTest.keyClicks(code.view, "typed")
    assert code.text == json.dumps(value, indent=2)


@pytest.mark.parametrize(
    "value", [{}, [], {"a": [], "b": {}, "c": [1, {"x": None}], "d": 1e-5, "e": 2**80, "f": "é🦊\n"}, "x", float("nan")]
)  # fmt: skip
def test_json_is_written_as_python_writes_it(value: object) -> None:
    assert json_of(value) == json.dumps(value, ensure_ascii=False, indent=2)
