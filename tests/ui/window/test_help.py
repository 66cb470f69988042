"""Help beside the work: the page that fits what is in front, complete, and leading nowhere by itself."""

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fal_studio import resources, words
from fal_studio.core.request import Mode
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.models import Calls
from fal_studio.ui.request.draft import Draft
from fal_studio.ui.shell import web
from fal_studio.ui.shell.help_panel import TOPICS, page
from fal_studio.ui.shell.window import MainWindow
from tests.ui.kept import nothing_kept

ADDRESS = re.compile(r"\]\(([^)]*)\)")


@pytest.fixture
def window(windows: list[MainWindow], qtbot: QtBot) -> MainWindow:
    made = MainWindow(nothing_kept, Calls(), Catalogue())
    windows.append(made)
    made.resize(1024, 640)
    made.open_draft(Draft("", "emulator/image", Mode.STREAM, '{"prompt": "first"}'))
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def press(
    window: MainWindow, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
) -> None:
    QTest.keyClick(window.focusWidget() or window, key, modifiers)


def test_there_is_a_page_for_each_mode_that_says_all_that_people_ask() -> None:
    english, *others = sorted(resources.path("help").iterdir(), key=lambda folder: folder.name != "en")
    assert {file.stem for file in english.iterdir()} == set(TOPICS)
    for other in others:
        assert {file.stem for file in other.iterdir()} <= set(TOPICS), other.name
    assert set(Mode) <= set(TOPICS)
    for topic in TOPICS:
        text = page(topic).text
        assert page(topic).title
        assert "<" not in text, "HTML is shown as text"
        if topic in set(Mode):
            for words in ("When to reach for it", "What it costs", "What is retried", "Cold start"):
                assert f"### {words}" in text, (topic, words)
            assert ADDRESS.findall(text), f"{topic} names fal's own page"
        assert all(address.startswith("https://fal.ai/docs/") for address in ADDRESS.findall(text))


def test_a_page_is_read_in_the_language_of_the_run_if_it_is_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, text in {
        "en/run.md": "# Run\n\nAsk and wait.",
        "en/live.md": "# Live",
        "pt/run.md": "# Executar\n\nPedir e esperar.\n",
    }.items():
        file = tmp_path / "help" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    monkeypatch.setattr(resources, "path", tmp_path.joinpath)
    assert page("run") == ("Run", "Ask and wait.")
    monkeypatch.setattr(words, "LANGUAGE", "pt_BR")
    assert page("run") == ("Executar", "Pedir e esperar.")
    assert page("live") == ("Live", "")  # which nobody has translated yet
    with pytest.raises(FileNotFoundError, match=r"help/en/costs\.md is missing"):
        page("costs")


def test_the_question_mark_opens_the_page_of_the_mode(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(web, "open_address", opened.append)
    QTest.mouseClick(window.workspace.bar.help, Qt.MouseButton.LeftButton)
    panel = window.help.panel
    assert panel is not None
    assert (panel.isVisible(), panel.topic) == (True, "stream")
    assert panel.accessibleName() == "Help"
    # Each page lies in the panel without being cut off, and is found with the arrow keys.
    for topic in TOPICS[TOPICS.index("stream") :]:
        assert panel.topic == topic
        assert panel.text.horizontalScrollBar().maximum() == 0, topic
        assert panel.text.toPlainText().startswith(page(topic).title)
        press(window, Qt.Key.Key_Down)
    assert window.rect().contains(panel.geometry().center())
    panel.text.anchorClicked.emit(QUrl("https://fal.ai/docs/documentation/model-apis/errors"))
    panel.text.anchorClicked.emit(QUrl("file:///etc/passwd"))
    assert opened == ["https://fal.ai/docs/documentation/model-apis/errors"]
    press(window, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert window.focusWidget() is window.workspace.bar.help


def test_shift_f1_opens_the_page_of_the_place(window: MainWindow) -> None:
    for page_, topic in (("compare", "compare"), ("request", "stream")):
        window.pages.show_page(page_)
        press(window, Qt.Key.Key_F1, Qt.KeyboardModifier.ShiftModifier)
        assert window.help.panel is not None
        assert window.help.panel.topic == topic
        press(window, Qt.Key.Key_Escape)
    window.actions_["help.costs"].trigger()
    assert window.help.panel is not None
    assert window.help.panel.topic == "costs"
