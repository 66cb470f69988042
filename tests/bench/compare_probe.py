"""A comparison in a process of its own: runs in the real window, in its pane; prints what was measured."""

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

from PySide6.QtCore import QEvent, QObject

from fal_studio.app.program import Program
from fal_studio.app.start import application
from fal_studio.store.paths import folders
from tests.bench.window_probe import _until, work


async def compare(program: Program, arguments: dict[str, Any]) -> dict[str, Any]:
    """Run all lanes of one request; the heart beats from the first turn to the last number."""
    from fal_studio.core.comparing.outcome import Comparison
    from fal_studio.core.request import Mode
    from fal_studio.ui.request.draft import Draft
    from tests.bench.stalls import Heart

    door, window = program.comparisons, program.window
    await _until(lambda: bool(program.catalogue.all()) and door.is_ready)
    window.open_draft(Draft("Lanes", "emulator/bench", Mode.RUN, json.dumps({"text": "a tiger on a hill"})))
    window.comparing.show()
    pane = window.comparing.pane
    assert pane is not None
    desk = pane.desk
    desk.set_runs(arguments["runs"])
    desk.set_warm_ups(arguments["warm_ups"])
    desk.set_equal_polling(is_equal=True)
    await _until(lambda: bool(desk.plan.lanes))
    assert len(desk.plan.called) == arguments["lanes"], [lane.reason for lane in desk.plan.lanes]

    painted = _Painted(pane.chart)
    ended: list[Comparison] = []
    between_s: list[float] = []
    last_s = [0.0]

    def on_turn_ended(_id: str, _outcome: object) -> None:
        last_s[0] = time.perf_counter()

    def on_turn_started(_id: str, _turn: object, _call: str) -> None:
        if last_s[0]:
            between_s.append(time.perf_counter() - last_s[0])

    door.turn_started.connect(on_turn_started)
    door.turn_ended.connect(on_turn_ended)
    door.finished.connect(ended.append)
    heart = Heart()
    begun = time.perf_counter()
    heart.start()
    desk.run()
    await _until(lambda: bool(ended), 110)
    stall_ms, took_s = heart.stop(), time.perf_counter() - begun
    opened: list[Comparison] = []
    door.opened.connect(lambda comparison, _analysis: opened.append(comparison))
    door.open_wanted.emit(ended[0].id)
    await _until(lambda: bool(opened))
    return {
        "stall_ms": stall_ms,
        "kept": sum(not one.failed for one in opened[0].outcomes),
        "seconds": took_s,
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
