"""`run_vs_httpx`: what the facts, the limits and the redaction of a call cost on top of one POST."""

import statistics
import time

import httpx

from fal_studio.core.request import Mode, Request
from tests.bench.engine import Engine, on_the_programs_loop
from tests.bench.rows import Bench, Bound, Measured, Row, rows
from tests.emulator_process import KEY

WARM_UP = 30
RUNS = 400
ENDPOINT = "emulator/bench"


@rows(Row("run_vs_httpx", "a whole run call against a bare httpx POST, median", "x", Bound.AT_MOST, 1.15))
def run_vs_httpx(bench: Bench) -> tuple[Measured, ...]:
    return (on_the_programs_loop(_measure(bench)),)


async def _measure(bench: Bench) -> Measured:
    ours: list[float] = []
    theirs: list[float] = []
    engine = Engine(bench.emulator)
    arguments = {"text": "a tiger on a hill, oil on canvas"}
    headers = {"Authorization": f"Key {KEY}"}
    async with engine.running(), httpx.AsyncClient(headers=headers, trust_env=False) as client:
        for number in range(WARM_UP + RUNS):
            begun = time.perf_counter()
            answer = await client.post(f"{bench.emulator.run}/{ENDPOINT}", json=arguments)
            assert answer.json()["echo"] == arguments
            between = time.perf_counter()
            await engine.call(Request(ENDPOINT, Mode.RUN, arguments))
            ended = time.perf_counter()
            if number >= WARM_UP:
                theirs.append(between - begun)
                ours.append(ended - between)
    our, their = statistics.median(ours), statistics.median(theirs)
    return Measured(our / their, RUNS, f"{our * 1e3:.2f} ms against {their * 1e3:.2f} ms")
