"""`stream_vs_httpx_sse`: events a second through our decoder, facts and log against bare httpx-sse."""

import statistics
import time

import httpx
import httpx_sse

from fal_studio.core import events as e
from fal_studio.core.request import Mode, Request
from tests.bench.engine import Engine, on_the_programs_loop
from tests.bench.rows import Bench, Bound, Measured, Row, rows
from tests.emulator_process import KEY

EVENTS = 20_000
RUNS = 9
ARGUMENTS = {"count": EVENTS, "size": 120}


@rows(
    Row(
        "stream_vs_httpx_sse",
        f"events a second, {EVENTS} JSON events as fast as they come, against bare httpx-sse with json()",
        "x",
        Bound.AT_LEAST,
        0.9,
    )
)
def stream_vs_httpx_sse(bench: Bench) -> tuple[Measured, ...]:
    return (on_the_programs_loop(_measure(bench)),)


async def _measure(bench: Bench) -> Measured:
    engine = Engine(bench.emulator)
    ours: list[float] = []
    theirs: list[float] = []
    headers = {"Authorization": f"Key {KEY}"}
    async with engine.running(), httpx.AsyncClient(headers=headers, trust_env=False, timeout=60) as client:
        for number in range(RUNS + 1):
            their, our = await _their_rate(client, bench), await _our_rate(engine)
            if number:  # the first warms up
                theirs.append(their)
                ours.append(our)
    our, their = statistics.median(ours), statistics.median(theirs)
    return Measured(our / their, RUNS, f"{our:,.0f} against {their:,.0f} events a second")


async def _their_rate(client: httpx.AsyncClient, bench: Bench) -> float:
    url = f"{bench.emulator.run}/emulator/bench/stream"
    begun, seen = time.perf_counter(), 0
    async with httpx_sse.aconnect_sse(client, "POST", url, json=ARGUMENTS) as source:
        async for event in source.aiter_sse():
            event.json()
            seen += 1
    assert seen == EVENTS
    return EVENTS / (time.perf_counter() - begun)


async def _our_rate(engine: Engine) -> float:
    begun = time.perf_counter()
    end = await engine.call(Request("emulator/bench", Mode.STREAM, ARGUMENTS))
    took_s = time.perf_counter() - begun
    seen = sum(isinstance(event.fact, e.Partial) for event in engine.log.of(end.call))
    assert seen == EVENTS
    engine.log.forget(end.call)
    return EVENTS / took_s
