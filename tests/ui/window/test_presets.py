"""Presets: made of what is not the default, laid over a request in one step, and the same after a restart."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from fal_studio.core import saved as form
from fal_studio.core.saved import ENDING, Kind, Saved
from fal_studio.ui.shell.preset_panel import PresetPanel
from fal_studio.ui.shell.save_panel import SavePanel
from tests.ui.window.hand import Drive, Driven
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def titles(hand: Driven) -> list[str]:
    return [entry.title for entry in hand.window.saved.presets(hand.space.endpoint)]


def entry(hand: Driven, *names: str) -> QAction:
    """Return an entry of the menu, or of a menu in it."""
    menu = hand.window.presets.menu()
    hand.window.destroyed.connect(menu.deleteLater)
    actions = menu.actions()
    for name in names[:-1]:
        inner = next(action.menu() for action in actions if action.text().replace("&", "") == name)
        assert isinstance(inner, QMenu)
        actions = inner.actions()
    return next(action for action in actions if action.text().replace("&", "") == names[-1])


async def asking(hand: Driven) -> PresetPanel:
    (asked,) = await until(lambda: [one for one in hand.window.findChildren(PresetPanel) if one.isVisible()])
    return asked


def read(path: Path) -> Saved:
    return form.read(path.read_bytes())


def test_a_preset_holds_what_is_chosen_and_is_one_step_of_undo(drive_kept: Drive, shelf: Path) -> None:
    async def make(hand: Driven) -> None:
        document = hand.space.document
        document.set_text(
            '{"prompt": "a hat", "num_images": 3, "guidance_scale": 3.5, "seed": 7, "of_later": [1]}'
        )
        hand.window.actions_["preset.save"].trigger()
        asked = await asking(hand)
        assert [(box.text(), box.isChecked()) for box in asked.checks] == [
            ("prompt", False),
            ("num_images", True),
            ("seed", True),
            ("of_later", True),
        ], "defaults are not offered, and the prompt is not ticked"
        QTest.keyClick(asked.checks[2], Qt.Key.Key_Space)
        QTest.keyClicks(asked.title, "Three & more")
        QTest.keyClick(asked.title, Qt.Key.Key_Return)
        await until(lambda: titles(hand) == ["Three & more"], limit_s=20)
        await until(lambda: not asked.isVisible())
        saved = read(shelf / "Presets" / "emulator" / "image" / f"Three-more{ENDING}")
        assert saved.kind is Kind.PRESET
        assert saved.arguments == {"num_images": 3, "of_later": [1]}

    async def use(hand: Driven) -> None:
        space = hand.space
        await until(lambda: titles(hand) == ["Three & more"], limit_s=20)
        space.document.set_text(before := '{"prompt": "a boat", "num_images": 1}')
        await until(space.undo.stack.canUndo)
        steps = space.undo.stack.index()
        entry(hand, "Three  more").trigger()
        await until(lambda: space.undo.stack.undoText() == "applying preset Three & more", limit_s=20)
        assert space.undo.stack.index() == steps + 1
        assert space.document.arguments == {"prompt": "a boat", "num_images": 3, "of_later": [1]}
        hand.window.actions_["edit.undo"].trigger()
        assert space.document.text == before
        space.set_endpoint("emulator/chat")
        assert titles(hand) == []

    drive_kept(make)
    drive_kept(use)


def test_presets_are_renamed_and_removed_like_other_files(drive_kept: Drive, shelf: Path) -> None:
    folder = shelf / "Presets" / "emulator" / "image"
    folder.mkdir(parents=True)
    preset = Saved("Many", "emulator/image", {"num_images": 4}, kind=Kind.PRESET)
    (folder / f"many{ENDING}").write_text(form.write(preset))

    async def scenario(hand: Driven) -> None:
        await until(lambda: titles(hand) == ["Many"], limit_s=20)
        assert not hand.window.saved.requests
        entry(hand, "Rename", "Many").trigger()
        (asked,) = await until(lambda: [p for p in hand.window.findChildren(SavePanel) if p.isVisible()])
        asked.title.setText("Four")
        QTest.keyClick(asked.title, Qt.Key.Key_Return)
        await until(lambda: titles(hand) == ["Four"], limit_s=20)
        entry(hand, "Move to the trash", "Four").trigger()
        await until(lambda: titles(hand) == [], limit_s=20)
        (news,) = [toast.news for toast in hand.window.toasts.shown() if toast.news.action == "Undo"]
        hand.window.toasts.action_wanted.emit(news.key)
        await until(lambda: titles(hand) == ["Four"], limit_s=20)

    drive_kept(scenario)


def test_no_preset_is_laid_into_json_that_cannot_be_read(drive_kept: Drive, shelf: Path) -> None:
    shelf.mkdir(parents=True)
    path = shelf / f"many{ENDING}"
    path.write_text(form.write(Saved("Many", "emulator/image", {"num_images": 4}, kind=Kind.PRESET)))

    async def scenario(hand: Driven) -> None:
        hand.space.document.set_text('{"prompt": ')
        hand.window.presets.apply(str(path))
        await until(
            lambda: any("Mend the JSON" in t.accessibleName() for t in hand.window.toasts.shown()), limit_s=20
        )
        assert hand.space.document.text == '{"prompt": '

    drive_kept(scenario)
