"""Screens of 125, 150 and 200 %: pictures pixel by pixel, icons and lines without smear. Each scale is a process of its own."""

import os
import subprocess
import sys

import pytest

CHILD = """
import sys
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from fal_studio.ui import icons, paint
from fal_studio.ui.output.canvas import Canvas, levels
from fal_studio.ui.style import dress
from fal_studio.ui.surface import laid
from fal_studio.ui.tokens import Scheme
from fal_studio.ui.widgets.labels import Divider

app = QApplication(sys.argv)
theme = dress(app, Scheme.DARK)
scale = float(sys.argv[1])
assert app.primaryScreen().devicePixelRatio() == scale, app.primaryScreen().devicePixelRatio()


def colours(image, area):
    return {image.pixelColor(x, y).name() for x in range(area.left(), area.right() + 1) for y in range(area.top(), area.bottom() + 1)}


# One pixel of the picture is one of the screen: every second one is white, and none is grey.
squares = QImage(64, 48, QImage.Format.Format_RGB32)
for x in range(64):
    for y in range(48):
        squares.setPixelColor(x, y, QColor("white" if (x + y) % 2 else "black"))
canvas = Canvas()
canvas.resize(320, 240)
canvas.show_levels(levels(squares))
canvas.zoom_to(1.0)
canvas.show()
seen = canvas.grab().toImage()
assert seen.devicePixelRatio() == scale
ground = seen.pixelColor(2, 2).name()
whole = QRect(0, 0, seen.width(), seen.height())
assert colours(seen, whole) == {ground, "#ffffff", "#000000"}, colours(seen, whole)
white = sum(seen.pixelColor(x, y).name() == "#ffffff" for x in range(seen.width()) for y in range(seen.height()))
assert white == 64 * 48 // 2, white

# An icon is drawn for the pixels of the screen, and stands on whole ones.
for name in ("play", "queued", "warning"):
    picture = icons.pixmap(name, QColor("white"), 16, scale)
    assert picture.width() == round(16 * scale), picture.width()
    paper = QPixmap(round(40 * scale), round(40 * scale))
    paper.setDevicePixelRatio(scale)
    paper.fill(QColor("black"))
    painter = QPainter(paper)
    icons.draw(painter, QRectF(7.3, 9.6, 16, 16), name, QColor("white"))
    painter.end()
    drawn = paper.toImage()
    left, top = round(7.3 * scale), round(9.6 * scale)
    sharp = QImage(drawn.size(), QImage.Format.Format_RGB32)
    sharp.fill(QColor("black"))
    painter = QPainter(sharp)
    picture.setDevicePixelRatio(1.0)
    painter.drawPixmap(left, top, picture)
    painter.end()
    cut = QRect(left, top, picture.width(), picture.height())
    same = drawn.copy(cut).convertToFormat(QImage.Format.Format_RGB32)
    same.setDevicePixelRatio(1.0)
    assert same == sharp.copy(cut), name

# A divider and the border of a box are of their colour alone, in whole pixels.
pane = laid(QWidget(), "panel")
column = QVBoxLayout(pane)
line = Divider()
column.addWidget(line)
pane.resize(101, 51)
pane.show()
seen = pane.grab().toImage()
middle = QRect(seen.width() // 2, 0, 1, seen.height())
assert colours(seen, middle) == {theme.color("bg.panel").name(), theme.color("line.subtle").name()}, colours(seen, middle)
paper = QPixmap(round(80 * scale), round(60 * scale))
paper.setDevicePixelRatio(scale)
paper.fill(theme.color("bg.panel"))
painter = QPainter(paper)
paint.frame(painter, QRectF(4, 4, 60, 40), 6, theme.color("bg.raised"), theme.color("line.control"))
painter.end()
seen = paper.toImage()
across = QRect(0, round(24 * scale), seen.width(), 1)
assert colours(seen, across) == {theme.color(role).name() for role in ("bg.panel", "bg.raised", "line.control")}
"""


@pytest.mark.parametrize("scale", ["1.25", "1.5", "2"])
def test_pictures_icons_and_lines_are_sharp(scale: str) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, scale],
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
