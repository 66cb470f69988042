"""How a notification reaches whoever is not looking: the way of each system behind one door."""

import importlib
import sys
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal

from fal_studio.app.tray import Tray


class Notifier(Protocol):
    """Shows notifications; where nothing can be shown, that is silent."""

    @property
    def activated(self) -> Any:
        """The signal with the key of a notification that was pressed."""
        ...

    def show(self, key: str, title: str, body: str, sound: str = "") -> None:
        """Show one; `sound`: a name of the freedesktop sound naming specification, "" for silence."""
        ...

    def close(self) -> None:
        """Show nothing any more."""
        ...


class TrayNotifier(QObject):
    """Messages of the tray icon: macOS and Windows have no other way in Qt. Whether there is a sound is theirs to decide."""

    activated = Signal(str)

    def __init__(self, tray: Tray, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tray, self._last, self._is_closed = tray, "", False
        tray.pressed.connect(self._on_pressed)

    def show(self, key: str, title: str, body: str, sound: str = "") -> None:
        """Show it in the place of the one before."""
        del sound
        # What was on its way from another thread when this was closed still comes.
        if not self._is_closed and self._tray.tell(title, body):
            self._last = key

    def close(self) -> None:
        """Forget what was shown, and show nothing more; the tray goes with its owner."""
        self._last, self._is_closed = "", True

    def _on_pressed(self) -> None:
        if self._last:
            self.activated.emit(self._last)


class BusOrTray(QObject):
    """A Linux desktop: its notification service; the tray for what no service has shown."""

    activated = Signal(str)

    def __init__(self, tray: Tray, parent: QObject | None = None) -> None:
        super().__init__(parent)
        module: Any = importlib.import_module("fal_studio.app.desktop")
        self._in_tray = TrayNotifier(tray, self)
        self._desktop = module.Desktop(self)
        self._desktop.refused.connect(self._in_tray.show)  # a slot of an object: it runs in this thread
        for one in (self._desktop, self._in_tray):
            one.activated.connect(self.activated)

    def show(self, key: str, title: str, body: str, sound: str = "") -> None:
        """Show it, once."""
        self._desktop.show(key, title, body, sound)

    def close(self) -> None:
        """Show nothing any more."""
        self._desktop.close()
        self._in_tray.close()


def of_system(tray: Tray, parent: QObject | None = None) -> Notifier:
    """Return what shows notifications on this system."""
    return BusOrTray(tray, parent) if sys.platform == "linux" else TrayNotifier(tray, parent)
