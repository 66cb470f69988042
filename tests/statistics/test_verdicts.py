"""Verdicts: no more false ones than promised, real differences found as often as theory says, and honest sentences."""

import math

import msgspec
import numpy as np
import pytest
from scipy import stats

from fal_studio.core.comparing.analysis import Analysis, Contrast
from fal_studio.core.comparing.outcome import Comparison, Outcome
from fal_studio.core.comparing.plan import Lane, Plan, Transport, Turn, order
from fal_studio.core.request import Mode, Request
from fal_studio.statistics.analysing import analyse
from fal_studio.statistics.sentences import seconds_range, with_words
from fal_studio.statistics.tests import (
    ALPHA,
    POWER,
    effect,
    holm,
    interval_of_difference,
    power,
    rank_p,
    runs_needed,
)

TRIALS = 2_000
SPREAD = 0.2
"""Of the logarithm: the middle half of the runs lies within 13 % of the median, as calls do."""
REQUEST = Request("a/b", Mode.RUN, {})


def times(shape: tuple[int, ...], seed: int, faster_by: float = 0.0) -> np.ndarray:
    return np.random.default_rng(seed).lognormal(math.log(1 - faster_by), SPREAD, shape)


def comparison_of(samples: dict[str, np.ndarray], **more: object) -> Comparison:
    lanes = tuple(Lane(name, name, Transport.RUN, REQUEST) for name in samples)
    plan = Plan(lanes, runs=max(map(len, samples.values())), warm_ups=1)
    outcomes = tuple(
        Outcome(Turn(name, number), total_ns=round(value * 1e9), first_useful_ns=round(value * 1e9))
        for name, values in samples.items()
        for number, value in enumerate(values)
    )
    kept = Comparison("id", plan, order=order(plan), outcomes=outcomes, ended_wall_s=1.0)
    return msgspec.structs.replace(kept, **more)


@pytest.mark.parametrize(("runs", "lanes"), [(10, 2), (5, 2), (10, 4)])
def test_lanes_that_are_the_same_are_not_called_different_more_often_than_promised(
    runs: int, lanes: int
) -> None:
    samples = times((lanes, TRIALS, runs), seed=1)
    pairs = [(one, other) for one in range(lanes) for other in range(one)]
    p_values = np.array([rank_p(samples[one], samples[other]) for one, other in pairs])
    false = sum(min(holm(list(column))) < ALPHA for column in p_values.T)
    # Three standard errors above the nominal rate are chance.
    assert false / TRIALS <= ALPHA + 3 * math.sqrt(ALPHA * (1 - ALPHA) / TRIALS)
    for trial in range(5):  # the same decisions as of the whole analysis
        found = analyse(comparison_of({f"lane {lane}": samples[lane, trial] for lane in range(lanes)}))
        assert any(one.is_clear for one in found.contrasts) == (min(holm(list(p_values[:, trial]))) < ALPHA)


@pytest.mark.parametrize("runs", [10, 20, 30])
def test_a_fifth_faster_is_found_as_often_as_theory_says(runs: int) -> None:
    left, right = times((TRIALS, runs), 2, faster_by=0.2), times((TRIALS, runs), 3)
    rate = float((rank_p(left, right) < ALPHA).mean())
    truly = float(stats.norm.cdf(-math.log(0.8) / (SPREAD * math.sqrt(2))))
    assert abs(rate - power(truly, runs, ALPHA)) < 0.05
    assert abs(np.mean([effect(a, b) for a, b in zip(left[:300], right[:300], strict=True)]) - truly) < 0.02


def test_as_many_runs_as_are_asked_for_find_the_difference() -> None:
    truly = float(stats.norm.cdf(-math.log(0.9) / (SPREAD * math.sqrt(2))))
    runs = runs_needed(truly, ALPHA)
    assert runs is not None
    rate = float((rank_p(times((TRIALS, runs), 4, faster_by=0.1), times((TRIALS, runs), 5)) < ALPHA).mean())
    assert abs(rate - POWER) < 0.05
    assert runs_needed(0.5, ALPHA) is None
    assert runs_needed(0.51, ALPHA) is None


def test_the_interval_holds_the_true_difference_as_often_as_it_says() -> None:
    left, right = times((150, 20), 6, faster_by=0.2), times((150, 20), 7)
    held = 0
    for one, other in zip(left, right, strict=True):
        low, high = interval_of_difference(one, other, 0.95)
        held += low <= -0.2 <= high
    assert held / 150 >= 0.95 - 3 * math.sqrt(0.05 * 0.95 / 150)
    assert interval_of_difference(left[0], right[0], 0.95) == interval_of_difference(left[0], right[0], 0.95)


def test_a_comparison_says_who_is_faster_and_who_cannot_be_told() -> None:
    samples = {
        "slow": times((20,), 8) + 0.5, "fast": times((20,), 9, faster_by=0.6), "fast too": times((20,), 10, faster_by=0.53)
    }  # fmt: skip
    found = analyse(comparison_of(samples))
    assert found.best["median_s"] == ("fast",)
    first, second = found.contrasts
    assert (first.lane, first.against, first.is_clear) == ("fast", "fast too", False)
    assert (second.lane, second.against, second.is_clear) == ("fast", "slow", True)
    assert second.low_s < second.difference_s < second.high_s < 0
    assert found.verdict.startswith("fast against fast too: not enough runs to tell, try ")
    assert first.more_runs is not None
    assert found.more_runs == first.more_runs
    assert found.more == (
        f"fast is there {-second.high_s:.2f}–{-second.low_s:.2f} s sooner than slow (95 %).",
    )
    assert analyse(comparison_of(samples)) == found
    middle = found.of("slow")
    assert middle.runs == 20
    assert middle.median_s == pytest.approx(np.median(samples["slow"]))
    assert middle.low_s < middle.median_s < middle.high_s < middle.p95_s
    assert not any("failed" in one or "p95" in one for one in found.warnings)


