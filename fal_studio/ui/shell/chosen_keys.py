"""Keys that somebody chose, of commands and of views: held the same in the settings and in the window."""

import msgspec
from PySide6.QtCore import QObject

from fal_studio.core.settings import Settings
from fal_studio.ui import key_choice
from fal_studio.ui.actions import Actions
from fal_studio.ui.settings import SettingsDoor


class ChosenKeys(QObject):
    """Binds the keys that the settings say, and has those kept that are chosen elsewhere."""

    def __init__(self, settings: SettingsDoor, actions: Actions) -> None:
        super().__init__(actions)
        self._settings, self._actions = settings, actions
        settings.put.connect(self._on_put)
        actions.rebound.connect(self._on_rebound)
        key_choice.current().changed.connect(self._on_view_keys_changed)

    def _on_put(self, settings: Settings) -> None:
        if settings.shortcuts != self._actions.bound:
            self._actions.rebind(settings.shortcuts)
        key_choice.current().take(settings.view_keys, letters=settings.letter_keys)

    def _on_rebound(self) -> None:
        now = self._settings.now
        if now is not None and now.shortcuts != self._actions.bound:
            self._settings.change({"shortcuts": msgspec.to_builtins(self._actions.bound)})

    def _on_view_keys_changed(self) -> None:
        chosen = key_choice.current().chosen
        if self._settings.now is not None and self._settings.now.view_keys != chosen:
            self._settings.change({"view_keys": msgspec.to_builtins(chosen)})
