"""The sketch that live and editing models begin with: a small drawing, made here, so that something answers."""

import base64
from functools import cache

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

SIZE = (512, 384)
_INK = {
    "sky": "#9cc3e6",
    "sun": "#ffd27f",
    "hills": "#5b7f63",
    "near": "#3f5d49",
    "water": "#4f86a8",
    "shine": "#dcebf5",
}


def sketch() -> QImage:
    """Return the drawing: sun, hills, a lake with a boat."""
    width, height = SIZE
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(image.rect(), QColor(_INK["sky"]))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(_INK["sun"]))
    painter.drawEllipse(QPointF(372, 104), 44, 44)
    for colour, points in (("hills", (190, 120, 210, 150, 200)), ("near", (236, 200, 244, 216, 232))):
        painter.setBrush(QColor(_INK[colour]))
        painter.drawPath(_ridge(points, width, height))
    painter.setBrush(QColor(_INK["water"]))
    painter.drawRect(QRectF(0, 250, width, height - 250))
    painter.setPen(QPen(QColor(_INK["shine"]), 5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    for x, y, length in ((330, 272, 84), (346, 296, 56), (120, 316, 96), (60, 352, 120), (300, 340, 130)):
        painter.drawLine(QPointF(x, y), QPointF(x + length, y))
    _boat(painter)
    painter.end()
    return image


@cache
def sketch_uri() -> str:
    """Return the drawing as a data URI."""
    store = QByteArray()
    buffer = QBuffer(store)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    sketch().save(buffer, "PNG")  # pyright: ignore[reportCallIssue, reportArgumentType] - the stubs want bytes here
    return "data:image/png;base64," + base64.b64encode(bytes(store.data())).decode()


def _ridge(heights: tuple[int, ...], width: int, height: int) -> QPainterPath:
    path = QPainterPath(QPointF(0, height))
    step = width / (len(heights) - 1)
    path.lineTo(0, heights[0])
    for number in range(1, len(heights)):
        x, middle = number * step, (number - 0.5) * step
        path.cubicTo(
            QPointF(middle, heights[number - 1]),
            QPointF(middle, heights[number]),
            QPointF(x, heights[number]),
        )
    path.lineTo(width, height)
    path.closeSubpath()
    return path


def _boat(painter: QPainter) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#7a4b32"))
    hull = QPainterPath(QPointF(150, 286))
    hull.lineTo(232, 286)
    hull.lineTo(214, 306)
    hull.lineTo(168, 306)
    hull.closeSubpath()
    painter.drawPath(hull)
    painter.setBrush(QColor("#f4efe4"))
    sail = QPainterPath(QPointF(190, 212))
    sail.lineTo(228, 278)
    sail.lineTo(190, 278)
    sail.closeSubpath()
    painter.drawPath(sail)
