"""Work that the operating system may hold up for as long as it likes: it never keeps the program from ending."""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def aside(work: Callable[[], T], name: str) -> T:
    """Do blocking work in a thread of its own that nobody waits for when the program ends, and return its result.

    A keyring that asks for a password blocks until somebody answers; the loop's own threads are joined at the end.
    """
    return await begun(work, name)


def begun(work: Callable[[], T], name: str) -> asyncio.Future[T]:
    """Begin such work and return what will have its result: for work that several wait for, each behind `asyncio.shield`."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.done():
            return  # nobody wants it any more
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # pyright: ignore[reportArgumentType] - without an error there is a result

    def run() -> None:
        result: T | None = None
        error: BaseException | None = None
        try:
            result = work()
        except Exception as problem:  # noqa: BLE001 - the one who waits is told
            error = problem
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return done
