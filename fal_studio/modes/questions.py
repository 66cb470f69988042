"""Who asks the server next: one rate for all followed calls of a profile, and one prober while nothing answers."""

import asyncio
import heapq
from collections.abc import Callable
from enum import Enum, auto
from itertools import count
from typing import Protocol

from fal_studio.modes import pace

POLLS_PER_S = 20.0
QUESTIONS = 16
"""Questions under way at once: on a line that swallows everything, each takes long to fail."""
_URGENT_OF = 4
"""Of so many questions one is left for the calls that are not urgent, however many urgent ones wait."""
_DOWN_AFTER = 3
"""So many questions in a row without any answer mean that the server cannot be reached: then one call asks for all."""


class Turn(Enum):
    """What a call may do next."""

    ASK = auto()
    LISTEN = auto()
    """It has a status stream."""
    ACT = auto()
    """Somebody wants something of it: look what."""
    PARKED = auto()
    """The server cannot be reached and another call finds out when it can; said once in each outage."""


class Asker(Protocol):
    """What is known here of a call."""

    entry: int
    """Number of its newest entry in the line of questions; older ones are void."""
    due_s: float
    """When it wants to ask."""

    @property
    def is_urgent(self) -> bool:
        """Whether it goes before others."""
        ...

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for its turn."""
        ...

    def go(self, turn: Turn) -> None:
        """Let it do something, if it waits."""
        ...

    def park(self) -> None:
        """Say, once in each outage, that another call asks."""
        ...

    def hurry(self) -> None:
        """Ask soon."""
        ...


class Questions:
    """Deals out the turns to ask. For the loop's thread."""

    def __init__(self, polls_per_s: float, now_s: Callable[[], float]) -> None:
        self._polls_per_s = polls_per_s
        self._now_s = now_s
        self._members: set[Asker] = set()
        self._unreached: set[Asker] = set()
        """Those whose last question got no answer at all, or that were not let ask because of others'."""
        self._asking: set[Asker] = set()
        """Those whose question is under way."""
        self._silent = 0
        """Questions in a row without any answer, of whatever call."""
        self._entries = count(1)
        self._urgent: list[tuple[float, int, Asker]] = []
        self._others: list[tuple[float, int, Asker]] = []
        self._dealt = 0
        self._next_s = 0.0
        """Before this nobody asks."""
        self._probe_s = 0.0
        """The same while the server cannot be reached."""
        self._timer: asyncio.TimerHandle | None = None
        self._timer_s = 0.0

    def join(self, asker: Asker) -> None:
        """Count a call in."""
        self._members.add(asker)

    def leave(self, asker: Asker) -> None:
        """Forget a call."""
        asker.entry = 0
        for group in (self._members, self._unreached, self._asking):
            group.discard(asker)
        self._arm()

    def forget_troubles(self) -> None:
        """Take nothing for unreachable that was: the network may be another."""
        self._silent = 0
        self._probe_s = 0.0
        self._unreached.clear()

    @property
    def is_down(self) -> bool:
        """Whether the server cannot be reached."""
        return self._silent >= _DOWN_AFTER

    def slow_down(self, seconds: float) -> None:
        """Let nobody ask for so long."""
        self._next_s = max(self._next_s, self._now_s() + seconds)

    def reached(self, asker: Asker | None = None) -> None:
        """Note that the server answers, to a call or to a call that is no follower: who heard nothing asks again at once."""
        if asker is not None:
            self._unreached.discard(asker)
            self._asking.discard(asker)
        waiting = tuple(self._unreached)
        self.forget_troubles()
        for other in waiting:
            other.hurry()
        self._arm()

    def unreached(self, asker: Asker) -> None:
        """Note that a question got no answer at all."""
        self._silent += 1
        self._unreached.add(asker)
        self._asking.discard(asker)
        if not self.is_down:
            self._arm()
            return
        self._probe_s = self._now_s() + pace.after_failures_s(0.5, self._silent - _DOWN_AFTER)
        for other in tuple(self._members):
            if other is not asker and other.is_waiting:
                self._unreached.add(other)
                other.park()
        self._arm()

    def put(self, asker: Asker) -> None:
        """Queue the question of a call that waits, for when it is due; an earlier entry of it is void."""
        if not asker.is_waiting:
            return
        asker.entry = next(self._entries)
        heapq.heappush(self._urgent if asker.is_urgent else self._others, (asker.due_s, asker.entry, asker))
        self._arm()

    def _arm(self) -> None:
        """Set the timer to the next moment at which somebody may ask."""
        dues = [heap[0][0] for heap in (self._urgent, self._others) if self._head(heap)]
        if not dues or not self._may_ask():
            self._disarm()
            return
        at_s = max(min(dues), self._next_s, self._probe_s)
        if self._timer is not None:
            if at_s >= self._timer_s:
                return
            self._disarm()
        self._timer_s = at_s
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(max(0.0, at_s - self._now_s()), self._deal_turns)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _deal_turns(self) -> None:
        self._timer = None
        now_s = self._now_s()
        while max(self._next_s, self._probe_s) <= now_s and self._may_ask():
            asker = self._next_asker(now_s)
            if asker is None:
                break
            asker.entry = 0
            self._asking.add(asker)
            rate = pace.rate_per_s(len(self._members), self._polls_per_s)
            self._next_s = max(self._next_s, now_s - 1 / rate) + 1 / rate
            asker.go(Turn.ASK)
        self._arm()

    def _may_ask(self) -> bool:
        """Whether one question more may be under way; while the server cannot be reached, only one."""
        return len(self._asking) < (1 if self.is_down else QUESTIONS)

    def _next_asker(self, now_s: float) -> Asker | None:
        """Return who asks next: mostly an urgent one, the longest due first."""
        due = [heap for heap in (self._urgent, self._others) if self._head(heap) and heap[0][0] <= now_s]
        if not due:
            return None
        self._dealt += 1
        return heapq.heappop(due[-1] if self._dealt % _URGENT_OF == 0 else due[0])[2]

    def _head(self, heap: list[tuple[float, int, Asker]]) -> bool:
        """Drop what is void at the top of a heap; return whether anything is left."""
        while heap and not (heap[0][2].entry == heap[0][1] and heap[0][2].is_waiting):
            heapq.heappop(heap)
        return bool(heap)