def test_what_cannot_be_told_is_one_sentence_and_only_as_many_runs_are_offered_as_help() -> None:
    lanes = comparison_of({name: times((5,), seed) for seed, name in enumerate("abcdefghi")})

    def told(**asked: int | None) -> Analysis:
        contrasts = tuple(
            Contrast("a", other, -0.1, -0.3, 0.1, 0.2, 0.4, is_clear=False, more_runs=more, sentence=other)
            for other, more in asked.items()
        )
        return with_words(Analysis((), contrasts), lanes)

    few = told(b=14, c=90, d=None)
    assert few.verdict == "b"
    assert few.more == ("Not told apart: a against c and d.",)
    assert few.more_runs == 14, "what decides the leading pair, not what the farthest one needs"
    far = told(b=90, c=5)
    assert far.more_runs == 90, "the button offers what the sentence says"
    assert far.more == ("Not told apart: a against c. 90 more runs may tell it.",)
    assert told(b=None, c=5, d=7).more == (
        "Not told apart: a against c and d. 5 more runs may tell 1 of them.",
    )
    assert told(b=None, c=5, d=7).more_runs == 5
    assert told(b=None, c=None).more_runs is None
    many = told(b=12, c=90, d=12, e=None, f=None, g=None, h=None, i=None)
    assert many.more == ("7 other pairs are not told apart. 12 more runs may tell 1 of them.",)


def test_lanes_that_one_lane_beats_by_as_much_are_one_sentence() -> None:
    lanes = comparison_of({name: times((5,), seed) for seed, name in enumerate("abcdef")})

    def clear(lane: str, other: str, least: float, most: float) -> Contrast:
        return Contrast(
            lane, other, -least, -most, -least, 0.001, 0.004, is_clear=True, sentence=f"{lane} beats {other}."
        )

    near = (clear("a", "b", 0.10, 0.14), clear("a", "c", 0.12, 0.16))
    far = (clear("a", "d", 0.31, 0.34), clear("a", "e", 0.33, 0.36))
    found = with_words(Analysis((), (*near, *far, clear("a", "f", 0.9, 1.0))), lanes)
    assert found.verdict == "a is there 0.10–0.16 s sooner than b and c (95 % each)."
    assert found.more == ("a is there 0.31–0.36 s sooner than d and e (95 % each).", "a beats f.")
    unclear = Contrast("a", "b", -0.1, -0.2, 0.1, 0.5, 1.0, is_clear=False, more_runs=53, sentence="try 53")
    found = with_words(Analysis((), (unclear, *far)), lanes)
    assert (found.verdict, found.more_runs) == ("try 53", 53)
    assert found.more == ("a is there 0.31–0.36 s sooner than d and e (95 % each).",)


def test_what_makes_a_comparison_less_sure_is_told() -> None:
    few = comparison_of({"a": times((2,), 1), "b": times((2,), 2)})
    assert analyse(few).verdict == "Not enough runs to tell: at least two lanes need three runs that work."
    assert analyse(msgspec.structs.replace(few, ended_wall_s=0.0)).verdict == "Not enough runs yet."
    assert analyse(comparison_of({"a": times((9,), 1)})).verdict == "One lane alone compares with nothing."
    bad = comparison_of({"a": times((9,), 1), "b": times((9,), 2)})
    broken = (
        *bad.outcomes[:-1],
        Outcome(Turn("b", 8), failed="The model broke."),
        Outcome(Turn("b", 0, is_warm_up=True), total_ns=10**12, is_cold=True),
        Outcome(Turn("a", 9), total_ns=10**9, first_useful_ns=10**9, is_cold=True),
    )
    plan = msgspec.structs.replace(bad.plan, random_order=False, warm_ups=0)
    found = analyse(msgspec.structs.replace(bad, outcomes=broken, plan=plan, at_once=2))
    assert (found.of("b").runs, found.of("b").failed, found.of("a").cold) == (8, 1, 1)
    for words in (
        "1 of b.",
        "1 of a. More warm-ups",
        "order was not random",
        "no warm-up",
        "p95 of 8 runs",
        "2 calls ran",
    ):
        assert any(words in one for one in found.warnings), words


def test_nothing_is_called_best_before_the_verdict_may_tell() -> None:
    few = {"slow": times((2,), 8) + 0.5, "fast": times((2,), 9)}
    found = analyse(comparison_of(few))
    assert found.verdict.startswith("Not enough runs")
    assert found.best == {}
    one_short = {"fast": times((2,), 9), "slow": times((3,), 8) + 0.5, "slower": times((3,), 10) + 1.0}
    assert analyse(comparison_of(one_short)).best == {}, (
        "the slow one is not the best, and of the fast one little is known"
    )
    enough = {**one_short, "fast": times((3,), 9)}
    assert analyse(comparison_of(enough)).best["median_s"] == ("fast",)


def test_equal_times_make_no_difference() -> None:
    same = np.ones(10)
    found = analyse(comparison_of({"a": same, "b": same}))
    assert found.contrasts[0].is_clear is False
    assert found.contrasts[0].more_runs is None
    assert found.verdict == "a against b: no difference that could be told."
    assert found.best == {}


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(0.56, 0.64, "0.56–0.64 s"), (0.012, 0.0153, "12–15 ms"), (-0.01, 0.2, "-0.01 to 0.20 s"), (12.04, 15.2, "12.0–15.2 s"), (0.5, 0.5, "0.50 s")],
)  # fmt: skip
def test_ranges_have_as_many_digits_as_tell(low: float, high: float, words: str) -> None:
    assert seconds_range(low, high) == words
