"""Answers that are made to hurt: each ends soon, in bounded memory, with words about what was wrong."""

import asyncio
import functools
import gzip
import tracemalloc
import zlib

import pytest

from fal_studio.core import events as e
from fal_studio.core.request import Mode
from fal_studio.modes.ws_http import control
from tests.modes.raw import Handler, raw_server
from tests.modes.stage import end_of, profile_at, stage, until_fact

LIMIT_BYTES = 4_000_000
MOST_BYTES = 200_000_000
"""What may be in memory at once: one piece from the network, unpacked a thousandfold, and its copies."""
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
ZEROS = bytes(1_000_000)


@functools.cache
def packed(encoding: str) -> bytes:
    """Return 80 MB of zeros, packed."""
    packer = zlib.compressobj(6, wbits=31 if encoding == "gzip" else 15)
    whole = b"".join(packer.compress(ZEROS) for _ in range(80)) + packer.flush()
    return HEAD + f"content-encoding: {encoding}\r\ncontent-length: {len(whole)}\r\n\r\n".encode() + whole


def twice() -> bytes:
    whole = gzip.compress(packed("gzip"))
    return HEAD + b"content-encoding: gzip, gzip\r\ncontent-length: %d\r\n\r\n" % len(whole) + whole


BODIES = {
    "gzip": (lambda: packed("gzip"), "larger than the 4 MB"),
    "deflate": (lambda: packed("deflate"), "larger than the 4 MB"),
    "gzip in gzip": (twice, "could not be unpacked"),
    "brotli that nobody asked for": (HEAD + b"content-encoding: br\r\ncontent-length: 9\r\n\r\n\x8b\x03\x80{}\x03ab\xff", "something that is not JSON"),
    "not gzip at all": (HEAD + b"content-encoding: gzip\r\ncontent-length: 2\r\n\r\n{}", "could not be unpacked"),
    "a gigabyte that is announced": (HEAD + b"content-length: 1000000000\r\n\r\n{", "is 1,000 MB; 4 MB are allowed"),
    "a length that is none": (HEAD + b"content-length: -5\r\n\r\n{}", "broke off"),
    "two lengths": (HEAD + b"content-length: 2\r\ncontent-length: 9\r\n\r\n{}", "broke off"),
    "a chunk that is no number": (HEAD + b"transfer-encoding: chunked\r\n\r\nzz\r\n{}\r\n", "broke off"),
    "a header without an end": (HEAD + b"x-long: " + b"a" * 500_000, "broke off"),
    "a hundred thousand headers": (HEAD + b"x: y\r\n" * 100_000, "broke off"),
    "levels without an end": (HEAD + b"content-length: 1000000\r\n\r\n" + b"[" * 500_000 + b"]" * 500_000, "nested too deeply"),
    "levels apart without an end": (HEAD + b"content-length: 1500000\r\n\r\n" + b"[ " * 500_000 + b"]" * 500_000, "nested too deeply"),
    "a key that is a megabyte": (HEAD + b"content-length: 1000006\r\n\r\n" + b'{"' + b"k" * 1_000_000 + b'":1}', None),
    "numbers without an end": (HEAD + b"content-length: 1000002\r\n\r\n" + b"[" + b"9" * 1_000_000 + b"]", "out of range"),
}  # fmt: skip


def saying_once(whole: bytes) -> Handler:
    async def handle(_request: bytes, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(whole)
        await writer.drain()
        writer.close()

    return handle


async def endless_chunk(_request: bytes, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One chunk that claims to be of eight exabytes, and is sent for as long as somebody listens."""
    writer.write(HEAD + b"transfer-encoding: chunked\r\n\r\n7fffffffffffffff\r\n[")
    while True:
        writer.write(b"1," * 30_000)
        await writer.drain()
        await asyncio.sleep(0)


def ended(in_plain_loop, handler: Handler, mode: Mode = Mode.RUN) -> e.Fact:
    """Make a call, and return its end, having seen that memory stayed bounded."""

    async def main() -> e.Fact:
        async with raw_server(handler) as server:
            profile = profile_at(f"http://127.0.0.1:{server.port}", max_body_bytes=LIMIT_BYTES)
            async with stage(profile) as it:
                return end_of(await it.call("a/b", mode, {}))

    tracemalloc.start()
    try:
        end = in_plain_loop(main())
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()
    return end


@pytest.mark.parametrize("name", BODIES)
def test_an_answer_that_is_made_to_hurt_is_told_and_forgotten(in_plain_loop, name: str) -> None:
    whole, words = BODIES[name]
    end = ended(in_plain_loop, saying_once(whole() if callable(whole) else whole))
    if words is None:
        assert isinstance(end, e.Output)
        return
    assert isinstance(end, e.Failed | e.Unknown)
    said = end.message if isinstance(end, e.Failed) else end.why
    assert words
    assert words in said
    assert end.kind is not e.FailureKind.BUG if isinstance(end, e.Failed) else True


def test_a_chunk_without_an_end_stops_at_the_limit(in_plain_loop) -> None:
    end = ended(in_plain_loop, endless_chunk)
    assert isinstance(end, e.Failed)
    assert "larger than the 4 MB" in end.message


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_an_event_stream_that_unpacks_without_an_end_stops_at_the_limit(in_plain_loop, encoding) -> None:
    whole = packed(encoding).replace(b"application/json", b"text/event-stream", 1)
    end = ended(in_plain_loop, saying_once(whole), Mode.STREAM)
    assert isinstance(end, e.Failed)
    assert "longer than" in end.message


def test_a_million_events_in_one_packet_can_be_stopped(in_plain_loop) -> None:
    packer = zlib.compressobj(9, wbits=31)
    event = b'data: {"n": 1}\n\n' * 50_000
    whole = b"".join(packer.compress(event) for _ in range(40)) + packer.flush()
    head = HEAD.replace(b"application/json", b"text/event-stream") + b"content-encoding: gzip\r\n"

    async def main() -> int:
        whole_answer = head + b"content-length: %d\r\n\r\n" % len(whole) + whole
        async with (
            raw_server(saying_once(whole_answer)) as server,
            stage(profile_at(f"http://127.0.0.1:{server.port}")) as it,
        ):
            call = it.start("a/b", Mode.STREAM, {})
            await until_fact(it, call, lambda fact: isinstance(fact, e.Partial))
            assert it.runner.cancel(call)
            await it.runner.finished(call)
            events = it.log.of(call)
            assert any(isinstance(event.fact, e.Cancelled) for event in events)
            return len(events)

    assert in_plain_loop(main()) < 500_000, "the loop had its turns in between"


def test_a_frame_nested_beyond_all_reason_is_no_frame_about_the_answer() -> None:
    assert control('{"type": "end", "request_id": "x", "a": ' + "[" * 100_000) is None
