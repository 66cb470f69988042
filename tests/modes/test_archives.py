"""What calls leave for people who look at the wire: an HTTP archive, and the bytes of streams and sessions as they came."""

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from fal_studio.core import events as e
from fal_studio.core import har, transcript
from fal_studio.core.exchanges import exchanges
from fal_studio.core.redact import PLACE, Redactor
from fal_studio.core.request import Json, Mode
from fal_studio.core.transcript import Head, Piece, Sieve, TranscriptError
from fal_studio.jobs.runner import CallRunner
from fal_studio.modes.base import Access
from fal_studio.wire.sse import Decoder
from tests.modes.raw import Handler, raw_server
from tests.modes.stage import CANARY, Stage, end_of, profile_at, profile_of, stage, until_fact

SCHEMA = json.loads((Path(__file__).parent / "har-1.2.json").read_text())
BENCH = "emulator/bench"


def recording(it: Stage) -> dict[str, list[Piece]]:
    """Let the stage keep what passes."""
    kept: dict[str, list[Piece]] = {}

    async def access(_name: str) -> Access:
        return Access(it.profile, it.key)

    it.runner = CallRunner(
        it.log, access, it.keep, record=lambda call, piece: kept.setdefault(call, []).append(piece)
    )
    return kept


def archive(it: Stage, call: str, pieces: list[Piece] | tuple[Piece, ...] = ()) -> dict[str, Json]:
    """Return the archive of a call, as it is read back from the file, having checked what holds for every one."""
    made = har.document(
        it.log.of(call),
        it.requests[call],
        Redactor((it.key,)),
        it.blobs.__getitem__,
        version="1",
        pieces=pieces,
    )
    data = har.encode(made)
    assert it.key.encode() not in data
    assert it.key.partition(":")[2].encode() not in data
    assert b"eyJ" not in data, "a token is in it"
    read = json.loads(data)
    jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(read)
    for entry, one in zip(read["log"]["entries"], exchanges(it.log.of(call)), strict=True):
        parts = [ms for name, ms in entry["timings"].items() if name != "ssl" and ms >= 0]
        assert sum(parts) == pytest.approx((one.end_ns - one.start_ns) / 1e6, abs=1e-6)
        assert one.marks.total_ns == one.end_ns - one.start_ns
        assert entry["time"] == pytest.approx(sum(parts))
    return read["log"]


def test_every_mode_makes_an_archive_that_fits_its_schema_and_sums_to_its_time(
    in_plain_loop, emulator
) -> None:
    async def main() -> None:
        it = Stage(profile_of(emulator), CANARY)
        kept = recording(it)
        async with it.runner:
            for mode in (Mode.RUN, Mode.STREAM, Mode.SUBSCRIBE):
                call = it.start(BENCH, mode, {"text": "hello", "steps": 3})
                await it.runner.finished(call)
                entries = archive(it, call, kept.get(call, []))["entries"]
                assert entries[0]["request"]["postData"]["text"] == '{"text":"hello","steps":3}'
                assert entries[0]["response"]["status"] == 200
                assert entries[0]["request"]["method"] == "POST"
                last = entries[-1]["response"]["content"]
                if mode is Mode.STREAM:
                    assert last["text"].encode() == transcript.body(kept[call])
                    assert last["size"] == len(transcript.body(kept[call]))
                else:
                    assert "hello" in last["text"]
            failed = it.start(BENCH, Mode.RUN, {"text": "x" * 100_000, "nonsense": 1})
            await it.runner.finished(failed)
            archive(it, failed)
            call = it.start("emulator/sketch", Mode.REALTIME, {"prompt": "a lake", "request_id": "one"})
            await until_fact(it, call, lambda fact: isinstance(fact, e.Partial))
            it.runner.hang_up(call)
            await it.runner.finished(call)
        exact, told = archive(it, call, kept[call]), archive(it, call)
        (socket,) = [one for one in exact["entries"] if one.get("_resourceType") == "websocket"]
        messages = socket["_webSocketMessages"]
        assert socket["response"]["status"] == 101
        assert [one["type"] for one in messages[:2]] == ["send", "receive"]
        assert msgspec.msgpack.decode(base64.b64decode(messages[0]["data"]))["prompt"] == "a lake"
        times = [one["time"] for one in messages]
        assert times == sorted(times)
        (socket,) = [one for one in told["entries"] if one.get("_resourceType") == "websocket"]
        assert json.loads(socket["_webSocketMessages"][0]["data"])["prompt"] == "a lake"
        assert "not recorded" in socket["comment"]

    in_plain_loop(main())


def test_a_call_that_nobody_answers_and_one_that_is_refused_are_told_too(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_at("http://127.0.0.1:9")) as it:
            call = it.start(BENCH, Mode.RUN)
            await it.runner.finished(call)
            (entry,) = archive(it, call)["entries"]
        assert entry["response"]["status"] == 0
        assert "127.0.0.1:9" in entry["_error"]
        emulator.arm("bad_gateway_html", path="/emulator/bench", times=1)
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.STREAM)
            await it.runner.finished(call)
            (entry,) = archive(it, call)["entries"]
        assert entry["response"]["status"] == 502
        assert "<html" in entry["response"]["content"]["text"].lower()

    in_plain_loop(main())


