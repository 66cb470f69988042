"""Everything that can be wrong with what is asked, who is asked and what comes back: a clear end, and soon."""

import math
import resource
import socket
import sys
import time

import msgspec
import pytest

from fal_studio import words as translation
from fal_studio.core import events as e
from fal_studio.core.events import Charged, Clock, FailureKind
from fal_studio.core.request import Clocks, Mode, ProfileKind
from tests.modes.raw import answer, raw_server, saying, self_signed
from tests.modes.stage import end_of, of_kind, profile_at, profile_of, stage, until_fact

BENCH = "emulator/bench"
DIRECT = [Mode.RUN, Mode.STREAM]


def failed(facts: list[e.Fact]) -> e.Failed:
    end = end_of(facts)
    assert isinstance(end, e.Failed), end
    assert end.message
    assert end.next_step
    return end


def call_with(
    in_plain_loop, profile, mode, arguments=None, endpoint=BENCH, key="tester:0123456789abcdef", **options
):
    async def main() -> list[e.Fact]:
        async with stage(profile, key) as it:
            return await it.call(endpoint, mode, arguments, **options)

    return in_plain_loop(main())


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("endpoint", ["", "bench", "emulator//bench", "https://fal.run/a/b", "a/b c"])
def test_a_malformed_endpoint_id_sends_nothing(in_plain_loop, emulator, mode, endpoint) -> None:
    since = emulator.last()
    end = failed(call_with(in_plain_loop, profile_of(emulator), mode, {}, endpoint))
    assert (end.kind, end.charged) == (FailureKind.INPUT, Charged.NO)
    assert emulator.last() == since


@pytest.mark.parametrize("mode", [Mode.RUN, Mode.SUBSCRIBE, Mode.SUBMIT, Mode.STREAM])
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"scale": math.nan}, "scale is nan"),
        ({"image": b"x"}, "raw bytes"),
        ({"x": object()}, "does not know"),
    ],
)
def test_arguments_that_json_cannot_say_are_not_sent(in_plain_loop, emulator, mode, arguments, words) -> None:
    since = emulator.last()
    end = failed(call_with(in_plain_loop, profile_of(emulator), mode, arguments))
    assert end.kind is FailureKind.INPUT
    assert words in end.message
    assert "nothing was sent" in end.next_step
    assert emulator.last() == since


def test_arguments_of_the_wrong_type_come_back_by_field(in_plain_loop, emulator) -> None:
    for mode in (Mode.RUN, Mode.SUBSCRIBE, Mode.STREAM):
        end = failed(
            call_with(
                in_plain_loop, profile_of(emulator), mode, {"count": "many", "size": "x", "seconds": "x"}
            )
        )
        assert end.kind is FailureKind.INPUT
        assert end.status == 422
        assert {field.loc[0] for field in end.fields} >= {"count"}
        assert end.charged is Charged.NO


def test_huge_arguments_go_out_whole(in_plain_loop, emulator) -> None:
    facts = call_with(in_plain_loop, profile_of(emulator), Mode.RUN, {"text": "x" * 20_000_000})
    assert len(end_of(facts).payload["echo"]["text"]) == 20_000_000
    assert of_kind(facts, e.Sent)[0].size_bytes > 20_000_000


@pytest.mark.parametrize("mode", [Mode.RUN, Mode.SUBSCRIBE, Mode.SUBMIT, Mode.STREAM])
def test_an_unknown_model_is_called_unknown(in_plain_loop, emulator, mode) -> None:
    end = failed(call_with(in_plain_loop, profile_of(emulator), mode, {}, "emulator/no-such-model"))
    assert (end.kind, end.status) == (FailureKind.INPUT, 404)
    assert "emulator/no-such-model was not found" in end.message
    assert "typing mistake" in end.next_step


