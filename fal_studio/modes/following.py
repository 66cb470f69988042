"""What the followed calls of one profile share: a few status streams, and one rate of questions for all the others."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager

from fal_studio.modes import pace
from fal_studio.modes.questions import POLLS_PER_S, Questions, Turn
from fal_studio.modes.streams import Rank, Streams

STREAMS = 8
"""Status streams open at once: each holds a connection."""
CANCELS = 8
"""Cancels under way at once."""
_NEAR = 10
"""So few in front of a call mean that it will run soon."""


class Seat:
    """The place of one followed call among the others. Made by `Followers.seat`."""

    def __init__(self, followers: "Followers", call: str, every_s: float, *, wants_stream: bool) -> None:
        self.call = call
        self.wants_stream = wants_stream
        self.has_stream = False
        self.is_watched = False
        self.is_running = False
        self.entry = 0
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
    def rank(self) -> Rank:
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
            self._followers.questions.put(self)
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
        self._followers.streams.take_back(self)

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
        if self.call in self._followers.even:
            pause_s = self._every_s
        else:
            pause_s = pace.pause_s(self._every_s, quiet_s, to_front_s=to_front_s, is_watched=self.is_watched)
        self.due_s = now_s + pause_s
        self._followers.questions.reached(self)

    def failed(self, *, is_unreachable: bool) -> float:
        """Note a question without a good answer; return for how many seconds there has been none."""
        now_s = self._followers.now_s()
        self._failures += 1
        self._failing_since_s = now_s if self._failing_since_s is None else self._failing_since_s
        self.due_s = now_s + pace.after_failures_s(self._every_s, self._failures)
        if is_unreachable:
            self._followers.questions.unreached(self)
        else:
            self._followers.questions.reached(self)
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
            self._followers.streams.rank_changed(self)

    def watch(self, *, is_watched: bool) -> None:
        """Put the call before the others while somebody looks at it."""
        if is_watched == self.is_watched:
            return
        self.is_watched = is_watched
        if is_watched:
            self.due_s = min(self.due_s, self._followers.now_s() + pace.SLOWEST_WATCHED_S)
        self._followers.streams.rank_changed(self)
        self._followers.questions.put(self)

    def hurry(self) -> None:
        """Ask soon: there is news from elsewhere, or nothing that was heard before holds any more."""
        self._recover()
        self.ask_first()
        self._interrupt()
        self._followers.questions.put(self)

    def slow_down(self, seconds: float) -> None:
        """Let nobody ask for so long: the server says that it is asked too often."""
        self._followers.questions.slow_down(seconds)

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
        return self.has_stream and not (
            self._asks_first or self._failures or self._followers.questions.is_down
        )

    def _interrupt(self) -> None:
        if self._scope is not None:
            self._scope.reschedule(asyncio.get_running_loop().time())
            self._scope = None


class Followers:
    """The followed calls of one profile. For the loop's thread."""

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
        self.streams = Streams(streams)
        self.questions = Questions(polls_per_s, now_s)
        self.even: set[str] = set()
        """Calls that are asked about at their interval to the end, since their times are compared with others."""
        self._seats: dict[str, Seat] = {}
        self._watched: set[str] = set()

    @contextmanager
    def seat(self, call: str, every_s: float, *, wants_stream: bool) -> Generator[Seat]:
        """Give a call its place while it is followed; `every_s` is the shortest time between two questions."""
        seat = self._seats[call] = Seat(self, call, every_s, wants_stream=wants_stream)
        seat.is_watched = call in self._watched
        self.questions.join(seat)
        self.streams.join(seat)
        try:
            yield seat
        finally:
            del self._seats[call]
            self.streams.leave(seat)
            self.questions.leave(seat)

    def get(self, call: str) -> Seat | None:
        """Return the seat of a call that is followed now."""
        return self._seats.get(call)

    def watch(self, call: str, *, is_watched: bool = True) -> None:
        """Put a call before the others while somebody looks at it, also when it is followed only later."""
        (self._watched.add if is_watched else self._watched.discard)(call)
        if (seat := self._seats.get(call)) is not None:
            seat.watch(is_watched=is_watched)

    def hurry(self) -> None:
        """Ask about every call as soon as the rate allows: what was known of the network holds no more."""
        self.questions.forget_troubles()
        for seat in tuple(self._seats.values()):
            seat.hurry()
