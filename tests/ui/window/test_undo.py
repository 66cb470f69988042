"""Undo in the window: any field, the JSON, endpoint, mode and options, with the keys, wherever the keyboard is."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from fal_studio.core.request import Mode
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
REDO = CTRL | Qt.KeyboardModifier.ShiftModifier


def press(hand: Driven, key: Qt.Key, modifiers: Qt.KeyboardModifier = CTRL) -> None:
    QTest.keyClick(QApplication.focusWidget() or hand.window, key, modifiers)


def test_a_typed_prompt_comes_back_with_the_key(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        space = hand.space
        before = space.document.text
        hand.window.actions_["view.prompt"].trigger()
        edit = QApplication.focusWidget()
        QTest.keyClicks(edit, " in the fog ")
        edit.insertPlainText("🙂")  # QTest has no key for it
        await until(space.undo.stack.canUndo)
        typed = space.document.text
        assert typed != before
        await until(lambda: "prompt" in hand.window.actions_["edit.undo"].text())
        press(hand, Qt.Key.Key_Z)
        assert space.document.text == before
        press(hand, Qt.Key.Key_Z, REDO)
        assert space.document.text == typed
        assert edit.toPlainText().endswith("in the fog 🙂")
        press(hand, Qt.Key.Key_Z)
        assert not space.undo.stack.canUndo()

    drive(scenario)


def test_every_kind_of_change_is_a_step(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        space = hand.space
        states = [space.draft]

        async def done(count: int) -> None:
            await until(lambda: space.undo.stack.count() == count)
            states.append(space.draft)

        space.set_mode(Mode.STREAM)
        await done(1)
        space.document.set_value("seed", 2**70)
        await done(2)
        space.editor.show_tab("json")
        space.editor.json.setPlainText('{"prompt": "broken')
        await done(3)
        space.set_endpoint("emulator/chat")
        await done(4)
        for state in reversed(states[:-1]):
            hand.window.actions_["edit.undo"].trigger()
            assert space.draft == state
        assert space.editor.json.toPlainText() == states[0].text
        for state in states[1:]:
            space.editor.redo_button.click()
            assert space.draft == state

    drive(scenario)


def test_a_field_of_one_line_gives_its_undo_to_the_request(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.window.resize(1280, 1000)
        space = hand.space
        before = space.document.text
        fields = [field for field in space.editor.form.findChildren(QLineEdit) if field.isVisible()]
        field = next(field for field in fields if field.isEnabled() and not field.isReadOnly())
        field.setFocus()
        await until(field.hasFocus)
        QTest.keyClicks(field, "7")
        QTest.keyClick(field, Qt.Key.Key_Return)
        await until(space.undo.stack.canUndo)
        assert space.document.text != before
        press(hand, Qt.Key.Key_Z)
        assert space.document.text == before

    drive(scenario)


def test_requests_have_an_undo_of_their_own(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        first = hand.space
        first.document.set_value("seed", 1)
        await until(first.undo.stack.canUndo)
        hand.window.actions_["request.duplicate"].trigger()
        second = hand.space
        assert second is not first
        assert second.document.text == first.document.text
        assert not hand.window.actions_["edit.undo"].isEnabled()
        second.document.set_value("seed", 2)
        await until(hand.window.actions_["edit.undo"].isEnabled)
        hand.window.actions_["edit.undo"].trigger()
        assert second.document.arguments["seed"] == 1
        assert first.undo.stack.canUndo()

    drive(scenario)


def test_a_completed_name_is_one_step(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        space = hand.space
        space.editor.show_tab("json")
        editor = space.editor.json
        editor.setFocus()
        await until(editor.hasFocus)
        cursor = editor.textCursor()
        cursor.setPosition(1)
        editor.setTextCursor(cursor)
        before = space.document.text
        press(hand, Qt.Key.Key_Space)
        await until(lambda: editor.completion.is_open)
        name = editor.completion.offered[0].label
        QTest.keyClick(editor, Qt.Key.Key_Return)
        await until(space.undo.stack.canUndo)
        assert space.document.arguments is not None
        assert name in space.document.arguments
        assert space.undo.stack.count() == 1
        press(hand, Qt.Key.Key_Z)
        assert space.document.text == before

    drive(scenario)
