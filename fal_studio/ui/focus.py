"""The focus ring: shown around the control that the keyboard reached, outside its edge."""

from typing import cast

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QFocusFrame,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from fal_studio.ui import paint, tokens
from fal_studio.ui.controls import prop
from fal_studio.ui.theme import current

_OWN_FOCUS = (QLineEdit, QTextEdit, QPlainTextEdit, QAbstractSpinBox, QAbstractItemView)
"""These show focus at their own edge or in a row."""
_NAME = "focusRing"


class FocusRing(QFocusFrame):
    """A ring of 2 px, 2 px away from the focused control. It needs no room in a layout.

    A widget with the dynamic property `ownFocus` draws its focus itself; `radius` names its corner radius.
    """

    @classmethod
    def follow(cls, app: QApplication) -> "FocusRing":
        """Make the application's ring and let it follow the keyboard focus."""
        ring = cls()
        ring.setObjectName(_NAME)
        app.focusChanged.connect(ring._on_app_focus_changed)
        # Children of the application are not shown; the ring becomes a child of the focused window.
        app.setProperty("falFocusRing", ring)
        return ring

    def _on_app_focus_changed(self, old: QWidget | None, new: QWidget | None) -> None:
        del old
        self.setWidget(new if new is not None and wants_ring(new) else None)  # pyright: ignore[reportArgumentType]

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


def wants_ring(widget: QWidget) -> bool:
    """Say whether the ring belongs around a widget that just got the focus: only when the keyboard brought it."""
    if isinstance(widget, _OWN_FOCUS) or widget.property("ownFocus") or widget.isWindow():
        return False
    if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
        return False
    return widget.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
