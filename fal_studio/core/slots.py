"""What a queued call waits for: for one of the account's own slots, or for a runner; learnt from what runs at once.

fal runs so many requests of an account at once (2 for new ones, up to 40) and lets the others wait in the queue (fal docs:
concurrency). It does not say how many: they show when calls stay queued while always the same number runs.

What is learnt is told, and holds no call back here. One that is sent over the limit waits at fal in the order in which it came,
also while the program is closed, and starts in the moment in which a slot becomes free. One that is held here would start a
round trip later, behind whatever else the account has sent meanwhile, and not at all while the program is closed; and a number
that was learnt wrongly, too small, would leave paid slots unused. Who would rather keep calls here, where they can be moved and
cancelled for nothing, sets `calls_at_once` in the settings.
"""

from collections import Counter, deque
from enum import StrEnum

import msgspec

from fal_studio.core import events as e
from fal_studio.core.events import Event, Stage
from fal_studio.words import tr, trn

SETTLED_S = 0.3
"""As long as nothing must change for a look to count: ends and starts are not heard of in the same moment."""
LOOKS = 24
"""The newest looks decide, so that a larger account is noticed."""
ENOUGH = 2
"""So many looks must agree."""
LONGEST_LOOK_S = 10.0
"""One look weighs no more than that."""
FEW = 24
"""With more open calls than that, each is asked about too rarely to count what runs at once."""
SHORT_OF_S = 1.5
"""A slot that is free for longer waits for a runner: one that has just become free is taken in a moment."""


class WaitsFor(StrEnum):
    """What a queued call waits for."""

    OWN_SLOTS = "own slots"
    """As many calls of the account run as it may have."""
    RUNNER = "runner"
    """The account could run one more, but no runner is free for it."""


_TELLING = frozenset({e.Started, e.Resumed, e.Slept, e.Enqueued, e.Progress, e.Detached, *e.ENDS})
"""The facts that say something; thousands of others a second do not."""


class _Open(msgspec.Struct):
    """One queue call that has not ended."""

    profile: str
    zero_s: float
    """Calendar time of its `t_ns` 0."""
    since_s: float = 0.0
    """When it got into its stage."""
    stage: Stage | None = None
    """None: nobody follows it, or the queue has not taken it yet."""
    is_taken: bool = False


class _Account:
    """What was seen of one profile."""

    def __init__(self) -> None:
        self.queued: set[str] = set()
        self.running: set[str] = set()
        self.unseen: set[str] = set()
        """At the server, but not followed here: they may run."""
        self.changed_s = 0.0
        self.short_since_s = 0.0
        """Since when fewer run than could."""
        self.looks: deque[tuple[int, float]] = deque(maxlen=LOOKS)
        self.known: int | None = None

    def look(self, now_s: float) -> None:
        """Count what ran up to now, if that was settled and others stayed queued meanwhile."""
        settled_s = now_s - self.changed_s
        running = len(self.running)
        if settled_s < SETTLED_S or not running or running + len(self.queued) > FEW:
            return
        if self.known is not None and running > self.known:
            self.known = running  # they did run at once: the account has become larger
            self.looks.clear()
        if self.queued and not self.unseen:
            self.looks.append((running, min(settled_s, LONGEST_LOOK_S)))
            self.known = self._learnt()

    def change(self, now_s: float) -> None:
        """Note that something began or ended."""
        self.changed_s = now_s
        if self.known is None or len(self.running) >= self.known:
            self.short_since_s = 0.0
        elif not self.short_since_s:
            self.short_since_s = now_s

    def _learnt(self) -> int | None:
        """Return the number that ran for most of the time, if enough looks agree on it."""
        weight: Counter[int] = Counter()
        times: Counter[int] = Counter()
        for running, seconds in self.looks:
            weight[running] += seconds  # pyright: ignore[reportArgumentType] - a Counter adds floats as well
            times[running] += 1
        best = max(weight, key=lambda running: (weight[running], running))
        if times[best] >= ENOUGH and weight[best] > sum(weight.values()) / 2:
            return best
        return self.known


