"""The profile in front: its chip, the menu that changes it, and the keys that are added and removed."""

import importlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from fal_studio.core.accounts import EMULATOR
from fal_studio.ui.accounts import Accounts, KeyringWords
from fal_studio.ui.shell.pages import Pages
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.profile_chip import ProfileChip
from fal_studio.ui.widgets.toasts import News, ToastHost
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.shell.add_key import AddKeyPanel
    from fal_studio.ui.shell.profile_panel import ProfilePanel


_RESTORE = "restore key:"


class Host(Protocol):
    """What it needs of the window."""

    pages: Pages

    @property
    def workspace(self) -> Workspace:
        """The request in front."""
        ...

    def show_tabs(self) -> None:
        """Show the tabs of all requests anew."""

    def copy(self, text: str) -> None:
        """Put text on the clipboard."""

    def browse_models(self, words: str = "", endpoint: str = "") -> None:
        """Open the sheet of models."""


class Profiles(QObject):
    """Switches the request or the live session in front; each keeps its own profile."""

    spent_wanted = Signal()
    """What was spent is to be shown."""

    def __init__(
        self,
        host: Host,
        window: QWidget,
        chip: ProfileChip,
        accounts: Accounts,
        toasts: ToastHost,
        restart: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._toasts = toasts
        self._host, self._window, self._chip, self._restart = host, window, chip, restart
        self.accounts = accounts
        self._address = ""
        self.panel: AddKeyPanel | None = None
        self.profiles: ProfilePanel | None = None
        self._keyring: KeyringWords | None = None
        chip.clicked.connect(self.open_menu)
        accounts.changed.connect(self._on_changed)
        accounts.removed.connect(self._on_removed)
        accounts.problem.connect(self._on_problem)
        accounts.keyring.connect(self._on_keyring)
        accounts.reading.connect(self._on_reading)
        accounts.asking.connect(self._on_asking)
        toasts.action_wanted.connect(self._on_toast_action)

    def show_address(self, address: str) -> None:
        """Tell where the emulator is; "" while it is not running."""
        self._address = address

    @property
    def in_front(self) -> str:
        """The profile of what is in front: that of the live session, or of the request."""
        return self._host.pages.live_profile or self._host.workspace.profile

    def show_front(self) -> None:
        """Show the profile of what is in front."""
        profile = self.in_front
        self._chip.set_profile(*self.accounts.words(profile), self.accounts.swatch(profile))

    def switch(self, profile: str) -> None:
        """Make the calls of what is in front with another profile."""
        if self._host.pages.live_profile:
            self._host.pages.use_profile(profile, is_at_fal=self.accounts.is_at_fal(profile))
            return
        space = self._host.workspace
        if profile != space.profile:
            space.set_profile(profile)
            if space.is_elsewhere:
                self._host.browse_models()

    def add_key(self) -> None:
        """Ask for a fal key."""
        if self.panel is None:
            module: Any = importlib.import_module("fal_studio.ui.shell.add_key")
            panel: AddKeyPanel = module.AddKeyPanel(self.accounts, self._window)
            panel.added.connect(self.switch)
            self.panel = panel
        px = current().px
        corner = self._chip.mapTo(self._window, self._chip.rect().bottomRight())
        self.panel.open_at(corner.x() + 1, corner.y() + px(8))

    def manage(self) -> None:
        """Show the profiles, to be changed."""
        if self.profiles is None:
            module: Any = importlib.import_module("fal_studio.ui.shell.profile_panel")
            panel: ProfilePanel = module.ProfilePanel(self.accounts, self._window)
            panel.key_wanted.connect(self.add_key)
            panel.chosen.connect(self.switch)
            self.profiles = panel
        self.profiles.show_in(self._window, self.in_front, self._address)

    def menu(self) -> QMenu:
        """Return the menu as it is now."""
        menu = QMenu(self._window)
        menu.setToolTipsVisible(True)
        front = self.in_front
        group = QActionGroup(menu)
        for profile in (EMULATOR, *self.accounts.names):
            name, note = self.accounts.words(profile)
            action = menu.addAction(f"{name}, {note}", partial(self.switch, profile))
            action.setCheckable(True)
            action.setChecked(profile == front)
            group.addAction(action)
        menu.addSeparator()
        menu.addAction(tr("Add a fal key…"), self.add_key)
        menu.addAction(tr("Manage profiles…"), self.manage)
        line = _KeyringLine(menu.addAction(tr("Keyring"), self.add_key))
        line.show(self._keyring)
        self.accounts.keyring.connect(line.show)
        menu.addAction(tr("What was spent…"), self.spent_wanted.emit)
        if self.accounts.names:
            remove = menu.addMenu(tr("Remove a profile"))
            for profile in self.accounts.names:
                remove.addAction(profile, partial(self.accounts.remove_wanted.emit, profile))
        menu.addSeparator()
        if self._address:
            menu.addAction(
                tr("Copy {address}").format(address=self._address), partial(self._host.copy, self._address)
            )
        menu.addAction(tr("Start the emulator again"), self._restart)
        return menu

    def open_menu(self) -> None:
        """Offer the profiles."""
        self.accounts.open_wanted.emit()  # the answer comes while it is open
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        left = self._chip.width() - menu.sizeHint().width()  # it stands at the right edge of the window
        menu.popup(self._chip.mapToGlobal(QPoint(min(0, left), self._chip.height() + 4)))

    def _on_keyring(self, words: KeyringWords) -> None:
        self._keyring = words

    def _on_asking(self) -> None:
        if self.panel is None or not self.panel.isVisible():  # it says so itself
            self._toasts.tell(
                News(
                    tr("The keyring is asking"),
                    "ask",
                    detail=tr("Answer its window; the key is stored then."),
                )
            )

    def _on_reading(self, name: str) -> None:
        words = tr("The keyring is asking about the key {name}").format(name=name)
        self._toasts.tell(
            News(
                words,
                "ask",
                detail=tr("Answer its window. A call that needs the key waits; Esc gives it up."),
            )
        )

    def _on_removed(self, name: str, can_undo: bool) -> None:
        words = tr("Removed the profile {name}").format(name=name)
        self._toasts.tell(News(words, "info", tr("Undo") if can_undo else "", _RESTORE + name))

    def _on_toast_action(self, key: str) -> None:
        if key.startswith(_RESTORE):
            self.accounts.restore_wanted.emit(key.removeprefix(_RESTORE))

    def _on_problem(self, words: str) -> None:
        if not any(panel is not None and panel.isVisible() for panel in (self.panel, self.profiles)):
            self._toasts.tell(News(words, "bad"))

    def _on_changed(self) -> None:
        self._host.workspace.refresh()
        self._host.show_tabs()
        self.show_front()
        self._window.update()  # rows of calls show the colours, too


class _KeyringLine(QObject):
    """A line of the menu: where keys are kept, or why they cannot be, which leads to what to do."""

    def __init__(self, action: QAction) -> None:
        super().__init__(action)
        self._action = action

    def show(self, words: KeyringWords | None) -> None:
        """Say what is known of the keyring by now."""
        self._action.setVisible(words is not None)
        if words is not None:
            kept = tr("Keys are kept in {name}").format(name=words.name)
            self._action.setText(
                kept if words.is_usable else tr("Keyring: {state}. What to do…").format(state=words.state)
            )
            self._action.setToolTip(words.problem or kept)
            self._action.setEnabled(not words.is_usable)
