"""What the numbers say, in plain sentences; also that they say nothing."""

from collections.abc import Mapping, Sequence

import msgspec

from fal_studio.core.comparing.analysis import Analysis, Contrast
from fal_studio.core.comparing.outcome import Comparison
from fal_studio.core.comparing.plan import Kind, Lane

_FEW_FOR_P95 = 20
_MOST_SENTENCES = 4
_MOST_PAIRS = 3
"""More pairs of which nothing can be said are counted, not named."""
MOST_RUNS = 20
"""More runs at a time are not offered: what is left to tell is told anew after them."""


def name_of(lane: Lane) -> str:
    """Return what a lane is called in a sentence: lanes of the same name are told apart by their detail."""
    return f"{lane.name} ({lane.detail})" if lane.detail and lane.name == "subscribe" else lane.name


def of_contrast(
    contrast: Contrast, one: Lane, other: Lane, is_frame: tuple[bool, bool] = (False, False)
) -> str:
    """Return what two lanes say of each other; `one` has the lower median."""
    left, right = name_of(one), name_of(other)
    if not contrast.is_clear:
        if contrast.more_runs is None:
            return f"{left} against {right}: no difference that could be told."
        runs = "1 more" if contrast.more_runs == 1 else f"{contrast.more_runs} more"
        return f"{left} against {right}: not enough runs to tell, try {runs}."
    verb = "answers" if is_frame[0] else "is there"
    after = ", once its session is open" if is_frame[0] and not is_frame[1] else ""
    return f"{left} {verb} {_interval(contrast)} sooner than {right} (95 %){after}."


def with_words(analysis: Analysis, comparison: Comparison) -> Analysis:
    """Return the analysis with its verdict, further sentences, and what makes the comparison less fair."""
    # The first one is of the fastest against the next best: if that is clear, it is faster than all.
    first, *others = analysis.contrasts or (None,)
    clear = tuple(one.sentence for one in others if one.is_clear)
    unclear = [one for one in others if not one.is_clear]
    names = {lane.id: name_of(lane) for lane in comparison.plan.lanes}
    return msgspec.structs.replace(
        analysis,
        verdict=first.sentence if first is not None else _too_early(comparison),
        more=(*clear[:_MOST_SENTENCES], *_not_told(unclear, names)),
        more_runs=_runs_to_go_on(analysis.contrasts),
        warnings=_warnings(analysis, comparison),
    )


def _not_told(unclear: Sequence[Contrast], names: Mapping[str, str]) -> tuple[str, ...]:
    """Return which other pairs cannot be told apart, and how many runs would change that where any number would."""
    if len(unclear) < 2:
        return tuple(one.sentence for one in unclear)
    asked = [one.more_runs for one in unclear if one.more_runs is not None]
    against: dict[str, list[str]] = {}
    for one in unclear:
        against.setdefault(names[one.lane], []).append(names[one.against])
    pairs = "; ".join(f"{lane} against {_listed(others)}" for lane, others in against.items())
    told = (
        f"Not told apart: {pairs}."
        if len(unclear) <= _MOST_PAIRS
        else f"{len(unclear)} other pairs are not told apart."
    )
    hint = f" One of them could be told with {min(asked)} more runs." if asked else ""
    return (told + hint,)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _runs_to_go_on(contrasts: Sequence[Contrast]) -> int | None:
    """Return how many more runs to offer: as many as decide the leading pair, else the pair that needs fewest."""
    asked = [one.more_runs for one in contrasts if not one.is_clear and one.more_runs is not None]
    if not asked:
        return None
    first = contrasts[0]
    leads = first.more_runs if not first.is_clear else None
    return min(leads or min(asked), MOST_RUNS)


def _too_early(comparison: Comparison) -> str:
    called = comparison.plan.called
    if len(called) < 2:
        return "One lane alone compares with nothing."
    if comparison.ended_wall_s and all(not comparison.of(lane.id) for lane in called):
        return "Nothing was called."
    if comparison.ended_wall_s:
        return "Not enough runs to tell: at least two lanes need three runs that work."
    return "Not enough runs yet."


def _interval(contrast: Contrast) -> str:
    low, high = sorted((-contrast.low_s, -contrast.high_s))
    return seconds_range(low, high)


def seconds_range(low: float, high: float) -> str:
    """Return a range of seconds in as few digits as tell its ends apart: "0.56 to 0.64 s", "12 to 15 ms"."""
    largest = max(abs(low), abs(high))
    if largest < 0.1:
        low_ms, high_ms = low * 1000, high * 1000
        digits = 0 if largest >= 0.01 else 1
        left, right, unit = f"{low_ms:.{digits}f}", f"{high_ms:.{digits}f}", "ms"
    else:
        digits = 2 if largest < 10 else 1
        left, right, unit = f"{low:.{digits}f}", f"{high:.{digits}f}", "s"
    if left == right:
        return f"{left} {unit}"
    return f"{left} to {right} {unit}" if low < 0 else f"{left}–{right} {unit}"


def _warnings(analysis: Analysis, comparison: Comparison) -> tuple[str, ...]:
    plan, found = comparison.plan, []
    names = {lane.id: name_of(lane) for lane in plan.lanes}
    failed = [(names[one.lane], one.failed) for one in analysis.lanes if one.failed]
    if failed:
        which = ", ".join(f"{count} of {name}" for name, count in failed)
        found.append(f"Runs that failed count in no number: {which}.")
    cold = [(names[one.lane], one.cold) for one in analysis.lanes if one.cold]
    if cold:
        which = ", ".join(f"{count} of {name}" for name, count in cold)
        found.append(f"A runner was started for some runs: {which}. More warm-ups keep that out.")
    if not plan.random_order:
        found.append("The order was not random: what changes while it runs may look like a difference.")
    if not plan.warm_ups:
        found.append("There was no warm-up: first connections and cold runners count.")
    runs = [one.runs for one in analysis.lanes if one.runs]
    if runs and min(runs) < _FEW_FOR_P95:
        found.append(f"p95 of {min(runs)} runs is little more than the slowest one.")
    if comparison.at_once > 1:
        found.append(f"{comparison.at_once} calls ran at once and may have slowed each other down.")
    intervals = {lane.request.options.poll_every_s for lane in plan.called if "every" in lane.detail}
    if plan.kind is Kind.MODES and len(intervals) > 1:
        found.append(
            "Lanes ask at different intervals, as their clients do: make the polling equal to leave that out."
        )
    return tuple(found)
