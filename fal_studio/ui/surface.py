"""Grounds of panes: which of the theme's surfaces a plain widget, a list or a text shows."""

from typing import Literal, TypeVar

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from fal_studio.ui.controls import GROUNDS
from fal_studio.ui.theme import current

Surface = Literal["window", "rail", "panel", "float", "field", "stage", "ask", "bad"]
W = TypeVar("W", bound=QWidget)


def laid(widget: W, surface: Surface) -> W:
    """Give a widget its ground and return it; the style fills it."""
    widget.setProperty("surface", surface)
    widget.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    widget.update()
    return widget


def grounded(view: QAbstractScrollArea, surface: Surface) -> None:
    """Give a list or a text another ground than its class has, in every theme."""
    _Ground(view, surface)


class _Ground(QObject):
    """Keeps the palette of a view at its surface; it goes when the view goes."""

    def __init__(self, view: QAbstractScrollArea, surface: Surface) -> None:
        super().__init__(view)
        self._view = view
        self._surface: Surface = surface
        self._follow_theme()
        current().changed.connect(self._follow_theme)

    def _follow_theme(self) -> None:
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Base, current().color(GROUNDS[self._surface]))
        self._view.setPalette(palette)
