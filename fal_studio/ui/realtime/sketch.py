"""The sketch that a new desk begins with, so that there is something to answer in the first second."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

SIDE = 512
INKS = ("#48567A", "#6AA84F", "#C0392B", "#F5C842", "#5B9BD5", "#FFFFFF", "#202020")
"""What can be drawn with; a drawing has colours of its own, whatever the theme."""
PAPER = "#FFFFFF"


def blank() -> QImage:
    """Return white paper."""
    image = QImage(SIDE, SIDE, QImage.Format.Format_RGB32)
    image.fill(QColor(PAPER))
    return image


def lake() -> QImage:
    """Return a mountain at a lake, with a house and a sun, as somebody in a hurry would draw it."""
    image = blank()
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for y, colour in ((44, "#A8CCEC"), (86, "#A8CCEC"), (370, "#5B9BD5"), (410, "#7CB0E0"), (456, "#5B9BD5")):
        _stroke(painter, colour, 26, [(12, y), (150, y - 8), (300, y + 6), (500, y)])
    painter.setPen(QPen(QColor("#48567A"), 4))
    painter.setBrush(QColor("#8E99B8"))
    painter.drawPolygon(
        QPolygonF([QPointF(150, 336), QPointF(280, 154), QPointF(400, 336)])  # the mountain
    )
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#FFFFFF"))
    painter.drawPolygon(
        QPolygonF([QPointF(252, 196), QPointF(280, 156), QPointF(308, 196), QPointF(282, 184)])
    )
    painter.setPen(QPen(QColor("#E3AE22"), 8))
    painter.setBrush(QColor("#F5C842"))
    painter.drawEllipse(QRectF(340, 116, 80, 80))
    _stroke(painter, "#6AA84F", 26, [(14, 316), (120, 324), (270, 344)])
    _stroke(painter, "#4E8A3A", 24, [(346, 344), (430, 326), (500, 318)])
    painter.setPen(QPen(QColor("#7A4A26"), 4))
    painter.setBrush(QColor("#A0683A"))
    painter.drawRect(QRectF(104, 284, 60, 42))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#C0392B"))
    painter.drawPolygon(QPolygonF([QPointF(94, 286), QPointF(134, 246), QPointF(174, 286)]))
    for x in (392, 424, 458, 486):
        _stroke(painter, "#2F6B3A", 9, [(x - 12, 318), (x, 256), (x + 12, 318), (x, 280)])
    painter.end()
    return image


def _stroke(painter: QPainter, colour: str, width: float, points: list[tuple[float, float]]) -> None:
    pen = QPen(
        QColor(colour), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    )
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))
