"""Work aside: its result and its error come back, and what blocks for ever keeps no loop from ending."""

import asyncio
import threading
import time

import pytest

from fal_studio.modes.aside import aside


def test_results_and_errors_come_back(in_loop) -> None:
    async def main() -> None:
        assert await aside(lambda: threading.current_thread().name, "elsewhere") == "elsewhere"
        with pytest.raises(ZeroDivisionError):
            await aside(lambda: 1 // 0, "elsewhere")

    in_loop(main())


def test_what_blocks_does_not_keep_the_loop(in_loop) -> None:
    never = threading.Event()

    async def main() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await aside(lambda: never.wait(300), "stuck")

    began = time.monotonic()
    in_loop(main())
    assert time.monotonic() - began < 150
    never.set()
