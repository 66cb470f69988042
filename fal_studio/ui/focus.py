"""The focus ring: shown around the control that the keyboard reached, outside its edge."""

from typing import cast

from PySide6.QtCore import QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QFocusFrame,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from fal_studio.ui import paint, tokens
from fal_studio.ui.controls import prop
from fal_studio.ui.theme import current

_OWN_FOCUS = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox, QAbstractItemView)
"""These show focus at their own edge or in a row; a text without an edge does not."""

_NAME = "keyboardRing"


class FocusRing(QFocusFrame):
    """A ring of 2 px, 2 px away from the focused control. It needs no room in a layout.

    A widget with the dynamic property `ownFocus` draws its focus itself; `radius` names its corner radius.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        current().changed.connect(self._on_theme_changed)

    def _on_theme_changed(self) -> None:
        # Qt hides a focus frame when the style of its widget changes.
        widget = cast("QWidget | None", self.widget())
        if widget is not None and widget.isVisible():
            self.show()

    def surround(self, widget: QWidget | None) -> None:
        """Stand around a widget, or around none."""
        self.setWidget(cast("QWidget", widget))
        if widget is not None and self.isHidden():
            QTimer.singleShot(0, self, self._look_again)

    def _look_again(self) -> None:
        # Qt shows no ring around what is scrolled out of sight, also when the pane scrolls it into sight right after.
        widget = cast("QWidget | None", self.widget())
        if widget is not None and widget.hasFocus() and self.isHidden():
            self.setWidget(cast("QWidget", None))
            self.setWidget(widget)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring."""
        del event
        widget = cast("QWidget | None", self.widget())
        if widget is None:
            return
        theme = current()
        radius = widget.property("radius")
        if not isinstance(radius, int):
            radius = tokens.RADIUS_SMALL if prop(widget, "scale") == "s" else tokens.RADIUS
        painter = QPainter(self)
        paint.frame(painter, QRectF(self.rect()), theme.px(radius) + 4, None, theme.color("focus"), 2.0)


class FocusFollower(QObject):
    """Puts the ring of a window around the control that has the keyboard there."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        app.focusChanged.connect(self._on_app_focus_changed)

    def _on_app_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None and (new is None or old.window() is not new.window()):
            self._surround(old.window(), None)
        if new is not None:
            self._surround(new.window(), new if wants_ring(new) else None)

    def _surround(self, window: QWidget, widget: QWidget | None) -> None:
        if not window.isVisible():
            return  # Qt tells of the focus also while a window ends: its children are half gone, and no ring is seen
        found = window.findChild(FocusRing, _NAME)
        if widget is None and found is None:
            return
        # The ring is a child of the window, so it goes when the window goes.
        ring = found if isinstance(found, FocusRing) else FocusRing(window)
        ring.setObjectName(_NAME)
        ring.surround(widget)


def wants_ring(widget: QWidget) -> bool:
    """Say whether the ring belongs around a widget that just got the focus: only when the keyboard brought it."""
    is_bare = isinstance(widget, QTextEdit | QPlainTextEdit) and widget.frameShape() is QFrame.Shape.NoFrame
    if (isinstance(widget, _OWN_FOCUS) and not is_bare) or widget.property("ownFocus") or widget.isWindow():
        return False
    if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
        return False
    return widget.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
