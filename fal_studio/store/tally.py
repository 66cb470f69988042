"""How many bytes files take, as a running sum: counted once, and followed from then on."""

import threading
from collections.abc import Callable


class Tally:
    """Takes what comes and goes from any thread; it knows nothing before the first count.

    What other windows do with the same files is in it after the next count.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bytes: int | None = None
        self._since = 0
        """How often something came or went."""
        self.heard: Callable[[], None] = _nothing
        """Called whenever the sum is another one, on the thread that made it so."""

    @property
    def known_bytes(self) -> int | None:
        """The sum; None before files were counted."""
        return self._bytes

    @property
    def mark(self) -> int:
        """What `settle` needs to know about the moment when a count began."""
        return self._since

    def add(self, more_bytes: int) -> None:
        """Take that files take so many bytes more, or less."""
        if not more_bytes:
            return
        with self._lock:
            self._since += 1
            if self._bytes is None:
                return
            self._bytes = max(0, self._bytes + more_bytes)
        self.heard()

    def settle(self, counted_bytes: int, mark: int) -> bool:
        """Take a count that began at `mark`; return whether nothing came or went meanwhile.

        If something did, it may be in the count or not: a sum that was known before is better then.
        """
        with self._lock:
            is_exact = self._since == mark
            if is_exact or self._bytes is None:
                self._bytes = counted_bytes
        self.heard()
        return is_exact


def _nothing() -> None:
    """Do nothing."""
