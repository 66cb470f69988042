"""A conversation as it is shown: who said what, tools folded, files as chips, and nothing in it that runs or is fetched."""

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fal_studio.core.conversation import Talk
from fal_studio.core.request import Json
from fal_studio.ui.output import chat_finding
from fal_studio.ui.output.chat_finding import ChatFinder
from fal_studio.ui.output.chat_view import ChatView
from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.finding import places

URI = "data:image/png;base64," + "iVBO" * 5000


@pytest.fixture
def chat(qtbot: QtBot, theme: Theme) -> ChatView:
    chat = ChatView()
    qtbot.addWidget(chat)
    chat.resize(520, 400)
    chat.show()
    return chat


def asked(content: Json) -> dict[str, Json]:
    return {"messages": [{"role": "user", "content": content}]}


def test_hostile_words_stay_words(chat: ChatView, qtbot: QtBot) -> None:
    talk = Talk(asked([{"type": "text", "text": "look"}, {"type": "image_url", "image_url": {"url": URI}}]))
    text = (
        "<script>alert(1)</script> <img src='http://files.test/i.png'> ![a](http://files.test/spy.png) "
        f"[press](javascript:alert(1)) {URI} " + "x" * 50_000
    )
    tool: Json = {"function": {"name": "<b>run</b>", "arguments": '{"file": "' + URI + '", "n": 1}'}}
    talk.take([{"choices": [{"message": {"role": "assistant", "content": text, "tool_calls": [tool]}}]}])
    assert talk.whole is not None
    chat.show_conversation(talk.whole, can_continue=False)
    question, answer = chat.messages
    answer.words.render_now()
    shown = answer.words.toPlainText()
    assert "<script>" in shown, "HTML stays text"
    assert "[picture, not fetched: http://files.test/spy.png]" in shown
    assert "iVBOiVBO" not in shown
    assert "[image/png 15 KB]" in shown
    assert not answer.words.openLinks()
    head = answer.folds[0]
    assert head.text() == "calls <b>run</b>"
    assert "iVBO" not in head.note()
    QTest.mouseClick(head, Qt.MouseButton.LeftButton, pos=QPoint(20, 8))
    chat.grab()
    assert head.isChecked()
    assert question.message.chips == ("image/png",)


def test_an_answer_grows_in_its_place_and_is_copied_by_message(chat: ChatView, qtbot: QtBot) -> None:
    talk = Talk(asked("Count."))
    copied: list[str] = []
    chat.copy_wanted.connect(copied.append)
    for number in range(60):
        talk.take([{"choices": [{"index": 0, "delta": {"content": f"line {number}\n\n"}}]}])
        assert talk.whole is not None
        chat.show_conversation(talk.whole, can_continue=True, is_growing=True)
    assert len(chat.messages) == 2
    bar = chat.area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 500 and bar.value() == bar.maximum(), timeout=10_000)
    bar.triggerAction(bar.SliderAction.SliderToMinimum)
    talk.take(
        [{"choices": [{"index": 0, "delta": {"content": "the end"}}], "usage": {"completion_tokens": 61}}]
    )
    assert talk.whole is not None
    chat.show_conversation(talk.whole, can_continue=True, is_growing=True)
    qtbot.waitUntil(lambda: "the end" in chat.messages[1].words.toPlainText(), timeout=10_000)
    assert bar.value() == 0, "who reads further up is left alone"
    assert chat.used == "61 completion = 61 tokens"
    chat.messages[0].copy_button.click()
    assert copied == ["Count."]
    assert chat.messages[0].copy_button.accessibleName() == "Copy what the user said"
    told: list[object] = []
    chat.continue_wanted.connect(told.append)
    chat.continue_button.click()
    assert told == [talk.whole.answers[0]]


def test_a_whole_answer_begins_with_its_question_on_top(chat: ChatView, qtbot: QtBot) -> None:
    messages: list[Json] = [{"role": "user", "content": f"{n}. " + "word " * 300} for n in range(6)]
    talk = Talk({"messages": messages})
    talk.take([{"choices": [{"message": {"content": "long " * 3000}}]}])
    assert talk.whole is not None
    chat.show_conversation(talk.whole, can_continue=True)
    last = chat.messages[5]
    qtbot.waitUntil(
        lambda: last.y() > 300 and abs(last.y() - chat.area.verticalScrollBar().value()) < 10, timeout=10_000
    )


