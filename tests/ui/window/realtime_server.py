"""A realtime server in a process of its own that does what the name of an app says, and counts what it really did.

`python -m tests.ui.window.realtime_server` prints its port. `/NAME/realtime` plays NAME; `/counts/realtime` tells what
the last session of `/paced` got and gave.
"""

import asyncio
import json
import random
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import msgpack
from websockets.asyncio.server import ServerConnection, serve

DROPS_EVERY = 5
"""`paced` never answers each so-manieth input."""
SEED = 7
SLOWEST_S = 0.12


class Counts:
    """What the last `paced` session was like."""

    def __init__(self) -> None:
        self.received = self.answered = self.dropped = 0


COUNTS = Counts()
_opened: dict[str, int] = {}


def packed(**values: object) -> bytes:
    return msgpack.packb(values, use_bin_type=True)


def echoed(frame: str | bytes, **more: object) -> bytes:
    message = msgpack.unpackb(frame, raw=False)
    return packed(text="heard", request_id=message.get("request_id", ""), **more)


def delays() -> Generator[float]:
    """Yield the time that each answer takes, in seconds: mostly short, with a long tail; always the same row."""
    dice = random.Random(SEED)
    while True:
        yield min(SLOWEST_S, 0.004 + dice.lognormvariate(-4.6, 0.8))


async def paced(socket: ServerConnection) -> None:
    """Answer after known times, one input after the other; each answer says how long it was held."""
    COUNTS.__init__()
    waits = delays()
    async for frame in socket:
        began = time.perf_counter()
        COUNTS.received += 1
        if COUNTS.received % DROPS_EVERY == 0:
            COUNTS.dropped += 1
            continue
        await asyncio.sleep(next(waits))
        COUNTS.answered += 1
        await socket.send(echoed(frame, held_ms=(time.perf_counter() - began) * 1e3))


async def measured(socket: ServerConnection) -> None:
    """Answer every input after known times; each answer says how long it was held."""
    waits = delays()
    async for frame in socket:
        began = time.perf_counter()
        await asyncio.sleep(next(waits))
        await socket.send(echoed(frame, held_ms=(time.perf_counter() - began) * 1e3))


async def counts(socket: ServerConnection) -> None:
    await socket.send(json.dumps(vars(COUNTS)))


async def restart(socket: ServerConnection) -> None:
    if _opened["restart"] == 1:
        await socket.recv()
        await socket.close(1012, "deploying")
        return
    async for frame in socket:
        await socket.send(echoed(frame))


async def bad(socket: ServerConnection, frame: str | bytes) -> None:
    """Give a first answer that is none, and good ones to the other inputs."""
    await socket.recv()
    await socket.send(frame)
    async for later in socket:
        await socket.send(echoed(later))


async def huge(socket: ServerConnection) -> None:
    await socket.recv()
    socket.transport.write(b"\x82\x7f" + (100_000_000).to_bytes(8, "big") + b"x" * 1000)
    await socket.wait_closed()


async def oversize(socket: ServerConnection) -> None:
    await socket.recv()
    await socket.close(1009, "frame too big")


async def shuffled(socket: ServerConnection) -> None:
    """Answer three inputs in another order, the last of them twice."""
    frames = [await socket.recv() for _ in range(3)]
    for frame in (frames[2], frames[0], frames[2], frames[1]):
        await socket.send(echoed(frame))
    await socket.wait_closed()


async def play(socket: ServerConnection) -> None:
    assert socket.request is not None
    name = socket.request.path.strip("/").split("/")[0]
    _opened[name] = _opened.get(name, 0) + 1
    match name:
        case "truncated":
            await bad(socket, packed(images=[{"content": b"x" * 300}])[:-40])
        case "deep":
            await bad(socket, b"\x91" * 100_000 + b"\x90")
        case "text":
            await bad(socket, "<html>no message</html>")
        case _:
            await globals()[name](socket)


async def main() -> None:
    async with serve(play, "127.0.0.1", 0, max_size=None, close_timeout=0.2) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        sys.stdout.write(json.dumps({"port": port}) + "\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


@contextmanager
def running() -> Generator[str]:
    """Start it and yield its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.ui.window.realtime_server"],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{json.loads(process.stdout.readline())['port']}"
    finally:
        process.terminate()
        process.wait(60)
        process.stdout.close()


if __name__ == "__main__":
    asyncio.run(main())
