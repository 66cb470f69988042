"""Garbage that holds Qt objects ends in the window's thread, whoever allocates meanwhile."""

import asyncio
import gc
import threading
import weakref
from typing import Any

from PySide6.QtCore import QObject

from fal_studio.app import collector
from fal_studio.app.collector import Collector
from tests.waiting import until


class Node:
    """Something that refers to itself, and holds a Qt object."""

    def __init__(self) -> None:
        self.me = self
        self.held = QObject()


def churn(stop: threading.Event) -> None:
    """Allocate containers that live, so that Python would want to collect in this thread."""
    kept: list[Any] = []
    while not stop.is_set():
        kept.append([[] for _ in range(50)])
        if len(kept) > 2_000:
            kept.clear()


def test_cycles_with_qt_objects_end_in_the_windows_thread(in_loop: Any) -> None:
    ended_in: list[threading.Thread] = []
    stop = threading.Event()
    worker = threading.Thread(target=churn, args=(stop,))

    async def main() -> None:
        with Collector():
            worker.start()
            try:
                for _ in range(200):
                    weakref.finalize(Node(), lambda: ended_in.append(threading.current_thread()))
                    await asyncio.sleep(0)
                await until(lambda: len(ended_in) > 100)
            finally:
                stop.set()
                worker.join()
        assert len(ended_in) == 200

    in_loop(main())
    assert set(ended_in) == {threading.main_thread()}


def test_python_collects_again_afterwards(in_loop: Any) -> None:
    async def main() -> None:
        with Collector():
            assert not gc.isenabled()
        assert gc.isenabled()

    in_loop(main())


def test_old_garbage_goes_too(in_loop: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(collector, "FULL_EVERY_S", 0.0)
    monkeypatch.setattr(collector, "EVERY_MS", 5)

    async def main() -> None:
        with Collector():
            old = Node()
            gc.collect()  # it is of the oldest generation now
            gone = weakref.ref(old)
            del old
            kept: list[Any] = []

            def is_gone() -> bool:
                kept.append([[] for _ in range(2_000)])
                return gone() is None

            await until(is_gone, limit_s=30)

    in_loop(main())
