"""The JSON editor: what is typed, pasted, folded or too long to be shown, the text stays exact."""

import json
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fal_studio.ui.request.document import Document
from fal_studio.ui.request.json_editor import JsonEditor
from fal_studio.ui.request.remark import Remark
from fal_studio.ui.style import dress
from fal_studio.ui.tokens import Scheme
from fal_studio.ui.widgets.json_display import MARK

URI = "data:image/png;base64," + "A" * 40_000
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def document(qapp: QApplication) -> Iterator[Document]:
    dress(qapp, Scheme.DARK)
    it = Document()
    yield it
    it.close()


@pytest.fixture
def editor(document: Document, qtbot: QtBot) -> Iterator[JsonEditor]:
    it = JsonEditor(document)
    it.resize(420, 500)
    qtbot.addWidget(it)
    it.show()
    qtbot.waitExposed(it)
    yield it
    it.finish_opening()


def put(editor: JsonEditor, text: str, cursor: str = "|") -> None:
    """Show a text with the cursor where the bar stands."""
    editor.setPlainText(text.replace(cursor, ""))
    place = editor.textCursor()
    place.setPosition(text.index(cursor))
    editor.setTextCursor(place)


def with_cursor(editor: JsonEditor) -> str:
    at = editor.textCursor().position()
    return f"{editor.text[:at]}|{editor.text[at:]}"


@pytest.mark.parametrize(
    ("before", "keys", "after"),
    [
        ("|", "{", "{|}"),
        ("{|}", "}", "{}|"),
        ('{|}', '"', '{"|"}'),
        ('{"a|"}', '"', '{"a"|}'),
        ('{"a\\|"}', '"', '{"a\\"|"}'),
        ('{"say |"}', "[", '{"say [|"}'),
        ("{|1}", "[", "{[|1}"),
        ("[|]", "\b", "|"),
        ('{"a": |}', "[", '{"a": [|]}'),
        ("{|}", "\r", "{\n  |\n}"),
        ('{\n  "a": [|]\n}', "\r", '{\n  "a": [\n    |\n  ]\n}'),
        ('{\n  "a": 1,|\n}', "\r", '{\n  "a": 1,\n  |\n}'),
    ],
)  # fmt: skip
def test_brackets_close_and_lines_keep_their_indent(
    editor: JsonEditor, document: Document, before: str, keys: str, after: str
) -> None:
    if before.endswith('say |"}'):
        after = '{"say [|"}'
    put(editor, before)
    special = {"\b": Qt.Key.Key_Backspace, "\r": Qt.Key.Key_Return}
    QTest.keyClick(editor, special[keys]) if keys in special else QTest.keyClicks(editor, keys)
    assert with_cursor(editor) == after
    assert document.text == editor.text


def test_a_long_string_is_a_chip_and_is_sent_copied_and_edited_around_exactly(
    editor: JsonEditor, document: Document
) -> None:
    text = json.dumps({"image_url": URI, "seed": 1}, indent=2)
    editor.setPlainText(text)
    assert editor.document().characterCount() < 100
    assert MARK in editor.document().toRawText()
    assert editor.text == document.text == text
    cursor = editor.textCursor()
    cursor.movePosition(QTextCursor.MoveOperation.End)
    cursor.movePosition(QTextCursor.MoveOperation.Left)
    cursor.movePosition(QTextCursor.MoveOperation.Left)
    editor.setTextCursor(cursor)
    QTest.keyClicks(editor, "2")
    assert document.arguments == {"image_url": URI, "seed": 12}
    editor.selectAll()
    copied = editor.createMimeDataFromSelection().text()
    assert copied == document.text
    editor.insertFromMimeData(editor.createMimeDataFromSelection())
    assert document.text == copied
    chip = editor.document().toRawText().index(MARK)
    cursor.setPosition(chip)
    editor.setTextCursor(cursor)
    QTest.keyClick(editor, Qt.Key.Key_Delete)
    assert document.arguments == {"image_url": "", "seed": 12}


def test_pasting_a_long_string_makes_a_chip(editor: JsonEditor, document: Document) -> None:
    put(editor, '{"image_url": |}')
    data = QMimeData()
    data.setText(f'"{URI}"')
    editor.insertFromMimeData(data)
    assert document.arguments == {"image_url": URI}
    assert editor.document().characterCount() < 40


def test_one_long_line_is_cut_and_shown_step_by_step(editor: JsonEditor, document: Document) -> None:
    text = json.dumps({"points": list(range(5_000))})
    editor.setPlainText(text)
    before = editor.document().characterCount()
    at = editor.document().toRawText().index(MARK)
    assert editor.show_more(at)
    assert editor.document().characterCount() > before
    assert editor.text == document.text == text


def test_a_large_text_comes_in_pieces_while_the_window_lives(
    editor: JsonEditor, document: Document, qtbot: QtBot
) -> None:
    text = json.dumps({"points": list(range(40_000))}, indent=1)
    document.set_text(text)
    assert editor.is_opening
    assert editor.isReadOnly()
    editor.go_to(30_000)
    qtbot.waitUntil(lambda: not editor.is_opening, timeout=20_000)
    assert not editor.isReadOnly()
    assert editor.blockCount() == text.count("\n") + 1
    assert editor.textCursor().blockNumber() == 29_999
    QTest.keyClicks(editor, " ")
    assert len(document.text) == len(text) + 1


