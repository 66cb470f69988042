"""Something changed: wakes everybody who waits for it."""

import asyncio
import contextlib


class Bell:
    """A condition without a lock, for one event loop.

    Take `next` before looking at the state, then wait for it: a ring in between is not missed.
    """

    def __init__(self) -> None:
        self.next = asyncio.Event()

    def ring(self) -> None:
        """Wake all who wait for the present `next`."""
        self.next.set()
        self.next = asyncio.Event()


async def rung(event: asyncio.Event, timeout_s: float | None) -> bool:
    """Wait for a ring, at most so long; tell whether it came."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(timeout_s):
            await event.wait()
    return event.is_set()
