"""Send policies: which of the changes of an input are sent, and when.

People disagree about the right one (send at once, never in the middle of a stroke, only when the last answer is here), so it
is a choice, and each choice is exact: the same changes at the same moments always give the same inputs.
"""

from enum import StrEnum

import msgspec

from fal_studio.figures import number
from fal_studio.words import mark, tr, trn


class Policy(StrEnum):
    """When a change is sent."""

    EVERY = mark("every change")
    THROTTLED = mark("throttled")
    LATEST = mark("latest wins")
    WAIT = mark("wait for the answer")
    SETTLE = mark("settle, then send")


FALS_INTERVAL_S = 0.128
"""How @fal-ai/client throttles."""


class Pace(msgspec.Struct, frozen=True):
    """A policy with its numbers."""

    policy: Policy = Policy.LATEST
    interval_s: float = FALS_INTERVAL_S
    """Throttled: the least time between two inputs."""
    depth: int = 2
    """Latest wins: how many inputs may wait for their answers."""
    grace_s: float = 0.25
    """Settle: how long nothing must change."""
    longest_s: float = 3.0
    """Settle: an input goes out after that time although changes go on."""


def words(pace: Pace) -> str:
    """Return what a policy does, in one sentence with its numbers."""
    match pace.policy:
        case Policy.EVERY:
            return tr("Every change is sent at once, whether the server keeps up or not.")
        case Policy.THROTTLED:
            like = tr("; as fal's JavaScript client does it") if pace.interval_s == FALS_INTERVAL_S else ""
            return tr(
                "At most one input in {interval_s} ms, the first and the last one always{like}."
            ).format(interval_s=number(pace.interval_s * 1000.0, ".0f"), like=like)
        case Policy.LATEST:
            many = trn("one is", "{depth} are", pace.depth).format(depth=pace.depth)
            return tr(
                "A new stroke replaces the one that still waits to be sent; at most {many} on their way."
            ).format(many=many)
        case Policy.WAIT:
            return tr("The next input goes out when the answer to the last one is here.")
        case Policy.SETTLE:
            pause, longest = (
                tr("{grace_s} ms").format(grace_s=number(pace.grace_s * 1000.0, ".0f")),
                f"{number(pace.longest_s, 'g')} s",
            )
            return tr(
                "Sent when nothing has changed for {pause}, or after {longest} without a pause."
            ).format(pause=pause, longest=longest)


LOOK_EVERY_S = 0.125
"""How often a moving source (the screen) is looked at where the policy names no time."""


def look_every_s(pace: Pace) -> float:
    """Return how often a moving source is to be looked at, so that no look is in vain and settling can happen."""
    match pace.policy:
        case Policy.THROTTLED:
            return max(pace.interval_s, 1 / 30)
        case Policy.SETTLE:
            return max(LOOK_EVERY_S, 1.2 * pace.grace_s)
        case Policy.EVERY | Policy.LATEST | Policy.WAIT:
            return LOOK_EVERY_S


class Pacer:
    """Decides for one session. Moments are seconds of any clock that does not go back."""

    def __init__(self, pace: Pace | None = None) -> None:
        self._pace = pace or Pace()
        self.changes = 0
        """Changes so far."""
        self.sent = 0
        self.superseded = 0
        """Changes that were never sent, because a newer one took their place."""
        self._waits = False
        self._first_s = self._last_s = 0.0
        """The oldest and the newest change that is not sent."""
        self._sent_s: float | None = None

    @property
    def pace(self) -> Pace:
        """The policy that holds now."""
        return self._pace

    @property
    def waits(self) -> bool:
        """Whether a change waits to be sent."""
        return self._waits

    def follow(self, pace: Pace) -> None:
        """Go by another policy from now on; what waits stays."""
        self._pace = pace

    def change(self, now_s: float) -> None:
        """Note a change; one that still waited is superseded."""
        self.changes += 1
        if self._waits:
            self.superseded += 1
        else:
            self._first_s = now_s
        self._waits = True
        self._last_s = now_s

    def due(self, now_s: float, in_flight: int) -> bool:
        """Whether the change that waits is to be sent now; `in_flight`: inputs whose answers may still come."""
        if not self._waits:
            return False
        at_s = self._at_s(in_flight)
        return at_s is not None and now_s >= at_s

    def wait_s(self, now_s: float, in_flight: int) -> float | None:
        """Return the seconds until `due`; None while it is for an answer or another change to say."""
        at_s = self._at_s(in_flight) if self._waits else None
        return None if at_s is None else max(0.0, at_s - now_s)

    def note_sent(self, now_s: float) -> None:
        """Note that the change that waited was sent."""
        self._waits = False
        self._sent_s = now_s
        self.sent += 1

    def drop(self) -> None:
        """Forget the change that waits: it will not be sent."""
        if self._waits:
            self._waits = False
            self.superseded += 1

    def _at_s(self, in_flight: int) -> float | None:
        match self._pace.policy:
            case Policy.EVERY:
                return self._first_s
            case Policy.THROTTLED:
                return self._first_s if self._sent_s is None else self._sent_s + self._pace.interval_s
            case Policy.LATEST:
                return self._first_s if in_flight < self._pace.depth else None
            case Policy.WAIT:
                return self._first_s if in_flight == 0 else None
            case Policy.SETTLE:
                return min(self._last_s + self._pace.grace_s, self._first_s + self._pace.longest_s)
