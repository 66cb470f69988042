"""The timeline of a request on the wire: lookups, TLS, redirects, retries and chunks of a real server, to the millisecond."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import httpx
import jsonschema
import msgpack
import pytest
from msgspec.structs import replace
from websockets.asyncio.server import ServerConnection, serve

from fal_studio.app.emulator import Addresses
from fal_studio.app.program import Program
from fal_studio.core import events as e
from fal_studio.core import har
from fal_studio.core.redact import Redactor
from fal_studio.core.request import Mode, Request
from fal_studio.core.stages import Step
from fal_studio.modes import transport
from fal_studio.store.paths import folders
from fal_studio.ui.output.waterfall import Lane, added_up, lanes_of
from fal_studio.ui.theme import Theme
from tests.conftest import InLoop
from tests.modes.raw import answer, raw_server, self_signed
from tests.ui.window.hand import Drive, Driven, Scenario, driven, put_away
from tests.ui.window.misbehaving import png
from tests.waiting import until

SCHEMA = json.loads((Path(__file__).parents[2] / "modes/har-1.2.json").read_text())
SECRET = "verysecret99"
Writer = asyncio.StreamWriter


class Wire:
    """Answers by the path, and by how often it was asked for."""

    def __init__(self) -> None:
        self.base = ""
        self._asked: dict[str, int] = {}

    async def handle(self, request: bytes, _reader: asyncio.StreamReader, writer: Writer) -> None:
        path = request.split(b" ", 2)[1].decode().split("?")[0]
        self._asked[path] = count = self._asked.get(path, 0) + 1
        if path == "/run/a/chunked":
            await self._chunked(writer)
        elif path == "/queue/a/b/requests/r1" and count == 1:
            writer.close()  # without a word
        else:
            writer.write(self._said(path, count))
            await writer.drain()

    def _said(self, path: str, count: int) -> bytes:
        of_r1 = f"{self.base}/queue/a/b/requests/r1"
        match path, count:
            case "/run/a/limited", 1:
                return answer(b'{"detail": "Too many"}', "429 Too Many Requests", extra="retry-after: 1\r\n")
            case "/queue/a/b", 1:
                return answer(b'{"detail": "busy"}', "503 Busy", extra="x-fal-needs-retry: 1\r\n")
            case "/queue/a/b", _:
                urls = {
                    "status_url": f"{of_r1}/status",
                    "response_url": of_r1,
                    "cancel_url": f"{of_r1}/cancel",
                }
                return answer(json.dumps({"request_id": "r1", "status": "IN_QUEUE"} | urls).encode())
            case "/queue/a/b/requests/r1/status", 1:
                return answer(b"", "302 Found", extra=f"location: {self.base}/moved?token={SECRET}\r\n")
            case "/queue/a/b/requests/r1/status", _:
                return answer(b'{"status": "COMPLETED", "request_id": "r1"}')
            case "/moved", _:
                return answer(b'{"status": "IN_PROGRESS", "request_id": "r1"}', "202 Accepted")
            case "/queue/a/b/requests/r1", _:
                return answer(b"", "307 Temporary Redirect", extra="location: /elsewhere\r\n")
            case "/elsewhere", _:
                picture = {"url": f"{self.base}/a.png", "content_type": "image/png"}
                return answer(json.dumps({"images": [picture]}).encode())
            case "/a.png", _:
                return answer(b"", "302 Found", extra=f"location: {self.base}/b.png?sig={SECRET}\r\n")
            case "/b.png", _:
                return answer(png(64, 64, rows=64), content_type="image/png")
            case "/run/a/limited", _:
                return answer(b'{"text": "at last"}')
            case "/rest/tokens/", _:
                return answer(b'"a.token.of-nobody"')
            case _:
                return answer(b"no such thing", "404 Not Found", "text/plain")

    async def _chunked(self, writer: Writer) -> None:
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        whole = json.dumps({"text": "word " * 400}).encode()
        for at in range(0, len(whole), 500):
            part = whole[at : at + 500]
            writer.write(b"%x\r\n%s\r\n" % (len(part), part))
            await writer.drain()
            await asyncio.sleep(0.01)
        writer.write(b"0\r\n\r\n")
        await writer.drain()


async def answering_once(socket: ServerConnection) -> None:
    """Answer the first message of a session, and close it in good order."""
    frame = await socket.recv()
    await socket.send(msgpack.packb({"text": "heard", "said": msgpack.unpackb(frame)}))


@pytest.fixture
def drive_wire(
    in_loop: InLoop,
    theme: Theme,
    addresses: Addresses,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Iterator[Drive]:
    """Run a scenario in a window whose hosts all are one server with a name and a certificate of an own authority.

    With "sockets" the host of direct calls and sessions is another, which speaks over sockets only.
    """
    is_for_sockets = getattr(request, "param", "") == "sockets"
    tls = self_signed(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
    # However slow the machine is, a connection is still there for the next call.
    monkeypatch.setattr(transport, "_LIMITS", httpx.Limits(keepalive_expiry=600))
    programs: list[Program] = []

    async def main(scenario: Scenario) -> None:
        wire = Wire()
        async with (
            raw_server(wire.handle, tls) as server,
            serve(answering_once, "127.0.0.1", 0, ssl=tls) as sockets,
        ):
            base = wire.base = f"https://localhost:{server.port}"
            port = sockets.sockets[0].getsockname()[1]
            run = f"https://localhost:{port}" if is_for_sockets else f"{base}/run"
            here = replace(addresses, run=run, queue=f"{base}/queue", rest=f"{base}/rest", cdn=base)
            program = Program(folders(tmp_path), here)
            programs.append(program)
            await driven(program, scenario)

    yield lambda scenario: in_loop(main(scenario), limit_s=90)
    put_away(programs)


async def timed(it: Driven, endpoint: str, mode: Mode) -> tuple[Lane, ...]:
    """Make a call, and return its lanes as the Timeline shows them, having checked what holds for all."""
    request = Request(endpoint, mode, {"prompt": "x"})
    before = it.space.result.call
    it.window.run_wanted.emit(it.window.tabs.current(), request)
    await until(lambda: it.space.result.call != before, what="a call began")
    await it.ended()
    assert it.state.failure is None, it.state.failure
    it.space.result.show_tab("timeline")
    page, call = it.space.result.timeline, it.space.result.call
    await until(lambda: page.lanes == lanes_of(it.program.log.of(call)), what="it is shown")
    assert len(page.lanes) > 1
    events = it.program.log.of(call)
    end_ns = next(event.t_ns for event in events if isinstance(event.fact, e.ENDS))
    whole = page.lanes[0]
    assert whole.length_ns == end_ns == sum(bar.end_ns for bar in added_up(whole.bars)), (
        "it sums to the wall clock"
    )
    for lane in page.lanes[1:]:
        for one, other in pairwise(lane.bars):
            assert one.end_ns == other.start_ns, "no gap, no overlap"
        assert lane.exchange is None or lane.length_ns == lane.exchange.end_ns - lane.exchange.start_ns
    check_archive(events, request, page.lanes)
    return page.lanes


def check_archive(events: Sequence[e.Event], request: Request, lanes: Sequence[Lane]) -> None:
    """See that the call's HTTP archive fits the schema, has the times that are shown, and no secret."""
    made = har.document(events, request, Redactor(()), {}.__getitem__, version="1")
    data = har.encode(made)
    assert SECRET.encode() not in data
    read = json.loads(data)
    jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(read)
    shown = [lane for lane in lanes if lane.exchange is not None]
    for entry, lane in zip(read["log"]["entries"], shown, strict=True):
        assert entry["time"] == pytest.approx(lane.length_ns / 1e6, abs=1e-6)


