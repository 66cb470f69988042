"""Parts of the window that are loaded and built when somebody first wants them."""

import importlib
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow

from fal_studio.ui.actions import Actions
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.history import History
from fal_studio.ui.models import Calls
from fal_studio.ui.saved import SavedFiles
from fal_studio.ui.settings import SettingsDoor

if TYPE_CHECKING:
    from fal_studio.ui.palette.sheet import ShortcutSheet
    from fal_studio.ui.shell.announcing import Announcing
    from fal_studio.ui.shell.dropped import Dropped
    from fal_studio.ui.shell.earlier_prompts import EarlierPrompts
    from fal_studio.ui.shell.handed import HandedFiles
    from fal_studio.ui.shell.offering import Offering
    from fal_studio.ui.shell.pasting import Pasting
    from fal_studio.ui.shell.presets import Presets
    from fal_studio.ui.shell.saving import Saving
    from fal_studio.ui.shell.settings_page import SettingsPage

BEHIND = (
    "fal_studio.core.written",
    "fal_studio.ui.compare.desk",
    "fal_studio.ui.compare.pane",
    "fal_studio.ui.shell.compare_outputs",
    "fal_studio.ui.shell.comparing_calls",
    "fal_studio.ui.shell.kept_comparisons",
    "fal_studio.ui.shell.closing",
    "fal_studio.ui.shell.file_choice",
    "fal_studio.ui.shell.files",
    "fal_studio.ui.shell.offering",
    "fal_studio.ui.shell.handed",
    "fal_studio.ui.shell.help_panel",
    "fal_studio.ui.shell.outlets",
    "fal_studio.ui.output.viewer",
    "fal_studio.ui.palette.sheet",
    "fal_studio.ui.shell.pasting",
    "fal_studio.ui.shell.dropped",
    "fal_studio.ui.shell.profile_panel",
    "fal_studio.ui.shell.spent_panel",
    "fal_studio.ui.shell.settings_page",
    "fal_studio.ui.shell.web",
)
"""What the window does not need before somebody does something with it: loaded behind it."""


class Host(Protocol):
    """What these parts stand on."""

    saved: SavedFiles
    history: History
    settings: SettingsDoor
    actions_: Actions

    @property
    def catalogue(self) -> Catalogue:
        """The endpoints that are known."""
        ...


class Later(QObject):
    """Builds each part once. A part that needs the window takes it as its host, see there for what it needs."""

    def __init__(self, host: Host, window: QMainWindow, calls: Calls) -> None:
        super().__init__(window)
        self._host, self._window, self._calls = host, window, calls

    @cached_property
    def saving(self) -> "Saving":
        """Requests as files."""
        return _shell("saving").Saving(self._host, self._window, self._host.saved, self._host.catalogue)

    @cached_property
    def pasting(self) -> "Pasting":
        """Requests from what is pasted or dropped."""
        pasting: Pasting = _shell("pasting").Pasting(self._host, self._window)
        pasting.file_wanted.connect(self._on_file_wanted)
        return pasting

    @cached_property
    def dropped(self) -> "Dropped":
        """What is dropped on the window."""
        return _shell("dropped").Dropped(self._host, self._window)

    @cached_property
    def handed(self) -> "HandedFiles":
        """Links and files from outside."""
        return _shell("handed").HandedFiles(self._host, self._window)

    @cached_property
    def presets(self) -> "Presets":
        """Arguments with a name."""
        return _shell("presets").Presets(self._host, self._window, self._host.saved, self._host.catalogue)

    @cached_property
    def earlier(self) -> "EarlierPrompts":
        """Earlier prompts in the prompt's place."""
        return _shell("earlier_prompts").EarlierPrompts(self._host, self._host.history, self._window)

    @cached_property
    def offering(self) -> "Offering":
        """The command palette, and what it offers."""
        return _shell("offering").Offering(self._host, self._window, self._calls)

    @cached_property
    def announcing(self) -> "Announcing":
        """What a screen reader says by itself; wanted when one listens."""
        return _shell("announcing").Announcing(self._calls, self._window)

    @cached_property
    def settings_page(self) -> "SettingsPage":
        """All settings."""
        return _shell("settings_page").SettingsPage(self._host.settings, self._host.actions_, self._window)

    @cached_property
    def shortcuts(self) -> "ShortcutSheet":
        """The sheet of shortcuts."""
        sheets: Any = importlib.import_module("fal_studio.ui.palette.sheet")
        return sheets.ShortcutSheet(self._host.actions_, self._window)

    def open_palette(self) -> None:
        """Offer everything that can be done or opened."""
        self.offering.open()

    def switch_request(self) -> None:
        """Offer the requests, open and saved."""
        self.offering.open_requests()

    def show_settings(self, key: str = "") -> None:
        """Show all settings, at one of them if need be."""
        self.settings_page.show_in(self._window, key)

    def show_shortcuts(self) -> None:
        """Show every key, to be searched and changed."""
        self.shortcuts.show_in(self._window)

    def let_go(self) -> None:
        """Stop what still works in those that were built."""
        if "announcing" in self.__dict__:
            self.announcing.let_go()
        if "pasting" in self.__dict__:
            self.pasting.close()

    def _on_file_wanted(self, file: str) -> None:
        self.handed.open_file(file)


def _shell(name: str) -> Any:
    return importlib.import_module(f"fal_studio.ui.shell.{name}")
