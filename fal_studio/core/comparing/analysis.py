"""The numbers of a comparison and what they say, as values; `fal_studio.statistics` computes them."""

import msgspec


class LaneNumbers(msgspec.Struct, frozen=True):
    """The numbers of one lane, in seconds; None where there is nothing to compute them from. Warm-ups never count."""

    lane: str
    runs: int = 0
    """That count: neither warm-ups nor failures."""
    failed: int = 0
    cold: int = 0
    first_useful_s: float | None = None
    """Median."""
    median_s: float | None = None
    p95_s: float | None = None
    low_s: float | None = None
    """With `high_s` the middle half of the runs."""
    high_s: float | None = None
    cost_usd: float | None = None
    """Median of the known costs of one run."""
    is_per_frame: bool = False
    """`median_s` and `p95_s` are of one answer in an open session, not of a whole call."""
    whole_s: float | None = None
    """Median of the whole call, which for a session holds its opening and all its answers."""


class Contrast(msgspec.Struct, frozen=True):
    """Two lanes against each other."""

    lane: str
    against: str
    difference_s: float
    """Median of `lane` minus median of `against`."""
    low_s: float
    high_s: float
    """The bootstrap interval of that difference, at `Analysis.confidence`."""
    p: float
    """Of the rank test."""
    p_corrected: float
    """The same, corrected for as many pairs as were looked at (Holm)."""
    is_clear: bool
    """The difference is there: more than chance."""
    more_runs: int | None = None
    """As many more runs would tell a difference of this size, if it is one; None: no use, or not needed."""
    sentence: str = ""


class Analysis(msgspec.Struct, frozen=True):
    """What a comparison says."""

    lanes: tuple[LaneNumbers, ...]
    """In the order of the plan; also of those that were not called, with nothing but None."""
    contrasts: tuple[Contrast, ...] = ()
    """Of each lane against the fastest, and of the pairs that people ask about."""
    best: dict[str, tuple[str, ...]] = {}
    """Column (first_useful_s, median_s, p95_s, cost_usd) to the lanes that are best in it; ties are all named."""
    verdict: str = ""
    """The most important sentence."""
    more: tuple[str, ...] = ()
    """Further sentences."""
    more_runs: int | None = None
    """How many runs to go on with: as many as would tell the two fastest lanes apart, else the pair that needs fewest."""
    warnings: tuple[str, ...] = ()
    """What makes the comparison less fair or less sure: failures, cold starts, few runs, no random order."""
    confidence: float = 0.95

    def of(self, lane: str) -> LaneNumbers:
        """Return the numbers of a lane; empty ones for a lane that is not in it."""
        return next((one for one in self.lanes if one.lane == lane), LaneNumbers(lane))
