"""The end of the program, when the window is closed: open calls are told about first."""

import importlib
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from fal_studio.ui.models import Calls

if TYPE_CHECKING:
    from fal_studio.ui.shell.closing import ClosingSheet


class Leaving(QObject):
    """Asks once; whoever closes again means it."""

    closing = Signal()
    """The program shall end."""

    def __init__(self, calls: Calls, window: QWidget) -> None:
        super().__init__(window)
        self._calls, self._window = calls, window
        self.sheet: ClosingSheet | None = None

    def ask(self, *, is_sure: bool) -> None:
        """Tell what becomes of open calls, or close if none is open. `is_sure`: nobody is there to be told."""
        module: Any = importlib.import_module("fal_studio.ui.shell.closing")
        sentences: list[str] = module.outlook(self._calls.state(call) for call in self._calls.open_ids())
        if not sentences or is_sure or (self.sheet is not None and self.sheet.isVisible()):
            self.closing.emit()
            return
        sheet: ClosingSheet = self.sheet or module.ClosingSheet(self._window)
        if self.sheet is None:
            self.sheet = sheet
            sheet.close_wanted.connect(self.closing)
        sheet.tell(sentences)
