"""The numbers of a realtime session, as a fold of its events: round trips, what was lost, bytes, rates."""

from collections import deque
from collections.abc import Sequence
from enum import StrEnum

import msgspec

from fal_studio.core import events as e
from fal_studio.core.events import Event, SessionState
from fal_studio.words import mark

WINDOW_S = 60.0
"""Quantiles and rates are of so much time before now."""
DEADLINE_S = 5.0
"""An input without an answer for so long is lost."""
_RATE_S = 2.0


class Match(StrEnum):
    """How answers are told to belong to inputs."""

    NONE = mark("no answer yet")
    ID = mark("matched by request_id")
    ORDER = mark("estimated by order")
    """The model gives no id back: the oldest open input is taken for the one that was answered."""


class Trip(msgspec.Struct, frozen=True, gc=False):
    """One input and its answer."""

    index: int
    answered_ns: int
    ms: float
    """The round trip in milliseconds."""


class Quantiles(msgspec.Struct, frozen=True):
    """Of the round trips, in milliseconds."""

    p50: float
    p95: float
    p99: float


class Figures:
    """Takes the events of one call in their order; memory is bounded by `WINDOW_S`."""

    def __init__(self, deadline_s: float = DEADLINE_S) -> None:
        self.deadline_s = deadline_s
        self.sent = self.answered = self.lost = 0
        self.strays = 0
        """Answers to nothing that is open: given twice, or after their deadline."""
        self.late = 0
        """Answers that came after the answer to a later input."""
        self.match = Match.NONE
        self.out_bytes = self.in_bytes = 0
        self.ping_ms: float | None = None
        self.server_ms: float | None = None
        """What the server last said it took for one answer."""
        self.tokens = 0
        self._open: dict[int, int] = {}
        """When each input without an answer was sent."""
        self._newest = -1
        """The latest input that was answered."""
        self._trips: deque[Trip] = deque()
        self._steps_ms = 0.0
        """How much each of them differs from the one before it, all together."""
        self._lost_ns: deque[int] = deque()
        self._answers_ns: deque[int] = deque()

    @property
    def in_flight(self) -> int:
        """How many inputs have no answer and are not lost."""
        return len(self._open)

    @property
    def ahead(self) -> int:
        """Those of them that were sent after every answered one: a server drops what it has overtaken."""
        return sum(index > self._newest for index in self._open)

    @property
    def out_frame_bytes(self) -> float | None:
        """Mean size of an input on the wire."""
        return self.out_bytes / self.sent if self.sent else None

    @property
    def in_frame_bytes(self) -> float | None:
        """Mean size of an answer on the wire."""
        heard = self.answered + self.strays
        return self.in_bytes / heard if heard else None

    def take(self, event: Event) -> Trip | None:
        """Take an event; return the round trip that it ends."""
        match event.fact:
            case e.Sent(index=index, size_bytes=size):
                self._expire(event.t_ns)
                self.sent += 1
                self.out_bytes += size
                self._open[index] = event.t_ns
            case e.Partial() as answer:
                return self._answer(answer, event.t_ns)
            case e.Session(state=state) if state is not SessionState.LIVE:
                self._give_up(event.t_ns)
            case e.Token():
                self.tokens += 1
            case e.Metric(name=name, value=value):
                if name == "ping":
                    self.ping_ms = value * 1e3
                elif name == "timing":
                    self.server_ms = value * 1e3
            case _:
                pass
        return None

    def tick(self, now_ns: int) -> None:
        """Let time pass: inputs whose deadline is over are lost, old numbers leave the window."""
        self._expire(now_ns)
        since_ns = now_ns - round(WINDOW_S * 1e9)
        while self._trips and self._trips[0].answered_ns < since_ns:
            gone = self._trips.popleft()
            self._steps_ms -= abs(gone.ms - self._trips[0].ms) if self._trips else self._steps_ms
        for moments in (self._lost_ns, self._answers_ns):
            while moments and moments[0] < since_ns:
                moments.popleft()

    def quantiles(self) -> Quantiles | None:
        """Return the quantiles of the window, linear between two; None before the first answer."""
        if not self._trips:
            return None
        values = sorted(trip.ms for trip in self._trips)
        return Quantiles(*(quantile(values, part) for part in (0.5, 0.95, 0.99)))

    def jitter_ms(self) -> float | None:
        """Return how much one round trip differs from the one before it, on average; None before the second answer."""
        if len(self._trips) < 2:
            return None
        return max(0.0, self._steps_ms) / (len(self._trips) - 1)

    def trips(self) -> tuple[Trip, ...]:
        """Return the round trips of the window, oldest first."""
        return tuple(self._trips)

    def losses_ns(self) -> tuple[int, ...]:
        """Return when inputs were found to be lost, within the window."""
        return tuple(self._lost_ns)

    def answers_a_second(self, now_ns: int) -> float:
        """Return how many answers came in each of the last two seconds, on average."""
        since_ns = now_ns - round(_RATE_S * 1e9)
        return sum(moment >= since_ns for moment in self._answers_ns) / _RATE_S

    def sent_a_minute(self, now_ns: int, began_ns: int) -> float | None:
        """Return how many inputs go out in a minute at the pace since `began_ns`; None before the first two seconds."""
        seconds = (now_ns - began_ns) / 1e9
        return self.sent * 60 / seconds if seconds >= _RATE_S else None

    def _answer(self, answer: e.Partial, now_ns: int) -> Trip | None:
        self._expire(now_ns)
        self.in_bytes += answer.size_bytes
        self._answers_ns.append(now_ns)
        index = answer.reply_to
        if index is not None:
            self.match = Match.ID
        elif not _names_one(answer) and self._open:
            self.match = Match.ORDER if self.match is Match.NONE else self.match
            index = min(self._open)
        sent_ns = self._open.pop(index, None) if index is not None else None
        if index is None or sent_ns is None:
            self.strays += 1
            return None
        self.answered += 1
        self.late += index < self._newest
        self._newest = max(self._newest, index)
        trip = Trip(index, now_ns, (now_ns - sent_ns) / 1e6)
        if self._trips:
            self._steps_ms += abs(trip.ms - self._trips[-1].ms)
        self._trips.append(trip)
        return trip

    def _expire(self, now_ns: int) -> None:
        deadline_ns = round(self.deadline_s * 1e9)
        while self._open:
            index = next(iter(self._open))
            sent_ns = self._open[index]
            if now_ns - sent_ns < deadline_ns:
                return
            del self._open[index]
            self.lost += 1
            self._lost_ns.append(sent_ns + deadline_ns)

    def _give_up(self, now_ns: int) -> None:
        """What was on its way when the socket went is lost."""
        self.lost += len(self._open)
        self._lost_ns.extend(now_ns for _ in self._open)
        self._open.clear()


def _names_one(answer: e.Partial) -> bool:
    """Whether the answer carries an id: then it is not one of an input that is just open."""
    payload = answer.payload
    return isinstance(payload, dict) and bool(payload.get("request_id"))


def quantile(values: Sequence[float], part: float) -> float:
    """Return a quantile (0 to 1) of sorted values, linear between neighbours."""
    place = (len(values) - 1) * part
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def bins(values: Sequence[float], count: int) -> tuple[float, float, tuple[int, ...]]:
    """Return a histogram: its left edge, the width of a bin, and how many fall into each; the last takes the tail.

    The right edge is the 99.5th hundredth, so that one slow answer does not press all others into one bar.
    """
    if not values or count < 1:
        return 0.0, 0.0, ()
    ordered = sorted(values)
    low, high = ordered[0], quantile(ordered, 0.995)
    width = (high - low) / count or 1.0
    found = [0] * count
    for value in ordered:
        found[min(count - 1, int((value - low) / width))] += 1
    return low, width, tuple(found)
