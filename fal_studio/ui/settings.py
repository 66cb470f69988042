"""The window's door to the settings: what holds now, and what somebody changes."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from fal_studio.core.request import Json
    from fal_studio.core.settings import Settings


class SettingsDoor(QObject):
    """A change goes out at once; `put` tells all who show settings what holds then."""

    wanted = Signal()
    """Somebody wants to see them: answer with `put`."""
    changed = Signal(object)
    """New values by key: they hold at once, and are written down. Answer with `put`, or with `fail`."""
    put = Signal(object)
    """The Settings that hold now."""
    failed = Signal(str)
    """Why a change cannot be kept."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.now: Settings | None = None
        """As they were told last; None before anybody asked."""
        self.put.connect(self._on_put)

    def change(self, values: "Mapping[str, Json]") -> None:
        """Let settings have other values."""
        if values:
            self.changed.emit(dict(values))

    def set_one(self, key: str, value: "Json") -> None:
        """Let one setting have another value."""
        self.change({key: value})

    def _on_put(self, settings: "Settings") -> None:
        self.now = settings
