"""Completion in the JSON editor: what is offered, and that what is written is correct JSON."""

import json
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QListView, QWidget
from pytestqt.qtbot import QtBot

from fal_studio.core.schema.reading import read
from fal_studio.ui.request.document import Document
from fal_studio.ui.request.json_editor import JsonEditor
from fal_studio.ui.style import dress
from fal_studio.ui.tokens import Scheme
from tests.core.schema.samples import around
from tests.core.schema.test_proposals import FIELDS, LORA, TEXT, URL
from tests.ui.request.test_json_editor import put, with_cursor

SCHEMA = read(around(FIELDS, ("prompt",), Lora=LORA, Url=URL, Text=TEXT), "lab/model")
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def document(qapp: QApplication) -> Iterator[Document]:
    dress(qapp, Scheme.DARK)
    it = Document()
    yield it
    it.close()


@pytest.fixture
def editor(document: Document, qtbot: QtBot) -> Iterator[JsonEditor]:
    window = QWidget()
    row = QHBoxLayout(window)
    it = JsonEditor(document)
    it.set_schema(SCHEMA)
    row.addWidget(it)
    row.addWidget(QLineEdit())
    window.resize(700, 500)
    qtbot.addWidget(window)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    it.setFocus()
    yield it
    it.finish_opening()


def offered(editor: JsonEditor) -> list[str]:
    return [each.label for each in editor.completion.offered]


def selected(editor: JsonEditor) -> str:
    cursor = editor.textCursor()
    before, after = editor.text[: cursor.selectionStart()], editor.text[cursor.selectionEnd() :]
    return f"{before}«{cursor.selectedText()}»{after}" if cursor.hasSelection() else with_cursor(editor)


def test_typing_a_quote_offers_the_names_and_letters_narrow_them(editor: JsonEditor) -> None:
    put(editor, '{"style": "high", |}')
    QTest.keyClicks(editor, '"')
    assert offered(editor)[0] == "prompt"
    assert "style" not in offered(editor)
    QTest.keyClicks(editor, "or")
    assert offered(editor) == ["loras", "more"]
    QTest.keyClicks(editor, "x")
    assert not editor.completion.is_open
    QTest.keyClick(editor, Qt.Key.Key_Backspace)
    assert not editor.completion.is_open, "what was closed stays closed until one types on"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Tab])
@pytest.mark.parametrize(
    ("before", "typed", "after"),
    [
        ("{|}", '"pro', '{"prompt": "|"}'),
        ('{\n  "pro|"\n  "count": 2\n}', "m", '{\n  "prompt": "|",\n  "count": 2\n}'),
        ('{"count": 2 |}', '"prom', '{"count": 2, "prompt": "|"}'),
        ('{| "count": 2}', '"prom', '{"prompt": "|", "count": 2}'),
        ('{"x|": 2}', "\bcoun", '{"count"|: 2}'),
        ("{|}", '"coun', '{"count": «1»}'),
        ("{|}", '"sty', '{"style": «"none"»}'),
        ("{|}", '"more', '{"more": {|}}'),
        ('{"style":|}', "h", '{"style": "high"|}'),
        ('{"style": |\n "count": 1}', '"hi', '{"style": "high"|,\n "count": 1}'),
        ('{"safe": |}', "t", '{"safe": true|}'),
        ('{\n  "part": |\n}', "{", '{\n  "part": {"|}\n}'),
    ],
)  # fmt: skip
def test_what_is_taken_is_written_as_correct_json(
    editor: JsonEditor, document: Document, before: str, typed: str, after: str, key: Qt.Key
) -> None:
    put(editor, before)
    for letter in typed:
        if letter == "\b":
            QTest.keyClick(editor, Qt.Key.Key_Backspace)
        else:
            QTest.keyClicks(editor, letter)
    if typed == "{":
        QTest.keyClicks(editor, '"')
        assert offered(editor) == ["type", "url", "text", "width"]
        return
    assert editor.completion.is_open, offered(editor)
    QTest.keyClick(editor, key)
    assert selected(editor) == after
    assert editor.hasFocus()
    assert document.text == editor.text
    if "«" not in after and not after.endswith('"|}'):
        assert document.arguments is not None


def test_a_value_is_asked_for_as_soon_as_its_name_is_written(editor: JsonEditor, document: Document) -> None:
    put(editor, "{|}")
    QTest.keyClicks(editor, '"sty')
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert offered(editor) == ["none", "high"]
    QTest.keyClick(editor, Qt.Key.Key_Down)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert document.arguments == {"style": "high"}


def test_ctrl_space_offers_everything_and_starts_at_what_stands_there(editor: JsonEditor) -> None:
    put(editor, '{"style": "hi|gh"}')
    QTest.keyClick(editor, Qt.Key.Key_Space, CTRL)
    assert offered(editor) == ["high"]
    put(editor, '{\n  "style": "high",\n  |\n}')
    QTest.keyClick(editor, Qt.Key.Key_Space, CTRL)
    assert offered(editor) == ["prompt", "count", "safe", "loras", "part", "more"]
    put(editor, '{"loras": [{"path": "x"}, |]}')
    QTest.keyClick(editor, Qt.Key.Key_Space, CTRL)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert with_cursor(editor) == '{"loras": [{"path": "x"}, {"path": "|"}]}'


