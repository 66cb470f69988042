"""`subscribe_vs_fal_client`: from the moment the server has finished until the result is in hand."""

import contextlib
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Generator

from fal_studio.core import events as e
from fal_studio.core.request import Mode, Request
from tests.bench.engine import Engine, on_the_programs_loop
from tests.bench.rows import Bench, Bound, Measured, Row, rows
from tests.emulator_process import KEY

RUNS = 25
ENDPOINT = "emulator/bench"

FAL_CLIENT = """
import json, sys, time
import fal_client, fal_client.client as official
urls, key = json.loads(sys.stdin.readline())
official.RUN_URL_FORMAT, official.QUEUE_URL_FORMAT = urls["run"] + "/", urls["queue"] + "/"
official.REST_URL, official.CDN_URL = urls["rest"], urls["cdn"]
client = fal_client.SyncClient(key=key)
for line in sys.stdin:
    ids = []
    client.subscribe("emulator/bench", json.loads(line), on_enqueue=ids.append)
    print(json.dumps([ids[0], time.monotonic_ns()]), flush=True)
"""


@rows(
    Row(
        "subscribe_vs_fal_client",
        "server finished until result in hand, status stream, against fal-client's default, median",
        "x",
        Bound.AT_MOST,
        0.25,
    )
)
def subscribe_vs_fal_client(bench: Bench) -> tuple[Measured, ...]:
    with _official(bench) as official:
        return (on_the_programs_loop(_measure(bench, official)),)


@contextlib.contextmanager
def _official(bench: Bench) -> "Generator[subprocess.Popen[str]]":
    process = subprocess.Popen(
        [sys.executable, "-c", FAL_CLIENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps([bench.emulator.urls, KEY]) + "\n")
    process.stdin.flush()
    with process:
        yield process
        process.stdin.close()
        process.wait(20)


async def _measure(bench: Bench, official: "subprocess.Popen[str]") -> Measured:
    engine = Engine(bench.emulator)
    chance = random.Random(7)
    ours: list[float] = []
    theirs: list[float] = []
    async with engine.running():
        for number in range(RUNS + 1):
            # Of different lengths, so that no poll can fall into step with the end.
            arguments = {"text": "x", "seconds": chance.uniform(0.25, 0.45)}
            their = _their_wait_s(bench, official, arguments)
            our = await _our_wait_s(bench, engine, arguments)
            if number:  # the first warms up
                theirs.append(their)
                ours.append(our)
    our, their = statistics.median(ours), statistics.median(theirs)
    return Measured(our / their, RUNS, f"{our * 1e3:.1f} ms against {their * 1e3:.1f} ms")


def _their_wait_s(bench: Bench, official: "subprocess.Popen[str]", arguments: dict[str, object]) -> float:
    assert official.stdin is not None
    assert official.stdout is not None
    official.stdin.write(json.dumps(arguments) + "\n")
    official.stdin.flush()
    request_id, at_ns = json.loads(official.stdout.readline())
    return _since_finished_s(bench, request_id, at_ns)


async def _our_wait_s(bench: Bench, engine: Engine, arguments: dict[str, object]) -> float:
    end = await engine.call(Request(ENDPOINT, Mode.SUBSCRIBE, arguments))
    at_ns = time.monotonic_ns()
    ticket = next(event.fact for event in engine.log.of(end.call) if isinstance(event.fact, e.Enqueued))
    return _since_finished_s(bench, ticket.request_id, at_ns)


def _since_finished_s(bench: Bench, request_id: str, at_ns: int) -> float:
    return (at_ns - bench.emulator.truth(request_id)["stages"]["finished"]["monotonic_ns"]) / 1e9