def words_of(lane: Lane) -> set[str]:
    return {bar.word for bar in lane.bars}


def told(it: Driven, lanes: Sequence[Lane], name: str) -> str:
    """Choose a lane, and return what is told of it."""
    page = it.space.result.timeline
    page.waterfall.choose(next(at for at, lane in enumerate(lanes) if lane.name == name))
    return page.text


def test_each_step_on_the_wire_is_seen_and_adds_up(drive_wire: Drive) -> None:
    async def scenario(it: Driven) -> None:
        lanes = await timed(it, "a/chunked", Mode.RUN)
        assert words_of(lanes[1]) >= {Step.DNS, Step.CONNECT, Step.TLS, Step.SEND, Step.WAIT, Step.RECEIVE}
        text = told(it, lanes, "run")
        assert "new connection to 127.0.0.1" in text
        assert "Authorization: …redacted…" in text
        assert "transfer-encoding: chunked" in text

        lanes = await timed(it, "a/chunked", Mode.RUN)
        assert lanes[1].exchange is not None
        assert lanes[1].exchange.reused
        assert not words_of(lanes[1]) & {Step.DNS, Step.CONNECT, Step.TLS}, (
            "nothing was looked up or connected"
        )
        assert "reused connection to 127.0.0.1" in told(it, lanes, "run")

        lanes = await timed(it, "a/limited", Mode.RUN)
        assert [lane.name for lane in lanes] == ["whole call", "run: 429", "run, try 2"]
        assert Step.RETRY.value in words_of(lanes[0]), "the pause is no part of any exchange"
        assert "Tried again" in told(it, lanes, "run: 429")

    drive_wire(scenario)


def test_redirects_and_broken_connections_of_a_queue_call_are_rows_of_their_own(drive_wire: Drive) -> None:
    async def scenario(it: Driven) -> None:
        lanes = await timed(it, "a/b", Mode.SUBSCRIBE)
        names = [lane.name for lane in lanes]
        for name in (
            "submit: 503",
            "submit, try 2",
            "status-stream: 404",
            "status: 302",
            "status, redirected",
        ):
            assert name in names
        assert [name for name in names if name.startswith("result")] == [
            "result: no answer",
            "result, try 2: 307",
            "result, redirected",
        ]
        assert "broken connection" in told(it, lanes, "result: no answer")
        moved = told(it, lanes, "status, redirected")
        assert "/moved?token=…redacted…" in moved
        stream = next(lane for lane in lanes if lane.name.startswith("status-stream"))
        assert stream.length_ns < lanes[0].length_ns, "it was left, and does not seem to last"
        page = it.space.result.timeline
        await until(lambda: page.lanes[-1].file is not None, what="the picture was fetched", limit_s=20)
        told_of_file = told(it, page.lanes, "file a.png")
        assert "sent on to https://localhost" in told_of_file
        assert "/b.png?sig=…redacted…" in told_of_file
        assert SECRET not in told_of_file

    drive_wire(scenario)


@pytest.mark.parametrize("drive_wire", ["sockets"], indirect=True)
def test_a_session_over_tls_shows_its_lookup_its_connection_and_its_handshake(drive_wire: Drive) -> None:
    async def scenario(it: Driven) -> None:
        lanes = await timed(it, "a/live", Mode.REALTIME)
        assert it.state.partials == 1
        (session,) = (lane for lane in lanes if lane.name == "connect")
        assert words_of(session) >= {Step.DNS, Step.CONNECT, Step.TLS}
        text = told(it, lanes, "connect")
        assert "new connection to 127.0.0.1" in text
        assert "of-nobody" not in text

    drive_wire(scenario)
