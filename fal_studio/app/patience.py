"""The keyring may ask the person: say so when it takes long, and let the answer count for nothing once given up."""

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

from fal_studio.modes.aside import aside

T = TypeVar("T")
SLOW_AFTER_S = 0.6
"""A keyring that is open answers in a few milliseconds; one that takes this long is waiting for somebody."""


async def patiently(work: Callable[[Callable[[], bool]], T], name: str, tell: Callable[[], None]) -> T:
    """Do blocking work beside the loop and return its result; `tell` is called once if it takes long.

    `work` gets a question it can ask at any time: is the result still wanted? It is not after a cancellation.
    """
    given_up = threading.Event()
    slow = asyncio.get_running_loop().call_later(SLOW_AFTER_S, tell)
    try:
        return await aside(lambda: work(lambda: not given_up.is_set()), name)
    except asyncio.CancelledError:
        given_up.set()
        raise
    finally:
        slow.cancel()
