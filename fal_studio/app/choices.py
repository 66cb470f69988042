"""Settings that are changed in the window: written down, and obeyed at once."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject

from fal_studio.core import settings as declared
from fal_studio.core.request import Json
from fal_studio.core.settings import Motion, Settings
from fal_studio.store import preferences
from fal_studio.store.paths import Folders
from fal_studio.store.problems import StoreError
from fal_studio.ui.prices import Prices
from fal_studio.ui.settings import SettingsDoor
from fal_studio.ui.shell.save_rules import SaveRules
from fal_studio.ui.theme import current
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.app.engine import Engine

Do = Callable[[Callable[["Engine"], None]], None]


class Choices(QObject):
    """Joins the window's door to the settings file and the engine; made when somebody first wants settings."""

    def __init__(
        self,
        door: SettingsDoor,
        do: Do,
        kept: Folders,
        prices: Prices,
        rules: SaveRules,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._rules = rules
        self._door, self._do, self._kept, self._prices = door, do, kept, prices
        self._changed: dict[str, Json] = {}
        """What is not written down yet."""

    def tell(self) -> None:
        """Tell what holds now."""
        self._door.put.emit(self._now())

    def change(self, values: dict[str, Json]) -> None:
        """Let settings have other values, and write them down; one that cannot be is told why."""
        now = self._now()
        for key, value in values.items():
            try:
                now = declared.checked(now, key, value)
            except msgspec.ValidationError as problem:
                self._door.failed.emit(tr("{problem}. The setting stays as it was.").format(problem=problem))
                self._door.put.emit(now)
                return
        self._changed |= values
        self._look(now, values)
        self._door.put.emit(now)

        def work(engine: "Engine") -> None:
            if "calls_at_once" in values:
                engine.runner.line.set_limit("", now.calls_at_once or None)
            if "ask_above_usd" in values:
                self._prices.set_limit(now.ask_above_usd)
            if "webhook_url" in values:
                engine.set_tunnel(now.webhook_url)
            engine.runner.latest.start("settings", self._write())

        self._do(work)

    def _look(self, now: Settings, changed: dict[str, Json]) -> None:
        """Let the window look as the settings say."""
        theme = current()
        if "theme" in changed:
            theme.apply(now.theme.value)
        if "text_scale" in changed:
            theme.set_zoom(now.text_scale)
        if "motion" in changed:
            theme.set_reduced_motion(reduced=now.motion is Motion.REDUCED)

    def _now(self, changed: dict[str, Json] | None = None) -> Settings:
        """Return what the file says, with what is not written down yet."""
        settings = preferences.load(self._kept.preferences).settings
        for key, value in (self._changed if changed is None else changed).items():
            settings = declared.checked(settings, key, value)
        return settings

    async def _write(self) -> None:
        """Write down all that was changed; a newer change begins it anew, so nothing of it is forgotten before the end."""
        changed = dict(self._changed)

        def write() -> None:
            settings = self._now(changed)
            preferences.save(self._kept.preferences, settings)
            self._rules.take(settings)

        try:
            await asyncio.to_thread(write)
        except (StoreError, msgspec.ValidationError) as problem:
            self._door.failed.emit(
                tr("The change holds until the program ends, but could not be kept: {problem}").format(
                    problem=problem
                )
            )
            return
        self._changed = {key: value for key, value in self._changed.items() if changed.get(key) != value}
