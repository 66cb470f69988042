"""Files for fields, in the window: dropped or pasted, sent to the emulator, used by the run; refused and cancelled in words."""

import asyncio
import base64
import hashlib
from pathlib import Path

import httpx
import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from fal_studio.core.artifacts import Artifact
from fal_studio.core.call import Phase
from fal_studio.core.carried import request_in
from fal_studio.core.request import Mode
from fal_studio.ui.request.inputs.file import FileInput
from fal_studio.ui.request.inputs.intents import Source
from fal_studio.ui.shell.earlier import EarlierPanel
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


def test_an_earlier_output_fills_a_field_by_url_or_in_the_request(drive: Drive, emulator) -> None:
    async def scenario(hand: Driven) -> None:
        await hand.run(num_images=2, seed=3)
        await hand.shown()
        made = hand.space.result.call
        await until(lambda: hand.program.calls.row(made).kept == 2, limit_s=30)
        hand.space.set_endpoint("emulator/edit")
        control = control_of(hand, "image_url")
        attaching = hand.window.attaching

        async def opened() -> EarlierPanel:
            ways = {each.data(): each for each in control.ways().actions()}
            ways[Source.OUTPUT].trigger()
            panel = attaching.panel
            assert panel is not None
            await until(lambda: panel.isVisible() and len(panel.files) >= 2, limit_s=30)
            return panel

        panel = await opened()
        assert panel.view.hasFocus()
        first = panel.files[0]
        since = emulator.last()
        QTest.keyClick(panel.view, Qt.Key.Key_Return)
        assert not panel.isVisible()
        await until(lambda: value_of(hand).startswith("http://"), limit_s=30)
        uploaded = [seen for seen in emulator.requests(since) if seen["method"] in ("POST", "PUT")]
        assert uploaded
        url, since = value_of(hand), emulator.last()
        panel = await opened()
        assert panel.files[0] == first
        panel.use.click()
        await until(lambda: "at fal already" in control.accessibleDescription(), limit_s=30)
        assert value_of(hand) == url
        assert not [seen for seen in emulator.requests(since) if seen["method"] in ("POST", "PUT")]
        panel = await opened()
        panel.view.setCurrentIndex(panel.view.model().index(1, 0))
        panel.inline.click()
        await until(lambda: value_of(hand).startswith("data:image/"), limit_s=30)
        assert (
            hashlib.sha256(base64.b64decode(value_of(hand).partition(",")[2])).hexdigest()
            == panel.files[1].sha256
        )
        await until(lambda: "in the request" in control.accessibleDescription())

    drive(scenario)


def test_where_there_are_no_outputs_the_panel_says_so(drive: Drive) -> None:
    async def scenario(hand: Driven) -> None:
        hand.space.set_endpoint("emulator/edit")
        hand.window.attaching._on_wanted(hand.space, ("image_url",), Source.OUTPUT)
        panel = hand.window.attaching.panel
        assert panel is not None
        await until(lambda: panel.words.startswith("No pictures yet."), limit_s=30)
        assert not panel.use.isEnabled()
        QTest.keyClick(panel, Qt.Key.Key_Escape)
        assert not panel.isVisible()

    drive(scenario)


def value_of(hand: Driven) -> str:
    return str((hand.space.document.arguments or {}).get("image_url", ""))


def test_a_picture_is_pulled_out_of_the_result_onto_a_field(drive: Drive, emulator) -> None:
    async def scenario(hand: Driven) -> None:
        await hand.run(seed=11)
        await hand.shown()
        grid = hand.space.result.preview.pictures
        pulled: list[tuple[Artifact, ...]] = []
        hand.space.result.drag_wanted.disconnect()
        hand.space.result.drag_wanted.connect(lambda item, _picture: pulled.append(item))
        middle = grid.rect().center()
        QTest.mousePress(grid, Qt.MouseButton.LeftButton, pos=middle)
        QTest.mouseMove(grid, middle + QPoint(3, 0))
        assert pulled == []
        move(grid, middle + QPoint(60, 0))
        move(grid, middle + QPoint(90, 0))
        QTest.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=middle + QPoint(90, 0))
        (items,) = pulled
        data = hand.window.files.pulled(items, hand.window.writes())
        assert data is not None
        carrying = Path(data.urls()[0].toLocalFile())
        assert request_in(await asyncio.to_thread(carrying.read_bytes)) is not None
        hand.space.set_endpoint("emulator/edit")
        control = control_of(hand, "image_url")
        enter = QDragEnterEvent(
            QPoint(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        control.dragEnterEvent(enter)
        assert enter.isAccepted()
        drop(control, carrying)
        await until(lambda: value_of(hand).startswith("http://"), limit_s=30)
        sent = (await asyncio.to_thread(httpx.get, value_of(hand))).content
        assert request_in(sent) is None, "what is sent is the result as it came"

    drive(scenario)


def move(widget: QWidget, to: QPoint) -> None:
    """Move the mouse over a widget with its left button down, which QTest cannot."""
    at = QPointF(to)
    buttons = Qt.MouseButton.LeftButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, at, widget.mapToGlobal(at), buttons, buttons, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(widget, event)
