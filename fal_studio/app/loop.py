"""asyncio on Qt's loop, and what qasync leaves to whoever runs it."""

import asyncio
import signal
import sys
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress
from typing import Any

import qasync
from PySide6.QtWidgets import QApplication


def new_loop() -> asyncio.AbstractEventLoop:
    """Return asyncio on the loop of the application, as `asyncio.Runner` wants it."""
    return qasync.QEventLoop(QApplication.instance())


class left_generators:  # noqa: N801 - reads as a statement
    """Lets the loop close the asynchronous generators that were left in the middle, such as the body of an answer that was
    too large. asyncio's own loop sees to that by itself; qasync's does not, and their connections would stay open.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._before = sys.get_asyncgen_hooks()
        self._closing: set[asyncio.Task[None]] = set()

    def __enter__(self) -> None:
        sys.set_asyncgen_hooks(finalizer=self._on_left)

    def __exit__(self, *_error: object) -> None:
        sys.set_asyncgen_hooks(*self._before)

    def _on_left(self, generator: AsyncGenerator[Any, Any]) -> None:
        """Take a generator that nobody holds any more, from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._close, generator)

    def _close(self, generator: AsyncGenerator[Any, Any]) -> None:
        task = self._loop.create_task(generator.aclose(), name="close a left generator")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


class signals:  # noqa: N801 - reads as a statement
    """Calls back on SIGTERM and SIGINT while the block runs."""

    def __init__(self, loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
        self._loop, self._callback = loop, callback
        self._set: list[int] = []

    def __enter__(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError, RuntimeError, ValueError):
                self._loop.add_signal_handler(number, self._callback)
                self._set.append(number)

    def __exit__(self, *_error: object) -> None:
        for number in self._set:
            self._loop.remove_signal_handler(number)
