"""The shape of a picture, drawn: a box with the sides' ratio, as a widget and as an icon for lists."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from fal_studio.ui import paint
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Role

_MOST = 8.0
"""A ratio beyond this is drawn as this: a thinner box would be a line."""


def draw_aspect(painter: QPainter, area: QRectF, ratio: float, role: Role) -> None:
    """Draw a box of `ratio` (width by height) as large as it fits, in the middle of an area."""
    ratio = min(_MOST, max(1 / _MOST, ratio))
    wide, high = area.width(), area.width() / ratio
    if high > area.height():
        wide, high = area.height() * ratio, area.height()
    box = QRectF(area.center().x() - wide / 2, area.center().y() - high / 2, wide, high)
    paint.frame(painter, box, 1.5, None, current().color(role), 1.5)


class AspectMark(QWidget):
    """Shows a ratio beside the numbers or words that name it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ratio = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_ratio(self, ratio: float) -> None:
        """Show width by height; 0 shows nothing."""
        if ratio != self._ratio:
            self._ratio = ratio
            self.update()

    def sizeHint(self) -> QSize:
        """Return the square that every ratio fits in."""
        side = current().px(20)
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the box."""
        del event
        if self._ratio > 0:
            draw_aspect(QPainter(self), QRectF(self.rect()).adjusted(1, 1, -1, -1), self._ratio, "text.3")


class _AspectEngine(QIconEngine):
    """Draws a ratio in the theme's colour of the moment."""

    def __init__(self, ratio: float) -> None:
        super().__init__()
        self._ratio = ratio

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the box in a rectangle."""
        del mode, state
        draw_aspect(painter, QRectF(rect).adjusted(1, 1, -1, -1), self._ratio, "text.2")

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """Return the box as a picture; `size` is in device pixels."""
        drawn = QPixmap(size)
        drawn.fill(Qt.GlobalColor.transparent)
        drawn.setDevicePixelRatio(scale)
        painter = QPainter(drawn)
        self.paint(
            painter, QRect(0, 0, round(size.width() / scale), round(size.height() / scale)), mode, state
        )
        painter.end()
        return drawn

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the box as a picture for a screen of one device pixel a pixel."""
        return self.scaledPixmap(size, mode, state, 1.0)

    def clone(self) -> QIconEngine:
        """Return an equal engine."""
        return _AspectEngine(self._ratio)


def aspect_icon(ratio: float) -> QIcon:
    """Return an icon that shows width by height."""
    return QIcon(_AspectEngine(ratio))