def test_esc_closes_and_so_does_leaving(editor: JsonEditor) -> None:
    put(editor, "{|}")
    QTest.keyClick(editor, Qt.Key.Key_Space, CTRL)
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert not editor.completion.is_open
    assert with_cursor(editor) == "{|}"
    QTest.keyClick(editor, Qt.Key.Key_Space, CTRL)
    other = editor.window().findChild(QLineEdit)
    assert other is not None
    other.setFocus()
    assert not editor.completion.is_open
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_Space, CTRL)
    QTest.keyClick(editor, Qt.Key.Key_Left)
    assert not editor.completion.is_open
    QTest.keyClick(editor, Qt.Key.Key_Tab)
    assert not editor.hasFocus(), "Tab leads on when nothing is offered"


def test_the_list_says_what_it_offers(editor: JsonEditor) -> None:
    put(editor, "{|}")
    QTest.keyClick(editor, Qt.Key.Key_Space, CTRL)
    panel = editor.completion.panel
    assert panel is not None
    assert panel.words == "prompt, required, text, What to draw., 1 of 7"
    QTest.keyClick(editor, Qt.Key.Key_Up)
    assert panel.words.startswith("more, ")
    assert panel.words.endswith("7 of 7")


def test_in_five_megabytes_the_list_comes_when_the_hand_rests(
    editor: JsonEditor, document: Document, qtbot: QtBot
) -> None:
    loras = [{"path": f"https://x/{n}", "scale": n / 7} for n in range(60_000)]
    document.set_text(json.dumps({"loras": loras}, indent=2))
    qtbot.waitUntil(lambda: not editor.is_opening, timeout=60_000)
    line = next(
        n for n in range(90_000, 100_000) if editor.document().findBlockByNumber(n).text().strip() == "{"
    )
    editor.go_to(line + 1)
    QTest.keyClicks(editor, '"s')
    qtbot.waitUntil(lambda: offered(editor) == [], timeout=20_000)
    QTest.keyClick(editor, Qt.Key.Key_Space, CTRL)
    assert offered(editor) == []  # both names are there already
    QTest.keyClick(editor, Qt.Key.Key_Backspace)
    QTest.keyClick(editor, Qt.Key.Key_Backspace)
    cursor = editor.textCursor()
    cursor.movePosition(cursor.MoveOperation.Down)
    cursor.select(cursor.SelectionType.BlockUnderCursor)
    cursor.removeSelectedText()
    editor.setTextCursor(cursor)
    QTest.keyClicks(editor, '"')
    qtbot.waitUntil(lambda: offered(editor) == ["path"], timeout=20_000)


def test_a_press_takes_a_proposal_and_one_elsewhere_closes_the_list(
    editor: JsonEditor, document: Document
) -> None:
    put(editor, "{|}")
    QTest.keyClick(editor, Qt.Key.Key_Space, CTRL)
    panel = editor.completion.panel
    assert panel is not None
    view = panel.findChild(QListView)
    assert view is not None
    box = view.visualRect(view.model().index(2, 0))
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert document.arguments == {"count": 1}
    assert editor.hasFocus()
    put(editor, "{|}")
    QTest.keyClick(editor, Qt.Key.Key_Space, CTRL)
    assert editor.completion.is_open
    QTest.mouseClick(editor.window(), Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert not editor.completion.is_open


def test_examples_and_defaults_do_not_get_in_the_way_of_own_words(
    editor: JsonEditor, document: Document
) -> None:
    put(editor, '{\n  "prompt": |\n}')
    QTest.keyClicks(editor, '"a f')
    assert not editor.completion.is_open
    QTest.keyClick(editor, Qt.Key.Key_Space, CTRL)
    assert offered(editor) == ["a fox"]
    put(editor, '{\n  "count":|\n}')
    QTest.keyClicks(editor, " 1")
    assert not editor.completion.is_open
    put(editor, '{\n  "count"|\n}')
    QTest.keyClicks(editor, ":")
    assert offered(editor) == ["1"]
    put(editor, '{\n  "style": "|"\n}')
    QTest.keyClicks(editor, "h")
    assert offered(editor) == ["high"]


def test_a_name_before_the_closing_bracket_has_a_line_of_its_own(editor: JsonEditor) -> None:
    put(editor, '{\n  "part": {\n    "x": 1\n  },\n  "style": "high"\n|}')
    QTest.keyClick(editor, Qt.Key.Key_Space, CTRL)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert with_cursor(editor) == '{\n  "part": {\n    "x": 1\n  },\n  "style": "high",\n  "prompt": "|"\n}'
    put(editor, "{\n|}")
    QTest.keyClick(editor, Qt.Key.Key_Space, CTRL)
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert with_cursor(editor) == '{\n  "prompt": "|"\n}'
