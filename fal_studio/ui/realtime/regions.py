"""Choosing a part of the screen: a picture of it stands still, and a rectangle is drawn on it."""

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QRegion,
    QScreen,
)
from PySide6.QtWidgets import QRubberBand, QWidget

from fal_studio.ui import paint
from fal_studio.ui.theme import current
from fal_studio.words import tr

LEAST = 16
"""A smaller rectangle, in points, is a slip of the hand: it means nothing."""
NO_SCREEN = tr("This desktop does not let programs see the screen.")
WAYLAND = tr(
    "Wayland lets no program see the screen by itself. Start fal Studio with QT_QPA_PLATFORM=xcb, or lay a "
    "screenshot on the paper: drop or paste it."
)
_WORDS = tr("Drag over the part that shall be sent. Enter takes the whole screen, Esc none.")


def why_not() -> str:
    """Return why the screen cannot be seen here; "" if it can."""
    if QGuiApplication.platformName().startswith("wayland"):
        return WAYLAND
    screen = QGuiApplication.primaryScreen()
    return NO_SCREEN if look(screen, QRect(0, 0, 1, 1)).isNull() else ""


def look(screen: QScreen, region: QRect) -> QPixmap:
    """Return what a part of a screen shows; `region` is in the screen's own points. Null where it cannot be seen."""
    return screen.grabWindow(0, region.x(), region.y(), region.width(), region.height())


class RegionPicker(QWidget):
    """Covers one screen until a part of it is chosen."""

    chosen = Signal(QRect)
    """In points of the screen."""
    left = Signal()
    """It is closed: after `chosen`, or without it when nothing was chosen."""

    def __init__(self, screen: QScreen, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowModality(Qt.WindowModality.ApplicationModal)  # its keys are not the window's
        self.setWindowTitle(tr("Part of the screen"))
        self.setAccessibleDescription(_WORDS)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self._size = screen.geometry().size()
        self._frozen = look(screen, QRect(QPoint(), self._size))
        self._band = QRubberBand(QRubberBand.Shape.Rectangle, self)
        self._from = QPoint()
        self.setGeometry(screen.geometry())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the whole screen, or nothing."""
        match Qt.Key(event.key()):
            case Qt.Key.Key_Escape:
                self.close()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._choose(QRect(QPoint(), self._size))
            case _:
                super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin the rectangle."""
        self._from = event.position().toPoint()
        self._band.setGeometry(QRect(self._from, QSize()))
        self._band.show()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Draw it."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._band.setGeometry(QRect(self._from, event.position().toPoint()).normalized())
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take it, unless it is too small to be meant."""
        found = QRect(self._from, event.position().toPoint()).normalized()
        found &= QRect(QPoint(), self._size)
        self._band.hide()
        if min(found.width(), found.height()) >= LEAST:
            self._choose(found)
        else:
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the screen, darker where it is not chosen, and what to do."""
        del event
        theme = current()
        painter = QPainter(self)
        painter.drawPixmap(self.rect(), self._frozen)
        shade = QColor(theme.color("plate", 0.5))
        band = self._band.geometry() if self._band.isVisible() else QRect()
        painter.save()
        if band.isValid():
            painter.setClipRegion(QRegion(self.rect()).subtracted(QRegion(band)))
        painter.fillRect(self.rect(), shade)
        painter.restore()
        if band.isValid():
            words = f"{band.width()} × {band.height()}"
            plate = QRectF(band.left(), max(0, band.top() - theme.px(24)), theme.px(90), theme.px(20))
        else:
            words = _WORDS
            plate = QRectF(0, 0, theme.px(520), theme.px(36))
            plate.moveCenter(QRectF(self.rect()).center())
        paint.frame(painter, plate, theme.px(4), theme.color("plate", 0.85))
        font = theme.font("control")
        paint.text(painter, plate, words, font, theme.color("on.plate"), Qt.AlignmentFlag.AlignCenter)

    def closeEvent(self, event: object) -> None:
        """Say so."""
        super().closeEvent(event)  # pyright: ignore[reportArgumentType]
        self.left.emit()

    def _choose(self, region: QRect) -> None:
        self.chosen.emit(region)
        self.close()
