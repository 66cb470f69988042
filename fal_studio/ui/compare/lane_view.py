"""What one lane shows: the stages of a typical run, a dot for each run, its numbers, and what went wrong. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from fal_studio.core.comparing.analysis import Analysis, LaneNumbers
from fal_studio.core.comparing.outcome import Comparison, typical
from fal_studio.core.comparing.plan import Lane, Plan, Transport
from fal_studio.core.comparing.stages import Stretch
from fal_studio.figures import number
from fal_studio.ui.compare.evidence import evidence
from fal_studio.ui.costs import money
from fal_studio.words import told, tr

NUMBERS = ("first_useful_s", "median_s", "p95_s", "cost_usd")
TITLES: Mapping[str, str] = {
    "first_useful_s": tr("first useful"),
    "median_s": tr("median"),
    "p95_s": "p95",
    "cost_usd": tr("cost"),
}
"""The four numbers, in their order, with the words over them."""
NOTHING = "–"
BEST = tr("◆ best")
WARM_UP = tr("warm-up, not counted")
NO_ANALYSIS = Analysis(())


class Live(NamedTuple):
    """A call that is under way."""

    call: str
    stretches: tuple[Stretch, ...]
    frames_ns: tuple[int, ...] = ()
    """Of a session: how long each answer took that has come."""


class LaneView(NamedTuple):
    """One lane as it is drawn. Times are nanoseconds since the start of a call."""

    lane: Lane
    numbers: LaneNumbers
    stretches: tuple[Stretch, ...] = ()
    """Of the run in the middle, or of the call that is under way."""
    dots_ns: tuple[int, ...] = ()
    """When each counted run was over."""
    done: int = 0
    """Counted runs that have ended, failed ones among them."""
    is_running: bool = False
    failure: str = ""
    """What the last failed run said."""
    call: str = ""
    """The call that the bar shows; of a lane with nothing but failures the last failed one."""
    best: frozenset[str] = frozenset()
    """The numbers in which it is the best."""
    frames_ns: tuple[int, ...] = ()
    """How long each answer of the session took that the bar shows."""
    progress: str = ""
    """How far it is while the comparison runs: runs of all, answers of a session that is open."""
    is_warm_up: bool = False
    """Whether the bar shows a warm-up: there is no counted run yet, and its numbers count nowhere."""

    @property
    def end_ns(self) -> int:
        """The last moment that is drawn."""
        last = self.stretches[-1].end_ns if self.stretches else 0
        return max((last, *self.dots_ns))

    @property
    def note(self) -> str:
        """What stands in the place of bars."""
        if self.lane.reason:
            return self.lane.reason
        if not self.lane.is_on:
            return tr("switched off")
        if not self.stretches and self.failure:
            return self.failure
        return "" if self.stretches else self.lane.doubt.partition(". ")[0] or tr("not called yet")

    def number(self, column: str) -> str:
        """Return one of `NUMBERS` in words."""
        value = getattr(self.numbers, column)
        if value is None:
            return NOTHING
        if column == "cost_usd":
            return money(value) if value else tr("free")
        return seconds(value)

    def aside(self, column: str) -> str:
        """Return the words under a number: of what it is, and whether it is the best."""
        of_frame = tr("a frame") if column == "median_s" and self.numbers.is_per_frame else ""
        best = BEST if column in self.best else ""
        return " ".join(part for part in (of_frame, best) if part)


def views(
    plan: Plan,
    comparison: Comparison | None = None,
    analysis: Analysis = NO_ANALYSIS,
    live: Mapping[str, "Live"] | None = None,
) -> tuple[LaneView, ...]:
    """Return every lane of a plan as it is drawn; `live` holds, by lane, the call that is under way."""
    under_way = live or {}
    return tuple(_view(lane, plan, comparison, analysis, under_way.get(lane.id)) for lane in plan.lanes)


def _view(
    lane: Lane,
    plan: Plan,
    comparison: Comparison | None,
    analysis: Analysis,
    live: "Live | None",
) -> LaneView:
    runs = comparison.of(lane.id) if comparison is not None else ()
    is_open = comparison is not None and not comparison.ended_wall_s
    is_warm_up = comparison is not None and not runs
    seen = comparison.of(lane.id, warm_ups=True) if comparison is not None and is_warm_up else runs
    failures = [one for one in seen if one.failed]
    middle = typical(seen)
    call, stretches, frames_ns = (
        (middle.call, middle.stages, middle.frames_ns) if middle is not None else ("", (), ())
    )
    if live is not None and (middle is None or live.stretches):
        call, stretches, frames_ns = live
        is_warm_up = False
    if not call and failures:
        call = failures[-1].call
    return LaneView(
        lane,
        analysis.of(lane.id),
        stretches,
        tuple(one.total_ns for one in runs if one.total_ns is not None and not one.failed),
        len(runs),
        live is not None,
        failures[-1].failed if failures else "",
        call,
        frozenset(column for column, lanes in analysis.best.items() if lane.id in lanes),
        frames_ns,
        _progress(lane, plan, len(runs), live) if is_open and lane.is_called else "",
        is_warm_up and bool(stretches),
    )


def _progress(lane: Lane, plan: Plan, done: int, live: "Live | None") -> str:
    if live is not None and lane.transport is Transport.REALTIME:
        return tr("{count} of {frames}").format(count=len(live.frames_ns), frames=plan.frames)
    return tr("{done} of {runs}").format(done=done, runs=plan.runs)


def title(lane: Lane) -> str:
    """Return the name of a lane with what tells it from its like."""
    return f"{lane.name}, {lane.detail}" if lane.detail else lane.name


def seconds(value: float) -> str:
    """Return a time as people read it in a column: two decimals, below 10 ms three."""
    return f"{number(value, '.2f')} s" if value >= 0.01 or value == 0 else f"{number(value, '.3f')} s"


def stage_words(view: LaneView, index: int) -> tuple[str, str]:
    """Return what one stage is, and how that is known: for the line under the lanes and for a screen reader."""
    stretch = view.stretches[index]
    head = f"{title(view.lane)}: {told(stretch.step)} {seconds(stretch.length_ns / 1e9)}"
    if view.is_warm_up:
        head = f"{head}, {WARM_UP}"
    known = evidence(view.lane.transport, stretch)
    span = tr("from {start_ns} to {end_ns}, {told}").format(
        start_ns=seconds(stretch.start_ns / 1000000000.0),
        end_ns=seconds(stretch.end_ns / 1000000000.0),
        told=known,
    )
    if stretch.early_ns is not None and stretch.late_ns is not None:
        early, late = seconds(stretch.early_ns / 1e9), seconds(stretch.late_ns / 1e9)
        span += tr("; its true end lies between {early} and {late}").format(early=early, late=late)
    return head, span
