"""A program for a network namespace of its own: a stream and a run are under way, then the network is gone without a word.

Prints how both calls ended, as JSON. Run by test_dead_connections.py under `unshare --net`.
"""

import asyncio
import json
import subprocess
import sys

from fal_studio.core import events as e
from fal_studio.core.request import Mode
from fal_studio.modes import alive
from tests.modes.raw import raw_server
from tests.modes.stage import end_of, of_kind, profile_at, stage, until_fact

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
EVENTS = b'data: {"partial": true, "n": 1}\n\ndata: {"partial": true, "n": 2}\n\n'


async def handle(request: bytes, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    if b"/stream" in request.split(b"\r\n", 1)[0]:
        writer.write(HEAD + EVENTS)
        await writer.drain()
    await asyncio.sleep(3600)


def network(state: str) -> None:
    subprocess.run(["ip", "link", "set", "lo", state], check=True)


async def main() -> None:
    alive.EVERY_S, alive.TIMES = 1, 3
    network("up")
    async with raw_server(handle) as server:
        profile = profile_at(f"http://127.0.0.1:{server.port}")
        async with stage(profile) as it:
            stream, run = it.start("a/b", Mode.STREAM), it.start("a/b", Mode.RUN)
            await until_fact(it, stream, lambda fact: isinstance(fact, e.Partial) and fact.index == 1)
            await until_fact(it, run, lambda fact: isinstance(fact, e.Sent))
            network("down")
            it.runner._on_slept(3600.0, 2_000_000_000.0)
            async with asyncio.timeout(60):
                await it.runner.finished(stream)
                await it.runner.finished(run)
            ends = [end_of(it.facts(call)) for call in (stream, run)]
            (closed,) = of_kind(it.facts(stream), e.StreamClosed)
            words = [[type(end).__name__, getattr(end, "message", "") or end.why] for end in ends]
            kept = len(of_kind(it.facts(stream), e.Partial))
            print(
                json.dumps(
                    {
                        "stream": words[0],
                        "next": ends[0].next_step,
                        "run": words[1],
                        "kept": kept,
                        "closed": [closed.by, closed.reason],
                        "requests": len(server.requests),
                    }
                )
            )


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
