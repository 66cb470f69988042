"""`facts_10k_*`: ten thousand facts of a hundred calls through log, hub and models."""

import statistics
import time
from collections.abc import Iterator

from PySide6.QtCore import QEventLoop, QTimer

from fal_studio.core import events as e
from fal_studio.core.log import EventLog
from fal_studio.core.request import Mode, Request
from fal_studio.ui.hub import Hub
from fal_studio.ui.models import Calls
from tests.bench.engine import application
from tests.bench.rows import Bench, Bound, Measured, Row, rows
from tests.bench.stalls import Heart

CALLS = 100
FACTS_A_CALL = 100
A_TURN = 250
"""As many events as one read of a socket brings (64 KB of them)."""
RUNS = 7


@rows(
    Row("facts_10k_s", "10,000 facts through log, hub and models", "s", Bound.UNDER, 0.5),
    Row("facts_10k_stall_ms", "longest stall of the window's thread meanwhile", "ms", Bound.UNDER, 50),
)
def facts_10k(bench: Bench) -> tuple[Measured, ...]:
    application()
    seen = [_once() for _ in range(RUNS + 1)][1:]
    took_s = [took for took, _ in seen]
    stalls_ms = [stall for _, stall in seen]
    spread = f"{min(took_s):.3f} to {max(took_s):.3f} s"
    return (
        Measured(statistics.median(took_s), RUNS, spread),
        Measured(
            statistics.median(stalls_ms), RUNS, f"median of the runs; the worst had {max(stalls_ms):.1f} ms"
        ),
    )


def _once() -> tuple[float, float]:
    """Return seconds from the first fact until the models have all, and the longest stall in ms."""
    log = EventLog()
    hub, calls = Hub(log), Calls()
    hub.events.connect(calls.take)
    for number in range(CALLS):
        calls.add(f"c{number}", Request("emulator/image", Mode.SUBSCRIBE, {"prompt": "a tiger"}))
    loop, heart, facts = QEventLoop(), Heart(), _facts()
    feed = QTimer()
    ended = set[str]()

    def turn() -> None:
        for _ in range(A_TURN):
            call, fact = next(facts, ("", None))
            if fact is None:
                feed.stop()
                return
            log.append(call, fact)

    def on_changed(call: str, _events: tuple[e.Event, ...]) -> None:
        if calls.state(call).is_ended:
            ended.add(call)
            if len(ended) == CALLS:
                loop.quit()

    feed.timeout.connect(turn)
    calls.changed.connect(on_changed)
    QTimer.singleShot(30_000, loop.quit)
    heart.start()
    begun = time.perf_counter()
    feed.start(0)
    loop.exec()
    took_s = time.perf_counter() - begun
    stall_ms = heart.stop()
    hub.close()
    assert len(ended) == CALLS, "not all calls ended"
    assert sum(len(calls.events(call)) for call in calls.ids()) == CALLS * FACTS_A_CALL
    return took_s, stall_ms


def _facts() -> Iterator[tuple[str, e.Fact]]:
    """Yield the facts of queue calls that run side by side, as they come in."""
    for index in range(FACTS_A_CALL):
        for number in range(CALLS):
            yield f"c{number}", _fact(index, number)


def _fact(index: int, number: int) -> e.Fact:
    if index == 0:
        return e.Started(1000.0, "emulator/image", Mode.SUBSCRIBE, "emulator")
    if index == FACTS_A_CALL - 1:
        return e.Output({"images": [{"url": "http://x/1.jpg", "width": 512, "height": 512}], "seed": number})
    if index == 1:
        return e.Attempt(1, "submit", "POST", "http://x/queue/emulator/image")
    if index == 2:
        return e.Enqueued(f"r{number}", "http://s", "http://r", "http://c", 3)
    if index % 3:
        return e.Log(f"step {index} of {FACTS_A_CALL}")
    return e.Progress(e.Stage.RUNNING if index > 20 else e.Stage.QUEUED, fraction=None)
