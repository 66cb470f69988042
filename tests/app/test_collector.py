"""Garbage that holds Qt objects ends in the window's thread, whoever allocates meanwhile; it does not pile up."""

import asyncio
import gc
import threading
import weakref
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from PySide6.QtCore import QObject

from fal_studio.app import collector
from fal_studio.app.collector import Collector
from tests.waiting import until


class Node:
    """Something that refers to itself, and holds a Qt object."""

    def __init__(self) -> None:
        self.me = self
        self.held = QObject()


@contextmanager
def collecting() -> Generator[Collector]:
    taken = Collector()
    taken.start()
    try:
        yield taken
    finally:
        taken.stop()


@contextmanager
def churning() -> Generator[None]:
    """Let another thread allocate containers that live, so that Python would want to collect there."""
    stop = threading.Event()

    def churn() -> None:
        kept: list[Any] = []
        while not stop.is_set():
            kept.append([[] for _ in range(50)])
            if len(kept) > 2_000:
                kept.clear()

    worker = threading.Thread(target=churn)
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join()


@pytest.fixture(autouse=True)
def python_searches() -> Iterator[None]:
    """Python's own search is on and nothing set aside, as it is when a program begins; tests of the window leave it off."""
    was_on = gc.isenabled()
    gc.unfreeze()
    gc.enable()
    yield
    gc.unfreeze()
    gc.collect()
    gc.freeze()  # as it is for all other tests
    if not was_on:
        gc.disable()


def test_cycles_with_qt_objects_end_in_the_windows_thread(in_loop: Any) -> None:
    ended_in: list[threading.Thread] = []

    async def main() -> None:
        with collecting(), churning():
            for _ in range(200):
                weakref.finalize(Node(), lambda: ended_in.append(threading.current_thread()))
                await asyncio.sleep(0)
            await until(lambda: len(ended_in) > 100)
        assert len(ended_in) == 200

    in_loop(main())
    assert set(ended_in) == {threading.main_thread()}


def test_python_searches_again_afterwards(in_loop: Any) -> None:
    async def main() -> None:
        with collecting():
            assert not gc.isenabled()
        assert gc.isenabled()

    in_loop(main())


def test_old_garbage_goes_too(in_loop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "BUSY_MS", 1)

    async def main() -> None:
        with collecting():
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


def test_garbage_does_not_pile_up(in_loop: Any) -> None:
    alive = weakref.WeakSet[Node]()
    most = 0

    async def main() -> None:
        nonlocal most
        with collecting():
            for _ in range(300):
                for _ in range(100):
                    alive.add(Node())
                await asyncio.sleep(0.001)
                most = max(most, len(alive))

    in_loop(main())
    assert most < 15_000, "half of all that was made lay around at once"


def test_what_was_set_aside_is_searched_when_another_program_is_in_front(
    in_loop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collector, "WHOLE_AFTER_S", 0.05)
    monkeypatch.setattr(collector, "_is_in_front", lambda: is_in_front)
    is_in_front = True

    async def main() -> None:
        nonlocal is_in_front
        with collecting() as taken:
            old = Node()
            taken.set_aside()
            gone = weakref.ref(old)
            del old
            gc.collect()
            assert gone() is not None, "what is set aside costs no search"
            is_in_front = False
            await until(lambda: gone() is None, limit_s=10)

    in_loop(main())


def test_a_search_that_took_too_long_is_not_repeated(in_loop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "BUSY_MS", 1)
    monkeypatch.setattr(collector, "LONG_S", 0.0)

    async def main() -> None:
        with collecting():
            kept: list[Any] = []

            def is_set_aside() -> bool:
                kept.append([[] for _ in range(2_000)])
                return gc.get_freeze_count() > 0

            await until(is_set_aside, limit_s=30)

    in_loop(main())
