"""Named slots for work of which only the newest matters."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

_logger = logging.getLogger(__name__)


class Latest:
    """Named slots for work of which only the newest matters: new work cancels the old of the same name."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self.on_error: Callable[[BaseException, str], object] | None = None
        """Takes an error that nobody expected and the name of its slot; without it, the log does."""

    def start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Begin `work` in the slot, ending what is there; an error in it is told and ends nothing else."""
        self.cancel(name)
        task = self._tasks[name] = self._group.create_task(self._guarded(name, work), name=name)
        task.add_done_callback(lambda done: self._forget(name, done))
        # Work that was replaced before it began must not complain that nobody waited for it.
        task.add_done_callback(lambda _done: work.close())

    def cancel(self, name: str) -> None:
        """End the work in the slot, if there is any."""
        task = self._tasks.pop(name, None)
        if task is not None:
            task.cancel()

    def cancel_all(self) -> None:
        """End all work."""
        for name in tuple(self._tasks):
            self.cancel(name)

    def is_busy(self, name: str) -> bool:
        """Whether work is going on in the slot."""
        task = self._tasks.get(name)
        return task is not None and not task.done()  # what has ended is forgotten a turn of the loop later

    async def _guarded(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:
            if self.on_error is None:
                _logger.exception("%s", name)
            else:
                self.on_error(error, f"in the task {name}")

    def _forget(self, name: str, task: "asyncio.Task[None]") -> None:
        if self._tasks.get(name) is task:
            del self._tasks[name]
