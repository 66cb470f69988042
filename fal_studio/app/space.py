"""How much room is taken, and the trash that is emptied when somebody says so."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fal_studio.app.keeping import Keeping
from fal_studio.store.problems import StoreError
from fal_studio.ui.history import History

if TYPE_CHECKING:
    from fal_studio.app.engine import Engine


class Space(QObject):
    """Answers the window's questions about room."""

    def __init__(
        self,
        history: History,
        keeping: Keeping,
        do: "Callable[[Callable[[Engine], None]], None]",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._history, self._keeping, self._do = history, keeping, do
        history.usage_wanted.connect(self._on_usage_wanted)
        history.empty_wanted.connect(self._on_empty_wanted)

    def _on_usage_wanted(self) -> None:
        self._do(lambda engine: engine.runner.latest.start("usage", self._count()))

    def _on_empty_wanted(self) -> None:
        self._do(lambda engine: engine.runner.latest.start("emptying", self._empty()))

    async def _count(self) -> None:
        try:
            self._history.put_usage(await self._keeping.usage())
        except (StoreError, OSError) as problem:
            self._history.troubled.emit(str(problem))

    async def _empty(self) -> None:
        try:
            count = await self._keeping.empty_trash_now()
        except StoreError as problem:
            self._history.note_emptied(0, str(problem))
        else:
            self._history.note_emptied(count)
