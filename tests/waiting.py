"""Waiting for what a test expects: by looking, never by sleeping for a guessed time.

A limit only keeps a test from hanging. It is given for a quiet desktop computer, and a machine that is slow or busy gets
`PATIENCE` times as long, so that no test fails for the machine it ran on.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import TypeVar

T = TypeVar("T")
LOOK_EVERY_S = 0.005
PATIENCE = 4


async def until(
    predicate: Callable[[], T], *, what: str | Callable[[], str] = "", limit_s: float = 10.0
) -> T:
    """Wait in a coroutine until `predicate()` is true and return what it returned; raises AssertionError when it never is."""
    ends = time.monotonic() + limit_s * PATIENCE
    while not (value := predicate()):
        if time.monotonic() > ends:
            raise AssertionError(f"not within {limit_s * PATIENCE:g} s: {_described(what, predicate)}")
        await asyncio.sleep(LOOK_EVERY_S)
    return value


def until_blocking(
    predicate: Callable[[], T], *, what: str | Callable[[], str] = "", limit_s: float = 10.0
) -> T:
    """The same for a test without a loop, for example one that waits for another process."""
    ends = time.monotonic() + limit_s * PATIENCE
    while not (value := predicate()):
        if time.monotonic() > ends:
            raise AssertionError(f"not within {limit_s * PATIENCE:g} s: {_described(what, predicate)}")
        time.sleep(LOOK_EVERY_S)
    return value


async def finished(main: Coroutine[object, object, T], *, limit_s: float) -> T:
    """Await `main` under a limit and see that it left no task behind."""
    async with asyncio.timeout(limit_s * PATIENCE):
        result = await main
    await asyncio.sleep(
        LOOK_EVERY_S
    )  # what was closed last lets go of its sockets in the next turns of the loop
    await until(lambda: not _others(), what=lambda: f"no tasks but {_others()}", limit_s=1.0)
    return result


def _others() -> list[str]:
    here = asyncio.current_task()
    return sorted(repr(task) for task in asyncio.all_tasks() if task is not here)


def _described(what: str | Callable[[], str], predicate: Callable[[], object]) -> str:
    return (what() if callable(what) else what) or getattr(predicate, "__qualname__", repr(predicate))
