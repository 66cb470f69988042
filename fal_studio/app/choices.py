"""Settings that are changed in the window: written down, and obeyed at once."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject

from fal_studio.core import settings as declared
from fal_studio.core.request import Json
from fal_studio.store import preferences
from fal_studio.store.paths import Folders
from fal_studio.store.problems import StoreError
from fal_studio.ui.prices import Prices
from fal_studio.ui.shell.queue_settings import QueueSettings
from fal_studio.ui.shell.save_rules import SaveRules

if TYPE_CHECKING:
    from fal_studio.app.engine import Engine

Do = Callable[[Callable[["Engine"], None]], None]


class Choices(QObject):
    """Joins the panel to the settings file and the engine; made when the panel is first opened."""

    def __init__(
        self,
        panel: QueueSettings,
        do: Do,
        kept: Folders,
        prices: Prices,
        rules: SaveRules,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._rules = rules
        self._panel, self._do, self._kept, self._prices = panel, do, kept, prices
        self._changed: dict[str, Json] = {}
        panel.changed.connect(self._on_changed)

    def open(self) -> None:
        """Show what holds now."""
        self._panel.show_settings(preferences.load(self._kept.preferences).settings)

    def _on_changed(self, key: str, value: Json) -> None:
        self._changed[key] = value

        def work(engine: "Engine") -> None:
            if key == "calls_at_once" and isinstance(value, int):
                engine.runner.set_limit("", value or None)
            elif key == "ask_above_usd" and isinstance(value, float):
                self._prices.set_limit(value)
            engine.runner.latest.start("settings", self._write())

        self._do(work)

    async def _write(self) -> None:
        """Write down all that was changed; a newer change begins it anew, so nothing of it is forgotten before the end."""
        changed = dict(self._changed)

        def write() -> None:
            settings = preferences.load(self._kept.preferences).settings
            for key, value in changed.items():
                settings = declared.checked(settings, key, value)
            preferences.save(self._kept.preferences, settings)
            self._rules.take(settings)

        try:
            await asyncio.to_thread(write)
        except (StoreError, msgspec.ValidationError) as problem:
            self._panel.show_problem(
                f"The change holds until the program ends, but could not be kept: {problem}"
            )
