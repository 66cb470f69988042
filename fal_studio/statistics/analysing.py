"""A comparison's numbers: one row for each lane, the pairs that people ask about, and sentences."""

from collections.abc import Sequence
from itertools import combinations

import msgspec
import numpy as np

from fal_studio.core.comparing.analysis import Analysis, Contrast, LaneNumbers
from fal_studio.core.comparing.outcome import Comparison, Outcome
from fal_studio.core.comparing.plan import Lane, Transport
from fal_studio.statistics import sentences
from fal_studio.statistics.tests import (
    ALPHA,
    Samples,
    effect,
    holm,
    interval_of_difference,
    rank_p,
    runs_needed,
)

_FEWEST = 3
"""Runs of each lane below which nothing is compared."""
_ASKED_ABOUT = (
    (Transport.SUBSCRIBE_STREAM, Transport.SUBSCRIBE_POLL),
    (Transport.WS_HTTP, Transport.RUN),
    (Transport.SUBSCRIBE_POLL, Transport.PYTHON_CLIENT),
    (Transport.SUBSCRIBE_POLL, Transport.JS_CLIENT),
)
"""Pairs that are always put against each other."""


def analyse(comparison: Comparison) -> Analysis:
    """Return what a comparison says so far; the same for the same comparison."""
    plan = comparison.plan
    samples = {lane.id: _samples(comparison.of(lane.id)) for lane in plan.lanes}
    numbers = tuple(_numbers(lane, comparison, samples[lane.id]) for lane in plan.lanes)
    best = _best(numbers)
    able = [lane for lane in plan.called if len(samples[lane.id]) >= _FEWEST]
    contrasts = _contrasts(able, samples)
    said = Analysis(numbers, contrasts, best, confidence=1 - ALPHA)
    return sentences.with_words(said, comparison)


def _samples(outcomes: Sequence[Outcome]) -> Samples:
    return np.array([one.compared_ns / 1e9 for one in outcomes if one.compared_ns is not None], dtype=float)


def _numbers(lane: Lane, comparison: Comparison, times: Samples) -> LaneNumbers:
    outcomes = comparison.of(lane.id)
    good = [one for one in outcomes if one.compared_ns is not None]
    if not good:
        return LaneNumbers(lane.id, failed=len(outcomes), cold=sum(one.is_cold for one in outcomes))
    low, median, high, p95 = (float(value) for value in np.quantile(times, (0.25, 0.5, 0.75, 0.95)))
    return LaneNumbers(
        lane.id,
        len(good),
        len(outcomes) - len(good),
        sum(one.is_cold for one in outcomes),
        _median([one.first_useful_ns / 1e9 for one in good if one.first_useful_ns is not None]),
        median,
        p95,
        low,
        high,
        _median([one.cost_usd for one in good if one.cost_usd is not None]),
        any(len(one.frames_ns) > 1 for one in good),
        _median([one.total_ns / 1e9 for one in good if one.total_ns is not None]),
    )


def _median(values: Sequence[float]) -> float | None:
    return float(np.median(values)) if values else None


def _best(numbers: Sequence[LaneNumbers]) -> dict[str, tuple[str, ...]]:
    """Return the lanes that are best in each column, to the digits that are shown; none where all are the same.

    A time is the best only where the verdict would look at it, too: two lanes have runs enough, the best one among them.
    """
    able = {one.lane for one in numbers if one.runs >= _FEWEST}
    found: dict[str, tuple[str, ...]] = {}
    for column, digits in (("first_useful_s", 3), ("median_s", 3), ("p95_s", 3), ("cost_usd", 6)):
        values = {
            one.lane: round(value, digits) for one in numbers if (value := getattr(one, column)) is not None
        }
        if len(set(values.values())) > 1:
            lowest = min(values.values())
            lanes = tuple(lane for lane, value in values.items() if value == lowest)
            if column == "cost_usd" or (len(able) > 1 and able.issuperset(lanes)):
                found[column] = lanes
    return found


def _contrasts(lanes: Sequence[Lane], samples: dict[str, Samples]) -> tuple[Contrast, ...]:
    """Compare the fastest lane with each other one, and the pairs that people ask about.

    The correction counts all pairs: which lane is the fastest was seen in the same runs.
    """
    if len(lanes) < 2:
        return ()
    pairs = list(combinations(lanes, 2))
    p_values = [float(rank_p(samples[one.id], samples[other.id])) for one, other in pairs]
    corrected = holm(p_values)
    known = {
        frozenset((one.id, other.id)): numbers
        for (one, other), numbers in zip(pairs, zip(p_values, corrected, strict=True), strict=True)
    }
    alpha = ALPHA / len(pairs)
    return tuple(
        _contrast(one, other, samples, known[frozenset((one.id, other.id))], alpha)
        for one, other in _shown(lanes, samples)
    )


def _shown(lanes: Sequence[Lane], samples: dict[str, Samples]) -> list[tuple[Lane, Lane]]:
    ranked = sorted(lanes, key=lambda lane: float(np.median(samples[lane.id])))
    shown = [(ranked[0], other) for other in ranked[1:]]
    by_transport = {lane.transport: lane for lane in lanes}
    for left, right in _ASKED_ABOUT:
        one, other = by_transport.get(left), by_transport.get(right)
        if one is None or other is None or len(by_transport) < len(lanes):
            continue
        if ranked.index(other) < ranked.index(one):
            one, other = other, one
        if (one, other) not in shown:
            shown.append((one, other))
    return shown


def _contrast(
    one: Lane, other: Lane, samples: dict[str, Samples], p: tuple[float, float], alpha: float
) -> Contrast:
    left, right = samples[one.id], samples[other.id]
    low, high = interval_of_difference(left, right, 1 - ALPHA)
    is_clear = p[1] < ALPHA
    more = None
    if not is_clear:
        needed = runs_needed(effect(left, right), alpha)
        # With as many runs as the theory asks for it was not found: it asks for the average case.
        more = None if needed is None else max(needed - min(len(left), len(right)), 2)
    contrast = Contrast(
        one.id,
        other.id,
        float(np.median(left) - np.median(right)),
        low,
        high,
        p[0],
        p[1],
        is_clear,
        more,
    )
    is_frame = (one.transport is Transport.REALTIME, other.transport is Transport.REALTIME)
    return msgspec.structs.replace(contrast, sentence=sentences.of_contrast(contrast, one, other, is_frame))
