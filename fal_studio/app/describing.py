"""What people write about pictures of results, kept with the call."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fal_studio.core import events as e
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.app.program import Program
    from fal_studio.app.results import Results


class Describing(QObject):
    """Writes it down while the engine is there."""

    def __init__(self, program: "Program", results: "Results", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._program, self._results = program, results
        program.window.described.connect(self._on_described)

    def close(self) -> None:
        """Write nothing more."""
        self._program.window.described.disconnect(self._on_described)

    def _on_described(self, call: str, path: str, text: str) -> None:
        self._program.start(f"describe {call} {path}", self._note(call, e.Described(path, text)))

    async def _note(self, call: str, fact: e.Described) -> None:
        await self._results.bring_back(call)
        if self._program.log.of(call):
            self._program.log.append(call, fact)
        else:
            self._program.window.status.tell(
                tr("The record of this call is gone: there is nothing to keep it with.")
            )