@pytest.mark.parametrize("mode", list(Mode))
def test_a_wrong_key_is_refused(in_plain_loop, emulator, mode) -> None:
    end = failed(call_with(in_plain_loop, profile_of(emulator), mode, {}, key="nonsense"))
    assert (end.kind, end.status) == (FailureKind.AUTH, 401)
    assert "refused the key" in end.message
    assert "dashboard/keys" in end.next_step


@pytest.mark.parametrize("mode", list(Mode))
def test_a_refused_connection(in_plain_loop, mode) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    end = failed(call_with(in_plain_loop, profile_at(f"http://127.0.0.1:{port}"), mode, {}))
    assert (end.kind, end.charged) == (FailureKind.NETWORK, Charged.NO)
    assert f"127.0.0.1:{port} refused the connection" in end.message


@pytest.mark.parametrize("mode", list(Mode))
def test_a_name_that_does_not_exist(in_plain_loop, mode) -> None:
    end = failed(call_with(in_plain_loop, profile_at("http://no-such-host.invalid"), mode, {}))
    assert end.kind is FailureKind.NETWORK
    assert "no-such-host.invalid was not found (DNS)" in end.message
    assert "internet connection" in end.next_step


@pytest.mark.parametrize("mode", list(Mode))
def test_a_certificate_that_nobody_trusts(in_plain_loop, tmp_path, mode) -> None:
    async def main() -> list[e.Fact]:
        async with (
            raw_server(saying(answer(b"{}")), self_signed(tmp_path)) as server,
            stage(profile_at(f"https://127.0.0.1:{server.port}")) as it,
        ):
            facts = await it.call(BENCH, mode, {})
            assert server.requests == []  # neither key nor arguments left this machine
            return facts

    end = failed(in_plain_loop(main()))
    assert end.kind is FailureKind.NETWORK
    assert "certificate of 127.0.0.1:" in end.message
    assert "not trusted: self-signed certificate" in end.message
    assert "SSL_CERT_FILE" in end.next_step


@pytest.mark.parametrize("mode", DIRECT)
@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("html", FailureKind.PROTOCOL, "a web page instead of JSON"),
        ("text", FailureKind.PROTOCOL, "something that is not JSON"),
        ("empty", FailureKind.PROTOCOL, "something that is not JSON"),
        ("nan", FailureKind.PROTOCOL, "NaN or Infinity"),
        ("binary", FailureKind.PROTOCOL, "something that is not JSON"),
        ("redirect", FailureKind.PROTOCOL, "answered 307"),
        ("bad_gateway_html", FailureKind.SERVER, "502 Bad Gateway"),
        ("locked", FailureKind.BALANCE, "no balance left"),
        ("server_error", FailureKind.SERVER, "failed at the server (500)"),
        ("platform_error", FailureKind.SERVER, "Something went wrong on our side"),
    ],
)
def test_answers_that_are_no_result(in_plain_loop, emulator, mode, fault, kind, words) -> None:
    facts = call_with(in_plain_loop, profile_of(emulator), mode, {}, headers={"X-Emulator-Fault": fault})
    end = failed(facts)
    assert end.kind is kind
    assert words in end.message
    assert len(of_kind(facts, e.Attempt)) == 1  # what may have started work is never sent again


def test_a_body_whose_end_is_missing_is_no_result(in_plain_loop, emulator) -> None:
    facts = call_with(
        in_plain_loop,
        profile_of(emulator),
        Mode.RUN,
        {"text": "x" * 500},
        headers={"X-Emulator-Fault": "truncated"},
    )
    end = failed(facts)
    assert "breaks off after" in end.message
    assert "cost money" in end.next_step
    assert len(of_kind(facts, e.Attempt)) == 1


BROKEN = [
    ("reset", "broke off"),
    ("closed", "without an answer"),
    ("short_body", "cut in the middle"),
    ("reset_body", "broke off"),
]


