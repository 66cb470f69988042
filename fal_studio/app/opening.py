"""The first moments: the window is drawn and reacts on Qt's own loop, while asyncio and the rest are loaded behind it.

Qt's loop here ends before asyncio's begins: the one is never run inside the other.
"""

import importlib
import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEventLoop, QObject, QTimer, Signal

from fal_studio.app.class_room import make_room
from fal_studio.app.plain_import import modules

if TYPE_CHECKING:
    from fal_studio.app.program import Program

FIRST_KEY_MS = 30
"""How long the painted window has the process to itself: loading the rest would hold up the first keys."""
NEXT = "fal_studio.app.life"


class Opening(QObject):
    """Opens a program's window and returns when it is time for the program's life."""

    _loaded = Signal()
    """Emitted in the loading thread, received in the window's."""

    def __init__(self, program: "Program") -> None:
        super().__init__()
        self._program = program
        self._before: dict[signal.Signals, Any] = {}
        self._thread = threading.Thread(target=self._load, name="loading", daemon=True)
        self._is_known = True
        """Whether the next start finds all modules of this one in one file."""
        self._loop = QEventLoop(self)
        self._loaded.connect(self._loop.quit)
        program.opened.connect(self._on_opened)

    def show(self) -> None:
        """Show the window and return when asyncio is loaded; the window reacts meanwhile."""
        self._before = {
            number: signal.signal(number, self._on_signal) for number in (signal.SIGTERM, signal.SIGINT)
        }
        self._program.open()
        self._loop.exec()
        self._thread.join()

    def give_back(self) -> None:
        """Let signals do what they did before. Not before the end: asyncio takes them over a moment after `show`."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _on_opened(self) -> None:
        QTimer.singleShot(FIRST_KEY_MS, self._begin)

    def _begin(self) -> None:
        make_room()
        self._is_known = modules.is_complete()
        self._thread.start()

    def _load(self) -> None:
        try:
            if not self._is_known:
                modules.write()
            # What does not load here fails again, and is told, where it is used.
            importlib.import_module(NEXT)
        finally:
            self._loaded.emit()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._program.close()
