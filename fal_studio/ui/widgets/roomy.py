"""Room for a pane that large text makes larger than the window: there, and only there, it can be scrolled."""

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

from fal_studio.ui.theme import current


class Roomy(QScrollArea):
    """Holds one pane. At 100 % and below the pane gets exactly the room there is, as in any layout."""

    def __init__(self, pane: QWidget, parent: QWidget | None = None, *, is_as_wide: bool = False) -> None:
        """`is_as_wide`: the pane is never wider than the room; it folds itself, and is scrolled up and down alone."""
        super().__init__(parent)
        self._pane = pane
        self._is_as_wide = is_as_wide
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(pane)
        pane.installEventFilter(self)
        self._follow = QTimer(self)
        """Lets panes inside scroll first: what they hold is elsewhere then."""
        self._follow.setSingleShot(True)
        self._follow.setInterval(0)
        self._follow.timeout.connect(self._reveal_focus)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus_changed)

    def reveal(self, part: QWidget) -> None:
        """Scroll as little as shows a part of the pane; of one that is higher than the room its beginning."""
        if self._pane.isAncestorOf(part) and current().zoom > 1:
            self._fit()
            top = part.mapTo(self._pane, QPoint(0, 0)).y()
            end = min(top + part.height(), top + self.viewport().height())
            bar = self.verticalScrollBar()
            bar.setValue(min(max(bar.value(), end - self.viewport().height()), top))

    def minimumSizeHint(self) -> QSize:
        """Ask for what the pane asks for, as long as it cannot be scrolled."""
        return QSize(0, 0) if current().zoom > 1 else self._pane.minimumSizeHint()

    def sizeHint(self) -> QSize:
        """Return the pane's."""
        return self._pane.sizeHint()

    def hasHeightForWidth(self) -> bool:
        """Be as high as the pane wants to be at a width."""
        return self._pane.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        """Return the pane's."""
        return self._pane.heightForWidth(width)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the pane the room."""
        super().resizeEvent(event)
        if event.oldSize() == event.size():
            self.updateGeometry()  # the text zoom changed
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that the pane needs more or less."""
        if watched is self._pane and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self._fit()
        return super().eventFilter(watched, event)

    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        # What somebody presses is in sight, and stays where it is under the pointer.
        if new is not None and self._pane.isAncestorOf(new) and not QApplication.mouseButtons().value:
            self._follow.start()

    def _reveal_focus(self) -> None:
        part = QApplication.focusWidget()
        if part is not None and part.height() <= self.viewport().height():
            self.reveal(part)

    def _fit(self) -> None:
        room = self.maximumViewportSize()
        need = self._pane.minimumSizeHint() if current().zoom > 1 else QSize(0, 0)
        if current().zoom > 1 and self._pane.hasHeightForWidth():
            need.setHeight(max(need.height(), self._least_height(room.width())))
        bar = self.verticalScrollBar().sizeHint().width()
        if need.height() > room.height():
            room.setWidth(room.width() - bar)
        if self._is_as_wide:
            need.setWidth(0)
        elif need.width() > room.width():
            room.setHeight(room.height() - bar)
        self._pane.resize(room.expandedTo(need))

    def _least_height(self, width: int) -> int:
        layout = self._pane.layout()
        return layout.totalMinimumHeightForWidth(width) if layout is not None else 0
