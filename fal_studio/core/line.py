"""The line in front of the runner: which call is sent next, how many at once, and why the others wait."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from enum import StrEnum

import msgspec

from fal_studio.core.events import Held, HeldFor


class Move(StrEnum):
    """Where a waiting call is moved to in its line."""

    FRONT = "front"
    UP = "up"
    DOWN = "down"
    BACK = "back"


class _Waiting(msgspec.Struct):
    """One call in line."""

    profile: str
    order: float
    told: Held
    """What was last told about it."""
    needs_a_word: bool
    """It goes only when somebody says so: it is left over from an earlier run of the program."""


class _Lane(msgspec.Struct):
    """The calls of one profile."""

    own_limit: int | None = None
    """None: the limit for all holds."""
    is_paused: bool = False
    under_way: set[str] = msgspec.field(default_factory=set[str])
    in_line: list[tuple[float, str]] = msgspec.field(default_factory=list[tuple[float, str]])
    """Sorted by order."""


class WaitingLine:
    """Decides only; whoever owns it sends the calls. Profiles do not wait for each other."""

    def __init__(self) -> None:
        self._lanes: dict[str, _Lane] = {}
        self._waiting: dict[str, _Waiting] = {}
        self._under_way: dict[str, str] = {}
        self._is_paused = False
        self._limit: int | None = None

    def enter(
        self, call: str, profile: str, *, in_front: bool = False, order: float | None = None
    ) -> Held | None:
        """Take a call in. None: it may go at once and is under way; else why it waits.

        `order`: its place from an earlier run of the program; such a call goes only after `allow`.
        """
        lane = self._lane(profile)
        if order is None and self._has_room(lane) and (in_front or self._first_ready(lane) is None):
            self.count(call, profile)
            return None
        needs_a_word = order is not None
        if order is None:
            order = self._first(lane) - 1 if in_front else self._last(lane) + 1
        held = self._held(lane, order, needs_a_word=needs_a_word)
        insort(lane.in_line, (order, call))
        self._waiting[call] = _Waiting(profile, order, held, needs_a_word)
        return held

    def count(self, call: str, profile: str) -> None:
        """Note a call that is under way without having waited."""
        self._lane(profile).under_way.add(call)
        self._under_way[call] = profile

    def leave(self, call: str) -> None:
        """Forget a call, whether it waited or was under way."""
        waiting = self._waiting.pop(call, None)
        if waiting is not None:
            self._lanes[waiting.profile].in_line.remove((waiting.order, call))
        profile = self._under_way.pop(call, None)
        if profile is not None:
            self._lanes[profile].under_way.discard(call)

    def next(self) -> list[str]:
        """Return the calls that may go now, in their order; from now on they are under way."""
        return [call for lane in self._lanes.values() for call in self._next_of(lane)]

    def allow(self, call: str) -> bool:
        """Let one waiting call go now, whatever the line says; False: it does not wait."""
        waiting = self._waiting.get(call)
        if waiting is None:
            return False
        self.leave(call)
        self.count(call, waiting.profile)
        return True

    def pause(self, profile: str = "") -> None:
        """Let no call of a profile go any more, of no profile for ""; what is under way goes on."""
        if profile:
            self._lane(profile).is_paused = True
        else:
            self._is_paused = True

    def resume(self, profile: str = "") -> None:
        """End the pause, and let the calls go that were left over from an earlier run; "" ends every pause."""
        if not profile:
            self._is_paused = False
        for name, lane in self._lanes.items():
            if profile in ("", name):
                lane.is_paused = False
                for _order, call in lane.in_line:
                    self._waiting[call].needs_a_word = False

    def is_paused(self, profile: str = "") -> bool:
        """Whether sending is paused for a profile; for "": for all."""
        return self._is_paused or bool(profile and self._lane(profile).is_paused)

    def set_limit(self, profile: str, limit: int | None) -> None:
        """Set how many calls of a profile are under way at once, for "" of every profile that has no limit of its own.

        None: as many as are started; for a single profile, what holds for all.
        """
        if limit is not None and limit < 1:
            raise ValueError(f"a limit of {limit} would never send anything: use at least 1, or pause")
        if profile:
            self._lane(profile).own_limit = limit
        else:
            self._limit = limit

    def limit(self, profile: str = "") -> int | None:
        """Return how many calls of a profile may be under way at once; None: no limit."""
        return self._limit_of(self._lane(profile)) if profile else self._limit

    def move(self, call: str, place: Move | int) -> bool:
        """Move a waiting call in its line; an int is its new index, 0 for the front. False: it does not wait."""
        waiting = self._waiting.get(call)
        if waiting is None:
            return False
        lane = self._lanes[waiting.profile]
        calls = [name for _order, name in lane.in_line]
        index, last = calls.index(call), len(calls) - 1
        match place:
            case Move.FRONT:
                target = 0
            case Move.BACK:
                target = last
            case Move.UP:
                target = index - 1
            case Move.DOWN:
                target = index + 1
            case int():
                target = place
        target = min(max(target, 0), last)
        if target != index:
            calls.insert(target, calls.pop(index))
            self._reorder(lane, calls, target)
        return True

    def waiting(self, profile: str = "") -> tuple[str, ...]:
        """Return the calls in line, the next one first; for "" those of all profiles, profile by profile."""
        return tuple(
            call
            for name, lane in self._lanes.items()
            if profile in ("", name)
            for _order, call in lane.in_line
        )

    def place(self, call: str) -> int | None:
        """Return how many calls stand before a waiting one; None: it does not wait."""
        waiting = self._waiting.get(call)
        if waiting is None:
            return None
        return bisect_left(self._lanes[waiting.profile].in_line, (waiting.order, call))

    def news(self) -> Iterator[tuple[str, Held]]:
        """Give the calls that wait for another reason, or at another place, than was told last; now it is told."""
        for lane in self._lanes.values():
            for order, call in lane.in_line:
                waiting = self._waiting[call]
                held = self._held(lane, order, needs_a_word=waiting.needs_a_word)
                if held != waiting.told:
                    waiting.told = held
                    yield call, held

    def _lane(self, profile: str) -> _Lane:
        return self._lanes.setdefault(profile, _Lane())

    def _limit_of(self, lane: _Lane) -> int | None:
        return self._limit if lane.own_limit is None else lane.own_limit

    def _has_room(self, lane: _Lane) -> bool:
        if self._is_paused or lane.is_paused:
            return False
        limit = self._limit_of(lane)
        return limit is None or len(lane.under_way) < limit

    def _next_of(self, lane: _Lane) -> Iterator[str]:
        while self._has_room(lane) and (call := self._first_ready(lane)) is not None:
            self.allow(call)
            yield call

    def _first_ready(self, lane: _Lane) -> str | None:
        return next((call for _order, call in lane.in_line if not self._waiting[call].needs_a_word), None)

    def _held(self, lane: _Lane, order: float, *, needs_a_word: bool) -> Held:
        if needs_a_word:
            return Held(HeldFor.RESTART, order)
        if self._is_paused or lane.is_paused:
            return Held(HeldFor.PAUSED, order)
        return Held(HeldFor.SLOT, order, self._limit_of(lane) or 0)

    def _reorder(self, lane: _Lane, calls: list[str], moved: int) -> None:
        """Give the call at index `moved` an order between its neighbours; all a new one if there is no room."""
        before = self._waiting[calls[moved - 1]].order if moved else None
        after = self._waiting[calls[moved + 1]].order if moved + 1 < len(calls) else None
        order = _between(before, after)
        if order is not None:
            self._waiting[calls[moved]].order = order
        else:
            first = self._first(lane)
            for number, call in enumerate(calls):
                self._waiting[call].order = first + number
        lane.in_line = [(self._waiting[call].order, call) for call in calls]

    def _first(self, lane: _Lane) -> float:
        return lane.in_line[0][0] if lane.in_line else 0.0

    def _last(self, lane: _Lane) -> float:
        return lane.in_line[-1][0] if lane.in_line else 0.0


def _between(before: float | None, after: float | None) -> float | None:
    """Return a number between two, or beyond one; None when there is none any more."""
    if before is None:
        return 0.0 if after is None else after - 1
    if after is None:
        return before + 1
    middle = (before + after) / 2
    return middle if before < middle < after else None
