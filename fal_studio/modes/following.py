"""What the followed calls of one profile share: a few status streams, and one rate of questions for all the others."""

import asyncio
import heapq
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from enum import Enum, auto
from itertools import count

from fal_studio.modes import pace

STREAMS = 8
"""Status streams open at once: each holds a connection."""
POLLS_PER_S = 20.0
QUESTIONS = 16
"""Questions under way at once: on a line that swallows everything, each takes long to fail."""
CANCELS = 8
"""Cancels under way at once."""
_URGENT_OF = 4
"""Of so many questions one is left for the calls that are not urgent, however many urgent ones wait."""
_NEAR = 10
"""So few in front of a call mean that it will run soon."""
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


class Seat:
    """The place of one followed call among the others. Made by `Followers.seat`."""

    def __init__(self, followers: "Followers", call: str, every_s: float, *, wants_stream: bool) -> None:
        self.call = call
        self.wants_stream = wants_stream
        self.has_stream = False
        self.is_watched = False
        self.is_running = False
        self.entry = 0
        """Number of its newest entry in the queue of questions; older ones are void."""
        self.due_s = followers.now_s()
        """When it wants to ask."""
        self._followers = followers
        self._every_s = every_s
        self._joined_s = self._news_s = self.due_s
        self._ahead: tuple[int, float] | None = None
        """How many were in front, and when that was seen first."""
        self._place_s = 0.0
        """How long one place in line takes."""
        self._failures = 0
        self._failing_since_s: float | None = None
        self._asks_first = False
        self._is_called = False
        self._is_parked = False
        self._waiting: asyncio.Future[Turn] | None = None
        self._scope: asyncio.Timeout | None = None

    @property
    def is_urgent(self) -> bool:
        """Whether it goes before others: it runs, or somebody looks at it."""
        return self.is_running or self.is_watched

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for its turn."""
        return self._waiting is not None and not self._waiting.done()

    @property
    def rank(self) -> tuple[bool, bool, bool, float]:
        """Who gets a status stream: what is looked at, what runs, what will run soon, and of those the newest."""
        is_near = self._ahead is None or self._ahead[0] < _NEAR
        return self.is_watched, self.is_running, is_near, self._joined_s

    async def turn(self) -> Turn:
        """Wait until there is something to do."""
        if self._is_called:
            self._is_called = False
            return Turn.ACT
        if self._may_listen():
            return Turn.LISTEN
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            self._followers.put(self)
            return await self._waiting
        finally:
            self._waiting = None

    def go(self, turn: Turn) -> None:
        """Let it do something, if it waits."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(turn)

    @asynccontextmanager
    async def listening(self) -> AsyncGenerator[None]:
        """Hold the stream; the block ends with TimeoutError when the stream is taken away or the call is wanted."""
        try:
            async with asyncio.timeout(None) as self._scope:
                yield
        finally:
            self._scope = None

    def give_stream_back(self) -> None:
        """Want no stream any more: the server has none, or it breaks too often."""
        self.wants_stream = False
        self._followers.free_stream(self)

    def stream_given(self) -> None:
        """Listen from now on."""
        self.has_stream = True
        if self._may_listen():
            self.go(Turn.LISTEN)

    def stream_taken(self) -> None:
        """Ask from now on: another call has the stream."""
        self.has_stream = False
        self._interrupt()

    def ask_first(self) -> None:
        """Ask once before listening again: the stream broke off, or there is news from elsewhere."""
        self._asks_first = True
        self.due_s = self._followers.now_s()

    def heard(self, *, is_news: bool) -> None:
        """Note a good answer."""
        now_s = self._followers.now_s()
        self._news_s = now_s if is_news else self._news_s
        self._recover()
        self._asks_first = False
        to_front_s = self._ahead[0] * self._place_s if self._ahead is not None else 0.0
        quiet_s = now_s - self._news_s
        self.due_s = now_s + pace.pause_s(
            self._every_s, quiet_s, to_front_s=to_front_s, is_watched=self.is_watched
        )
        self._followers.reached(self)

    def failed(self, *, is_unreachable: bool) -> float:
        """Note a question without a good answer; return for how many seconds there has been none."""
        now_s = self._followers.now_s()
        self._failures += 1
        self._failing_since_s = now_s if self._failing_since_s is None else self._failing_since_s
        self.due_s = now_s + pace.after_failures_s(self._every_s, self._failures)
        if is_unreachable:
            self._followers.unreached(self)
        else:
            self._followers.reached(self)
        return now_s - self._failing_since_s

    def stands(self, ahead: int | None, *, is_running: bool) -> None:
        """Note where the server says that the call is."""
        now_s = self._followers.now_s()
        before = self._ahead
        if ahead is None or before is None or ahead > before[0]:
            self._ahead = None if ahead is None else (ahead, now_s)
        elif ahead < before[0]:
            self._place_s = (now_s - before[1]) / (before[0] - ahead)
            self._ahead = (ahead, now_s)
        if is_running != self.is_running:
            self.is_running = is_running
            self._followers.ranks_changed(self)

    def watch(self, *, is_watched: bool) -> None:
        """Put the call before the others while somebody looks at it."""
        if is_watched == self.is_watched:
            return
        self.is_watched = is_watched
        if is_watched:
            self.due_s = min(self.due_s, self._followers.now_s() + pace.SLOWEST_WATCHED_S)
        self._followers.ranks_changed(self)
        self._followers.put(self)

    def hurry(self) -> None:
        """Ask soon: there is news from elsewhere, or nothing that was heard before holds any more."""
        self._recover()
        self.ask_first()
        self._interrupt()
        self._followers.put(self)

    def slow_down(self, seconds: float) -> None:
        """Let nobody ask for so long: the server says that it is asked too often."""
        self._followers.slow_down(seconds)

    def act(self) -> None:
        """Wake the call up: somebody wants something of it."""
        if self.is_waiting:
            self.go(Turn.ACT)
        else:
            self._is_called = True
            self._interrupt()

    def park(self) -> None:
        """Say, once in each outage, that another call asks."""
        if not self._is_parked:
            self._is_parked = True
            self.go(Turn.PARKED)

    def _recover(self) -> None:
        self._failures = 0
        self._failing_since_s = None
        self._is_parked = False

    def _may_listen(self) -> bool:
        return self.has_stream and not (self._asks_first or self._failures or self._followers.is_down)

    def _interrupt(self) -> None:
        if self._scope is not None:
            self._scope.reschedule(asyncio.get_running_loop().time())
            self._scope = None


