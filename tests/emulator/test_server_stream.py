"""Mode stream against the real server."""

import itertools
import json
import time
from typing import Any

import httpx
import pytest

from tests.emulator_process import EmulatorProcess
from tests.waiting import until_blocking

STREAM = "/run/emulator/bench/stream"


def read(
    fal: httpx.Client, arguments: dict[str, Any], path: str = STREAM, **headers: str
) -> tuple[httpx.Response, bytes]:
    """Stream and return the answer with the bytes of its body."""
    with fal.stream("POST", path, json=arguments, headers=headers) as answer:
        return answer, b"".join(answer.iter_raw())


def indexes(body: bytes) -> list[int]:
    """Return the numbers of the events in a body."""
    return [json.loads(line[6:])["index"] for line in body.decode().splitlines() if line.startswith("data: ")]


def test_events_are_data_lines_of_json_and_the_end_is_the_end(fal: httpx.Client) -> None:
    answer, body = read(fal, {"count": 3})
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert answer.headers["x-fal-request-id"]
    assert indexes(body) == [0, 1, 2]
    assert body.endswith(b"}\n\n")
    assert b"[DONE]" not in body


def test_events_leave_when_they_happen(fal: httpx.Client) -> None:
    with fal.stream("POST", STREAM, json={"count": 3, "rate": 1}) as answer:
        late_ms = [
            (time.monotonic_ns() - json.loads(line[6:])["t_ns"]) / 1e6
            for line in answer.iter_lines()
            if line.startswith("data:")
        ]
    assert len(late_ms) == 3
    assert sum(late < 900 for late in late_ms) >= 2, (
        "none waits for the next one: only the last would be in time"
    )


def test_headers_leave_before_the_second_event(fal: httpx.Client) -> None:
    with fal.stream("POST", STREAM, json={"count": 2, "rate": 0.5}) as answer:
        assert answer.status_code == 200
        lines = answer.iter_lines()
        assert json.loads(next(lines)[6:])["index"] == 0


def test_forty_thousand_events_fit_through(fal: httpx.Client) -> None:
    _, body = read(fal, {"count": 40_000})
    assert indexes(body) == list(range(40_000))


@pytest.mark.parametrize(
    ("control", "value", "expected"),
    [
        ("X-Emulator-Event-Name", "event", b"event: event\ndata: {"),
        ("X-Emulator-Comments", "1", b": event 0\n\ndata: {"),
        ("X-Emulator-Newline", "crlf", b"}\r\n\r\ndata: {"),
        ("X-Emulator-Newline", "cr", b"}\r\rdata: {"),
        ("X-Emulator-Bom", "1", b"\xef\xbb\xbfdata: {"),
    ],
)
def test_a_request_chooses_how_its_events_are_written(
    fal: httpx.Client, control: str, value: str, expected: bytes
) -> None:
    _, body = read(fal, {"count": 2}, **{control: value})
    assert expected in body


def test_characters_are_split_over_pieces_on_request(fal: httpx.Client) -> None:
    arguments = {"kind": "error_event", "message": "Grüße 🦊"}
    headers = {"X-Emulator-Split": "1"}
    with fal.stream("POST", "/run/emulator/failing/stream", json=arguments, headers=headers) as answer:
        pieces = list(answer.iter_raw())
    assert {len(piece) for piece in pieces} == {1}
    assert "Grüße 🦊" in b"".join(pieces).decode()


def test_a_stream_breaks_off_after_so_many_events_on_request(fal: httpx.Client) -> None:
    with fal.stream("POST", STREAM, json={"count": 10}, headers={"X-Emulator-Drop-After": "4"}) as answer:
        lines = answer.iter_lines()
        got = [json.loads(line[6:])["index"] for line in itertools.islice(lines, 8) if line]
        with pytest.raises(httpx.RemoteProtocolError, match="incomplete"):
            next(lines)
    assert got == [0, 1, 2, 3]


def test_a_stream_ends_early_but_properly_on_request(fal: httpx.Client) -> None:
    _, body = read(fal, {"count": 10}, **{"X-Emulator-End-After": "2"})
    assert indexes(body) == [0, 1]


def test_the_interval_between_events_is_kept(fal: httpx.Client) -> None:
    begun = time.monotonic()
    read(fal, {"count": 4}, **{"X-Emulator-Event-Interval": "0.1"})
    assert time.monotonic() - begun >= 0.3


@pytest.mark.parametrize(
    ("arguments", "status", "kind"),
    [
        ({"kind": "content_policy_violation"}, 422, "content_policy_violation"),
        ({"kind": "generation_timeout"}, 504, "generation_timeout"),
        ({"after": -1}, 422, "greater_than_equal"),
    ],
)
def test_an_error_before_the_first_event_is_an_ordinary_http_error(
    fal: httpx.Client, arguments: dict[str, Any], status: int, kind: str
) -> None:
    answer = fal.post("/run/emulator/failing/stream", json=arguments)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["detail"][0]["type"] == kind


def test_an_error_after_the_first_event_breaks_the_stream_off(fal: httpx.Client) -> None:
    with fal.stream("POST", "/run/emulator/failing/stream", json={"kind": "crash", "after": 2}) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):
            answer.read()


def test_an_error_event_is_an_ordinary_event_with_a_text(fal: httpx.Client) -> None:
    _, body = read(fal, {"kind": "error_event", "message": "out of memory"}, "/run/emulator/failing/stream")
    last = json.loads(body.decode().strip().splitlines()[-1][6:])
    assert last["error"] == "out of memory"


def test_done_is_not_json(fal: httpx.Client) -> None:
    _, body = read(fal, {"kind": "stream_done"}, "/run/emulator/failing/stream")
    assert body.endswith(b"data: [DONE]\n\n")


def test_a_realtime_token_in_the_query_opens_a_stream_without_a_key(
    server: EmulatorProcess, fal: httpx.Client
) -> None:
    token = fal.post("/rest/tokens/", json={"allowed_apps": ["bench"], "token_expiration": 60}).json()
    with server.client(key=None) as stranger:
        good = stranger.post(STREAM, params={"fal_jwt_token": token}, json={"count": 1})
        bad = stranger.post(STREAM, params={"fal_jwt_token": "x.y.z"}, json={"count": 1})
        other = stranger.post(
            "/run/emulator/chat/stream", params={"fal_jwt_token": token}, json={"prompt": "hi"}
        )
    assert (good.status_code, bad.status_code, other.status_code) == (200, 401, 401)


def test_a_listener_who_leaves_ends_the_stream(server: EmulatorProcess, fal: httpx.Client) -> None:
    with fal.stream("POST", STREAM, json={"count": 10_000_000, "size": 1000}) as answer:
        request_id = answer.headers["x-fal-request-id"]
        next(answer.iter_raw())
    # The server goes on serving others, and never got to the end of that stream.
    until_blocking(lambda: fal.post("/run/emulator/bench", json={}).status_code == 200)
    until_blocking(lambda: server.truth(request_id)["status"] == 499)
