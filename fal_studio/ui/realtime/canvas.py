"""The paper that is drawn on: brush, size, colour, eraser, pressure, and undo of its own."""

from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTabletEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from fal_studio.ui import dropping, paint
from fal_studio.ui.realtime import sketch
from fal_studio.ui.realtime.jpeg import jpeg_of
from fal_studio.ui.theme import current
from fal_studio.words import tr

KEPT = 40
"""Steps that can be taken back; each keeps a picture of one megabyte."""
MARGIN = 10
JPEG_QUALITY = 85


class Canvas(QWidget):
    """Paper of 512 x 512, shown as large as there is room."""

    changed = Signal()
    """Something was drawn, also in the middle of a stroke."""
    steps_changed = Signal()
    """There is more or less to undo."""

    dropped = Signal(QMimeData)
    """Something that may be a picture."""
    menu_wanted = Signal(QPoint)
    """Offer what can be done with the drawing, at this place of the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_wanted_here = False
        self.setAcceptDrops(True)
        self._image = sketch.lake()
        self._undo: list[QImage] = []
        self._redo: list[QImage] = []
        self._last: QPointF | None = None
        self._pointer: QPointF | None = None
        self.size_px = 24.0
        self.colour = QColor(sketch.INKS[4])
        self.erases = False
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Drawing"))
        self.setAccessibleDescription(
            tr("Draw with the pointer or a pen; every stroke is sent while a session is live.")
        )

    @property
    def image(self) -> QImage:
        """What is drawn; a copy that later strokes do not change."""
        return self._image.copy()

    def jpeg(self) -> bytes:
        """Return what is drawn as a file, as models take it."""
        return jpeg_of(self._image, JPEG_QUALITY)

    @property
    def can_undo(self) -> bool:
        """Whether a step can be taken back."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether a step can be done again."""
        return bool(self._redo)

    def put(self, image: QImage) -> None:
        """Lay a picture on the paper, as one step: the middle of it, in a square."""
        self._keep_step()
        self.show_frame(image)

    def show_frame(self, image: QImage) -> None:
        """Show a frame of a camera or the screen in the same way; it is no step that could be taken back."""
        side = min(image.width(), image.height())
        middle = image.copy((image.width() - side) // 2, (image.height() - side) // 2, side, side)
        paper = sketch.blank()
        painter = QPainter(paper)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(paper.rect(), middle)
        painter.end()
        self._show(paper)

    def clear(self) -> None:
        """Begin with white paper, as one step."""
        self._keep_step()
        self._show(sketch.blank())

    def undo(self) -> None:
        """Take the last step back."""
        if self._undo:
            self._redo.append(self._image.copy())
            self._show(self._undo.pop())
            self.steps_changed.emit()

    def redo(self) -> None:
        """Do a step again that was taken back."""
        if self._redo:
            self._undo.append(self._image.copy())
            self._show(self._redo.pop())
            self.steps_changed.emit()

    def begin(self, at: QPointF, pressure: float = 1.0) -> None:
        """Begin a stroke at a point of the paper."""
        self._keep_step()
        self._last = at
        self._draw(at, at, pressure)

    def move_to(self, at: QPointF, pressure: float = 1.0) -> None:
        """Draw on to a point of the paper."""
        if self._last is not None:
            self._draw(self._last, at, pressure)
            self._last = at

    def end(self) -> None:
        """End the stroke."""
        self._last = None

    def area(self) -> QRectF:
        """Return where the paper is on the widget."""
        room = QRectF(self.rect()).adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        side = max(1.0, min(room.width(), room.height()))
        centre = room.center()
        return QRectF(round(centre.x() - side / 2), round(centre.y() - side / 2), side, side)

    def on_paper(self, at: QPointF) -> QPointF:
        """Return the point of the paper under a point of the widget."""
        area = self.area()
        scale = sketch.SIDE / area.width()
        return QPointF((at.x() - area.left()) * scale, (at.y() - area.top()) * scale)

    def minimumSizeHint(self) -> QSize:
        """Return room for a small paper."""
        return QSize(200, 160)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke."""
        if event.button() == Qt.MouseButton.LeftButton and self.area().contains(event.position()):
            self.begin(self.on_paper(event.position()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw on, and show how thick the brush is."""
        self._point(event.position())
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.move_to(self.on_paper(event.position()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke."""
        del event
        self.end()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done, at the pointer or in the middle of the paper; a stroke ends there."""
        self.end()
        is_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        self.menu_wanted.emit(
            self.mapToGlobal(self.area().center().toPoint()) if is_key else event.globalPos()
        )

    def tabletEvent(self, event: QTabletEvent) -> None:
        """Draw with a pen: its pressure is the thickness."""
        at = self.on_paper(event.position())
        self._point(event.position())
        match event.type():
            case event.Type.TabletPress if self.area().contains(event.position()):
                self.begin(at, event.pressure())
            case event.Type.TabletMove:
                self.move_to(at, event.pressure())
            case event.Type.TabletRelease:
                self.end()
            case _:
                pass
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take pictures and files."""
        data = event.mimeData()
        if (data.hasImage() or data.hasUrls()) and dropping.take(event):
            self._want_here(wanted=True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Take the mark away."""
        del event
        self._want_here(wanted=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand over what was dropped."""
        dropping.take(event)
        self._want_here(wanted=False)
        self.dropped.emit(event.mimeData())

    def _want_here(self, *, wanted: bool) -> None:
        self._is_wanted_here = wanted
        self.update()

    def leaveEvent(self, event: object) -> None:
        """Show no brush where there is no pointer."""
        super().leaveEvent(event)  # pyright: ignore[reportArgumentType]
        self._pointer = None
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the paper on the stage, and the ring of the brush."""
        theme = current()
        painter = QPainter(self)
        painter.setClipRect(event.rect())
        painter.fillRect(event.rect(), theme.color("bg.stage"))
        area = self.area()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(area, self._image)
        if self._is_wanted_here:
            paint.frame(painter, area.adjusted(-3, -3, 3, 3), 0, None, theme.color("accent.line"), 2)
        if self._pointer is not None and area.contains(self._pointer):
            wide = max(4.0, self.size_px * area.width() / sketch.SIDE)
            paint.circle(painter, self._pointer, wide + 2, QColor(sketch.PAPER), 1.0)
            paint.circle(painter, self._pointer, wide, QColor(sketch.INKS[-1]), 1.0)

    def _point(self, at: QPointF) -> None:
        for place in (self._pointer, at):
            if place is not None:
                reach = self.size_px * self.area().width() / sketch.SIDE / 2 + 6
                self.update(
                    QRectF(place.x() - reach, place.y() - reach, 2 * reach, 2 * reach).toAlignedRect()
                )
        self._pointer = at

    def _draw(self, start: QPointF, end: QPointF, pressure: float) -> None:
        painter = QPainter(self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(sketch.PAPER) if self.erases else self.colour
        width = max(1.0, self.size_px * max(0.1, pressure))
        painter.setPen(
            QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        if start == end:
            painter.drawPoint(start)
        else:
            painter.drawLine(start, end)
        painter.end()
        self.update(self._around(start, end, width))
        self.changed.emit()

    def _around(self, start: QPointF, end: QPointF, width: float) -> QRect:
        """Return the part of the widget that a line of the paper touches."""
        area = self.area()
        scale = area.width() / sketch.SIDE
        box = QRectF(start, end).normalized().adjusted(-width, -width, width, width)
        return QRectF(
            area.left() + box.left() * scale,
            area.top() + box.top() * scale,
            box.width() * scale,
            box.height() * scale,
        ).toAlignedRect()

    def _keep_step(self) -> None:
        self._undo.append(self._image.copy())
        del self._undo[:-KEPT]
        self._redo.clear()
        self.steps_changed.emit()

    def _show(self, image: QImage) -> None:
        self._image = image
        self.update()
        self.changed.emit()
