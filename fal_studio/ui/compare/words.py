"""What a comparison says of itself in words: what it will cost, how far it is, what came of it. Pure."""

import time
from collections.abc import Callable
from typing import Literal

import msgspec

from fal_studio.core.comparing.analysis import Analysis
from fal_studio.core.comparing.outcome import Comparison
from fal_studio.core.comparing.plan import Plan, Transport
from fal_studio.core.prices import is_free
from fal_studio.core.request import Json, Mode, Request
from fal_studio.figures import number
from fal_studio.ui.compare.lane_view import NUMBERS, TITLES, LaneView, title
from fal_studio.ui.costs import money
from fal_studio.words import tr, trn

SHOWN_INPUTS = 4
"""So many inputs besides the prompt have a chip."""
_LONG = 48
_PROMPTS = ("prompt", "text", "input", "messages")
Estimate = Callable[[Request], float | None]


def cost_usd(plan: Plan, estimate: Estimate) -> float | None:
    """Return what all calls of a plan will probably cost; None where nobody can tell it of one lane."""
    total = 0.0
    for lane in plan.called:
        if is_free(lane.request.profile):
            continue
        each = estimate(msgspec.structs.replace(lane.request, mode=Mode.RUN))
        if each is None:
            return None
        times = plan.frames if lane.transport is Transport.REALTIME else 1
        total += each * times * (plan.runs + plan.warm_ups)
    return total


def price_words(plan: Plan, estimate: Estimate) -> str:
    """Return the price of a plan: free, ≈ $0.05, unknown."""
    if all(is_free(lane.request.profile) for lane in plan.called):
        return tr("free")
    cost = cost_usd(plan, estimate)
    return tr("price unknown") if cost is None else f"≈ {money(cost)}"


Noun = Literal["call", "run", "warm-up", "lane", "comparison"]


def counted(count: int, noun: Noun) -> str:
    """Return a number with its noun: 1 call, 60 calls."""
    match noun:
        case "call":
            words = trn("{count} call", "{count} calls", count)
        case "run":
            words = trn("{count} run", "{count} runs", count)
        case "warm-up":
            words = trn("{count} warm-up", "{count} warm-ups", count)
        case "lane":
            words = trn("{count} lane", "{count} lanes", count)
        case "comparison":
            words = trn("{count} comparison", "{count} comparisons", count)
    return words.format(count=number(count))


def progress(comparison: Comparison, now_s: float | None = None) -> str:
    """Return how far a comparison is that runs: "run 4 of 10, about 40 s and $0.15 left"."""
    left, whole = len(comparison.left), len(comparison.order)
    done = whole - left
    plan = comparison.plan
    if not left:
        return tr("working out the numbers")
    turn = comparison.left[0]
    of, all_of = (turn.index + 1, plan.warm_ups if turn.is_warm_up else plan.runs)
    words = tr("{part} {of} of {all_of}").format(
        part=tr("warm-up") if turn.is_warm_up else tr("run"), of=of, all_of=all_of
    )
    if not done:
        return words
    took_s = sum(_whole_s(comparison)) / len(comparison.outcomes)
    words += tr(", about {duration}").format(duration=duration(took_s * left))
    if comparison.forecast_usd:
        words += tr(" and {forecast_usd}").format(forecast_usd=money(comparison.forecast_usd * left / whole))
    return tr("{words} left").format(words=words)


def _whole_s(comparison: Comparison) -> tuple[float, ...]:
    return tuple((one.total_ns or 0) / 1e9 for one in comparison.outcomes)


def outcome(comparison: Comparison) -> str:
    """Return what came of a comparison that has ended: "10 of 10 runs in each of 6 lanes, 2 min 48 s"."""
    plan = comparison.plan
    took = duration(max(0.0, comparison.ended_wall_s - comparison.made_wall_s))
    failed = sum(bool(one.failed) for one in comparison.outcomes)
    tail = tr(", {failed} failed").format(failed=failed) if failed else ""
    if comparison.is_stopped:
        done, whole = len(comparison.outcomes), len(comparison.order)
        return tr("{done} of {counted} made, the others were not sent{tail}").format(
            done=done, counted=counted(whole, "call"), tail=tail
        )
    return tr("{counted} in each of {counted_2}{tail}, {took}").format(
        counted=counted(plan.runs, "run"), counted_2=counted(len(plan.called), "lane"), tail=tail, took=took
    )


def duration(seconds: float) -> str:
    """Return a time in words: 8 s, 2 min 48 s."""
    whole = max(0, round(seconds))
    return (
        f"{whole} s"
        if whole < 100
        else tr("{minutes} min {seconds} s").format(minutes=whole // 60, seconds=whole % 60)
    )


def day_and_time(wall_s: float) -> str:
    """Return when something was: 2026-11-23 14:36."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(wall_s))


def shared_input(arguments: Json) -> tuple[str, tuple[str, ...]]:
    """Return the main words of an input and a few of its other values, as short words."""
    if not isinstance(arguments, dict):
        return "", ()
    main = next((name for name in _PROMPTS if isinstance(arguments.get(name), str)), "")
    head = tr("{name} “{text}”").format(name=main, text=arguments[main]) if main else ""
    others: list[str] = []
    for name, value in arguments.items():
        if name == main or isinstance(value, dict | list):
            continue
        if isinstance(value, str) and (value.startswith("data:") or len(value) > _LONG):
            continue
        others.append(
            f"{name} {value}" if not isinstance(value, bool) else f"{name} {tr('on') if value else tr('off')}"
        )
    more = len(others) - SHOWN_INPUTS
    chips = (*others[:SHOWN_INPUTS], tr("{more} more").format(more=more)) if more > 0 else tuple(others)
    return head, chips


def summary(comparison: Comparison, analysis: Analysis, views: tuple[LaneView, ...]) -> str:
    """Return the whole in a paragraph and a line for each lane, to be pasted into a message."""
    plan = comparison.plan
    head = tr("{title}: {counted} in each of {counted_2}").format(
        title=comparison.title, counted=counted(plan.runs, "run"), counted_2=counted(len(plan.called), "lane")
    )
    made = day_and_time(comparison.made_wall_s)
    how = tr("random order") if plan.random_order else tr("fixed order")
    lines = [f"{head}, {counted(plan.warm_ups, 'warm-up')}, {how}, {made}."]
    lines += [one for one in (analysis.verdict, *analysis.more, *analysis.warnings) if one]
    for view in views:
        if view.lane.reason or not view.lane.is_on:
            lines.append(f"- {title(view.lane)}: {view.note}")
            continue
        numbers = ", ".join(
            f"{TITLES[column]} {view.number(column)}{f' ({aside})' if (aside := view.aside(column)) else ''}"
            for column in NUMBERS
        )
        lines.append(f"- {title(view.lane)}: {numbers}")
    return "\n".join(lines)


def spoken(comparison: Comparison, analysis: Analysis) -> str:
    """Return what a screen reader says when a comparison has ended."""
    state = tr("stopped") if comparison.is_stopped else tr("done")
    return " ".join(
        part
        for part in (
            tr("Comparison {state}:").format(state=state),
            outcome(comparison) + ".",
            analysis.verdict,
        )
        if part
    )
