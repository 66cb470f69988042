"""A picture looked at closely: its pixels under the pointer, zoom that stays at the pointer, arrow keys, what its file says."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image, ImageCms
from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QColorSpace, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fal_studio.core.artifacts import Artifact, Kind
from fal_studio.ui import theme as themes
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.output.canvas import Canvas, levels
from fal_studio.ui.output.viewer import Viewer
from fal_studio.ui.theme import Theme
from tests.ui.kept import nothing_kept


def painted(width: int, height: int) -> QImage:
    """A picture in which every pixel tells its place."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    for y in range(height):
        for x in range(width):
            image.setPixelColor(x, y, QColor(x % 256, y % 256, 128))
    return image


def file_of(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "PNG")
    return bytes(data.data())


@pytest.fixture
def canvas(qtbot: QtBot, theme: Theme) -> Canvas:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    canvas.show()
    canvas.show_levels(levels(painted(250, 200)))
    return canvas


def wheel(canvas: Canvas, at: QPointF, steps: int) -> None:
    event = QWheelEvent(
        at, canvas.mapToGlobal(at), QPoint(), QPoint(0, 120 * steps), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def move(canvas: Canvas, at: QPointF) -> None:
    none = Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove, at, canvas.mapToGlobal(at), none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(canvas, event)


def test_the_pixel_under_the_pointer_stays_there_and_is_read_out(canvas: Canvas) -> None:
    assert canvas.is_fit
    assert canvas.scale == 1.0, "a small picture is not blown up"
    at = QPointF(210, 160)
    before = canvas.pixel_at(at)
    for steps in (4, 4, -2):
        wheel(canvas, at, steps)
        after = canvas.pixel_at(at)
        assert abs(after.x() - before.x()) < 1e-6
        assert abs(after.y() - before.y()) < 1e-6
    told: list[tuple[int, int, str]] = []
    canvas.pointed.connect(lambda x, y, colour: told.append((x, y, colour.name())))
    move(canvas, at)
    x, y = int(before.x()), int(before.y())
    assert told[-1] == (x, y, QColor(x, y, 128).name())
    shown = canvas.grab().toImage().pixelColor(210, 160)
    assert (abs(shown.red() - x), abs(shown.green() - y)) <= (1, 1), "and that pixel is what stands there"


def test_one_to_one_is_exact_and_a_pull_stays_inside(canvas: Canvas) -> None:
    canvas.show_levels(levels(painted(900, 700)))
    assert canvas.scale < 1
    canvas.zoom_to(1.0)
    grabbed = canvas.grab().toImage()
    left = canvas.pixel_at(QPointF(0.5, 0.5))
    x, y = int(left.x()), int(left.y())
    for dx, dy in ((0, 0), (17, 5), (399, 299)):
        assert grabbed.pixelColor(dx, dy) == QColor((x + dx) % 256, (y + dy) % 256, 128)
    canvas.move_by(-10_000, -10_000)
    corner = canvas.pixel_at(QPointF(0, 0))
    assert (corner.x(), corner.y()) == (0, 0)
    canvas.fit()
    assert canvas.is_fit


def test_transparency_is_seen(canvas: Canvas) -> None:
    glass = QImage(100, 100, QImage.Format.Format_ARGB32_Premultiplied)
    glass.fill(Qt.GlobalColor.transparent)
    canvas.show_levels(levels(glass))
    grabbed = canvas.grab().toImage()
    colours = {grabbed.pixelColor(200 + n, 150).name() for n in range(-40, 40)}
    assert colours == {themes.current().color("bg.panel").name(), themes.current().color("bg.pressed").name()}


@pytest.fixture
def viewer(qtbot: QtBot, theme: Theme) -> Iterator[Viewer]:
    window = QWidget()
    qtbot.addWidget(window)
    bytes_of = Bytes(nothing_kept, window)
    viewer = Viewer(bytes_of, window)
    yield viewer
    viewer.close_media()
    bytes_of.close()


def wide_gamut() -> bytes:
    image = painted(64, 48)
    image.fill(QColor(200, 20, 20))
    image.setColorSpace(QColorSpace(QColorSpace.NamedColorSpace.DisplayP3))
    return file_of(image)


def named() -> bytes:
    out = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("RGBA", (30, 20), (1, 2, 3, 128)).save(out, "PNG", icc_profile=profile)
    return out.getvalue()


def test_pictures_of_a_call_are_gone_through_with_what_their_files_say(viewer: Viewer, qtbot: QtBot) -> None:
    bytes_of = viewer._bytes
    files = [Artifact(Kind.IMAGE, f"images[{n}]", f"https://x/{n}.png") for n in range(4)]
    viewer.show_files(files, 0, painted(32, 24))
    assert viewer.canvas.image.width() == 32, "what is known is shown at once"
    bytes_of.put(files[0].url, wide_gamut(), "image/png")
    qtbot.waitUntil(lambda: viewer.is_fine)
    assert viewer.canvas.image.width() == 64
    assert viewer.about.startswith("64 × 48  ·  PNG  ·  ")
    assert "Display P3, shown in sRGB" in viewer.about
    assert viewer.canvas.image.pixelColor(5, 5).red() > 205, "the colours were converted"

    QTest.keyClick(viewer.canvas, Qt.Key.Key_Right)
    assert viewer.place == 1
    bytes_of.put(files[1].url, named(), "image/png")
    qtbot.waitUntil(lambda: viewer.is_fine)
    assert "transparent" in viewer.about
    assert "shown in sRGB" not in viewer.about
    move(viewer.canvas, QPointF(viewer.canvas.rect().center()))
    assert "RGBA   1   2   3 128" in viewer.pixel

    QTest.keyClick(viewer.canvas, Qt.Key.Key_Right)
    bytes_of.put(files[2].url, b"<html>", "text/html")
    qtbot.waitUntil(lambda: bool(viewer.problem))
    assert "a text instead of a picture" in viewer.problem
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Right)
    bytes_of.fail(files[3].url, "It is gone.")
    assert viewer.problem == "It is gone."
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Right)
    assert viewer.place == 3, "at the end it stays"
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Home)
    assert viewer.place == 0
    qtbot.waitUntil(lambda: viewer.is_fine)

    QTest.keyClick(viewer.canvas, Qt.Key.Key_1)
    assert viewer.canvas.scale == 1.0
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Plus)
    assert viewer.canvas.scale == pytest.approx(1.25)
    QTest.keyClick(viewer.canvas, Qt.Key.Key_0)
    assert viewer.canvas.is_fit
    QTest.keyClick(viewer.canvas, Qt.Key.Key_F11)
    assert viewer.isFullScreen()
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Escape)
    assert viewer.isVisible()
    QTest.keyClick(viewer.canvas, Qt.Key.Key_Escape)
    assert not viewer.isVisible()