class Followers:
    """Deals out streams and questions to the followed calls of one profile. For the loop's thread."""

    def __init__(
        self,
        *,
        streams: int = STREAMS,
        polls_per_s: float = POLLS_PER_S,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.now_s = now_s
        self.cancels = asyncio.Semaphore(CANCELS)
        """Held while the server is told of a cancel."""
        self._streams = streams
        self._polls_per_s = polls_per_s
        self._seats: dict[str, Seat] = {}
        self._watched: set[str] = set()
        self._listening: set[Seat] = set()
        self._unreached: set[Seat] = set()
        """Those whose last question got no answer at all, or that were not let ask because of others'."""
        self._asking: set[Seat] = set()
        """Those whose question is under way."""
        self._silent = 0
        """Questions in a row without any answer, of whatever call."""
        self._entries = count(1)
        self._urgent: list[tuple[float, int, Seat]] = []
        self._others: list[tuple[float, int, Seat]] = []
        self._dealt = 0
        self._next_s = 0.0
        """Before this nobody asks."""
        self._probe_s = 0.0
        """The same while the server cannot be reached."""
        self._timer: asyncio.TimerHandle | None = None
        self._timer_s = 0.0

    @contextmanager
    def seat(self, call: str, every_s: float, *, wants_stream: bool) -> Generator[Seat]:
        """Give a call its place while it is followed."""
        seat = self._seats[call] = Seat(self, call, every_s, wants_stream=wants_stream)
        seat.is_watched = call in self._watched
        self.ranks_changed(seat)
        try:
            yield seat
        finally:
            del self._seats[call]
            self._unreached.discard(seat)
            self._asking.discard(seat)
            seat.entry = 0
            self.free_stream(seat)
            self._arm()

    def get(self, call: str) -> Seat | None:
        """Return the seat of a call that is followed now."""
        return self._seats.get(call)

    def watch(self, call: str, *, is_watched: bool = True) -> None:
        """Put a call before the others while somebody looks at it, also when it is followed only later."""
        (self._watched.add if is_watched else self._watched.discard)(call)
        if (seat := self._seats.get(call)) is not None:
            seat.watch(is_watched=is_watched)

    def hurry(self) -> None:
        """Ask about every call as soon as the rate allows."""
        self._silent = 0
        self._probe_s = 0.0
        self._unreached.clear()
        for seat in tuple(self._seats.values()):
            seat.hurry()

    @property
    def is_down(self) -> bool:
        """Whether the server cannot be reached."""
        return self._silent >= _DOWN_AFTER

    def slow_down(self, seconds: float) -> None:
        """Let nobody ask for so long."""
        self._next_s = max(self._next_s, self.now_s() + seconds)

    def reached(self, seat: Seat | None = None) -> None:
        """Note that the server answers, to a seat or to a call that is no follower: who heard nothing asks again at once."""
        self._silent = 0
        self._probe_s = 0.0
        if seat is not None:
            self._unreached.discard(seat)
            self._asking.discard(seat)
        waiting, self._unreached = self._unreached, set()
        for other in waiting:
            other.hurry()
        self._arm()

    def unreached(self, seat: Seat) -> None:
        """Note that a question got no answer at all."""
        self._silent += 1
        self._unreached.add(seat)
        self._asking.discard(seat)
        if not self.is_down:
            self._arm()
            return
        self._probe_s = self.now_s() + pace.after_failures_s(0.5, self._silent - _DOWN_AFTER)
        for other in tuple(self._seats.values()):
            if other is not seat and other.is_waiting:
                self._unreached.add(other)
                other.park()
        self._arm()

    def put(self, seat: Seat) -> None:
        """Queue the question of a seat that waits, for when it is due; an earlier entry of it is void."""
        if not seat.is_waiting:
            return
        seat.entry = next(self._entries)
        heapq.heappush(self._urgent if seat.is_urgent else self._others, (seat.due_s, seat.entry, seat))
        self._arm()

    def ranks_changed(self, seat: Seat) -> None:
        """See whether a seat should have a stream by now, be there one left or held by a lower one."""
        self._deal_streams()
        if not seat.wants_stream or seat.has_stream or not self._listening:
            return
        lowest = min(self._listening, key=lambda holder: holder.rank)
        # That it will run soon, or is newer, is no reason to end a stream.
        if seat.rank[:2] > lowest.rank[:2]:
            self._listening.discard(lowest)
            lowest.stream_taken()
            self._give_stream(seat)

    def free_stream(self, seat: Seat) -> None:
        """Take the stream of a seat back, if it has one, and give it to another."""
        if seat in self._listening:
            self._listening.discard(seat)
            seat.stream_taken()
            self._deal_streams()

    def _deal_streams(self) -> None:
        while len(self._listening) < self._streams:
            wanting = (seat for seat in self._seats.values() if seat.wants_stream and not seat.has_stream)
            best = max(wanting, key=lambda seat: seat.rank, default=None)
            if best is None:
                return
            self._give_stream(best)

    def _give_stream(self, seat: Seat) -> None:
        self._listening.add(seat)
        seat.stream_given()

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
        self._timer = loop.call_later(max(0.0, at_s - self.now_s()), self._deal_turns)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _deal_turns(self) -> None:
        self._timer = None
        now_s = self.now_s()
        while max(self._next_s, self._probe_s) <= now_s and self._may_ask():
            seat = self._next_seat(now_s)
            if seat is None:
                break
            seat.entry = 0
            self._asking.add(seat)
            rate = pace.rate_per_s(len(self._seats), self._polls_per_s)
            self._next_s = max(self._next_s, now_s - 1 / rate) + 1 / rate
            seat.go(Turn.ASK)
        self._arm()

    def _may_ask(self) -> bool:
        """Whether one question more may be under way; while the server cannot be reached, only one."""
        return len(self._asking) < (1 if self.is_down else QUESTIONS)

    def _next_seat(self, now_s: float) -> Seat | None:
        """Return who asks next: mostly an urgent one, the longest due first."""
        due = [heap for heap in (self._urgent, self._others) if self._head(heap) and heap[0][0] <= now_s]
        if not due:
            return None
        self._dealt += 1
        return heapq.heappop(due[-1] if self._dealt % _URGENT_OF == 0 else due[0])[2]

    def _head(self, heap: list[tuple[float, int, Seat]]) -> bool:
        """Drop what is void at the top of a heap; return whether anything is left."""
        while heap and not (heap[0][2].entry == heap[0][1] and heap[0][2].is_waiting):
            heapq.heappop(heap)
        return bool(heap)
