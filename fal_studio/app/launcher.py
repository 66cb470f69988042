"""What the program's entry in a launcher, dock or taskbar shows: how many calls are open, how far they are, and failures."""

import importlib
import sys
from typing import Any, NamedTuple, Protocol

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QApplication

from fal_studio.core.call import Phase
from fal_studio.core.request import Mode
from fal_studio.core.settings import Settings
from fal_studio.ui.models import Calls
from fal_studio.ui.shell.window import MainWindow

EVERY_MS = 250
"""No more often is anything told: a stream changes sixty times a second."""


class Shown(NamedTuple):
    """What the entry shows."""

    count: int = 0
    """Open calls; 0 shows no number."""
    fraction: float | None = None
    """0 to 1; None where nobody knows how far they are."""
    is_urgent: bool = False


class Launcher(Protocol):
    """Shows it, in the way of one system; where nothing can be shown, that is silent."""

    def show(self, shown: Shown) -> None:
        """Show it."""
        ...

    def close(self) -> None:
        """Leave the entry as it was without us."""
        ...


class Badge:
    """The number on an icon, where Qt can set one: macOS and Windows. Progress is not shown."""

    def show(self, shown: Shown) -> None:
        """Show the number."""
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.setBadgeNumber(shown.count)

    def close(self) -> None:
        """Take the number away."""
        self.show(Shown())


def of_system() -> Launcher:
    """Return what shows it on this system."""
    if sys.platform != "linux":
        return Badge()
    module: Any = importlib.import_module("fal_studio.app.launcher_bus")
    launcher: Launcher = module.LauncherBus()
    return launcher


class LauncherEntry(QObject):
    """Watches the calls. Nothing is told before there is the first call, or to whom the setting is off."""

    def __init__(
        self,
        window: MainWindow,
        calls: Calls,
        launcher: Launcher | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._window, self._calls, self._launcher = window, calls, launcher
        self._round: dict[str, bool] = {}
        """Calls since none was open, and whether each has ended: how far all of them are is counted in these."""
        self._is_urgent = False
        self._is_wanted = True
        self._told = Shown()
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(EVERY_MS)
        self._later.timeout.connect(self._tell)
        calls.settled.connect(self._on_settled)
        window.settings.put.connect(self._on_settings)
        if window.settings.now is not None:
            self._on_settings(window.settings.now)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusWindowChanged.connect(self._on_focus_changed)

    @property
    def shown(self) -> Shown:
        """What there is to show."""
        if not self._is_wanted:
            return Shown()
        count = sum(not is_ended for is_ended in self._round.values())
        return Shown(count, self._fraction() if count else None, self._is_urgent)

    def close(self) -> None:
        """Watch no more."""
        self._later.stop()
        self._calls.settled.disconnect(self._on_settled)
        if self._launcher is not None:
            self._launcher.close()

    def _on_settled(self, changed: tuple[str, ...]) -> None:
        for call in changed:
            if not self._calls.is_ours(call):
                continue
            state = self._calls.state(call)
            if (
                state.mode is Mode.REALTIME
            ):  # a session goes on until somebody ends it: there is nothing to wait for
                continue
            has_ended = state.is_ended and not self._round.get(call, True)
            if call in self._round or not state.is_ended:
                self._round[call] = state.is_ended
            if has_ended and state.phase is Phase.FAILED:
                self._on_failed()
        if all(self._round.values()):
            self._round.clear()
        if not self._later.isActive() and self.shown != self._told:
            self._later.start()

    def _on_failed(self) -> None:
        if self._window.isActiveWindow() or not self._is_wanted:
            return
        self._is_urgent = True
        QApplication.alert(self._window)

    def _on_focus_changed(self, focused: QWindow | None) -> None:
        if self._is_urgent and focused is not None and focused is self._window.windowHandle():
            self._is_urgent = False
            self._tell()

    def _on_settings(self, settings: Settings) -> None:
        self._is_wanted = settings.launcher
        self._tell()

    def _fraction(self) -> float | None:
        """Return how far the calls are, as far as it is known: those that ended, and what the server told of the others."""
        fractions = [
            self._calls.state(call).fraction for call, is_ended in self._round.items() if not is_ended
        ]
        ended = sum(self._round.values())
        if not ended and all(one is None for one in fractions):
            return None
        return (ended + sum(one or 0.0 for one in fractions)) / len(self._round)

    def _tell(self) -> None:
        if self.shown == self._told:
            return
        if self._launcher is None:
            self._launcher = of_system()
        self._told = self.shown
        self._launcher.show(self._told)
