"""Grounds of panes: which of the theme's surfaces a plain widget shows."""

from typing import Literal, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

Surface = Literal["window", "rail", "panel", "float", "field", "stage", "ask", "bad"]
W = TypeVar("W", bound=QWidget)


def laid(widget: W, surface: Surface) -> W:
    """Give a widget its ground and return it."""
    widget.setProperty("surface", surface)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    return widget