class Slots:
    """Learns from the events of all calls, each taken once and in order."""

    def __init__(self) -> None:
        self._open: dict[str, _Open] = {}
        self._accounts: dict[str, _Account] = {}

    def take(self, event: Event) -> None:
        """Take an event; most facts say nothing about slots."""
        if type(event.fact) not in _TELLING:
            return
        match event.fact:
            case e.Started(wall_s=wall_s, profile=profile):
                self._open[event.call] = _Open(profile, wall_s - event.t_ns / 1e9)
            case e.Resumed(wall_s=wall_s) | e.Slept(wall_s=wall_s):
                self._is_resumed(event, wall_s)
            case e.Enqueued():
                self._moved(event, Stage.QUEUED, is_taken=True)
            case e.Progress(stage=stage):
                self._moved(event, stage)
            case e.Detached():
                self._moved(event, None)
            case e.Output() | e.Failed() | e.Cancelled() | e.Unknown() | e.Closed():
                self._moved(event, None, is_taken=False)
                self._open.pop(event.call, None)
            case _:
                pass

    def known(self, profile: str) -> int | None:
        """Return how many queue calls of a profile run at once; None while that is not known."""
        account = self._accounts.get(profile)
        return account.known if account is not None else None

    def waits_for(self, call: str, now_s: float) -> WaitsFor | None:
        """Return what a queued call waits for; `now_s` by the calendar. None: it is not queued, or nobody can tell."""
        found = self._open.get(call)
        if found is None or found.stage is not Stage.QUEUED:
            return None
        account = self._accounts[found.profile]
        if account.known is None:
            is_alone = not account.running and not account.unseen
            return WaitsFor.RUNNER if is_alone and now_s - found.since_s > SHORT_OF_S else None
        if len(account.running) >= account.known:
            return WaitsFor.OWN_SLOTS
        if account.unseen:
            return None
        short_s = now_s - max(account.short_since_s, found.since_s)
        return WaitsFor.RUNNER if short_s > SHORT_OF_S else WaitsFor.OWN_SLOTS

    def words(self, call: str, now_s: float, *, behind_place: bool = False) -> str:
        """Return the same in words; empty when there is nothing to say.

        `behind_place`: "for your own 2 slots" is enough, since "3rd in line" stands before it.
        """
        match self.waits_for(call, now_s):
            case WaitsFor.OWN_SLOTS:
                known = self.known(self._open[call].profile)
                words = (
                    trn("for your own slot", "for your own {known} slots", known or 1)
                    if behind_place
                    else trn("waiting for your own slot", "waiting for your own {known} slots", known or 1)
                )
                return words.format(known=known)
            case WaitsFor.RUNNER:
                return tr("for a runner") if behind_place else tr("waiting for a runner")
            case None:
                return ""

    def _is_resumed(self, event: Event, wall_s: float) -> None:
        found = self._open.get(event.call)
        if found is None:
            return
        found.zero_s = wall_s - event.t_ns / 1e9
        if found.is_taken and found.stage is None:
            self._moved(event, Stage.QUEUED)

    def _moved(self, event: Event, stage: Stage | None, *, is_taken: bool | None = None) -> None:
        found = self._open.get(event.call)
        if found is None:
            return
        was_seen = found.stage, found.is_taken
        is_taken = found.is_taken if is_taken is None else is_taken
        if was_seen == (stage, is_taken):
            return
        found.stage, found.is_taken = stage, is_taken
        account = self._accounts.setdefault(found.profile, _Account())
        now_s = found.zero_s + event.t_ns / 1e9
        found.since_s = now_s
        account.look(now_s)
        for calls, belongs in (
            (account.queued, stage is Stage.QUEUED),
            (account.running, stage is Stage.RUNNING),
            (account.unseen, stage is None and is_taken),
        ):
            (calls.add if belongs else calls.discard)(event.call)
        account.change(now_s)
