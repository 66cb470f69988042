"""What the machine tells by itself: whether there is a network, and when it wakes from a sleep."""

import asyncio
import importlib
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from fal_studio.app.logind import LogindSleep
    from fal_studio.app.network import Network
    from fal_studio.app.program import Program


class Machine(QObject):
    """Listens to it, where somebody tells."""

    def __init__(self, program: "Program", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._program = program
        self._ends: list[Callable[[], None]] = []

    async def listen(self) -> None:
        """Begin; each part is loaded behind the window."""
        if not self._program.watches_system:
            return
        await self._watch_network()
        if sys.platform == "linux":  # elsewhere only the clock shows a sleep (`jobs.sleep`)
            await self._watch_sleep()

    def close(self) -> None:
        """Listen no more."""
        for end in self._ends:
            end()
        self._ends.clear()

    async def _watch_network(self) -> None:
        module: Any = await asyncio.to_thread(importlib.import_module, "fal_studio.app.network")
        source = module.of_system()
        if source is not None:
            network: Network = module.Network(self._program.window, self._program.do, source, self)
            self._ends.append(network.close)

    async def _watch_sleep(self) -> None:
        module: Any = await asyncio.to_thread(importlib.import_module, "fal_studio.app.logind")
        sleep: LogindSleep = module.LogindSleep(self)
        self._ends.append(sleep.close)
        sleep.woke.connect(self._on_woke)

    def _on_woke(self) -> None:
        self._program.do(lambda engine: engine.runner.note_wake())
