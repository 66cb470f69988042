"""What the numbers say, in plain sentences; also that they say nothing."""

from collections.abc import Mapping, Sequence

import msgspec

from fal_studio.core.comparing.analysis import Analysis, Contrast
from fal_studio.core.comparing.outcome import Comparison
from fal_studio.core.comparing.plan import Kind, Lane, Transport
from fal_studio.words import tr, trn

_FEW_FOR_P95 = 20
_MOST_SENTENCES = 4
_MOST_PAIRS = 6
"""More pairs of which nothing can be said are counted, not named."""
_AFTER_OPENING = tr(", once its session is open")


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
            return tr("{left} against {right}: no difference that could be told.").format(
                left=left, right=right
            )
        return tr("{left} against {right}: not enough runs to tell, try {more_runs} more.").format(
            left=left, right=right, more_runs=contrast.more_runs
        )
    after = _AFTER_OPENING if is_frame[0] and not is_frame[1] else ""
    said = (
        tr("{left} answers {interval} sooner than {right} (95 %){after}.")
        if is_frame[0]
        else tr("{left} is there {interval} sooner than {right} (95 %){after}.")
    )
    return said.format(left=left, interval=_interval((contrast,)), right=right, after=after)


def with_words(analysis: Analysis, comparison: Comparison) -> Analysis:
    """Return the analysis with its verdict, further sentences, and what makes the comparison less fair.

    Lanes that one lane beats by about as much are one sentence, and no lane is named twice for the same thing.
    """
    lanes = {lane.id: lane for lane in comparison.plan.lanes}
    said = [_of_group(group, lanes) for group in _groups(analysis.contrasts)]
    # The first one is of the fastest against the next best: if that is clear, it is faster than all.
    first = next(iter(analysis.contrasts), None)
    verdict = _too_early(comparison) if first is None else first.sentence
    if first is not None and first.is_clear:
        verdict = said.pop(0)
    offered = _runs_to_go_on(analysis.contrasts)
    unclear = [one for one in analysis.contrasts[1:] if not one.is_clear]
    return msgspec.structs.replace(
        analysis,
        verdict=verdict,
        more=(*said[:_MOST_SENTENCES], *_not_told(unclear, lanes, offered)),
        more_runs=offered,
        warnings=_warnings(analysis, comparison),
    )


def _groups(contrasts: Sequence[Contrast]) -> list[list[Contrast]]:
    """Return the clear contrasts, those of one lane together whose intervals overlap; the order is kept."""
    groups: list[list[Contrast]] = []
    for one in contrasts:
        if not one.is_clear:
            continue
        like = next(
            (
                group
                for group in groups
                if group[0].lane == one.lane
                and one.low_s <= max(other.high_s for other in group)
                and one.high_s >= min(other.low_s for other in group)
            ),
            None,
        )
        if like is None:
            groups.append([one])
        else:
            like.append(one)
    return groups


def _of_group(group: Sequence[Contrast], lanes: Mapping[str, Lane]) -> str:
    """Return what one lane has over others: "run is there 0.31–0.34 s sooner than submit and webhook (95 %)."."""
    if len(group) == 1:
        return group[0].sentence
    left = lanes[group[0].lane]
    others = [lanes[one.against] for one in group]
    is_frame = left.transport is Transport.REALTIME
    after = (
        _AFTER_OPENING if is_frame and any(one.transport is not Transport.REALTIME for one in others) else ""
    )
    than = _listed([name_of(lane) for lane in others])
    said = (
        tr("{left} answers {interval} sooner than {right} (95 % each){after}.")
        if is_frame
        else tr("{left} is there {interval} sooner than {right} (95 % each){after}.")
    )
    return said.format(left=name_of(left), interval=_interval(group), right=than, after=after)


