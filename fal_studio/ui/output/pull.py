"""What makes a part of the window stand for a file: it can be pulled out, and pressed with the right button for its menu."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget


class Pull(QObject):
    """Watches the pointer over a widget."""

    pulled = Signal()
    clicked = Signal()
    """Pressed and let go at the same place."""
    menu_wanted = Signal(QPoint)
    """At a place of the screen."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self._from: QPoint | None = None
        widget.setCursor(Qt.CursorShape.OpenHandCursor)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take presses and moves; everything else goes on."""
        del watched
        if isinstance(event, QContextMenuEvent):
            self.menu_wanted.emit(event.globalPos())
            return True
        if isinstance(event, QMouseEvent):
            return self._take(event)
        return False

    def _take(self, event: QMouseEvent) -> bool:
        at = event.position().toPoint()
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress and event.button() == Qt.MouseButton.LeftButton:
            self._from = at
            return True
        if kind == QEvent.Type.MouseMove and self._from is not None:
            if (at - self._from).manhattanLength() >= QApplication.startDragDistance():
                self._from = None
                self.pulled.emit()
            return True
        if kind == QEvent.Type.MouseButtonRelease and self._from is not None:
            self._from = None
            self.clicked.emit()
            return True
        return False
