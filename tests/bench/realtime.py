"""`realtime_vs_websockets`: an echo through our session against bare websockets and msgpack on the same loop."""

import asyncio
import statistics
import time

import httpx
import msgpack
import websockets

from fal_studio.core import events as e
from fal_studio.core.events import Event
from fal_studio.core.request import Mode, Request
from tests.bench.engine import Engine, on_the_programs_loop
from tests.bench.rows import Bench, Bound, Measured, Row, rows
from tests.emulator_process import KEY

WARM_UP = 100
RUNS = 1000
ENDPOINT = "emulator/bench"


@rows(
    Row(
        "realtime_vs_websockets",
        "echo round trip against bare websockets + msgpack on the same loop, median",
        "x",
        Bound.AT_MOST,
        1.3,
    )
)
def realtime_vs_websockets(bench: Bench) -> tuple[Measured, ...]:
    bench.emulator.settings(timings=False)
    try:
        return (on_the_programs_loop(_measure(bench)),)
    finally:
        bench.emulator.settings(timings=True)


async def _measure(bench: Bench) -> Measured:
    engine = Engine(bench.emulator)
    ours: list[float] = []
    theirs: list[float] = []
    async with engine.running() as runner, websockets.connect(await _address(bench), max_size=None) as bare:
        session = _Session(engine)
        call = runner.start(Request(ENDPOINT, Mode.REALTIME, {}))
        for number in range(WARM_UP + RUNS):
            message = {"prompt": "a boat", "number": number, "strength": 0.5}
            begun = time.perf_counter()
            await bare.send(msgpack.packb(message, use_bin_type=True))
            answer = msgpack.unpackb(await bare.recv(), raw=False)
            between = time.perf_counter()
            echo = session.next(call)
            runner.send(call, message)
            fact = await echo
            ended = time.perf_counter()
            assert answer["number"] == fact.payload["number"] == number
            if number >= WARM_UP:
                theirs.append(between - begun)
                ours.append(ended - between)
        runner.hang_up(call)
        await runner.finished(call)
    our, their = statistics.median(ours), statistics.median(theirs)
    return Measured(our / their, RUNS, f"{our * 1e3:.3f} ms against {their * 1e3:.3f} ms")


class _Session:
    """Turns the next answer in the log into a future."""

    def __init__(self, engine: Engine) -> None:
        self._call = ""
        self._future: asyncio.Future[e.Partial] | None = None
        engine.log.subscribe(self._on_event)

    def next(self, call: str) -> "asyncio.Future[e.Partial]":
        self._call = call
        self._future = asyncio.get_running_loop().create_future()
        return self._future

    def _on_event(self, event: Event) -> None:
        if event.call != self._call or self._future is None:
            return
        if isinstance(event.fact, e.Partial) and not self._future.done():
            self._future.set_result(event.fact)
        elif isinstance(event.fact, e.ENDS) and not self._future.done():
            self._future.set_exception(AssertionError(str(event.fact)))


async def _address(bench: Bench) -> str:
    async with httpx.AsyncClient(headers={"Authorization": f"Key {KEY}"}, trust_env=False) as client:
        wish = {"allowed_apps": ["bench"], "token_expiration": 120}
        token = (await client.post(f"{bench.emulator.rest}/tokens/", json=wish)).raise_for_status().json()
    return f"{bench.emulator.realtime}/{ENDPOINT}/realtime?fal_jwt_token={token}"