def test_an_edit_elsewhere_changes_only_its_place(editor: JsonEditor, document: Document) -> None:
    editor.setPlainText(json.dumps({"prompt": "a", "image_url": URI, "seed": 1}, indent=2))
    cursor = editor.textCursor()
    cursor.setPosition(5)
    editor.setTextCursor(cursor)
    document.set_value("seed", 77)
    document.set_value("prompt", "🦊 a fox")
    assert editor.text == document.text
    assert editor.textCursor().position() == 5
    document.set_value("image_url", "short")
    assert editor.text == document.text


def test_a_hidden_editor_catches_up_when_it_is_shown(editor: JsonEditor, document: Document) -> None:
    editor.hide()
    document.set_text('{"a": 1}')
    assert editor.text != document.text
    assert editor.toPlainText() == document.text
    editor.show()
    assert editor.text == document.text


def test_folding_hides_lines_and_touches_no_text(editor: JsonEditor, document: Document) -> None:
    text = json.dumps({"a": {"b": [1, 2]}, "c": 3}, indent=2)
    editor.setPlainText(text)
    editor.go_to(2)
    QTest.keyClick(editor, Qt.Key.Key_BracketLeft, CTRL_SHIFT)
    hidden = [n for n in range(editor.blockCount()) if not editor.document().findBlockByNumber(n).isVisible()]
    assert hidden == [2, 3, 4, 5]
    assert editor.text == document.text == text
    QTest.keyClick(editor, Qt.Key.Key_BracketRight, CTRL_SHIFT)
    assert all(editor.document().findBlockByNumber(n).isVisible() for n in range(editor.blockCount()))
    QTest.keyClick(editor, Qt.Key.Key_BracketLeft, CTRL_SHIFT)
    editor.go_to(4)
    assert editor.document().findBlockByNumber(3).isVisible()


def test_the_bracket_at_the_cursor_shows_its_partner(editor: JsonEditor) -> None:
    put(editor, '{"a": [1, {"b": 2}]|}')
    marked = sorted(selection.cursor.selectionStart() for selection in editor.extraSelections())
    assert marked == [6, 18]


def test_characters_that_qt_uses_for_itself_survive(editor: JsonEditor, document: Document) -> None:
    text = json.dumps({"a": f"x\u2029y{MARK}z\u2028", "b": "🦊"}, ensure_ascii=False)
    editor.setPlainText(text)
    editor.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClicks(editor, " ")
    assert document.text == text + " "


def test_what_is_wrong_with_a_value_is_marked_at_its_line(editor: JsonEditor, document: Document) -> None:
    told: list[str] = []
    editor.problem_shown.connect(told.append)
    editor.setPlainText('{\n  "seed": 1,\n  "loras": [\n    {"scale": 9}\n  ]\n}')
    editor.set_problems(
        [
            Remark(("loras", 0, "scale"), "must be at most 4"),
            Remark(("loras", 0, "path"), "is required", is_hint=False),
            Remark(("seed",), "must be even"),
        ]
    )
    marked = [selection.cursor.selectedText() for selection in editor.extraSelections()]
    assert marked[:3] == ["9", '{"scale": 9}', "1"]
    editor.moveCursor(QTextCursor.MoveOperation.Start)
    QTest.keyClick(editor, Qt.Key.Key_F8)
    assert editor.textCursor().blockNumber() == 1
    assert told[-1] == "seed: must be even"
    QTest.keyClick(editor, Qt.Key.Key_F8)
    assert editor.textCursor().blockNumber() == 3
    assert "scale: must be at most 4" in told[-1]
    QTest.keyClick(editor, Qt.Key.Key_F8)
    assert editor.textCursor().blockNumber() == 1
    put(editor, '{"x": 0, |"seed": 1}')
    assert [s.cursor.selectedText() for s in editor.extraSelections()] == ['{"x": 0, "seed": 1}'] * 2 + ["1"]
    editor.set_problems([])
    assert editor.extraSelections() == []


def test_colours_stand_at_their_words_behind_an_emoji(editor: JsonEditor) -> None:
    editor.setPlainText('{"🦊": "🦊🦊", "seed": 12}')
    editor.grab()
    shown = editor.document().toRawText().encode("utf-16-le")
    formats = editor.document().firstBlock().layout().formats()
    words = [shown[2 * each.start : 2 * (each.start + each.length)].decode("utf-16-le") for each in formats]
    assert words == ["{", '"🦊"', ":", '"🦊🦊"', ",", '"seed"', ":", "12", "}"]


def test_a_long_text_that_comes_from_elsewhere_is_known_as_a_string(
    editor: JsonEditor, document: Document
) -> None:
    editor.setPlainText(json.dumps({"prompt": "a fox", "image_url": "x", "seed": 1}, indent=2))
    words = "a very long story " * 1_000
    document.set_value("prompt", words)
    document.set_value("image_url", URI)
    assert (
        editor.document().toPlainText()
        == f'{{\n  "prompt": "{MARK}",\n  "image_url": "{MARK}",\n  "seed": 1\n}}'
    )
    assert editor.text == document.text
    assert document.arguments == {"prompt": words, "image_url": URI, "seed": 1}
