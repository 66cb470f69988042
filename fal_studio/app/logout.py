"""The end of the desktop's session: what is open is written down before the desktop goes on, and nothing is asked."""

import logging
import sys
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QSessionManager

from fal_studio.commands.desktop import launcher

if TYPE_CHECKING:
    from fal_studio.app.program import Program

CALLED_OFF_AFTER_MS = 60_000
"""A logout that has not come by then was called off by somebody: closing the window tells of open calls again."""
_logger = logging.getLogger(__name__)


class Manager(Protocol):
    """What is told to the desktop's session (a `QSessionManager`)."""

    def setRestartHint(self, hint: QSessionManager.RestartHint, /) -> None:
        """Say whether the program is to be started again with the next session."""

    def setRestartCommand(self, command: list[str], /) -> None:
        """Say how."""


class Logout(QObject):
    """Hears of the end of the session before the window is closed by it."""

    def __init__(self, program: "Program", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._program = program
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(CALLED_OFF_AFTER_MS)
        self._later.timeout.connect(self._on_called_off)
        app = QCoreApplication.instance()
        if isinstance(app, QGuiApplication):
            # At once: the session goes on as soon as this returns.
            app.commitDataRequest.connect(self.commit, Qt.ConnectionType.DirectConnection)

    def commit(self, manager: Manager) -> None:
        """Write down drafts, layout and facts within a second; open calls at fal are taken up at the next start."""
        _logger.info("the session ends: drafts and calls are written down")
        self._program.desk.save()
        self._program.records.write_now()
        self._program.window.is_leaving = True
        self._later.start()
        manager.setRestartHint(QSessionManager.RestartHint.RestartIfRunning)
        manager.setRestartCommand([*launcher(), *sys.argv[1:]])

    def _on_called_off(self) -> None:
        self._program.window.is_leaving = False
