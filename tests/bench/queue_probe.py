"""The queue panel in a process of its own, on the ledger of a folder: prints one line of JSON with what it took."""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import qasync
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget

from fal_studio.app.program import Program
from fal_studio.app.start import application
from fal_studio.core.history import Order
from fal_studio.store.paths import folders
from fal_studio.ui.queue.lines import GroupBy

LIMIT_S = 30
TURNS = 150
FILTERS = ("lighthouse", "model:flux", "state:failed", "portrait of a danc", "the -night")


class Painted(QObject):
    """Notes when a widget was drawn."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.at = 0.0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.at = time.perf_counter()
        return False


def main() -> None:
    app = application("dark")
    program = Program(folders(Path(sys.argv[1])))

    async def both() -> dict[str, Any]:
        async with asyncio.TaskGroup() as group:
            group.create_task(program.run())
            try:
                return await measure(program)
            finally:
                program.close()

    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        sys.stdout.write(json.dumps(runner.run(both())) + "\n")


async def measure(program: Program) -> dict[str, Any]:
    from tests.bench.stalls import Heart

    await _until(lambda: program.engine is not None and bool(program.catalogue.all()))
    await asyncio.sleep(0.3)
    window = program.window
    begun = time.perf_counter()
    window.actions_["view.history"].trigger()
    dock = window.monitor.dock
    assert dock is not None
    painted = Painted(dock.table.viewport())
    listing = dock.listing

    async def shown(begun: float) -> float:
        """Return what it took until the first rows of an answer were painted."""
        await _until(lambda: not listing.is_asking_first and painted.at > listing.answered_at)
        return (painted.at - begun) * 1e3

    opened_ms = await shown(begun)
    await _until(lambda: listing.shown == listing.total > 1_000)
    window.actions_["view.history"].trigger()
    await asyncio.sleep(0.1)
    begun = time.perf_counter()
    painted.at = 0.0
    window.actions_["view.history"].trigger()
    await _until(lambda: painted.at > begun)
    again_ms = (painted.at - begun) * 1e3
    sorts: dict[str, float] = {}
    for order in (*Order, Order.STARTED):
        begun = time.perf_counter()
        dock.table.order_wanted.emit(order)
        sorts[order.value] = await shown(begun)
        await _until(lambda: listing.shown == listing.total)
    filters: dict[str, float] = {}
    for text in FILTERS:
        dock.filter.setText(text[:-1])
        await asyncio.sleep(0.5)
        begun = time.perf_counter()
        dock.filter.setText(text)
        await _until(lambda begun=begun: listing.answered_at > begun)
        filters[text] = await shown(begun)
    dock.filter.setText("")
    await _until(lambda: listing.shown == listing.total > 1_000)
    dock.table.choose(dock.model.row(0).call)
    await asyncio.sleep(0.3)
    heart = Heart()
    heart.start()
    turns = [await _turn(dock.table.viewport(), painted) for _ in range(TURNS)]
    bar = dock.table.verticalScrollBar()
    for part in range(1, 51):
        begun = time.perf_counter()
        bar.setValue(bar.maximum() * part // 50)
        await _until(lambda begun=begun: painted.at > begun)
        turns.append((painted.at - begun) * 1e3)
    stall_ms = heart.stop()
    dock.listing.group_by(GroupBy.DAY)
    return {
        "open_ms": opened_ms, "again_ms": again_ms, "sort_ms": sorts, "filter_ms": filters,
        "turns_ms": turns, "stall_ms": stall_ms, "rows": dock.model.rowCount(),
    }  # fmt: skip


async def _turn(view: QWidget, painted: Painted) -> float:
    """Turn the wheel over the rows; return what it took until they were painted."""
    place = QPointF(view.rect().center())
    event = QWheelEvent(
        place,
        QPointF(view.mapToGlobal(view.rect().center())),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    begun = time.perf_counter()
    QApplication.sendEvent(view, event)
    await _until(lambda: painted.at > begun)
    return (painted.at - begun) * 1e3


async def _until(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + LIMIT_S
    while not is_so():
        assert time.monotonic() < ends, "waited in vain"
        await asyncio.sleep(0.0005)


if __name__ == "__main__":
    main()