def _not_told(unclear: Sequence[Contrast], lanes: Mapping[str, Lane], offered: int | None) -> tuple[str, ...]:
    """Return which other pairs cannot be told apart, and of how many the runs that are offered would tell it."""
    if not unclear:
        return ()
    against: dict[str, list[str]] = {}
    for one in unclear:
        against.setdefault(name_of(lanes[one.lane]), []).append(name_of(lanes[one.against]))
    pairs = "; ".join(
        tr("{lane} against {listed}").format(lane=lane, listed=_listed(others))
        for lane, others in against.items()
    )
    told = (
        tr("Not told apart: {pairs}.").format(pairs=pairs)
        if len(unclear) <= _MOST_PAIRS
        else tr("{count} other pairs are not told apart.").format(count=len(unclear))
    )
    found = sum(one.more_runs is not None and one.more_runs <= (offered or 0) for one in unclear)
    if not found:
        return (told,)
    may_tell = (
        tr("{told} {offered} more runs may tell it.")
        if len(unclear) == 1
        else tr("{told} {offered} more runs may tell {found} of them.")
        if found < len(unclear)
        else tr("{told} {offered} more runs may tell them.")
    )
    return (may_tell.format(told=told, offered=offered, found=found),)


def _listed(names: Sequence[str]) -> str:
    return (
        names[0]
        if len(names) == 1
        else tr("{names} and {names_2}").format(names=", ".join(names[:-1]), names_2=names[-1])
    )


def _runs_to_go_on(contrasts: Sequence[Contrast]) -> int | None:
    """Return how many more runs to offer: as many as decide the leading pair, else the pair that needs fewest."""
    asked = [one.more_runs for one in contrasts if not one.is_clear and one.more_runs is not None]
    if not asked:
        return None
    first = contrasts[0]
    return (first.more_runs if not first.is_clear else None) or min(asked)


def _too_early(comparison: Comparison) -> str:
    called = comparison.plan.called
    if len(called) < 2:
        return tr("One lane alone compares with nothing.")
    if comparison.ended_wall_s and all(not comparison.of(lane.id) for lane in called):
        return tr("Nothing was called.")
    if comparison.ended_wall_s:
        return tr("Not enough runs to tell: at least two lanes need three runs that work.")
    return tr("Not enough runs yet.")


def _interval(contrasts: Sequence[Contrast]) -> str:
    """Return by how much, from the least to the most that any of them says."""
    return seconds_range(min(-one.high_s for one in contrasts), max(-one.low_s for one in contrasts))


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
    return (
        tr("{left} to {right} {unit}").format(left=left, right=right, unit=unit)
        if low < 0
        else f"{left}–{right} {unit}"
    )


def _warnings(analysis: Analysis, comparison: Comparison) -> tuple[str, ...]:
    plan, found = comparison.plan, []
    names = {lane.id: name_of(lane) for lane in plan.lanes}
    failed = [(names[one.lane], one.failed) for one in analysis.lanes if one.failed]
    if failed:
        which = ", ".join(tr("{count} of {name}").format(count=count, name=name) for name, count in failed)
        found.append(tr("Runs that failed count in no number: {which}.").format(which=which))
    cold = [(names[one.lane], one.cold) for one in analysis.lanes if one.cold]
    if cold:
        which = ", ".join(tr("{count} of {name}").format(count=count, name=name) for name, count in cold)
        found.append(
            tr("A runner was started for some runs: {which}. More warm-ups keep that out.").format(
                which=which
            )
        )
    if not plan.random_order:
        found.append(tr("The order was not random: what changes while it runs may look like a difference."))
    if not plan.warm_ups:
        found.append(tr("There was no warm-up: first connections and cold runners count."))
    runs = [one.runs for one in analysis.lanes if one.runs]
    if runs and min(runs) < _FEW_FOR_P95:
        found.append(
            trn(
                "p95 of {runs} run is little more than the slowest one.",
                "p95 of {runs} runs is little more than the slowest one.",
                min(runs),
            ).format(runs=min(runs))
        )
    if comparison.at_once > 1:
        found.append(
            tr("{at_once} calls ran at once and may have slowed each other down.").format(
                at_once=comparison.at_once
            )
        )
    intervals = {lane.request.options.poll_every_s for lane in plan.called if "every" in lane.detail}
    if plan.kind is Kind.MODES and len(intervals) > 1:
        found.append(
            tr(
                "Lanes ask at different intervals, as their clients do: make the polling equal to leave that out."
            )
        )
    return tuple(found)