@pytest.mark.parametrize("mode", DIRECT)
@pytest.mark.parametrize(("fault", "words"), BROKEN)
def test_a_connection_that_breaks_after_sending_leaves_it_unknown(
    in_plain_loop, emulator, mode, fault, words
) -> None:
    began = time.time()
    facts = call_with(
        in_plain_loop, profile_of(emulator), mode, {"text": "x" * 500}, headers={"X-Emulator-Fault": fault}
    )
    end = end_of(facts)
    if mode is Mode.STREAM and of_kind(facts, e.Partial):
        assert "broke off after" in failed(facts).message  # what came is kept, and more will not come
        (closed,) = of_kind(facts, e.StreamClosed)
        assert (closed.by, closed.partials) == (e.Closer.NETWORK, len(of_kind(facts, e.Partial)))
        assert closed.reason
        return
    assert isinstance(end, e.Unknown)
    assert words in end.why
    assert "may be charged" in end.why
    assert began <= end.wall_s <= time.time()
    assert len(of_kind(facts, e.Attempt)) == 1


@pytest.mark.parametrize(("fault", "words"), BROKEN)
def test_where_nobody_can_look_it_up_a_broken_connection_is_a_failure(
    in_plain_loop, emulator, fault, words
) -> None:
    profile = msgspec.structs.replace(profile_of(emulator), kind=ProfileKind.LOCAL_APP)
    end = failed(call_with(in_plain_loop, profile, Mode.RUN, {}, headers={"X-Emulator-Fault": fault}))
    assert (end.kind, end.charged) == (FailureKind.NETWORK, Charged.UNKNOWN)
    assert words in end.message


@pytest.mark.parametrize("mode", DIRECT)
def test_200_mb_are_refused_without_filling_the_memory(in_plain_loop, emulator, mode) -> None:
    before = _peak_bytes()
    profile = profile_of(emulator, max_body_bytes=8_000_000)
    end = failed(call_with(in_plain_loop, profile, mode, {}, headers={"X-Emulator-Fault": "huge"}))
    assert end.kind is FailureKind.PROTOCOL
    assert "8 MB are allowed" in end.message or "8 MB that are allowed" in end.message
    assert "sync_mode off" in end.next_step
    assert _peak_bytes() - before < 60_000_000


def test_an_announced_size_beyond_the_limit_is_not_read_at_all(in_plain_loop) -> None:
    async def main() -> list[e.Fact]:
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 200000000\r\n\r\n"
        async with (
            raw_server(saying(head)) as server,
            stage(profile_at(f"http://127.0.0.1:{server.port}")) as it,
        ):
            return await it.call(BENCH, Mode.RUN, {})

    assert "is 200 MB; 67 MB are allowed" in failed(in_plain_loop(main())).message


