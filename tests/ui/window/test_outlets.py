"""Out into the world, in the window: saved by itself with a sidecar, by the menu, on the clipboard, into another model."""

import asyncio
import json
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from fal_studio.core.carried import Carried, request_in
from fal_studio.core.request import Mode
from fal_studio.store.paths import folders
from fal_studio.ui.output.viewer import Viewer
from fal_studio.ui.shell.queue_settings import QueueSettings
from fal_studio.ui.shell.second_window import NOTHING
from fal_studio.ui.widgets.buttons import IconButton
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def menu_of(hand: Driven) -> QMenu:
    result = hand.space.result
    artifacts = result.preview.artifacts
    return hand.window.outlets.menu(result.call, artifacts[0], artifacts, result.preview.pictures.image(0))


def press(menu: QMenu, words: str) -> None:
    next(action for action in menu.actions() if action.text().startswith(words)).trigger()
    menu.deleteLater()


def settings_panel(hand: Driven) -> QueueSettings:
    menu = menu_of(hand)
    press(menu, "How results are saved")
    panel = hand.window.panels.saving
    assert panel is not None
    return panel


def test_results_go_out(drive_kept: Drive, tmp_path: Path) -> None:
    media = folders(tmp_path).media
    chosen = tmp_path / "my pictures"

    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(Mode.RUN)
        await hand.run(prompt="a boat", num_images=2, seed=11)
        await hand.shown()
        assert not media.exists(), "nothing is saved that nobody asked for"

        press(menu_of(hand), "Save all 2")
        await until(lambda: len(list(media.glob("*.jpg"))) == 2)
        await until(lambda: len(list(media.glob("*.json"))) == 2, what="their requests beside them")
        picture = next(iter(sorted(media.glob("*.jpg"))))
        assert picture.name.endswith(" 11 1.jpg")
        beside = json.loads(picture.with_name(picture.name + ".json").read_text())
        assert beside["request"]["arguments"]["prompt"] == "a boat"
        assert beside["app"].startswith("fal Studio ")
        carried = request_in(picture.read_bytes())
        assert carried is not None
        assert carried.request.endpoint == hand.space.endpoint

        hand.space.result.focus_main()
        await hand.key(Qt.Key.Key_Right)
        await hand.key(Qt.Key.Key_Return)
        viewer = hand.window.outlets.viewer
        await until(lambda: viewer.is_fine, what="the second picture in a window of its own")
        assert viewer.place == 1
        assert "JPEG" in viewer.about
        told = viewer.canvas.accessibleDescription()
        assert told.startswith("Picture 2 of 2"), told
        assert told.endswith("Made by emulator/image from: a boat"), told
        viewer.close()

        button = next(
            one
            for one in hand.space.result.findChildren(IconButton)
            if one.accessibleName() == "Copy as picture, file and text"
        )
        for copies in (button.click, lambda: press(menu_of(hand), "Copy as picture")):
            QGuiApplication.clipboard().clear()
            copies()
            data = QGuiApplication.clipboard().mimeData()
            assert data.hasImage()
            assert data.hasUrls()
            assert data.hasText()
        data = QGuiApplication.clipboard().mimeData()
        assert data.hasImage()
        assert data.urls()[0].toLocalFile().endswith(".jpg")
        assert data.text() == hand.space.result.preview.artifacts[0].url
        for taken in (
            data,
            hand.window.files.pulled(hand.space.result.preview.artifacts, hand.window.writes()),
        ):
            assert taken is not None
            for url in taken.urls():
                told = request_in(await asyncio.to_thread(Path(url.toLocalFile()).read_bytes))
                assert told is not None, "what is copied or pulled out carries its request, too"
                assert told.request_id == hand.state.request_id

        panel = settings_panel(hand)
        template = panel.controls["name_template"]
        template.setText("{prmpt}")
        template.editingFinished.emit()
        assert "{prmpt} is not known" in panel.told
        template.setText("{prompt}/{seed}")
        template.editingFinished.emit()
        panel.controls["media_folder"].setText(str(chosen))
        panel.controls["media_folder"].editingFinished.emit()
        panel.controls["save_results"].setChecked(True)
        panel.controls["carry_request"].setChecked(False)
        await until(lambda: hand.program.settings().save_results)
        await until(lambda: not hand.window.save_rules.carries_request)
        panel.dismiss()

        await hand.run(prompt="../a cat", seed=12)
        await hand.shown()
        await until(lambda: len(list(chosen.rglob("*.jpg"))) == 2, what="saved by itself")
        saved = sorted(chosen.rglob("*.jpg"))
        assert {path.relative_to(chosen).as_posix() for path in saved} == {"a cat/12.jpg", "a cat/12 (2).jpg"}
        assert not list(chosen.rglob("*.json")), "no inputs where they are not wanted"
        assert request_in(saved[0].read_bytes()) is None

        tabs = len(hand.window.workspaces)
        models = next(a.menu() for a in menu_of(hand).actions() if a.text() == "Use as input of")
        press(models, "emulator/edit")
        assert len(hand.window.workspaces) == tabs + 1
        assert hand.space.endpoint == "emulator/edit"
        await until(
            lambda: str((hand.space.document.arguments or {}).get("image_url", "")).startswith("http")
        )

    drive_kept(scenario)


