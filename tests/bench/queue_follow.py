"""`queue_follow_1000`: what it costs to follow a thousand open queue calls at once, and whether every end is found."""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import httpx

from fal_studio.app.collector import Collector
from fal_studio.core import events as e
from fal_studio.core.log import EventLog
from fal_studio.core.request import Mode, Request
from fal_studio.jobs.runner import CallRunner
from fal_studio.modes.base import Access
from fal_studio.store.db import Database
from fal_studio.store.ledger import Ledger
from fal_studio.wire import queue
from tests.bench.engine import application, keep, on_the_programs_loop, profile_of
from tests.bench.rows import Bench, Bound, Measured, Row, rows
from tests.emulator_process import KEY

CALLS = 1_000
ENDPOINT = "emulator/bench"
SLOTS = 40
SECONDS = 1.5
"""How long each job runs: the emulator needs CALLS * SECONDS / SLOTS for all."""
LIMIT_S = 300.0


@rows(
    Row(
        "queue_follow_1000",
        "CPU of our process, ledger included, while it follows 1,000 open queue calls to their ends",
        "cores",
        Bound.UNDER,
        0.5,
    ),
    Row(
        "queue_follow_missed",
        "calls of these whose end was not found, or another than the true one",
        "calls",
        Bound.AT_MOST,
        0,
    ),
)
def queue_follow_1000(bench: Bench) -> tuple[Measured, ...]:
    bench.emulator.settings(slots=0)
    application()
    collector = Collector()  # as in the program: the ledger's thread must not end the loop's Qt timers
    collector.start()
    try:
        return on_the_programs_loop(_measure(bench))
    finally:
        collector.stop()
        bench.emulator.settings(slots=2)


async def _measure(bench: Bench) -> tuple[Measured, ...]:
    access = Access(profile_of(bench.emulator), KEY)
    log = EventLog()
    ended: dict[str, int] = {}
    all_ended = asyncio.Event()

    async def of_profile(_name: str) -> Access:
        return access

    def on_event(event: e.Event) -> None:
        if isinstance(event.fact, e.ENDS):
            ended[event.call] = time.monotonic_ns()
            if len(ended) == CALLS:
                all_ended.set()

    tickets = await _submitted(bench)
    with tempfile.TemporaryDirectory(prefix="fal-bench-") as folder:
        database = Database(Path(folder) / "ledger.sqlite")
        ledger = Ledger(database, print)
        log.subscribe(ledger.take)
        log.subscribe(on_event)
        async with CallRunner(log, of_profile, keep) as runner:
            since = bench.emulator.last()
            begun, cpu = time.perf_counter(), time.process_time()
            calls = {
                runner.follow(
                    Request(ENDPOINT, Mode.SUBSCRIBE, {"text": str(n), "seconds": SECONDS}), ticket
                ): n
                for n, ticket in enumerate(tickets)
            }
            await asyncio.to_thread(bench.emulator.settings, slots=SLOTS)
            async with asyncio.timeout(LIMIT_S):
                await all_ended.wait()
            took_s, cpu_s = time.perf_counter() - begun, time.process_time() - cpu
        ledger.close()
    missed = sum(not _is_true(log.of(call)[-1].fact, n) for call, n in calls.items())
    lags = [
        (ended[call] - _finished_ns(bench, tickets[n].request_id)) / 1e9
        for call, n in list(calls.items())[::20]
    ]
    asked = bench.emulator.last() - since
    against = (
        f"{cpu_s:.1f} s of CPU in {took_s:.0f} s, {asked / took_s:.0f} requests/s,"
        f" an end was seen after {statistics.median(lags):.1f} s (median)"
    )
    return Measured(cpu_s / took_s, 1, against), Measured(missed, CALLS)


async def _submitted(bench: Bench) -> list[e.Enqueued]:
    """Put the jobs into the queue without our engine: they are there when it comes."""
    access = profile_of(bench.emulator)
    headers = {"Authorization": f"Key {KEY}"}
    async with httpx.AsyncClient(headers=headers, trust_env=False, timeout=60) as client:
        answers = [
            await client.post(f"{bench.emulator.queue}/{ENDPOINT}", json={"text": str(n), "seconds": SECONDS})
            for n in range(CALLS)
        ]
    return [queue.enqueued(answer.json(), access, ENDPOINT) for answer in answers]


def _is_true(fact: e.Fact, n: int) -> bool:
    return isinstance(fact, e.Output) and fact.payload["echo"]["text"] == str(n)


def _finished_ns(bench: Bench, request_id: str) -> int:
    return bench.emulator.truth(request_id)["stages"]["finished"]["monotonic_ns"]
