"""The comparison that is on the pane: what it will be, how far it is, what came of it. Talks through the door."""

from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QObject, QRandomGenerator, Signal

from fal_studio.core import events as e
from fal_studio.core.comparing.analysis import Analysis
from fal_studio.core.comparing.lanes import with_polling
from fal_studio.core.comparing.outcome import Comparison, Outcome, frames_ns
from fal_studio.core.comparing.plan import Kind, Lane, Plan, Turn
from fal_studio.core.comparing.stages import Stretch, stages
from fal_studio.core.events import Event
from fal_studio.core.request import Mode, Request
from fal_studio.ui.compare import words
from fal_studio.ui.compare.lane_view import NO_ANALYSIS, LaneView, Live, views
from fal_studio.ui.comparisons import Comparisons
from fal_studio.ui.models import Calls
from fal_studio.words import tr, trn

RUNS, WARM_UPS = 10, 1
EQUAL_S = 0.5
"""The interval of polling where every lane has the same."""
Named = tuple[tuple[str, Request], ...]


class CompareDesk(QObject):
    """Knows the plan, the comparison and its numbers; `changed` tells that any of it is another one."""

    changed = Signal()
    ended = Signal(str)
    """A comparison has ended: what is said of it aloud."""

    def __init__(self, door: Comparisons, calls: Calls, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.door, self._calls = door, calls
        self.plan = Plan((), runs=RUNS, warm_ups=WARM_UPS)
        self.comparison: Comparison | None = None
        self.analysis: Analysis = NO_ANALYSIS
        self.live: dict[str, str] = {}
        """The call that is under way in a lane."""
        self.trouble = ""
        """What did not work, in a sentence."""
        self.asked: tuple[Plan, str] | None = None
        """A plan that runs only if somebody says yes, and what is to be known before."""
        self._more = 0
        """How many more runs are asked about; 0: a comparison of its own is."""
        self._about: Request | Named | None = None
        self._origin: Comparison | None = None
        """What was opened to get the lanes; None: they are of requests that are open here."""
        self._wanted: dict[str, bool] = {}
        self._is_waiting = False
        """Somebody has pressed Run before the lanes were known."""
        self._is_begun = False
        """Somebody has pressed Run, and no call is under way yet."""
        for signal, slot in (
            (door.lanes_known, self._on_lanes), (door.started, self._on_started), (door.ready, self._on_ready),
            (door.turn_started, self._on_turn_started), (door.turn_ended, self._on_turn_ended),
            (door.analysed, self._on_analysed), (door.finished, self._on_finished), (door.opened, self._on_opened),
            (door.probed, self._on_probed), (door.asked, self._on_asked), (door.asked_unpriced, self._on_asked_unpriced), (door.trouble, self._on_trouble),
        ):  # fmt: skip
            signal.connect(slot)

    @property
    def is_running(self) -> bool:
        """Whether calls are made, or are about to be."""
        return self._is_begun or (self.comparison is not None and not self.comparison.ended_wall_s)

    @property
    def request(self) -> Request | None:
        """The request whose ways are compared; None where several requests are."""
        return self._about if isinstance(self._about, Request) else None

    @property
    def price(self) -> str:
        """What the next run costs, in words."""
        return words.price_words(self.plan, self._calls.prices.estimate_usd)

    @property
    def progress(self) -> str:
        """How far the one that runs is, or what came of it; "" for none."""
        if self._is_begun or self.comparison is None:
            return tr("about to begin") if self._is_begun else ""
        return words.progress(self.comparison) if self.is_running else words.outcome(self.comparison)

    def about(self, request: Request) -> None:
        """Compare the ways of calling this request from now on, unless something runs or it is the same."""
        plain = msgspec.structs.replace(request, mode=Mode.RUN)
        if self.is_running or (plain == self._about and self.plan.lanes):
            return
        self._begin(plain, Kind.MODES)
        self.door.want_lanes(plain, self.plan.poll_every_s)

    def about_requests(self, requests: Named) -> None:
        """Compare several requests from now on, unless something runs or they are the same."""
        if self.is_running or (requests == self._about and self.plan.lanes):
            return
        self._begin(requests, Kind.REQUESTS)
        self.door.want_lanes_of(requests)

    def forget(self) -> None:
        """There is nothing that could be compared."""
        if not self.is_running:
            self._begin(None, self.plan.kind)

    def drop(self) -> None:
        """Show the comparison no more; its lanes stay, to be run again."""
        if not self.is_running:
            self.comparison, self.analysis = None, NO_ANALYSIS
            self.changed.emit()

    def rename(self, comparison: str, title: str) -> None:
        """Give the comparison that is shown another title, if it is this one."""
        if self.comparison is not None and self.comparison.id == comparison:
            self.comparison = msgspec.structs.replace(self.comparison, title=title)
            self.changed.emit()

    def set_runs(self, runs: int) -> None:
        """Choose how often each lane is called, warm-ups not among them."""
        self._plan(runs=runs)

    def set_warm_ups(self, count: int) -> None:
        """Choose how many calls of each lane count in no number."""
        self._plan(warm_ups=count)

    def set_random(self, *, is_random: bool) -> None:
        """Choose whether lanes are called in a random order in each round."""
        self._plan(random_order=is_random)

    def set_equal_polling(self, *, is_equal: bool) -> None:
        """Choose whether all lanes that poll do so at the same interval."""
        every_s = EQUAL_S if is_equal else None
        self._plan(poll_every_s=every_s, lanes=tuple(with_polling(lane, every_s) for lane in self.plan.lanes))

    def switch(self, lane: str, *, is_on: bool) -> None:
        """Let a lane take part or not."""
        self._wanted[lane] = is_on
        self._plan(lanes=self._switched(self.plan.lanes))

    def run(self, *, is_accepted: bool = False) -> None:
        """Call all lanes; as soon as they are known if they are not yet."""
        if self.is_running:
            return
        if not self.plan.lanes:
            self._is_waiting = self._about is not None
            self.changed.emit()
            return
        plan = self.asked[0] if is_accepted and self.asked is not None else self._seeded()
        self.asked, self._more, self.trouble, self._is_begun = None, 0, "", True
        self.changed.emit()
        self.door.run(plan, is_accepted=is_accepted, origin=self._origin)

    def run_more(self, more: int, *, is_accepted: bool = False) -> None:
        """Call each lane of the comparison that is shown more often."""
        if self.comparison is not None and not self.is_running:
            self.asked, self._more, self.trouble, self._is_begun = None, more, "", True
            self.changed.emit()
            self.door.run_more(self.comparison, more, is_accepted=is_accepted)

    def accept(self) -> None:
        """Say yes to what was asked."""
        if self.asked is None:
            return
        if self._more:
            self.run_more(self._more, is_accepted=True)
        else:
            self.run(is_accepted=True)

    def price_of_more(self, more: int) -> tuple[str, str]:
        """Return how many calls so many more runs are, and what they cost, in words."""
        plan = self.comparison.plan if self.comparison is not None else self.plan
        plan = msgspec.structs.replace(plan, runs=more, warm_ups=0)
        return words.counted(plan.calls, "call"), words.price_words(plan, self._calls.prices.estimate_usd)

    def stop(self) -> bool:
        """Call no more; False if nothing runs."""
        if self.asked is not None:
            self.asked = None
            self.changed.emit()
            return True
        if self.door.current is None:
            return False
        self.door.stop()
        return True

    def views(self) -> tuple[LaneView, ...]:
        """Return the lanes as they stand this moment."""
        live = {
            lane: Live(call, self._so_far(call), self._frames_ns(call)) for lane, call in self.live.items()
        }
        plan = self.comparison.plan if self.comparison is not None and self.is_running else self.plan
        return views(plan, self.comparison, self.analysis, live)

    def summary(self) -> str:
        """Return all of it to be pasted; "" while there is nothing."""
        return words.summary(self.comparison, self.analysis, self.views()) if self.comparison else ""

    def is_live(self, calls: Sequence[str]) -> bool:
        """Whether one of these calls is on the pane and under way."""
        return any(call in calls for call in self.live.values())

    def _so_far(self, call: str) -> tuple[Stretch, ...]:
        """Return the stages of a call until now: what goes on goes on until somebody hears otherwise."""
        events = tuple(self._calls.events(call))
        if not events or self._calls.state(call).is_ended:
            return stages(events)
        now_ns = max(events[-1].t_ns, round(self._calls.age_s(call) * 1e9))
        return stages((*events, Event(call, events[-1].seq + 1, now_ns, e.Metric("", 0.0))))

    def _frames_ns(self, call: str) -> tuple[int, ...]:
        return frames_ns(tuple(self._calls.events(call)))

    def _begin(self, about: "Request | Named | None", kind: Kind) -> None:
        self._about, self._origin, self._is_waiting = about, None, False
        self.comparison, self.analysis, self.trouble, self.asked = None, NO_ANALYSIS, "", None
        self._wanted.clear()
        self._plan(lanes=(), kind=kind)

    def _plan(self, **changes: object) -> None:
        self.plan = msgspec.structs.replace(self.plan, **changes)
        self.asked = None
        self.changed.emit()

    def _seeded(self) -> Plan:
        seed = QRandomGenerator.global_().generate()
        self.plan = msgspec.structs.replace(self.plan, seed=seed)
        return self.plan

    def _switched(self, lanes: tuple[Lane, ...]) -> tuple[Lane, ...]:
        return tuple(
            msgspec.structs.replace(lane, is_on=self._wanted.get(lane.id, lane.is_on)) for lane in lanes
        )

    def _on_ready(self) -> None:
        """Ask again: nobody heard it before."""
        if isinstance(self._about, Request) and not self.plan.lanes:
            self.door.want_lanes(self._about, self.plan.poll_every_s)
        elif self._about is not None and not isinstance(self._about, Request) and not self.plan.lanes:
            self.door.want_lanes_of(self._about)

    def probe(self, lane: str) -> None:
        """Ask whether the endpoint has a lane of which nobody knows that; it costs nothing."""
        found = next((one for one in self.plan.lanes if one.id == lane and one.can_probe), None)
        if found is not None and not self.is_running:
            self.trouble = ""
            self.changed.emit()
            self.door.probe_wanted.emit(found.request)

    def _on_probed(self, endpoint: str) -> None:
        request = self.request
        if request is not None and request.endpoint == endpoint and not self.is_running:
            self.door.want_lanes(request, self.plan.poll_every_s)

    def _on_lanes(self, about: "Request | Named", lanes: tuple[Lane, ...]) -> None:
        if about != self._about or self.is_running:
            return
        self._off = {lane.id for lane in lanes if not lane.is_on}
        self._plan(lanes=lanes)
        if self._is_waiting:
            self._is_waiting = False
            self.run()

    def _on_started(self, comparison: Comparison) -> None:
        self.comparison, self.plan, self._is_begun = comparison, comparison.plan, False
        if self._origin is not None:
            self._origin = comparison
        if not comparison.outcomes:
            self.analysis = NO_ANALYSIS
        self.changed.emit()

    def _on_turn_started(self, comparison: str, turn: Turn, call: str) -> None:
        if self.comparison is not None and comparison == self.comparison.id and call:
            self.live = {turn.lane: call}

    def _on_turn_ended(self, comparison: str, outcome: Outcome) -> None:
        if self.comparison is not None and comparison == self.comparison.id:
            outcomes = (*self.comparison.outcomes, outcome)
            self.comparison = msgspec.structs.replace(self.comparison, outcomes=outcomes)
            self.live = {}
            self.changed.emit()

    def _on_analysed(self, comparison: str, analysis: Analysis) -> None:
        if self.comparison is not None and comparison == self.comparison.id:
            self.analysis = analysis
            self.changed.emit()

    def _on_finished(self, comparison: Comparison) -> None:
        if self.comparison is None or comparison.id != self.comparison.id:
            return
        self.comparison, self.plan, self.live = comparison, comparison.plan, {}
        self.changed.emit()
        self.ended.emit(words.spoken(comparison, self.analysis))

    def _on_opened(self, comparison: Comparison, analysis: Analysis) -> None:
        if self.is_running:
            self.trouble = tr("A comparison is under way: stop it before another one is opened.")
        else:
            self.comparison, self.analysis, self.plan, self.live = comparison, analysis, comparison.plan, {}
            self._about, self._origin = self._about_of(comparison), comparison
            self._wanted = {lane.id: lane.is_on for lane in comparison.plan.lanes}
            self.trouble, self.asked = "", None
        self.changed.emit()

    def _about_of(self, comparison: Comparison) -> "Request | Named | None":
        lanes = comparison.plan.lanes
        if comparison.plan.kind is Kind.REQUESTS:
            return tuple((lane.name, lane.request) for lane in lanes)
        plain = lanes[0].request if lanes else None
        return msgspec.structs.replace(plain, mode=Mode.RUN) if plain is not None else None

    def _on_asked(self, plan: Plan, cost: float, limit: float) -> None:
        told = tr("{asked_calls} will cost about {cost}").format(
            asked_calls=self._asked_calls(plan), cost=words.money(cost)
        )
        self._ask(
            plan,
            tr("{told}; you want to be asked above {limit}.").format(told=told, limit=words.money(limit)),
        )

    def _asked_calls(self, plan: Plan) -> str:
        left = self.comparison.left if self.comparison is not None else ()
        count = len(plan.called) * self._more + len(left) if self._more else plan.calls
        return trn("This call", "These {counted}", count).format(counted=words.counted(count, "call"))

    def _on_asked_unpriced(self, plan: Plan, endpoint: str) -> None:
        self._ask(
            plan,
            tr(
                "Nobody can tell what {asked_calls} with {endpoint} will cost, and the profile has a limit."
            ).format(asked_calls=self._asked_calls(plan).lower(), endpoint=endpoint),
        )

    def _ask(self, plan: Plan, sentence: str) -> None:
        self.asked, self._is_begun = (plan, sentence), False
        self.changed.emit()

    def _on_trouble(self, sentence: str) -> None:
        self.trouble, self._is_begun = sentence, False
        self.changed.emit()
