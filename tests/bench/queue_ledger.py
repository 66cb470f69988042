"""`queue_search_50k_ms`, `queue_page_10k_ms`, `queue_sort_filter_ms`: lists of calls out of a ledger as people fill it."""

import contextlib
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from fal_studio.core import events as e
from fal_studio.core.call import CallState
from fal_studio.core.events import Event
from fal_studio.core.history import Order, Query
from fal_studio.core.request import Mode, Request
from fal_studio.core.search import parse
from fal_studio.store import records
from fal_studio.store.db import Database, transaction
from fal_studio.store.ledger import Ledger
from fal_studio.store.records import Known
from tests.bench.rows import Bench, Bound, Measured, Row, rows

WAIT_S = 300
RUNS = 15
AT_ONCE = 1_000
SEARCHES = (
    "lighthouse",
    "light",
    "a",
    '"red hat" -rejected',
    "portrait of an old fisherman, oil on canv",
    "灯台",
    "model:flux mode:subscribe state:done tiger",
    "the -night",
)
"""As they are typed: a rare word, a beginning, nearly every call, a phrase, a sentence, characters, filters."""
SUBJECTS = (
    "a lighthouse in a storm",
    "an old fisherman with a red hat",
    "two tigers at a lake",
    "a glass city",
    "a robot gardener",
    "a jellyfish in the night sky",
    "丘の上の灯台",
    "a market street in Marrakesh",
    "a portrait of a dancer",
    "the last train to the coast",
)
STYLES = (
    "oil on canvas",
    "35mm film, grain",
    "watercolour",
    "isometric, soft light",
    "ink and gold",
    "low poly",
)
WORDS = [
    "amber",
    "basalt",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "harbour",
    "iris",
    "juniper",
    "kelp",
    "lantern",
    "meadow",
    "nimbus",
    "orchard",
    "pebble",
    "quartz",
    "ridge",
    "saffron",
    "tundra",
    "umber",
    "velvet",
    "willow",
    "xenon",
    "yarrow",
    "zephyr",
    "rejected",
    "final",
    "draft",
    "warm",
    "cold",
    "dusk",
    "dawn",
    "mist",
    "rain",
]
ENDPOINTS = (
    "fal-ai/flux/dev",
    "fal-ai/flux-pro/v1.1",
    "fal-ai/sdxl",
    "fal-ai/kling-video/v2",
    "fal-ai/any-llm",
)


@rows(
    Row(
        "queue_search_50k_ms",
        "a search over 50,000 calls: page and total, the slowest kind",
        "ms",
        Bound.UNDER,
        100,
    )
)
def search_50k(bench: Bench) -> tuple[Measured, ...]:
    del bench
    with filled(50_000) as ledger:
        medians = {line: _median_ms(ledger, parse(line).query) for line in SEARCHES}
    slowest = max(medians, key=lambda line: medians[line])
    kinds = ", ".join(f"{line} {took:.0f}" for line, took in medians.items())
    return (Measured(medians[slowest], RUNS, f"median in ms of each: {kinds}"),)


@rows(
    Row("queue_page_10k_ms", "the first page and the total of 10,000 calls", "ms", Bound.UNDER, 100),
    Row("queue_sort_filter_ms", "10,000 calls sorted and filtered, the slowest way", "ms", Bound.UNDER, 100),
)
def lists_10k(bench: Bench) -> tuple[Measured, ...]:
    del bench
    filters = (Query(), parse("model:flux").query, parse("state:failed mode:submit cost<9").query)
    with filled(10_000) as ledger:
        first = _median_ms(ledger, Query())
        medians = {
            (order, number): _median_ms(ledger, _sorted(query, order))
            for order in Order
            for number, query in enumerate(filters)
        }
    order, _ = slowest = max(medians, key=lambda key: medians[key])
    return (
        Measured(first, RUNS, "1,000 rows"),
        Measured(medians[slowest], RUNS, f"by {order}; the fastest takes {min(medians.values()):.0f} ms"),
    )


def _sorted(query: Query, order: Order) -> Query:
    return Query(
        models=query.models,
        phases=query.phases,
        modes=query.modes,
        cost_under=query.cost_under,
        order=order,
    )


def _median_ms(ledger: Ledger, query: Query) -> float:
    took: list[float] = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        page = ledger.search(query).result(WAIT_S)
        took.append(time.perf_counter() - begun)
        assert page.total >= len(page.rows)
    return statistics.median(took) * 1e3


@contextlib.contextmanager
def filled(count: int) -> Iterator[Ledger]:
    """Yield a ledger with `count` calls, written by the code that writes them; only the commits are fewer."""
    with tempfile.TemporaryDirectory(prefix="fal-ledger-") as folder:
        database = Database(Path(folder) / "ledger.sqlite")
        ledger = Ledger(database, _complain)
        fill(database, count)
        yield ledger
        assert ledger.close()


def fill(database: Database, count: int) -> None:
    """Write `count` calls."""
    for start in range(0, count, AT_ONCE):
        database.submit(lambda connection, start=start: _write(connection, start)).result(WAIT_S)


def _complain(problem: Exception) -> None:
    raise AssertionError(str(problem))


def _write(connection: sqlite3.Connection, start: int) -> None:
    with transaction(connection):
        for number in range(start, start + AT_ONCE):
            rng = random.Random(number)
            call, request = f"{number:032x}", _request(rng)
            records.intend(connection, call, request, 1.7e9 + number)
            facts = _facts(rng, number, request)
            events = [Event(call, seq, seq * 400_000_000, fact) for seq, fact in enumerate(facts)]
            row = connection.execute("SELECT id FROM calls WHERE call = ?", (call,)).fetchone()
            records.write(connection, events, {call: Known(row[0], CallState(call), request)})


def _request(rng: random.Random) -> Request:
    prompt = (
        f"{rng.choice(SUBJECTS)}, {' '.join(rng.choices(WORDS, k=rng.randint(3, 40)))}, {rng.choice(STYLES)}"
    )
    arguments = {
        "prompt": prompt,
        "negative_prompt": " ".join(rng.choices(WORDS, k=5)),
        "seed": rng.randrange(2**32),
        "image_size": rng.choice(("square_hd", "landscape_16_9")),
        "num_inference_steps": rng.randint(4, 50),
        "guidance_scale": 3.5,
        "image_url": f"https://v3.fal.media/files/b/{rng.randbytes(8).hex()}/input.png",
    }
    return Request(rng.choice(ENDPOINTS), rng.choice(tuple(Mode)), arguments, rng.choice(("fal", "team")))


def _facts(rng: random.Random, number: int, request: Request) -> list[e.Fact]:
    base = f"https://queue.fal.run/{request.endpoint}/requests/{number:032x}"
    facts: list[e.Fact] = [
        e.Started(1.7e9 + number, request.endpoint, request.mode, request.profile),
        e.Attempt(1, "submit", "POST", base),
        e.Enqueued(f"{number:032x}", f"{base}/status", base, f"{base}/cancel", 2),
        e.Progress(e.Stage.QUEUED, 1),
        e.Progress(e.Stage.RUNNING),
        e.Metric("billable_units", rng.random()),
    ]
    if rng.random() < 0.1:
        return [*facts, e.Failed(e.FailureKind.SERVER, "The runner ran out of memory.")]
    images = [{"url": f"https://v3.fal.media/files/b/{number:08x}/{n}.png"} for n in range(rng.randint(1, 4))]
    # Gone: the window would go on fetching them, and the machine's name servers be part of what is measured.
    gone = [e.Download(image["url"], e.FileState.GONE) for image in images]
    return [*facts, e.Output({"images": images, "seed": 1}), *gone]
