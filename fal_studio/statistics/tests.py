"""Two samples against each other: the rank test, the interval of the difference, and how many runs would tell."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Samples = NDArray[np.float64]
ALPHA = 0.05
"""How often a difference may be called clear where there is none, over all pairs of a comparison together."""
POWER = 0.8
"""How often a difference of the size that was seen shall be found with as many runs as are asked for."""
MOST_RUNS = 200
"""More runs than that in each lane nobody makes: the difference is too small to be looked for."""
_RESAMPLES = 4_000
_SEED = 20_231_107


def rank_p(left: Samples, right: Samples) -> Any:
    """Return the p-value of the Mann-Whitney test along the last axis: both lanes are equally fast.

    Times of calls have long tails, so ranks are compared and not means. Exact for few runs without ties.
    """
    return stats.mannwhitneyu(left, right, axis=-1).pvalue


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the p-values corrected for their number (Holm 1979), in the given order."""
    places = sorted(range(len(p_values)), key=lambda place: p_values[place])
    corrected, highest = [1.0] * len(p_values), 0.0
    for number, place in enumerate(places):
        highest = max(highest, min(1.0, p_values[place] * (len(p_values) - number)))
        corrected[place] = highest
    return corrected


def interval_of_difference(left: Samples, right: Samples, confidence: float) -> tuple[float, float]:
    """Return the bootstrap interval of median(left) - median(right); the same for the same samples."""
    if len(left) < 2 or len(right) < 2:
        difference = float(np.median(left) - np.median(right))
        return difference, difference
    found = stats.bootstrap(
        (left, right),
        _difference_of_medians,
        n_resamples=_RESAMPLES,
        confidence_level=confidence,
        method="percentile",  # the others divide by a spread that is 0 where many runs take equally long
        rng=np.random.default_rng(_SEED),
    )
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def _difference_of_medians(left: Samples, right: Samples, axis: int = -1) -> Samples:
    return np.median(left, axis=axis) - np.median(right, axis=axis)


def effect(left: Samples, right: Samples) -> float:
    """Return how often a run of `left` is faster than one of `right`: 0.5 where neither is."""
    return 1.0 - float(stats.mannwhitneyu(left, right).statistic) / (len(left) * len(right))


def runs_needed(faster: float, alpha: float) -> int | None:
    """Return how many runs in each lane find an effect (see `effect`) with `POWER`; None: more than anybody makes.

    Noether 1987, for two lanes with equally many runs.
    """
    distance = abs(faster - 0.5)
    if distance < 1e-9:
        return None
    reach = float(stats.norm.ppf(1 - alpha / 2) + stats.norm.ppf(POWER))
    runs = math.ceil((reach / distance) ** 2 / 6)
    return runs if runs <= MOST_RUNS else None


def power(faster: float, runs: int, alpha: float) -> float:
    """Return how often an effect is found with so many runs in each lane, by the same theory."""
    reach = math.sqrt(6 * runs) * abs(faster - 0.5) - float(stats.norm.ppf(1 - alpha / 2))
    return float(stats.norm.cdf(reach))
