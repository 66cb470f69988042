"""Notices that this machine slept: the calendar went on while the clock of the process stood still.

On Windows that clock goes on in a sleep; there it shows by looking much later than was wanted. Where the system tells of
the end of a sleep, nobody waits for the next look (`SleepWatch.look`).
"""

import asyncio
import sys
import time
from collections.abc import Callable

LOOK_EVERY_S = 10.0
NOTABLE_S = 15.0
"""A shorter difference may come from a loop that was busy, or from a clock that is being corrected."""
_SURE_S = 1.0
"""The same where the system says that there was a sleep: it says so, too, when it could not fall asleep."""


class SleepWatch:
    """Calls back after every sleep, with its length in seconds and the calendar time after it; for the loop's thread."""

    def __init__(
        self,
        on_slept: Callable[[float, float], None],
        *,
        wall_s: Callable[[], float] = time.time,
        steady_s: Callable[[], float] = time.monotonic,
        every_s: float = LOOK_EVERY_S,
        stands_still: bool = sys.platform != "win32",
    ) -> None:
        """`stands_still`: whether `steady_s` does so in a sleep."""
        self._on_slept = on_slept
        self._wall_s = wall_s
        self._steady_s = steady_s
        self._every_s = every_s
        self._stands_still = stands_still
        self._ahead_s = 0.0
        self._due_s = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to look."""
        self._ahead_s = self._wall_s() - self._steady_s()
        self._wait()

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def look(self, *, is_sure: bool = False) -> bool:
        """Look now and return whether there was a sleep; `is_sure`: the system says that there was one."""
        wall_s = self._wall_s()
        ahead_s = wall_s - self._steady_s()
        slept_s, self._ahead_s = ahead_s - self._ahead_s, ahead_s
        if not self._stands_still:
            slept_s = self._steady_s() - self._due_s
        self._wait()
        has_slept = slept_s > (_SURE_S if is_sure else NOTABLE_S)
        if has_slept:
            self._on_slept(slept_s, wall_s)
        return has_slept

    def _wait(self) -> None:
        self.stop()
        self._due_s = self._steady_s() + self._every_s
        self._timer = asyncio.get_running_loop().call_later(self._every_s, self.look)