def test_a_long_conversation_is_searched_when_the_hand_rests(
    qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_finding, "LONG", 10)
    whole = QWidget()
    qtbot.addWidget(whole)
    column = QVBoxLayout(whole)
    chat = ChatView(whole)
    column.addWidget(chat)
    finder = ChatFinder(chat, lambda bar: column.insertWidget(0, bar))
    whole.show()
    talk = Talk(asked("A lamp, a lamp, and a last lamp."))
    talk.take([{"choices": [{"message": {"content": "I see."}}]}])
    assert talk.whole is not None
    chat.show_conversation(talk.whole, can_continue=False)
    finder.open()
    bar = finder.bar
    assert bar is not None
    looked: list[str] = []
    monkeypatch.setattr(
        chat_finding,
        "places",
        lambda text, words, *, matches_case: (
            looked.append(words),
            places(text, words, matches_case=matches_case),
        )[1],
    )
    for words in ("l", "la", "lamp"):
        bar.field.setText(words)
    assert not looked, "not for every letter"
    qtbot.waitUntil(lambda: bar.count.text() == "1 of 3", timeout=10_000)
    bar.field.setText("see")
    finder.step(1)
    assert bar.count.text() == "1 of 1", "who asks does not wait"
    bar.field.setText("a l")
    finder.close()
    assert not finder._typed.isActive()


def test_a_conversation_is_searched_in_what_it_folds_away_too(qtbot: QtBot, theme: Theme) -> None:
    whole = QWidget()
    qtbot.addWidget(whole)
    column = QVBoxLayout(whole)
    chat = ChatView(whole)
    column.addWidget(chat)
    finder = ChatFinder(chat, lambda bar: column.insertWidget(0, bar))
    whole.resize(520, 400)
    whole.show()
    talk = Talk(asked("Is the lamp **lit**? " + "Tell me. " * 400))
    tool: Json = {"function": {"name": "look", "arguments": '{"at": "lamp", "where": "lamp room"}'}}
    said: Json = {"content": "The LAMP is lit.", "reasoning": "A lamp can be seen.", "tool_calls": [tool]}
    talk.take([{"choices": [{"message": said}]}])
    assert talk.whole is not None
    chat.show_conversation(talk.whole, can_continue=False)
    finder.open()
    assert finder.bar is not None
    finder.bar.field.setText("lamp")
    qtbot.waitUntil(lambda: finder.bar is not None and finder.bar.count.text() == "1 of 5", timeout=10_000)
    question, answer = chat.messages
    assert question.words.textCursor().selectedText() == "lamp"
    finder.step(1)
    reasoning, call = answer.folds
    assert (reasoning.isChecked(), call.isChecked()) == (True, False), "what has the words is unfolded"
    bar = chat.area.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.value() > 0, timeout=10_000)
    finder.step(1)
    assert answer.words.textCursor().selectedText() == "LAMP"
    assert not question.words.textCursor().hasSelection(), "one place looks chosen"
    finder.step(1)
    assert call.isChecked()
    finder.step(1)
    assert finder.bar.count.text() == "5 of 5"
    finder.step(1)
    assert finder.bar.count.text() == "1 of 5", "from the last to the first"
    finder.step(-1)
    assert finder.bar.count.text() == "5 of 5"
    talk.take([{"choices": [{"delta": {"content": " A lamp!"}}]}])
    assert talk.whole is not None
    chat.show_conversation(talk.whole, can_continue=False)
    qtbot.waitUntil(lambda: finder.bar is not None and finder.bar.count.text() == "6 of 6", timeout=10_000)
    finder.bar.case.click()
    qtbot.waitUntil(lambda: finder.bar is not None and finder.bar.count.text() == "1 of 5", timeout=10_000)
    finder.close()
    assert not answer.words.extraSelections()
    finder.open()
    chat.clear()
    QApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))
    qtbot.waitUntil(lambda: finder.bar is not None and finder.bar.count.text() == "not found", timeout=10_000)
    finder.step(1)
    finder.close()
