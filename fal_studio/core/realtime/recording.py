"""A stretch of a session, to be looked at again, sent again, and compared."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from fal_studio.core import events as e
from fal_studio.core.events import Event
from fal_studio.core.realtime.figures import Figures, Quantiles
from fal_studio.core.request import Json

F = TypeVar("F", e.Sent, e.Partial)


class Input(msgspec.Struct, frozen=True):
    """One recorded input."""

    at_ns: int
    """Since the beginning of the stretch."""
    payload: Json
    """Bytes as references to blobs."""


class Outcome(msgspec.Struct, frozen=True):
    """What became of the inputs of one run."""

    endpoint: str
    policy: str
    sent: int
    answered: int
    superseded: int | None
    """None: of a part of a recording nobody knows."""
    lost: int
    quantiles: Quantiles | None
    seconds: float

    @property
    def changes(self) -> int:
        """How many changes there were, as far as it is known."""
        return self.sent + (self.superseded or 0)


class Recording:
    """The events of one session between two moments; nothing is copied but their places."""

    def __init__(self, events: Sequence[Event], from_ns: int = 0, to_ns: int | None = None) -> None:
        last_ns = events[-1].t_ns if events else 0
        self.from_ns, self.to_ns = from_ns, last_ns if to_ns is None else to_ns
        frames = [
            event for event in events if event.t_ns >= from_ns and isinstance(event.fact, e.Sent | e.Partial)
        ]
        self._sent = [
            event for event in frames if event.t_ns <= self.to_ns and isinstance(event.fact, e.Sent)
        ]
        known = {event.fact.index for event in self._sent if isinstance(event.fact, e.Sent)}
        self._events = [event for event in frames if _belongs(event, known, self.to_ns)]
        self._answers = [event for event in self._events if isinstance(event.fact, e.Partial)]
        if self._events:
            # Nothing happens before the first frame: replaying would begin with a pause.
            self.from_ns = max(from_ns, self._events[0].t_ns)

    def part(self, from_ns: int, to_ns: int) -> "Recording":
        """Return what lies between two moments since the beginning."""
        return Recording(self._events, self.from_ns + from_ns, self.from_ns + to_ns)

    @property
    def span_ns(self) -> tuple[int, int]:
        """From its first to its last frame, on the clock of its session."""
        return self.from_ns, self.from_ns + self.length_ns

    @property
    def length_ns(self) -> int:
        """How long it is, from its first to its last frame."""
        return self._events[-1].t_ns - self.from_ns if self._events else 0

    @property
    def counts(self) -> tuple[int, int]:
        """How many inputs and answers it holds."""
        return len(self._sent), len(self._answers)

    def at(self, position_ns: int) -> tuple[e.Sent | None, e.Partial | None]:
        """Return the input and the answer that were the newest at a moment since the beginning."""
        moment_ns = self.from_ns + position_ns
        return _newest(self._sent, moment_ns, e.Sent), _newest(self._answers, moment_ns, e.Partial)

    def inputs(self) -> tuple[Input, ...]:
        """Return the inputs with their moments."""
        return tuple(
            Input(event.t_ns - self.from_ns, event.fact.payload)
            for event in self._sent
            if isinstance(event.fact, e.Sent)
        )

    def answers(self) -> tuple[tuple[int, Json], ...]:
        """Return the answers with their moments since the beginning."""
        return tuple(
            (event.t_ns - self.from_ns, event.fact.payload)
            for event in self._answers
            if isinstance(event.fact, e.Partial)
        )

    def outcome(self, endpoint: str, policy: str, superseded: int | None) -> Outcome:
        """Return what became of its inputs; those still open at its end count as lost."""
        figures = Figures(deadline_s=self.length_ns / 1e9 + 60)
        for event in self._events:
            figures.take(event)
        return outcome_of(figures, endpoint, policy, superseded, self.length_ns / 1e9)


def outcome_of(
    figures: Figures, endpoint: str, policy: str, superseded: int | None, seconds: float
) -> Outcome:
    """Return the numbers of a run that is over."""
    return Outcome(
        endpoint,
        policy,
        figures.sent,
        figures.answered,
        superseded,
        figures.lost + figures.in_flight,
        figures.quantiles(),
        seconds,
    )


def _newest(events: list[Event], moment_ns: int, kind: type[F]) -> F | None:
    place = bisect_right(events, moment_ns, key=_moment)
    fact = events[place - 1].fact if place else None
    return fact if isinstance(fact, kind) else None


def _belongs(event: Event, known: set[int], to_ns: int) -> bool:
    """Whether a frame is of the stretch: an answer goes with its input, also when it came after the end."""
    if isinstance(event.fact, e.Partial) and event.fact.reply_to is not None:
        return event.fact.reply_to in known
    return event.t_ns <= to_ns


def _moment(event: Event) -> int:
    return event.t_ns