ODD = (
    b"\xef\xbb\xbf: hello\r\n\r\n"
    b"retry: 10\nid: 7\r\ndata: {\"text\": \"\xc3\xa4\"}\r\n\r\n"
    b"event: note\rdata: not json\rdata: two lines\r\r"
    b"data: {\"done\": true}\n\ndata: [DONE]\n\n"
)  # fmt: skip


def served(*pieces: bytes) -> Handler:
    """Answer with an event stream in exactly these pieces."""

    async def serve(_request: bytes, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
        for piece in (head, *pieces):
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0)
        writer.close()

    return serve


def test_a_transcript_is_what_the_server_sent_to_the_last_byte(in_plain_loop) -> None:
    cut = [ODD[at : at + 1] for at in range(len(ODD))]
    secret = CANARY.partition(":")[2].encode()

    async def main() -> tuple[list[Piece], list[e.Fact], list[Piece], list[e.Fact]]:
        async with raw_server(served(*cut)) as server:
            it = Stage(profile_at(f"http://127.0.0.1:{server.port}"), CANARY)
            kept = recording(it)
            async with it.runner:
                facts = await it.call("any/stream", Mode.STREAM)
            (odd,) = kept.values()
        echo = b'data: {"seen": "' + secret + b'"}\n\n: ' + secret + b"\n"
        async with raw_server(served(echo[:25], echo[25:])) as server:
            it = Stage(profile_at(f"http://127.0.0.1:{server.port}"), CANARY)
            kept = recording(it)
            async with it.runner:
                told = await it.call("any/stream", Mode.STREAM)
            (echoed,) = kept.values()
        return odd, facts, echoed, told

    odd, facts, echoed, told = in_plain_loop(main())
    assert transcript.body(odd) == ODD
    assert end_of(facts).payload == {"done": True}
    text = transcript.body(echoed)
    assert secret not in text
    assert text.startswith(b'data: {"seen": "')
    assert end_of(told).payload == {"seen": PLACE}
    assert [fact.payload for fact in told if isinstance(fact, e.Control)] == [PLACE]

    head = Head(call="c", wall_s=1.5, endpoint="any/stream", mode=Mode.STREAM)
    file = b"".join(transcript.lines(head, odd))
    read, pieces = transcript.read(file.splitlines())
    assert (read, pieces) == (head, odd)
    assert b"".join(transcript.lines(read, pieces)) == file, "written again it is the same file"
    decoder = Decoder()
    assert sum(len(decoder.feed(piece.data)) for piece in pieces) == 5


HEAD = b'{"format":"fal-studio-transcript","call":"c","wall_s":1,"endpoint":"a/b","mode":"stream"}\n'
LATER = b'{"t_ns":5,"way":"in","shape":"chunk","text":"a"}\n'
EARLIER = b'{"t_ns":4,"way":"in","shape":"chunk","text":"a"}\n'
DEEP = b'"request":{"endpoint":"a/b","mode":"stream","arguments":' + b"[" * 600 + b"]" * 600 + b'},"call"'


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (b"", "is empty"),
        (b'{"log": {}}\n', "no transcript"),
        (b"\x89PNG\n", "no transcript"),
        (HEAD.replace(b'"call"', DEEP), "no transcript"),
        (HEAD.replace(b'"call"', b'"version":9,"call"'), "version 9"),
        (HEAD + b'{"t_ns":5,"way":"in","shape":"chunk","base64":"?"}', "line 2"),
        (HEAD + LATER + EARLIER, "line 3"),
    ],
)
def test_what_is_no_transcript_is_told_by_its_line(file: bytes, why: str) -> None:
    with pytest.raises(TranscriptError, match=why):
        transcript.read(file.splitlines())


def test_a_secret_cut_anywhere_is_found_and_nothing_else_is_changed() -> None:
    secret = CANARY.partition(":")[2].encode()
    whole = b"before " + secret + b" after " + secret[:9]
    for at in range(len(whole)):
        sieve = Sieve(Redactor((CANARY,)))
        out = sieve.feed(whole[:at]) + sieve.feed(whole[at:]) + sieve.end()
        assert secret not in out
        assert out.startswith(b"before ")
        assert out.endswith(b" after " + secret[:9])


def test_a_request_in_a_transcript_holds_no_secret() -> None:
    from fal_studio.core.request import Options, Request

    asked: Any = {"prompt": f"my key is {CANARY}"}
    request = Request("a/b", Mode.STREAM, asked, options=Options(headers={"Authorization": f"Key {CANARY}"}))
    cleaned = msgspec.json.encode(transcript.clean(request, Redactor((CANARY,))))
    assert CANARY.partition(":")[2].encode() not in cleaned