def test_an_event_without_an_end_is_refused(in_plain_loop) -> None:
    async def endless(_request, _reader, writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\ndata: ")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    async def main() -> list[e.Fact]:
        async with (
            raw_server(endless) as server,
            stage(profile_at(f"http://127.0.0.1:{server.port}", max_body_bytes=2_000_000)) as it,
        ):
            return await it.call(BENCH, Mode.STREAM, {})

    facts = in_plain_loop(main())
    assert "one event is longer than 2,000,000 bytes" in failed(facts).message
    (closed,) = of_kind(facts, e.StreamClosed)
    assert (closed.by, closed.partials) == (e.Closer.US, 0)
    assert "longer than" in closed.reason


def test_an_endless_stream_ends_with_our_clock(in_plain_loop, emulator) -> None:
    arguments = {"count": 10_000_000, "rate": 200}
    facts = call_with(in_plain_loop, profile_of(emulator), Mode.STREAM, arguments, client_timeout_s=2.0)
    end = failed(facts)
    assert (end.kind, end.clock) == (FailureKind.TIMEOUT, Clock.CLIENT)
    assert "given up after 2 s" in end.message
    assert len(of_kind(facts, e.Partial)) > 10
    assert [closed.by for closed in of_kind(facts, e.StreamClosed)] == [e.Closer.US]


def test_an_endless_stream_ends_when_somebody_cancels(in_plain_loop, emulator) -> None:
    async def main() -> None:
        async with stage(profile_of(emulator)) as it:
            call = it.start(BENCH, Mode.STREAM, {"count": 10_000_000, "rate": 200})
            await until_fact(it, call, lambda fact: isinstance(fact, e.Partial))
            assert it.runner.cancel(call)
            await it.runner.finished(call)
            assert end_of(it.facts(call)).by == "user"
            (closed,) = of_kind(it.facts(call), e.StreamClosed)
            assert (closed.by, closed.partials) == (e.Closer.US, len(of_kind(it.facts(call), e.Partial)))

    in_plain_loop(main())


def test_a_stream_that_ends_too_early_says_that_the_server_closed_it(in_plain_loop) -> None:
    async def short(_request, _reader, writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n")
        writer.write(b'data: {"output": "A la", "partial": true}\n\n')
        await writer.drain()
        writer.close()

    async def main() -> list[e.Fact]:
        async with (
            raw_server(short) as server,
            stage(profile_at(f"http://127.0.0.1:{server.port}")) as it,
        ):
            return await it.call(BENCH, Mode.STREAM, {})

    facts = in_plain_loop(main())
    assert "partial result" in failed(facts).message
    (closed,) = of_kind(facts, e.StreamClosed)
    assert (closed.by, closed.partials, closed.is_usable) == (e.Closer.SERVER, 1, False)


@pytest.mark.parametrize("mode", [Mode.RUN, Mode.STREAM])
def test_a_server_that_never_answers_meets_the_idle_clock(in_plain_loop, emulator, mode) -> None:
    profile = profile_of(emulator, clocks=Clocks(connect_s=2, idle_s=0.4))
    began = time.monotonic()
    facts = call_with(in_plain_loop, profile, mode, {}, headers={"X-Emulator-Fault": "hang"})
    end = failed(facts)
    assert (end.kind, end.clock, end.charged) == (FailureKind.TIMEOUT, Clock.IDLE, Charged.UNKNOWN)
    assert "Nothing was heard from 127.0.0.1:" in end.message
    assert "may still run and be charged" in end.next_step
    assert time.monotonic() - began < 50
    assert len(of_kind(facts, e.Attempt)) == 1


def test_a_submit_without_an_answer_is_unknown_not_failed(in_plain_loop, emulator) -> None:
    profile = profile_of(emulator, clocks=Clocks(connect_s=2, idle_s=0.4))
    for fault in ("hang", "reset", "closed", "short_body", "html"):
        facts = call_with(in_plain_loop, profile, Mode.SUBSCRIBE, {}, headers={"X-Emulator-Fault": fault})
        end = end_of(facts)
        assert isinstance(end, e.Unknown), (fault, end)
        assert "may have been submitted" in end.why
        assert "may be charged" in end.why
        assert len(of_kind(facts, e.Attempt)) == 1


class Dashes(translation.Pseudo):
    """A language that writes a dash where English has a colon."""

    def gettext(self, message: str, /) -> str:
        return message.replace(": ", " – ")


@pytest.mark.parametrize("language", [translation.catalogue("en"), Dashes()], ids=["en", "dashes"])
def test_a_stream_cut_in_the_middle_keeps_what_came(in_plain_loop, emulator, monkeypatch, language) -> None:
    monkeypatch.setattr(translation, "_words", language)
    facts = call_with(
        in_plain_loop,
        profile_of(emulator),
        Mode.STREAM,
        {"count": 50},
        headers={"X-Emulator-Drop-After": "7"},
    )
    end = failed(facts)
    assert end.kind is FailureKind.NETWORK
    assert "broke off after 7 events" in end.message
    (closed,) = of_kind(facts, e.StreamClosed)
    assert closed.reason == "it was cut in the middle of the answer"
    assert closed.reason in end.message
    assert len(of_kind(facts, e.Partial)) == 7


def test_a_header_that_cannot_be_written(in_plain_loop, emulator) -> None:
    for headers in ({"X-Name": "grüße\n"}, {"X-Name": "日本"}):
        end = failed(call_with(in_plain_loop, profile_of(emulator), Mode.RUN, {}, headers=headers))
        assert end.kind is FailureKind.INPUT
        assert "cannot be written" in end.message


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("ws_refused", FailureKind.INPUT, "opened no realtime session (403)"),
        ("ws_unauthorized", FailureKind.AUTH, "refused the key (401)"),
        ("ws_not_found", FailureKind.INPUT, "was not found (404)"),
        ("ws_legacy_unauthorized", FailureKind.AUTH, "Unauthorized"),
        ("ws_forwarding", FailureKind.NETWORK, "Error while forwarding the request"),
        ("ws_mid_frame", FailureKind.NETWORK, "the connection broke without a word (1006)"),
        ("ws_reset", FailureKind.NETWORK, "(1006)"),
    ],
)
def test_sockets_that_go_wrong(in_plain_loop, emulator, fault, kind, words) -> None:
    query = {"emulator_fault": fault}
    facts = call_with(
        in_plain_loop, profile_of(emulator), Mode.REALTIME, {"text": "x"}, query=query, reconnect_limit=0
    )
    end = failed(facts)
    assert end.kind is kind, end
    assert words in end.message
    assert of_kind(facts, e.Session)[-1].state.value == "stopped"


