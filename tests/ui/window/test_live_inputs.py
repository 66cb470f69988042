"""What can be laid on the live desk's paper besides strokes: pictures, a pen's pressure, a part of the screen; and its fields."""

from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
    QInputDevice,
    QPointingDevice,
    QPointingDeviceUniqueId,
    QTabletEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from fal_studio.core import events as e
from fal_studio.ui.realtime.desk import LiveDesk
from fal_studio.ui.realtime.regions import WAYLAND, RegionPicker
from tests.ui.window.hand import CTRL, Drive, Driven
from tests.ui.window.test_live import live, quiet
from tests.waiting import until

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", "Couldn.t (load|resolve)")
RED = QColor(200, 10, 10)


def middle(desk: LiveDesk) -> QColor:
    return desk.canvas.image.pixelColor(256, 256)


def drop(desk: LiveDesk, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    place = QPointF(desk.canvas.rect().center())
    how = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(place.toPoint(), *how)
    QApplication.sendEvent(desk.canvas, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(desk.canvas, QDropEvent(place, *how))


def press(desk: LiveDesk, pen: QPointingDevice, y: float, pressure: float) -> int:
    """Draw a line with a pen and return how thick it became, in pixels of the paper."""
    desk.canvas.clear()
    area = desk.canvas.area()
    kinds = (
        QTabletEvent.Type.TabletPress,
        *(QTabletEvent.Type.TabletMove,) * 8,
        QTabletEvent.Type.TabletRelease,
    )
    for step, kind in enumerate(kinds):
        at = QPointF(area.left() + area.width() * (0.2 + 0.06 * step), area.top() + area.height() * y)
        hold = 0.0 if kind is QTabletEvent.Type.TabletRelease else pressure
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(
            desk.canvas, QTabletEvent(kind, pen, at, at, hold, 0, 0, 0, 0, 0, none, left, left)
        )
    image = desk.canvas.image
    return sum(image.pixelColor(256, row).lightness() < 250 for row in range(image.height()))


def menu_of(desk: LiveDesk) -> dict[str, QAction]:
    """Open the menu over the drawing by its key, and close it again; returns its entries."""
    nowhere = QPoint(0, 0)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, nowhere, nowhere)
    QApplication.sendEvent(desk.canvas, event)
    menu = next(one for one in desk.input.findChildren(QMenu) if one.isVisible())
    menu.close()
    return {one.text(): one for one in menu.actions()}


def by_menu(desk: LiveDesk, entry: str) -> None:
    """Choose an entry of the menu over the drawing."""
    action = menu_of(desk)[entry]
    assert action.isEnabled()
    action.trigger()


def test_pictures_pens_and_fields(drive: Drive, tmp_path: Path) -> None:
    async def scenario(hand: Driven) -> None:
        desk = await live(hand)
        told: list[str] = []
        desk.told.connect(told.append)
        before = desk.canvas.image
        picture = tmp_path / "red.png"
        Image.new("RGB", (900, 600), (200, 10, 10)).save(picture)
        drop(desk, picture)
        await until(lambda: middle(desk) == RED, what="the dropped picture is on the paper")
        desk.canvas.undo()
        assert desk.canvas.image == before
        green = QImage(300, 300, QImage.Format.Format_RGB32)
        green.fill(QColor(10, 180, 10))
        QGuiApplication.clipboard().setImage(green)
        desk.canvas.setFocus()
        await hand.key(Qt.Key.Key_V, CTRL)
        assert middle(desk) == QColor(10, 180, 10)
        by_menu(desk, "Undo")
        assert desk.canvas.image == before
        by_menu(desk, "Eraser")
        assert desk.canvas.erases
        by_menu(desk, "Brush")
        by_menu(desk, "Redo")
        by_menu(desk, "Copy drawing")
        assert QGuiApplication.clipboard().image().pixelColor(256, 256) == QColor(10, 180, 10)
        by_menu(desk, "White paper")
        assert middle(desk) == QColor(255, 255, 255)
        by_menu(desk, "Paste picture")
        assert middle(desk) == QColor(10, 180, 10)
        QGuiApplication.clipboard().clear()
        assert not menu_of(desk)["Paste picture"].isEnabled()
        for fill in (
            QGuiApplication.clipboard().clear,
            partial(QGuiApplication.clipboard().setText, "words"),
        ):
            fill()
            told.clear()
            await hand.key(Qt.Key.Key_V, CTRL)
            assert told == ["The clipboard holds no picture."]
        for words, name in (("cannot be read", "nothing.png"), ("cannot be read", "words.png")):
            (tmp_path / "words.png").write_text("no picture")
            drop(desk, tmp_path / name)
            await until(lambda words=words: words in told[-1], what=f"{name} is refused")
            told.append("")

        pen = QPointingDevice(
            "pen",
            7,
            QInputDevice.DeviceType.Stylus,
            QPointingDevice.PointerType.Pen,
            QInputDevice.Capability.Position | QInputDevice.Capability.Pressure,
            1,
            1,
            "",
            QPointingDeviceUniqueId(),
        )
        thin, thick = press(desk, pen, 0.3, 0.25), press(desk, pen, 0.6, 1.0)
        assert thick == pytest.approx(desk.canvas.size_px, abs=2)
        assert thin == pytest.approx(desk.canvas.size_px / 4, abs=2)

        fields = desk.fields
        schema = {field.name for field in desk.schema.fields} - {"image_url", "image_bytes", "request_id"}
        assert schema <= set(fields.bolts) == set(fields.boxes)  # every one can be live
        assert not fields.rest.isVisible()
        fields.more.click()
        assert fields.rest.isVisible()
        fields.set_value("enable_safety_checker", False)
        fields.set_value("image_size", {"width": 256, "height": 256})
        await until(lambda: desk.result.image.width() == 256, what="the size counts", limit_s=20)
        seed = fields.values["seed"]
        fields.boxes["seed"].setText("12x")
        assert fields.values["seed"] == seed  # what is no number is not sent
        await quiet(desk)
        fields.bolts["seed"].click()
        sent = desk.session.pacer.changes
        fields.set_value("seed", 5)
        assert desk.session.pacer.changes == sent  # its bolt is off: with the next input
        fields.set_value("prompt", "a lighthouse")
        await quiet(desk)
        facts = [event.fact for event in hand.program.calls.events(desk.session.call)]
        last = next(fact for fact in reversed(facts) if isinstance(fact, e.Sent))
        assert last.payload["seed"] == 5
        assert last.payload["enable_safety_checker"] is False

    drive(scenario)


def test_a_part_of_the_screen(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario(hand: Driven) -> None:
        desk = await live(hand)
        sources, button = desk.sources, desk.input.screen_
        told: list[str] = []
        desk.told.connect(told.append)

        async def picker() -> RegionPicker:
            button.click()
            assert sources.picker is not None
            assert button.isChecked()
            await until(sources.picker.isActiveWindow, what="the picker has the keyboard")
            return sources.picker

        QTest.keyClick(await picker(), Qt.Key.Key_Escape)
        assert sources.running == ""
        assert not button.isChecked()
        slip = await picker()
        QTest.mouseClick(slip, Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
        assert sources.picker is slip  # a press without a drag means nothing
        before = desk.canvas.image
        QTest.mousePress(slip, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
        QTest.mouseMove(slip, QPoint(200, 120))
        QTest.mouseRelease(slip, Qt.MouseButton.LeftButton, pos=QPoint(260, 180))
        assert sources.picker is None
        assert sources.running == "screen"
        assert button.isChecked()
        await until(lambda: desk.canvas.image != before, what="the screen is on the paper")
        assert not desk.canvas.can_undo  # its frames are no steps
        button.click()
        assert sources.running == ""
        QTest.keyClick(await picker(), Qt.Key.Key_Return)
        assert sources.running == "screen"
        hand.window.pages.show_page("request")
        assert sources.running == ""  # nothing is watched that nobody sees
        monkeypatch.setattr(QGuiApplication, "platformName", lambda: "wayland")
        hand.window.pages.show_page("live")
        button.click()
        assert told[-1] == WAYLAND
        assert not button.isChecked()

    drive(scenario)
