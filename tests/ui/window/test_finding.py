"""Find in the window: Ctrl+F looks where the keyboard is, F3 goes on, and folded parts open."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from tests.ui.window.hand import CTRL, Drive, Driven
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def press(hand: Driven, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget() or hand.window, key, modifiers)


def test_the_json_is_searched_also_where_it_is_folded(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        space = hand.space
        space.editor.show_tab("json")
        editor = space.editor.json
        editor.setPlainText('{\n  "a": {\n    "deep": "needle"\n  },\n  "b": "Needle"\n}')
        editor.go_to(2)
        editor.fold()
        assert not editor.document().findBlockByNumber(2).isVisible()
        press(hand, Qt.Key.Key_F, CTRL)
        field = QApplication.focusWidget()
        assert isinstance(field, QLineEdit)
        QTest.keyClicks(field, "needle")
        await until(lambda: editor.textCursor().selectedText().lower() == "needle")
        press(hand, Qt.Key.Key_F3)
        press(hand, Qt.Key.Key_F3)
        assert {editor.textCursor().blockNumber()} <= {2, 4}
        await until(lambda: editor.document().findBlockByNumber(2).isVisible())
        await until(lambda: len(editor.extraSelections()) == 2)
        press(hand, Qt.Key.Key_Escape)
        assert editor.hasFocus()
        assert editor.extraSelections() == []
        await until(lambda: space.document.text == editor.text)

    drive(scenario)


def test_the_result_and_the_events_are_searched_where_the_keyboard_is(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        await hand.run()
        await hand.shown()
        result = hand.space.result
        result.show_tab("json")
        result.json.view.setFocus()
        await until(result.json.view.hasFocus)
        press(hand, Qt.Key.Key_F, CTRL)
        assert result.json.finder.is_open
        QTest.keyClicks(QApplication.focusWidget(), "url")
        await until(lambda: result.json.view.textCursor().selectedText() == "url")
        press(hand, Qt.Key.Key_Escape)
        assert result.json.view.hasFocus()
        tree = result.json.tree
        result.json.forms.findChildren(QAbstractButton)[0].click()
        result.focus_main()
        await until(tree.view.hasFocus)
        press(hand, Qt.Key.Key_F, CTRL)
        QTest.keyClicks(QApplication.focusWidget(), "url")
        await until(lambda: bool(tree.found) and not tree.is_searching)
        press(hand, Qt.Key.Key_Escape)
        assert tree.view.hasFocus()
        press(hand, Qt.Key.Key_P)
        assert QApplication.clipboard().text() == "$.images[0].url"
        result.json.show_form("text")
        result.show_tab("events")
        result.focus_main()
        press(hand, Qt.Key.Key_F, CTRL)
        assert isinstance(QApplication.focusWidget(), QLineEdit)
        assert result.events.isAncestorOf(QApplication.focusWidget())

    drive(scenario)


def test_words_that_a_model_wrote_are_searched(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_endpoint("emulator/chat")
        await hand.run()
        await hand.shown()
        preview = hand.space.result.preview
        chat = await until(lambda: preview.chat)
        answer = chat.messages[1].words
        await until(lambda: len(answer.toPlainText()) > 100, limit_s=20)
        hand.space.result.focus_main()
        word = max(answer.toPlainText().split(), key=len)
        press(hand, Qt.Key.Key_F, CTRL)
        await until(lambda: preview.chat_finder is not None and preview.chat_finder.is_open)
        QTest.keyClicks(QApplication.focusWidget(), word)
        await until(lambda: answer.textCursor().selectedText().lower() == word.lower())
        assert answer.extraSelections()
        press(hand, Qt.Key.Key_Escape)
        await until(lambda: not answer.extraSelections())
        assert chat.isAncestorOf(QApplication.focusWidget())

        preview.begin(None)
        preview.show_payload({"text": "A lamp, a lighthouse, a lamp."})
        await until(lambda: "lamp" in preview.words.toPlainText())
        preview.words.setFocus()
        await until(preview.words.hasFocus)
        press(hand, Qt.Key.Key_F, CTRL)
        QTest.keyClicks(QApplication.focusWidget(), "lamp")
        await until(lambda: preview.words.textCursor().selectedText() == "lamp")
        await until(lambda: len(preview.words.extraSelections()) == 2)
        press(hand, Qt.Key.Key_Escape)
        assert preview.words.hasFocus()

    drive(scenario)
