"""A comparison in a process of its own: runs in the real window, with its lanes drawn live; prints what was measured."""

# ruff: noqa: E402
import gc

gc.disable()  # as the command does before it loads the window: see fal_studio/cli.py

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer

from fal_studio.app.program import Program
from fal_studio.app.start import application
from fal_studio.store.paths import folders
from tests.bench.window_probe import _until, work

FRAME_MS = 33
"""How often lanes of running calls are drawn anew."""


async def compare(program: Program, arguments: dict[str, Any]) -> dict[str, Any]:
    """Run all lanes of one request; the heart beats from the first turn to the last number."""
    from fal_studio.core.comparing.analysis import Analysis
    from fal_studio.core.comparing.outcome import Comparison
    from fal_studio.core.comparing.plan import Lane, Plan
    from fal_studio.core.comparing.stages import stages
    from fal_studio.core.request import Mode, Request
    from fal_studio.ui.compare.lane_chart import LaneChart
    from fal_studio.ui.compare.lane_view import views
    from tests.bench.stalls import Heart

    door = program.comparisons
    await _until(lambda: bool(program.catalogue.all()) and door.is_ready)
    known: list[tuple[Lane, ...]] = []
    door.lanes_known.connect(lambda _request, lanes: known.append(lanes))
    door.want_lanes(Request("emulator/bench", Mode.RUN, {"text": "a tiger on a hill"}), 0.05)
    await _until(lambda: bool(known))
    plan = Plan(known[0], runs=arguments["runs"], warm_ups=arguments["warm_ups"], poll_every_s=0.05)
    assert len(plan.called) == arguments["lanes"], [lane.reason for lane in plan.lanes]

    chart = LaneChart()
    chart.resize(1236, chart.sizeHint().height())
    chart.show()
    painted = _Painted(chart)
    now: dict[str, Any] = {"analysis": Analysis(()), "live": {}}
    ended: list[Comparison] = []
    between_s: list[float] = []

    def draw() -> None:
        live = {lane: (call, stages(program.log.of(call))) for lane, call in now["live"].items()}
        chart.show_views(views(plan, door.current, now["analysis"], live))

    def on_turn_ended(_id: str, _outcome: object) -> None:
        now.update(live={}, at_s=time.perf_counter())

    def on_turn_started(_id: str, turn: Any, call: str) -> None:
        now["live"] = {turn.lane: call}
        if "at_s" in now:
            between_s.append(time.perf_counter() - now["at_s"])

    door.turn_started.connect(on_turn_started)
    door.turn_ended.connect(on_turn_ended)
    door.analysed.connect(lambda _id, analysis: now.update(analysis=analysis))
    door.finished.connect(ended.append)
    timer = QTimer()
    timer.timeout.connect(draw)
    timer.start(FRAME_MS)
    heart = Heart()
    begun = time.perf_counter()
    heart.start()
    door.run(plan)
    await _until(lambda: bool(ended), 110)
    stall_ms = heart.stop()
    timer.stop()
    opened: list[Comparison] = []
    door.opened.connect(lambda comparison, _analysis: opened.append(comparison))
    door.open_wanted.emit(ended[0].id)
    await _until(lambda: bool(opened))
    kept = sum(not one.failed for one in opened[0].outcomes)
    chart.close()
    chart.deleteLater()
    return {
        "stall_ms": stall_ms,
        "kept": kept,
        "seconds": time.perf_counter() - begun,
        "between_ms": statistics.median(between_s) * 1e3,
        "painted": painted.count,
    }


class _Painted(QObject):
    """Counts how often something was painted."""

    def __init__(self, what: QObject) -> None:
        super().__init__(what)
        self.count = 0
        what.installEventFilter(self)

    def eventFilter(self, what: QObject, event: QEvent) -> bool:
        """Look only."""
        self.count += event.type() == QEvent.Type.Paint
        return super().eventFilter(what, event)


def main() -> None:
    """Answer the question of the command line."""
    arguments = json.loads(sys.argv[2])
    application("dark")
    with tempfile.TemporaryDirectory(prefix="fal-bench-compare-") as folder:
        program = Program(folders(Path(folder)))
        sys.stdout.write(json.dumps(work(compare, program, arguments)) + "\n")


if __name__ == "__main__":
    main()
