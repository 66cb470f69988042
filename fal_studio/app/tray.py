"""An icon in the desktop's tray, for whoever wants one: what goes on in words, and the few things one does from there.

It is no place to live: closing the window ends the program with it or without it.
"""

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from fal_studio import resources
from fal_studio.core.settings import Settings
from fal_studio.figures import number
from fal_studio.store.paths import APP_ID
from fal_studio.ui.models import Calls
from fal_studio.ui.shell.window import MainWindow
from fal_studio.words import tr, trn

ICON_SIZES = (16, 24, 32, 48, 64)


class Tray(QObject):
    """There is no icon before somebody wants one, nor where the desktop has no tray."""

    def __init__(self, window: MainWindow, calls: Calls, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window, self._calls = window, calls
        self.icon: QSystemTrayIcon | None = None
        self.menu: QMenu | None = None
        self._state: QAction | None = None
        calls.settled.connect(self._on_settled)
        window.settings.put.connect(self._on_settings)
        if window.settings.now is not None:
            self._on_settings(window.settings.now)
        window.actions_["queue.pause"].changed.connect(self._say)

    @property
    def words(self) -> str:
        """What goes on, in words."""
        count = len(self._calls.open_ids())
        parts = [
            trn("{count} call is open", "{count} calls are open", count).format(count=number(count))
            if count
            else tr("No call is open"),
            *([tr("sending is paused")] if self._window.commands.is_paused else []),
        ]
        return ", ".join(parts)

    def close(self) -> None:
        """Take the icon away."""
        if self.icon is not None:
            self.icon.hide()
            self.icon.deleteLater()
            self.icon = None
        if self.menu is not None:
            self.menu.deleteLater()
            self.menu = self._state = None

    def _on_settings(self, settings: Settings) -> None:
        is_wanted = settings.tray and QSystemTrayIcon.isSystemTrayAvailable()
        if is_wanted and self.icon is None:
            self._open()
        elif not is_wanted and self.icon is not None:
            self.close()

    def _open(self) -> None:
        window = self._window
        menu = QMenu(window)
        self._state = menu.addAction("")
        self._state.setEnabled(False)
        menu.addSeparator()
        menu.addAction(tr("&Show fal Studio"), window.come_forward)
        menu.addAction(window.actions_["queue.pause"])
        menu.addSeparator()
        menu.addAction(window.actions_["app.quit"])
        picture = QIcon()
        for size in ICON_SIZES:
            picture.addFile(str(resources.path("desktop", "icons", f"{APP_ID}-{size}.png")))
        icon = QSystemTrayIcon(picture, self)
        icon.setContextMenu(menu)
        icon.activated.connect(self._on_activated)
        self.icon, self.menu = icon, menu
        self._say()
        icon.show()

    def _on_activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is QSystemTrayIcon.ActivationReason.Trigger:
            self._window.come_forward()

    def _on_settled(self, _changed: tuple[str, ...]) -> None:
        self._say()

    def _say(self) -> None:
        if self.icon is None or self._state is None or self._state.text() == self.words:
            return
        self._state.setText(self.words)
        self.icon.setToolTip(tr("fal Studio: {words}").format(words=self.words))