async def carried_by(data: QMimeData | None) -> Carried | None:
    assert data is not None
    return request_in(await asyncio.to_thread(Path(data.urls()[0].toLocalFile()).read_bytes))


def test_what_goes_out_of_a_window_for_pictures_tells_of_the_call_that_made_them(drive_kept: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        window, clipboard = hand.window, QGuiApplication.clipboard()
        hand.space.set_mode(Mode.RUN)
        await hand.run(prompt="a boat", num_images=2, seed=11)
        await hand.shown()
        window.second.open()
        second = window.second.viewer
        assert second is not None
        window.outlets.look(
            hand.space.result.call,
            hand.space.result.preview.artifacts,
            0,
            hand.space.result.preview.pictures,
        )
        closely = window.outlets.viewer
        for viewer in (closely, second):
            await until(lambda viewer=viewer: viewer.is_fine, what="the picture is there")
        window.activateWindow()
        await until(window.isActiveWindow)

        window.open_endpoint("emulator/chat")
        hand.space.set_mode(Mode.RUN)
        await hand.run(prompt="a secret")
        await hand.ended()
        assert second.has_files, "those before stay until there are others"
        for viewer in (closely, second):
            for copies in (lambda viewer=viewer: viewer._copy(), lambda viewer=viewer: copy_all(viewer)):
                clipboard.clear()
                copies()
                told = await carried_by(clipboard.mimeData())
                assert told is not None
                assert told.request.arguments["prompt"] == "a boat", (
                    "what is in front has nothing to do with it"
                )
        closely.close()

        window.second.close()
        window.second.open()
        assert not second.has_files
        assert second.problem == NOTHING, "what it showed is gone, and that is said"

    drive_kept(scenario)


def copy_all(viewer: Viewer) -> None:
    viewer.show_all(is_wanted=True)
    QTest.keyClick(viewer.all, Qt.Key.Key_C, CTRL)
    viewer.show_all(is_wanted=False)


def test_the_menu_of_a_file_copies_no_picture_of_another(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_mode(Mode.RUN)
        await hand.run(prompt="a boat", num_images=2, seed=11)
        await hand.shown()
        parts = hand.space.result.parts
        first, other = parts.preview.artifacts
        for file, has_picture in ((first, True), (other, False)):
            parts.menu_wanted.emit(file, QPoint(0, 0))
            menu = next(one for one in hand.window.findChildren(QMenu) if one.isVisible())
            await until(lambda file=file: hand.window.files.pulled((file,)), what="its bytes")
            menu.hide()
            press(menu, "Copy as picture")
            assert QGuiApplication.clipboard().mimeData().hasImage() is has_picture

    drive(scenario)
