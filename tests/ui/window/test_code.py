"""The request as code in its tab: it follows every change, is copied with one key, and says why when it cannot be written."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from fal_studio.app.desk import Desk
from fal_studio.core.request import Hosts, Mode, Profile, ProfileKind
from fal_studio.core.snippets.snippet import Language
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.code_colours import spans
from fal_studio.ui.models import Calls
from fal_studio.ui.request.code_pane import LONGEST_WORD, CodePane
from fal_studio.ui.request.draft import Draft
from fal_studio.ui.shell.window import MainWindow
from tests.ui.kept import nothing_kept

BASE = "http://127.0.0.1:9"
EMULATOR = Profile("emulator", ProfileKind.EMULATOR, Hosts(f"{BASE}/run", f"{BASE}/queue", f"{BASE}/rest"))
SHIFTED = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def window(windows: list[MainWindow], qtbot: QtBot) -> MainWindow:
    made = MainWindow(nothing_kept, Calls(), Catalogue())
    windows.append(made)
    made.code.set_profile(EMULATOR)
    made.open_draft(Draft("", "fal-ai/flux/dev", Mode.RUN, '{"prompt": "a hat"}'))
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def code_of(window: MainWindow) -> CodePane:
    window.workspace.editor.show_tab("code")
    pane = window.workspace.editor.code
    assert pane is not None
    return pane


def test_the_code_follows_the_request(window: MainWindow, qtbot: QtBot) -> None:
    pane = code_of(window)
    assert 'fal_client.run(\n    "fal-ai/flux/dev"' in pane.text
    window.workspace.document.set_value("prompt", "a 虎")
    qtbot.waitUntil(lambda: '"a 虎"' in pane.text)
    window.workspace.set_mode(Mode.STREAM)
    qtbot.waitUntil(lambda: "fal_client.stream(" in pane.text)
    assert pane.view.toPlainText() == pane.text.rstrip("\n")


def test_what_happens_behind_another_tab_is_written_when_the_code_is_looked_at(
    window: MainWindow, qtbot: QtBot
) -> None:
    pane = code_of(window)
    before = pane.text
    window.workspace.editor.show_tab("json")
    window.workspace.document.set_value("prompt", "later")
    QTest.qWait(100)
    assert pane.text == before
    window.workspace.editor.show_tab("code")
    qtbot.waitUntil(lambda: '"later"' in pane.text)


def test_the_language_holds_for_all_requests_and_for_the_next_start(
    window: MainWindow, windows: list[MainWindow], tmp_path: Path, qtbot: QtBot
) -> None:
    desk = Desk(tmp_path / "window.json", window, window)
    pane = code_of(window)
    (button,) = [b for b in pane.languages.findChildren(QAbstractButton) if b.text() == "cURL"]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: pane.text.startswith("# The key"))
    window.open_draft(Draft("", "fal-ai/flux/dev", Mode.SUBSCRIBE))
    assert code_of(window).languages.current() == Language.CURL
    desk.save()
    again = MainWindow(nothing_kept, Calls(), Catalogue())
    windows.append(again)
    Desk(tmp_path / "window.json", again, again)
    assert again.code.language is Language.CURL


def test_a_key_copies_the_code_in_the_language_chosen_last(window: MainWindow) -> None:
    QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_C, SHIFTED)
    assert QGuiApplication.clipboard().text().startswith("# pip install fal-client\n")
    window.actions_["code.javascript"].trigger()
    assert "@fal-ai/client" in QGuiApplication.clipboard().text()
    assert "Copied as JavaScript" in window.status.text
    QGuiApplication.clipboard().clear()
    QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_C, SHIFTED)
    assert "@fal-ai/client" in QGuiApplication.clipboard().text()


def test_code_of_a_broken_document_is_not_made_up(window: MainWindow, qtbot: QtBot) -> None:
    pane = code_of(window)
    before = pane.text
    window.workspace.document.set_text('{"prompt": ')
    qtbot.waitUntil(pane.notice.isVisible)
    assert pane.text == before
    assert "mistake" in pane.notice.accessibleName()
    QGuiApplication.clipboard().setText("mine")
    window.copy_code()
    assert QGuiApplication.clipboard().text() == "mine"
    window.workspace.document.set_text('{"prompt": "mended"}')
    qtbot.waitUntil(lambda: "mended" in pane.text)
    assert not pane.notice.isVisible()


def test_a_long_value_is_cut_on_screen_and_copied_whole(window: MainWindow, qtbot: QtBot) -> None:
    pane = code_of(window)
    uri = "data:image/png;base64," + "A" * 50_000
    window.workspace.document.set_value("image_url", uri)
    qtbot.waitUntil(lambda: uri in pane.text)
    assert max(map(len, pane.view.toPlainText().split("\n"))) < LONGEST_WORD + 100
    window.copy_code()
    assert uri in QGuiApplication.clipboard().text()


def test_before_the_emulator_has_an_address_the_code_says_so(windows: list[MainWindow]) -> None:
    early = MainWindow(nothing_kept, Calls(), Catalogue())
    windows.append(early)
    early.open_draft(Draft("", "emulator/image", Mode.RUN, '{"prompt": "x"}'))
    early.show()
    pane = code_of(early)
    assert "starting" in pane.notice.accessibleName()
    early.code.set_profile(EMULATOR)
    assert f'"{BASE}/run/"' in pane.text


@pytest.mark.parametrize(
    ("language", "text", "coloured"),
    [
        (Language.PYTHON, 'x = "👩‍💻" # é', {"👩‍💻": "good", "# é": "text.3"}),
        (Language.JAVASCRIPT, "const a = null;", {"const": "accent.text", "null": "ask"}),
        (Language.CURL, "curl -d '{\n  \"a\": 1\n}'", {"1": "accent.text", '"a"': "text.1"}),
    ],
)
def test_colours_lie_where_qt_counts(language: Language, text: str, coloured: dict[str, str]) -> None:
    found = {
        line.encode("utf-16-le")[2 * begin : 2 * (begin + length)].decode("utf-16-le"): role
        for line, parts in zip(text.split("\n"), spans(text, language), strict=True)
        for begin, length, role in parts
    }
    assert coloured.items() <= found.items()