def test_all_pictures_side_by_side_are_chosen_and_one_is_opened(viewer: Viewer, qtbot: QtBot) -> None:
    bytes_of = viewer._bytes
    files = [Artifact(Kind.IMAGE, f"images[{n}]", f"https://x/{n}.png") for n in range(12)]
    for n, file in enumerate(files[:-1]):
        bytes_of.put(file.url, file_of(painted(40 + n, 30)), "image/png")
    bytes_of.put(files[-1].url, b"no picture", "image/png")
    viewer.show_files(files, 3)
    QTest.keyClick(viewer.canvas, Qt.Key.Key_G)
    assert viewer.shows_all
    table = viewer.all
    qtbot.waitUntil(lambda: table.is_complete, timeout=20_000)
    assert table.item(0).icon().pixmap(168, 168).toImage().pixelColor(84, 84).blue() > 100
    assert "11.png: " in table.item(11).toolTip(), "one that is none says why"
    assert table.currentRow() == 3
    kept: list[tuple[Artifact, ...]] = []
    copied: list[tuple[Artifact, ...]] = []
    pulled: list[tuple[Artifact, ...]] = []
    viewer.keep_wanted.connect(kept.append)
    viewer.copy_files_wanted.connect(copied.append)
    viewer.drag_wanted.connect(lambda items, _picture: pulled.append(items))
    QTest.keyClick(table, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert viewer.about == "2 of 12 chosen"
    QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    table.startDrag(Qt.DropAction.CopyAction)
    viewer.keep_button.click()
    assert kept == copied == pulled == [tuple(files[3:5])]
    QTest.keyClick(table, Qt.Key.Key_Right)
    QTest.keyClick(table, Qt.Key.Key_Return)
    assert not viewer.shows_all
    assert viewer.place == 5
    qtbot.waitUntil(lambda: viewer.is_fine, timeout=10_000)
    assert viewer.canvas.image.width() == 45


@pytest.mark.parametrize("mode", ["I;16", "RGB16"])
def test_more_bits_than_are_shown_are_told(viewer: Viewer, qtbot: QtBot, mode: str) -> None:
    if mode == "I;16":
        out = io.BytesIO()
        Image.new("I;16", (40, 30), 40_000).save(out, "PNG")
        data = out.getvalue()
    else:
        image = QImage(40, 30, QImage.Format.Format_RGBX64)
        image.fill(QColor(200, 20, 20))
        data = file_of(image)
    file = Artifact(Kind.IMAGE, "images[0]", "https://x/deep.png")
    viewer.show_files([file], 0, None)
    viewer._bytes.put(file.url, data, "image/png")
    qtbot.waitUntil(lambda: viewer.is_fine)
    assert "16 bits a channel, shown with 8" in viewer.about
    assert "bits a channel" not in _about_of(viewer, qtbot, file_of(painted(32, 24)))


def _about_of(viewer: Viewer, qtbot: QtBot, data: bytes) -> str:
    file = Artifact(Kind.IMAGE, "images[1]", "https://x/usual.png")
    viewer.show_files([file], 0, None)
    viewer._bytes.put(file.url, data, "image/png")
    qtbot.waitUntil(lambda: viewer.is_fine)
    return viewer.about


def test_what_is_said_of_one_picture_does_not_end_the_look_at_all(viewer: Viewer, qtbot: QtBot) -> None:
    files = [Artifact(Kind.IMAGE, f"images[{n}]", f"https://x/{n}.png") for n in range(3)]
    viewer.show_files(files, 1)
    QTest.keyClick(viewer.canvas, Qt.Key.Key_G)
    viewer._bytes.fail(files[1].url, "It is gone.")
    assert viewer.shows_all
    assert viewer.problem == ""
    assert viewer.about == "1 of 3 chosen"


def test_small_pictures_that_were_not_there_yet_are_made_when_all_are_looked_at_again(
    viewer: Viewer, qtbot: QtBot
) -> None:
    files = [Artifact(Kind.IMAGE, f"images[{n}]", f"https://x/{n}.png") for n in range(3)]
    viewer.show_files(files, 0)
    viewer.show_all(is_wanted=True)
    assert not viewer.all.is_complete
    viewer.close_media()
    for n, file in enumerate(files):
        viewer._bytes.put(file.url, file_of(painted(40 + n, 30)), "image/png")
    viewer.show_files(files, 0)
    viewer.show_all(is_wanted=True)
    qtbot.waitUntil(lambda: viewer.all.is_complete, timeout=20_000)
    for n in range(3):
        assert viewer.all.item(n).icon().pixmap(168, 168).toImage().pixelColor(84, 84).blue() > 100
