"""The focus ring: shown around the control that the keyboard reached, outside its edge."""

import weakref
from typing import cast

import shiboken6
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


class FocusRing(QFocusFrame):
    """A ring of 2 px, 2 px away from the focused control. It needs no room in a layout.

    A widget with the dynamic property `ownFocus` draws its focus itself; `radius` names its corner radius.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("keyboardRing")
        self._around: weakref.ref[QWidget] | None = None
        self._radius = tokens.RADIUS
        current().changed.connect(self._on_theme_changed)

    def surround(self, widget: QWidget | None) -> None:
        """Stand around a widget, or around none."""
        self._around = None if widget is None else weakref.ref(widget)
        self._radius = _radius(widget)
        self._put(widget)
        if widget is not None and self.isHidden():
            QTimer.singleShot(0, self, self._look_again)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ring."""
        del event
        theme = current()
        painter = QPainter(self)
        paint.frame(painter, QRectF(self.rect()), theme.px(self._radius) + 4, None, theme.color("focus"), 2.0)

    def _put(self, widget: QWidget | None) -> None:
        """Stand around a widget without owning it.

        PySide takes what is passed to `setWidget`, and what `widget` returns, for a child of the ring. The ring lies in the
        pane of its widget and goes with it, and what belongs to the widgets it once stood around, as the entries of their
        menus, would then be called deleted.
        """
        self.setWidget(cast("QWidget", widget))
        if widget is not None:
            widget.setParent(widget.parentWidget())

    def _surrounded(self) -> QWidget | None:
        widget = None if self._around is None else self._around()
        return widget if widget is not None and shiboken6.isValid(widget) else None

    def _on_theme_changed(self) -> None:
        # Qt hides a focus frame when the style of its widget changes.
        widget = self._surrounded()
        if widget is not None and widget.isVisible():
            self.show()

    def _look_again(self) -> None:
        # Qt shows no ring around what is scrolled out of sight, also when the pane scrolls it into sight right after.
        widget = self._surrounded()
        if widget is not None and widget.hasFocus() and self.isHidden():
            self._put(None)
            self._put(widget)


def _radius(widget: QWidget | None) -> int:
    if widget is None:
        return tokens.RADIUS
    radius = widget.property("radius")
    if isinstance(radius, int):
        return radius
    return tokens.RADIUS_SMALL if prop(widget, "scale") == "s" else tokens.RADIUS


class FocusFollower(QObject):
    """Puts the ring of a window around the control that has the keyboard there."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._ring: FocusRing | None = None
        app.focusChanged.connect(self._on_app_focus_changed)

    def _on_app_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        """Move the one ring there is.

        Qt tells of the focus also while a pane or a window ends. Its children are half gone then, and nothing may be looked
        for among them: PySide's `findChild` ends the process there.
        """
        focused = new if new is not None else old
        if focused is None or not focused.window().isVisible():
            return
        wanted = new if new is not None and wants_ring(new) else None
        if self._ring is not None and not shiboken6.isValid(self._ring):
            self._ring = None  # it went with the pane it lay in
        if self._ring is None and wanted is not None:
            self._ring = FocusRing(wanted.window())
        if self._ring is not None:
            self._ring.surround(wanted)


def wants_ring(widget: QWidget) -> bool:
    """Say whether the ring belongs around a widget that just got the focus: only when the keyboard brought it."""
    is_bare = isinstance(widget, QTextEdit | QPlainTextEdit) and widget.frameShape() is QFrame.Shape.NoFrame
    if (isinstance(widget, _OWN_FOCUS) and not is_bare) or widget.property("ownFocus") or widget.isWindow():
        return False
    if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
        return False
    return widget.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