def test_an_app_without_realtime_is_not_told_as_a_bad_key(in_plain_loop, emulator) -> None:
    end = failed(call_with(in_plain_loop, profile_of(emulator), Mode.REALTIME, {}, endpoint="emulator/chat"))
    assert (end.kind, end.status, end.charged) == (FailureKind.INPUT, 403, e.Charged.NO)
    assert "opened no realtime session (403)" in end.message
    assert "choose stream or run" in end.next_step


def test_a_frame_that_says_nothing_is_told_and_ends_nothing(in_plain_loop, emulator) -> None:
    for fault, kind, words in (
        ("ws_garbage", e.Trouble, "neither MessagePack nor JSON"),
        ("ws_text", e.Control, "text"),
    ):
        query = {"emulator_fault": fault}
        facts = call_with(
            in_plain_loop,
            profile_of(emulator),
            Mode.REALTIME,
            {"text": "x"},
            query=query,
            client_timeout_s=2,
        )
        assert any(words in str(fact) for fact in of_kind(facts, kind))
        assert not any(isinstance(fact, e.Failed) and fact.kind is FailureKind.BUG for fact in facts)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (answer(b"<html>", content_type="text/html"), "it answered 200"),
        (b"no http at all\r\n\r\n", "valid HTTP response"),
    ],
)
def test_a_server_without_sockets(in_plain_loop, head, words) -> None:
    async def main() -> list[e.Fact]:
        async with (
            raw_server(saying(head)) as server,
            stage(profile_at(f"http://127.0.0.1:{server.port}", kind=ProfileKind.LOCAL_APP)) as it,
        ):
            return await it.call("/", Mode.REALTIME, {})

    end = failed(in_plain_loop(main()))
    assert end.kind is FailureKind.PROTOCOL
    assert "does not speak WebSocket" in end.message
    assert words in end.message


def test_a_socket_that_never_answers_waits_until_somebody_leaves(in_plain_loop, emulator) -> None:
    options = {"query": {"emulator_fault": "ws_silent"}, "client_timeout_s": 0.5}
    end = failed(call_with(in_plain_loop, profile_of(emulator), Mode.REALTIME, {"text": "x"}, **options))
    assert end.clock is Clock.CLIENT


@pytest.mark.parametrize("arguments", [[1], "text", 5])
def test_a_realtime_input_is_an_object(in_plain_loop, emulator, arguments) -> None:
    assert (
        "is an object"
        in failed(call_with(in_plain_loop, profile_of(emulator), Mode.REALTIME, arguments)).message
    )


def _peak_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
