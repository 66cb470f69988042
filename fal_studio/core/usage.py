"""What fal billed beside what we estimated, by day and endpoint. Pure; sums are in US dollars."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple


class DayCost(NamedTuple):
    """What calls of one endpoint cost on one day."""

    day: str
    """As 2026-01-31, in this computer's time zone."""
    endpoint: str
    usd: float


class Compared(NamedTuple):
    """One day and endpoint; None: nothing is known of it on that side."""

    day: str
    endpoint: str
    billed_usd: float | None
    ours_usd: float | None

    @property
    def difference_usd(self) -> float:
        """How much more was billed than we thought."""
        return (self.billed_usd or 0.0) - (self.ours_usd or 0.0)


def compared(billed: Iterable[DayCost], ours: Iterable[DayCost]) -> tuple[Compared, ...]:
    """Return both sides together: the newest day first, and on it what cost most."""
    sides: tuple[dict[tuple[str, str], float], ...] = (defaultdict(float), defaultdict(float))
    for side, costs in zip(sides, (billed, ours), strict=True):
        for cost in costs:
            side[cost.day, cost.endpoint] += cost.usd
    found = [
        Compared(day, endpoint, sides[0].get((day, endpoint)), sides[1].get((day, endpoint)))
        for day, endpoint in {**sides[0], **sides[1]}
    ]
    found.sort(key=lambda one: (-max(one.billed_usd or 0.0, one.ours_usd or 0.0), one.endpoint))
    return tuple(sorted(found, key=lambda one: one.day, reverse=True))
