"""When a result on its way was worth judging: a picture that was close to the last one, words that can be read, sound to be heard.

The first byte of a stream is often noise; this is the moment from which somebody could have decided.
"""

import re
from collections.abc import Sequence
from operator import sub

from fal_studio.core.artifacts import Words

SIDE = 32
"""Pictures are held against each other at so many pixels a side: what counts is what is where, not the grain."""
NEAR = 0.06
"""Mean difference of the channels, 0 to 1, up to which a picture is close to the last one."""
COARSE = 48
"""So many pictures, evenly chosen, are looked at before the moment is narrowed down between two of them."""


class Useful:
    """The pictures of one call in the order they came; says which to look at next, and what is known by then."""

    def __init__(self) -> None:
        self.times_ns: list[int] = []
        self._looks: dict[int, bytes] = {}

    def came(self, t_ns: int) -> None:
        """Note that a picture came."""
        self.times_ns.append(t_ns)

    def looked(self, place: int, look: bytes) -> None:
        """Note how a picture looks: SIDE x SIDE pixels of three bytes; empty if it cannot be read."""
        self._looks[place] = look

    def wanted(self, *, is_ended: bool) -> int | None:
        """Return the place of the picture to look at next: the newest; after the end also those on the way there."""
        count = len(self.times_ns)
        if count and count - 1 not in self._looks:
            return count - 1
        if not is_ended:
            return None
        step = -(-count // COARSE) or 1
        for place in range(0, count, step):
            if place not in self._looks:
                return place
        before, near = self._around()
        if near is None or near - before <= 1 or (middle := (before + near) // 2) in self._looks:
            return None
        return middle

    @property
    def first_ns(self) -> int | None:
        """When the first picture came that was close to the newest one, as far as they have been looked at; None if
        none is known."""
        near = self._around()[1]
        return None if near is None else self.times_ns[near]

    def _around(self) -> tuple[int, int | None]:
        """Return the first place known to be close, and the last known one before it (-1 if there is none)."""
        known = sorted(place for place, look in self._looks.items() if look)
        if not known:
            return -1, None
        last, before = self._looks[known[-1]], -1
        for place in known:
            if difference(self._looks[place], last) <= NEAR:
                return before, place
            before = place
        return before, None


READABLE_CHARS = 80
"""So many characters are enough to see where a text is going; a whole sentence or line is, too."""
_SENTENCE = re.compile(r".{12,}?(?:[.!?:]\s|[\u3002\uff01\uff1f]|\n)", re.DOTALL)
"""Not an abbreviation or a number at the beginning."""


class Readable:
    """The text of one call: from when on there was enough of it to be judged, unless it was written anew."""

    def __init__(self) -> None:
        self.first_ns: int | None = None
        """When that was; None if it was not yet."""
        self._head = ""
        self._enough = ""
        self._last_ns: int | None = None

    def take(self, said: Words, t_ns: int) -> None:
        """Take what an event says."""
        head = (self._head + said.text if said.is_delta else said.text)[: 2 * READABLE_CHARS]
        if head == self._head:
            return
        self._head, self._last_ns = head, t_ns
        if self.first_ns is not None and not head.startswith(self._enough):
            self.first_ns = None
        if self.first_ns is None:
            found = _SENTENCE.match(head.lstrip())
            if len(head) >= READABLE_CHARS or found is not None:
                self.first_ns = t_ns
                self._enough = (
                    head[:READABLE_CHARS]
                    if found is None
                    else head[: len(head) - len(head.lstrip()) + found.end()]
                )

    def end(self) -> None:
        """Note that nothing more comes: a short text is all there is to read."""
        if self.first_ns is None and self._head.strip():
            self.first_ns = self._last_ns


def difference(one: Sequence[int], other: Sequence[int]) -> float:
    """Return the mean difference of two looks, 0 to 1."""
    return sum(map(abs, map(sub, one, other))) / (255 * max(1, len(other)))
