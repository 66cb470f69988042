"""An icon in the desktop's tray, for whoever wants one: what goes on in words, and the few things one does from there.

It is no place to live: closing the window ends the program with it or without it. Where messages can only be shown beside
an icon, it comes for them, and goes when the window is looked at.
"""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QIcon, QWindow
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from fal_studio import resources
from fal_studio.core.settings import Settings
from fal_studio.figures import number
from fal_studio.store.paths import APP_ID
from fal_studio.ui.models import Calls
from fal_studio.ui.shell.window import MainWindow
from fal_studio.words import tr, trn

ICON_SIZES = (16, 24, 32, 48, 64)


class Tray(QObject):
    """There is no icon before somebody or something wants one, nor where the desktop has no tray."""

    pressed = Signal()
    """Somebody pressed on a message: most likely the last one, the systems do not say which."""

    def __init__(self, window: MainWindow, calls: Calls, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window, self._calls = window, calls
        self.icon: QSystemTrayIcon | None = None
        self.menu: QMenu | None = None
        self._state: QAction | None = None
        self._is_wanted = self._is_telling = False
        calls.settled.connect(self._on_settled)
        window.settings.put.connect(self._on_settings)
        if window.settings.now is not None:
            self._on_settings(window.settings.now)
        window.actions_["queue.pause"].changed.connect(self._say)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusWindowChanged.connect(self._on_focus_changed)

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

    def tell(self, title: str, body: str) -> bool:
        """Show a message; the icon is there until somebody looks at the window. False: no tray here shows messages."""
        if not (QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()):
            return False
        self._is_telling = True
        icon = self.icon or self._open()
        icon.showMessage(title, body, icon.icon())
        return True

    def close(self) -> None:
        """Take the icon away for good."""
        self._is_wanted = self._is_telling = False
        self._remove()

    def _on_settings(self, settings: Settings) -> None:
        self._is_wanted = settings.tray
        self._fit()

    def _on_focus_changed(self, focused: QWindow | None) -> None:
        if self._is_telling and focused is not None and focused is self._window.windowHandle():
            self._is_telling = False
            self._fit()

    def _fit(self) -> None:
        """Have an icon, or none."""
        is_needed = (self._is_wanted or self._is_telling) and QSystemTrayIcon.isSystemTrayAvailable()
        if is_needed and self.icon is None:
            self._open()
        elif not is_needed:
            self._remove()

    def _open(self) -> QSystemTrayIcon:
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
        icon.messageClicked.connect(self.pressed)
        self.icon, self.menu = icon, menu
        self._say()
        icon.show()
        return icon

    def _remove(self) -> None:
        if self.icon is not None:
            self.icon.hide()
            self.icon.deleteLater()
            self.icon = None
        if self.menu is not None:
            self.menu.deleteLater()
            self.menu = self._state = None

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
