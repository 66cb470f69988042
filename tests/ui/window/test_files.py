"""Files for fields, in the window: dropped or pasted, sent to the emulator, used by the run; refused and cancelled in words."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest

from fal_studio.core.call import Phase
from fal_studio.core.request import Mode
from fal_studio.ui.request.inputs.file import FileInput
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


def picture(path: Path) -> Path:
    image = QImage(320, 240, QImage.Format.Format_RGB32)
    image.fill(0x335577)
    assert image.save(str(path))
    return path


def control_of(hand: Driven, name: str) -> FileInput:
    control = hand.space.editor.form.file_input((name,))
    assert control is not None
    return control


def drop(control: FileInput, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    control.dropEvent(event)


def test_a_dropped_picture_is_uploaded_and_used(drive: Drive, tmp_path: Path) -> None:
    path = picture(tmp_path / "Käfer 日本.png")

    async def scenario(hand: Driven) -> None:
        hand.space.set_endpoint("emulator/edit")
        hand.space.set_mode(Mode.RUN)
        drop(control_of(hand, "image_url"), path)
        await until(
            lambda: str((hand.space.document.arguments or {}).get("image_url", "")).startswith("http://")
        )
        assert not control_of(hand, "image_url").problem()
        await hand.run(prompt="in winter")
        assert (await hand.ended()).phase is Phase.DONE

    drive(scenario)


def test_run_waits_for_a_file_and_the_button_cancels_it(drive: Drive, emulator, tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png")

    async def scenario(hand: Driven) -> None:
        hand.space.set_endpoint("emulator/edit")
        before = hand.space.document.text
        emulator.arm("hang", path="/cdn/files/upload")
        control = control_of(hand, "image_url")
        drop(control, path)
        await until(lambda: any("still on its way" in reason.text for reason in hand.space.reasons()))
        assert control.choose.accessibleName() == "Cancel the upload for image_url"
        control.choose.click()
        await until(lambda: not any("on its way" in reason.text for reason in hand.space.reasons()))
        assert hand.space.document.text == before

    drive(scenario)


def test_a_file_of_another_kind_is_refused_at_its_field(drive: Drive, emulator, tmp_path: Path) -> None:
    path = tmp_path / "notes.png"
    path.write_text("only words")

    async def scenario(hand: Driven) -> None:
        hand.space.set_endpoint("emulator/edit")
        since = emulator.last()
        control = control_of(hand, "image_url")
        drop(control, path)
        await until(control.problem)
        assert "this field wants a picture" in control.problem()
        assert not [seen for seen in emulator.requests(since) if "/files" in seen["path"]]

    drive(scenario)


def test_a_pasted_picture_is_a_file_too(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_endpoint("emulator/edit")
        image = QImage(40, 30, QImage.Format.Format_RGB32)
        image.fill(0xAA3322)
        QGuiApplication.clipboard().setImage(image)
        control = control_of(hand, "image_url")
        line = control.focus_widget()
        before = hand.space.document.text
        line.setFocus()
        QTest.keyClick(line, Qt.Key.Key_V, CTRL)
        await until(lambda: hand.space.document.text != before)
        assert "pasted-" in hand.space.document.text

    drive(scenario)
