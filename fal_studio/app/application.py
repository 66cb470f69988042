"""The application as the systems see it: what macOS asks it to open, and by what name Windows knows it."""

import importlib
import logging
import sys
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QUrl, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from fal_studio.store.paths import APP_ID

_logger = logging.getLogger(__name__)


class Application(QApplication):
    """Takes what the system wants opened: macOS hands files and links to a running program as events, not as words of a start."""

    asked = Signal(str)
    """A link, or the path of a file."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(list(words))
        self._kept: list[str] | None = []

    def hand_on(self) -> None:
        """Tell what was asked for so far, and everything else as it comes."""
        kept, self._kept = self._kept or [], None
        for thing in kept:
            self.asked.emit(thing)

    def event(self, event: QEvent) -> bool:
        """Take in what is to be opened."""
        if event.type() is not QEvent.Type.FileOpen or not isinstance(event, QFileOpenEvent):
            return super().event(event)
        thing = event.file() or event.url().toString(QUrl.ComponentFormattingOption.FullyEncoded)
        if self._kept is None:
            self.asked.emit(thing)
        else:
            self._kept.append(thing)
        return True


def name_process() -> None:
    """Tell Windows whose windows these are, before there is one: else its taskbar gathers them with all others of Python.

    SetCurrentProcessExplicitAppUserModelID, shobjidl_core.h. Other systems know it from the name of the desktop entry.
    """
    if sys.platform != "win32":
        return
    ctypes: Any = importlib.import_module("ctypes")
    try:
        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(ctypes.c_wchar_p(APP_ID))
    except (AttributeError, OSError) as error:
        _logger.info("the taskbar does not know the program's name: %s", error)
