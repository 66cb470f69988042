"""One picture to be looked at closely: fitted or pixel by pixel, zoomed where the pointer is, pulled about, its colours read out."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from fal_studio.ui import theme
from fal_studio.words import tr

STEP = 1.25
"""One step of zoom."""
LARGEST = 64.0
"""Device pixels for one pixel of the picture."""
SMALLEST = 0.02
_SHARP_FROM = 2.0
"""From here on pixels are drawn as squares."""
_SMALLEST_LEVEL = 1024


def levels(image: QImage) -> tuple[QImage, ...]:
    """Return a picture and its halves, so that a small view of a large one is quick. Blocks: not for the window's thread."""
    found = [image]
    while max(found[-1].width(), found[-1].height()) > _SMALLEST_LEVEL:
        last = found[-1]
        smooth = Qt.TransformationMode.SmoothTransformation
        found.append(
            last.scaled(
                max(1, last.width() // 2),
                max(1, last.height() // 2),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                smooth,
            )
        )
    return tuple(found)


class Canvas(QWidget):
    """Draws a picture at a scale: device pixels for one pixel of it."""

    changed = Signal()
    """The scale is another one."""
    pointed = Signal(int, int, QColor)
    """A pixel under the pointer: x, y and its colour; -1, -1 where there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Picture"))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(160, 120)
        self._levels: tuple[QImage, ...] = ()
        self._scale = 1.0
        self._is_fit = True
        self._middle = QPointF()
        """The point of the picture in the middle of the view, in its pixels."""
        self._pulled: QPointF | None = None
        theme.current().changed.connect(self.update)

    @property
    def image(self) -> QImage:
        """The picture; an empty one while there is none."""
        return self._levels[0] if self._levels else QImage()

    @property
    def scale(self) -> float:
        """Device pixels for one pixel of the picture."""
        return self._scale

    @property
    def is_fit(self) -> bool:
        """Whether the picture follows the size of the view."""
        return self._is_fit

    def show_levels(self, images: Sequence[QImage], *, keep: bool = False) -> None:
        """Show a picture and its halves (`levels`); `keep` leaves the view where it is: it is the same picture, only finer."""
        before = self.image.width()
        self._levels = tuple(images)
        now = self.image.width()
        if keep and before and now and not self._is_fit:
            self._middle *= now / before
            self._scale *= before / now
        elif not keep:
            self._is_fit = True
        if self._is_fit:
            self._fit()
        self.update()
        self.changed.emit()

    def fit(self) -> None:
        """Show all of it, no larger than its pixels."""
        self._is_fit = True
        self._fit()
        self.update()
        self.changed.emit()

    def zoom_to(self, scale: float, at: QPointF | None = None) -> None:
        """Zoom; the pixel at a point of the view stays there, that in the middle without one."""
        if self.image.isNull():
            return
        point = QPointF(self.rect().center()) if at is None else at
        pixel = self.pixel_at(point)
        self._is_fit = False
        self._scale = min(LARGEST, max(SMALLEST, scale))
        offset = (point - QRectF(self.rect()).center()) / self._logical
        self._middle = pixel - offset
        self._keep_inside()
        self.update()
        self.changed.emit()

    def zoom_by(self, steps: float, at: QPointF | None = None) -> None:
        """Zoom by steps, outwards for negative ones."""
        self.zoom_to(self._scale * STEP**steps, at)

    def move_by(self, x: float, y: float) -> None:
        """Move the view by logical pixels."""
        self._middle += QPointF(x, y) / self._logical
        self._keep_inside()
        self.update()

    def pixel_at(self, point: QPointF) -> QPointF:
        """Return which place of the picture is at a point of the view, in its pixels."""
        return self._middle + (point - QRectF(self.rect()).center()) / self._logical

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what is in sight."""
        painter = QPainter(self)
        colours = theme.current()
        painter.fillRect(event.rect(), colours.color("bg.stage"))
        if self.image.isNull():
            return
        area = self._area()
        if self.image.hasAlphaChannel():
            painter.fillRect(area.intersected(QRectF(self.rect())), self._checker())
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._scale < _SHARP_FROM)
        level = next(
            (each for each in reversed(self._levels) if each.width() >= self.image.width() * self._scale),
            self._levels[0],
        )
        seen = area.intersected(QRectF(self.rect()))
        ratio = level.width() / area.width()
        source = QRectF(
            (seen.topLeft() - area.topLeft()) * ratio, QSizeF(seen.width() * ratio, seen.height() * ratio)
        )
        painter.drawImage(seen, level, source)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom where the pointer is."""
        self.zoom_by(event.angleDelta().y() / 120, event.position())
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Zoom with two fingers."""
        if isinstance(event, QNativeGestureEvent):
            if event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
                self.zoom_to(self._scale * (1 + event.value()), event.position())
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to pull the picture."""
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pulled = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Leave it there."""
        del event
        self._pulled = None
        self.unsetCursor()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pull, and read out the pixel under the pointer."""
        if self._pulled is not None:
            way = self._pulled - event.position()
            self._pulled = event.position()
            self.move_by(way.x(), way.y())
        self._tell_pixel(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        """Read nothing out."""
        super().leaveEvent(event)
        self.pointed.emit(-1, -1, QColor())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Go between all of it and its pixels."""
        if self._is_fit:
            self.zoom_to(1.0, event.position())
        else:
            self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the new size."""
        super().resizeEvent(event)
        if self._is_fit:
            self._fit()
            self.changed.emit()

    @property
    def _logical(self) -> float:
        """Logical pixels for one pixel of the picture."""
        return self._scale / self.devicePixelRatioF()

    def _fit(self) -> None:
        image = self.image
        if image.isNull():
            return
        ratio = self.devicePixelRatioF()
        room = min(self.width() * ratio / image.width(), self.height() * ratio / image.height())
        self._scale = min(1.0, room)
        self._middle = QPointF(image.width() / 2, image.height() / 2)

    def _area(self) -> QRectF:
        """Return where the whole picture is, in the view's coordinates; on whole device pixels, so that 1:1 is sharp."""
        ratio = self.devicePixelRatioF()
        corner = QRectF(self.rect()).center() - self._middle * self._logical
        corner = QPointF(round(corner.x() * ratio) / ratio, round(corner.y() * ratio) / ratio)
        return QRectF(corner, QSizeF(self.image.size()) * self._logical)

    def _keep_inside(self) -> None:
        """Let no more of the view be empty than the picture leaves."""
        for side, extent, length in (
            ("x", self.image.width(), self.width()),
            ("y", self.image.height(), self.height()),
        ):
            half = length / self._logical / 2
            low, high = (half, extent - half) if extent > 2 * half else (extent / 2, extent / 2)
            value = min(high, max(low, self._middle.x() if side == "x" else self._middle.y()))
            self._middle.setX(value) if side == "x" else self._middle.setY(value)

    def _tell_pixel(self, point: QPointF) -> None:
        pixel = self.pixel_at(point)
        x, y = int(pixel.x() // 1), int(pixel.y() // 1)
        if self.image.valid(x, y):
            self.pointed.emit(x, y, self.image.pixelColor(x, y))
        else:
            self.pointed.emit(-1, -1, QColor())

    def _checker(self) -> QBrush:
        side = theme.current().px(8)
        tile = QPixmap(2 * side, 2 * side)
        tile.fill(theme.current().color("bg.panel"))
        painter = QPainter(tile)
        for x, y in ((0, 0), (side, side)):
            painter.fillRect(x, y, side, side, theme.current().color("bg.pressed"))
        painter.end()
        return QBrush(tile)
