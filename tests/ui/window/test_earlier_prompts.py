"""Earlier prompts with Alt+Up and Alt+Down: of this and earlier windows, and what was typed comes back."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fal_studio.app.monitor import Records
from fal_studio.core.request import Mode
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.models import Calls
from fal_studio.ui.request.draft import Draft
from fal_studio.ui.shell.window import MainWindow
from tests.ui.kept import nothing_kept
from tests.ui.window.hand import Drive, Driven
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")
ALT = Qt.KeyboardModifier.AltModifier


async def ran(hand: Driven, *prompts: str) -> None:
    for prompt in prompts:
        await hand.run(prompt=prompt)
        await hand.ended()


def hint(hand: Driven) -> str:
    return hand.space.editor.form.prompt_row.hint


def test_earlier_prompts_come_back_and_so_does_what_was_typed(drive_kept: Drive) -> None:
    async def before(hand: Driven) -> None:
        hand.space.set_mode(Mode.RUN)
        await ran(hand, "first hat", "second\nhat")
        hand.space.set_endpoint("emulator/chat")
        hand.space.set_mode(Mode.RUN)
        await ran(hand, "a question")

    async def after(hand: Driven) -> None:
        space = hand.space
        space.set_endpoint("emulator/image")
        edit = space.editor.form.prompt
        edit.setFocus()
        edit.selectAll()
        QTest.keyClicks(edit, "half written")
        await until(lambda: space.walked.prompt == "half written")
        await hand.key(Qt.Key.Key_Up, ALT)
        await until(lambda: edit.toPlainText() == "second\nhat", limit_s=20)
        assert hint(hand) == "1 of 3"
        await hand.key(Qt.Key.Key_Up, ALT)
        assert edit.toPlainText() == space.walked.prompt == "first hat"
        await hand.key(Qt.Key.Key_Up, ALT)
        assert edit.toPlainText() == "a question", "other endpoints come last"
        await hand.key(Qt.Key.Key_Up, ALT)
        assert (edit.toPlainText(), hint(hand)) == ("a question", "3 of 3")
        for text in ("first hat", "second\nhat", "half written", "half written"):
            await hand.key(Qt.Key.Key_Down, ALT)
            assert edit.toPlainText() == text
        assert hint(hand) == ""
        await hand.key(Qt.Key.Key_Up, ALT)
        await until(lambda: edit.toPlainText() == "second\nhat", limit_s=20)
        await until(lambda: space.undo.stack.undoText() == "an earlier prompt")
        hand.window.actions_["edit.undo"].trigger()
        assert edit.toPlainText() == "half written"
        assert hint(hand) == ""
        await hand.key(Qt.Key.Key_Up, ALT)
        await until(lambda: edit.toPlainText() == "second\nhat", limit_s=20)
        QTest.keyClicks(edit, "!")
        await until(lambda: space.walked.prompt == "second\nhat!")
        assert hint(hand) == "", "from here on it is one's own text"
        await hand.key(Qt.Key.Key_Up, ALT)
        await until(lambda: edit.toPlainText() == "second\nhat", limit_s=20)
        await hand.key(Qt.Key.Key_Down, ALT)
        assert edit.toPlainText() == "second\nhat!"

    drive_kept(before)
    drive_kept(after)


def test_an_empty_prompt_is_filled_and_empty_again(drive_kept: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        space = hand.space
        space.set_mode(Mode.RUN)
        await ran(hand, "a hat")
        space.document.unset("prompt")
        text = space.document.text
        await hand.key(Qt.Key.Key_Up, ALT)
        await until(lambda: space.walked.prompt == "a hat", limit_s=20)
        await hand.key(Qt.Key.Key_Down, ALT)
        assert space.document.text == text

    drive_kept(scenario)


def test_keys_before_the_answer_are_counted_and_typing_wins(drive_kept: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        space = hand.space
        await hand.key(Qt.Key.Key_Up, ALT)
        await until(lambda: hint(hand) == "no earlier prompts yet", limit_s=20)
        space.set_mode(Mode.RUN)
        await ran(hand, "one", "two")
        space.document.set_value("prompt", "three")
        hand.window.earlier.step(1)
        hand.window.earlier.step(1)
        await until(lambda: space.walked.prompt == "one", limit_s=20)
        space.document.set_value("prompt", "four")
        answers: list[int] = []

        def note(number: int) -> None:
            answers.append(number)

        hand.window.history.prompts_found.connect(note)
        hand.window.earlier.step(1)
        space.document.set_value("prompt", "five")
        await until(lambda: answers, limit_s=20)
        assert space.walked.prompt == "five"

    drive_kept(scenario)


def test_where_there_is_no_ledger_it_says_that_there_are_none(
    windows: list[MainWindow], qtbot: QtBot
) -> None:
    window = MainWindow(nothing_kept, Calls(), Catalogue())
    windows.append(window)
    records = Records(window.history, window)
    records.use(None)
    window.open_draft(Draft("", "emulator/image", Mode.RUN, '{"prompt": "a hat"}'))
    window.earlier.step(1)
    row = window.workspace.editor.form.prompt_row
    assert row.hint == "no earlier prompts yet", "also when the answer is there at once"
