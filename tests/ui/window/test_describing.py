"""A person says what a picture shows: it is heard, kept with the call, written into saved files, and can be taken back."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from fal_studio.core import events as e
from fal_studio.core.carried import request_in
from fal_studio.core.request import Mode
from fal_studio.store.paths import folders
from fal_studio.ui.shell.describe_panel import DescribePanel
from tests.core.test_alt_text import xmp_words
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

WORDS = "A boat of paper on a grey lake"


def panel_from_menu(hand: Driven, place: int = 0) -> DescribePanel:
    """Open the panel the way of a keyboard: the menu of the chosen picture."""
    pictures = hand.space.result.preview.pictures
    pictures.choose(place)
    pictures.setFocus()
    QApplication.sendEvent(
        pictures, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
    )
    menu = next(one for one in hand.window.findChildren(QMenu) if one.isVisible())
    next(action for action in menu.actions() if action.text().startswith("Describe")).trigger()
    menu.close()
    panel = hand.window.describing.panel
    assert panel is not None
    assert panel.isVisible()
    return panel


async def say(hand: Driven, words: str, place: int = 0) -> None:
    panel = panel_from_menu(hand, place)
    panel.edit.setPlainText(words)
    calls = len(hand.program.calls.ids())
    QTest.keyClick(panel.edit, Qt.Key.Key_Return, CTRL)
    assert not panel.isVisible()
    await until(lambda: words in hand.state.described.values() or not words, what="it is kept")
    assert len(hand.program.calls.ids()) == calls, "Ctrl+Enter in the panel runs nothing"


def heard(hand: Driven) -> str:
    return hand.space.result.preview.pictures.accessibleDescription()


def test_a_description_is_heard_kept_saved_and_taken_back(drive_kept: Drive, tmp_path: Path) -> None:
    media = folders(tmp_path).media
    said: list[str] = []

    async def first(hand: Driven) -> None:
        hand.space.set_mode(Mode.RUN)
        await hand.run(prompt="a boat", num_images=2, seed=11)
        await hand.shown()
        assert heard(hand).endswith("Made by emulator/image from: a boat")
        await say(hand, WORDS, place=1)
        await until(lambda: heard(hand).endswith(WORDS), what="it is heard")
        assert "Made by" not in heard(hand)
        hand.space.result.preview.pictures.choose(0)
        assert heard(hand).endswith("Made by emulator/image from: a boat"), "only of its own picture"

        hand.space.result.focus_main()
        await hand.key(Qt.Key.Key_Right)
        await hand.key(Qt.Key.Key_Return)
        viewer = hand.window.outlets.viewer
        assert viewer.canvas.accessibleDescription().endswith(WORDS)
        viewer.show_all(is_wanted=True)
        role = int(Qt.ItemDataRole.AccessibleDescriptionRole)
        assert [viewer.all.item(row).data(role) for row in (0, 1)] == ["", WORDS]
        viewer.show_all(is_wanted=False)
        QApplication.sendEvent(
            viewer, QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), QPoint(0, 0))
        )
        menu = next(one for one in hand.window.findChildren(QMenu) if one.isVisible())
        next(action for action in menu.actions() if action.text().startswith("Describe")).trigger()
        menu.close()
        panel = hand.window.describing.panel
        assert panel is not None
        await until(hand.window.isActiveWindow, what="the window with the panel comes forward")
        assert panel.edit.toPlainText() == WORDS
        panel.edit.setPlainText("Changed")
        panel.keep.click()
        assert viewer.canvas.accessibleDescription().endswith("Changed"), (
            "the window for pictures says it at once"
        )
        hand.window.undo.undo()
        assert viewer.canvas.accessibleDescription().endswith(WORDS)
        await until(lambda: heard(hand).endswith("a boat") or heard(hand).endswith(WORDS))
        await until(lambda: WORDS in hand.state.described.values())
        viewer.close()

        files = hand.space.result.preview.artifacts
        hand.window.keep_wanted.emit(hand.space.result.call, files)
        await until(lambda: len(list(media.glob("*.json"))) == 2, what="saved with their requests")
        saved = [path.read_bytes() for path in sorted(media.glob("*.jpg"))]
        assert [xmp_words(data) for data in saved] == [("a boat", ""), (WORDS, WORDS)]
        carried = request_in(saved[1])
        assert carried is not None
        assert carried.description == WORDS

        data = hand.window.files.pulled(files[1:], hand.window.writes())
        assert data is not None
        pulled = await asyncio.to_thread(Path(data.urls()[0].toLocalFile()).read_bytes)
        assert xmp_words(pulled) == (WORDS, WORDS)
        hand.window.save_rules.carries_request = False
        data = hand.window.files.pulled(files[1:], hand.window.writes())
        assert data is not None
        bare = await asyncio.to_thread(Path(data.urls()[0].toLocalFile()).read_bytes)
        assert request_in(bare) is None
        assert xmp_words(bare) == (WORDS, WORDS), "words that somebody wrote for it go with the picture"
        hand.window.save_rules.carries_request = True

        assert hand.window.undo.undoText() == "the description of a picture"
        hand.window.undo.undo()
        await until(lambda: not any(hand.state.described.values()), what="it is taken back")
        hand.space.result.preview.pictures.choose(1)
        await until(lambda: heard(hand).endswith("a boat"))
        arguments = hand.space.document.arguments
        assert arguments is not None
        assert arguments["prompt"] == "a boat", "nothing else was undone"
        hand.window.undo.redo()
        await until(lambda: heard(hand).endswith(WORDS), what="and said again")
        said.append(hand.space.result.call)

    async def second(hand: Driven) -> None:
        hand.window.show_call(said[0])
        await until(
            lambda: hand.space.result.call == said[0], what="the call of the start before", limit_s=20
        )
        await hand.shown()
        hand.space.result.preview.pictures.choose(1)
        await until(lambda: heard(hand).endswith(WORDS), what="it was kept")
        panel = panel_from_menu(hand, place=1)
        assert panel.edit.toPlainText() == WORDS
        panel.dismiss()
        await say(hand, "")
        await say(hand, "Another", place=1)
        await until(lambda: heard(hand).endswith("Another"))
        facts = [event.fact for event in hand.program.log.of(said[0])]
        told = [fact.text for fact in facts if isinstance(fact, e.Described)]
        # What was changed and undone in one moment was never written down.
        assert told == [WORDS, WORDS, "", WORDS, "Another"]
        assert sum(isinstance(fact, e.ENDS) for fact in facts) == 1

    drive_kept(first)
    drive_kept(second)


def test_the_panel_shows_the_picture_and_refuses_what_is_too_long(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(Mode.RUN)
        await hand.run(prompt="a boat")
        await hand.shown()
        panel = panel_from_menu(hand)
        assert panel.edit.hasFocus()
        panel.edit.setPlainText("x" * 10_001)
        assert not panel.keep.isEnabled()
        QTest.keyClick(panel.edit, Qt.Key.Key_Return, CTRL)
        assert panel.isVisible()
        QTest.keyClick(panel.edit, Qt.Key.Key_Escape)
        assert not panel.isVisible()
        assert not hand.state.described

    drive(scenario)
