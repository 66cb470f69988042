"""The place for the line that tells of changed inputs; the line is built when an endpoint's first have changed."""

import importlib
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fal_studio.ui.catalogue import Endpoint

if TYPE_CHECKING:
    from fal_studio.ui.request.change_line import ChangeLine


class ChangePlace(QObject):
    """Stands in a column, behind a widget of it."""

    show_wanted = Signal()
    """Show all about the endpoint."""
    seen = Signal()
    """Somebody knows by now."""

    def __init__(self, column: QVBoxLayout, behind: QWidget, window: QWidget) -> None:
        super().__init__(window)
        self._column, self._behind, self._window = column, behind, window
        self.line: ChangeLine | None = None
        """None before there was anything to tell."""

    def tell(self, known: Endpoint) -> None:
        """Say what changed at an endpoint since somebody last looked; nothing if nothing did."""
        if known.change is None and self.line is None:
            return
        if self.line is None:
            module: Any = importlib.import_module("fal_studio.ui.request.change_line")
            line: ChangeLine = module.ChangeLine(self._window)
            line.show_wanted.connect(self.show_wanted)
            line.seen.connect(self.seen)
            self._column.insertWidget(self._column.indexOf(self._behind) + 1, line)
            self.line = line
        self.line.tell(known.change)
