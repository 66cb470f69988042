"""Every fault, on the wire."""

import json
import socket
import time
from collections import deque
from typing import Any

import httpx
import pytest

from tests.emulator_process import EmulatorProcess
from tests.waiting import until_blocking

RUN = "/run/emulator/bench"


def with_fault(fal: httpx.Client, fault: str, **options: Any) -> httpx.Response:
    """Run with a fault."""
    return fal.post(RUN, json={"size": 2000}, headers={"X-Emulator-Fault": fault}, **options)


@pytest.mark.parametrize(
    ("fault", "status", "content_type", "has_id", "part"),
    [
        ("rate_limited", 429, "application/json", True, '"error_type":"concurrent_requests_limit"'),
        ("bad_gateway_html", 502, "text/html", False, "<center>nginx</center>"),
        ("unavailable_html", 503, "text/html", False, "503 Service Temporarily Unavailable"),
        ("gateway_timeout_html", 504, "text/html", False, "504 Gateway Time-out"),
        ("unavailable", 503, "application/json", True, '"error_type":"runner_disconnected"'),
        ("server_error", 500, "application/json", True, '{"detail":"Internal Server Error"}'),
        ("user_deadline", 504, "application/json", True, '"error_type":"request_timeout"'),
        ("generation_timeout", 504, "application/json", True, '"type":"generation_timeout"'),
        ("wrong_key", 401, "application/json", True, "invalid key credentials"),
        ("locked", 403, "application/json", True, "Exhausted balance"),
        ("not_found", 404, "application/json", True, "Not found"),
        ("html", 200, "text/html", False, "<h1>Welcome</h1>"),
        ("text", 200, "text/plain", False, "It works!"),
        ("empty", 200, "application/json", True, ""),
        ("nan", 200, "application/json", True, "NaN"),
        ("redirect", 307, "application/json", False, ""),
        ("platform_error", 500, "application/json", True, '"type":"server_error"'),
        ("platform_rate_limited", 429, "application/json", True, '"type":"rate_limited"'),
        ("expired_media", 404, "application/xml", True, "NoSuchKey"),
    ],
)
def test_a_faulty_answer_looks_like_the_real_one(
    fal: httpx.Client, fault: str, status: int, content_type: str, has_id: bool, part: str
) -> None:
    answer = with_fault(fal, fault)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith(content_type)
    assert ("x-fal-request-id" in answer.headers) == has_id
    assert part in answer.text


def test_temporary_failures_say_so_and_a_user_deadline_does_not(fal: httpx.Client) -> None:
    assert with_fault(fal, "rate_limited").headers["x-fal-needs-retry"] == "1"
    assert with_fault(fal, "unavailable").headers["x-fal-needs-retry"] == "1"
    late = with_fault(fal, "user_deadline")
    assert (late.headers["x-fal-needs-retry"], late.headers["x-fal-request-timeout-type"]) == ("0", "user")


def test_bytes_that_are_not_utf8_arrive_as_they_are(fal: httpx.Client) -> None:
    assert with_fault(fal, "binary").content == bytes(range(256))


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("reset", (httpx.ReadError, httpx.RemoteProtocolError)),
        ("closed", httpx.RemoteProtocolError),
        ("reset_body", httpx.ReadError),
        ("short_body", httpx.RemoteProtocolError),
    ],
)
def test_a_broken_connection_is_a_transport_error(fal: httpx.Client, fault: str, error: Any) -> None:
    with pytest.raises(error):
        with_fault(fal, fault)


@pytest.mark.parametrize("fault", ["reset_body", "short_body"])
def test_half_the_body_arrives_before_the_break(fal: httpx.Client, fault: str) -> None:
    got = bytearray()
    with (
        fal.stream("POST", RUN, json={"size": 2000}, headers={"X-Emulator-Fault": fault}) as answer,
        pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)),
    ):
        deque(map(got.extend, answer.iter_raw()))
    assert len(got) == int(answer.headers["content-length"]) // 2


def test_truncated_json_has_a_length_that_fits(fal: httpx.Client) -> None:
    answer = with_fault(fal, "truncated")
    assert int(answer.headers["content-length"]) == len(answer.content)
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_a_server_that_never_answers_lets_the_client_time_out(fal: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        with_fault(fal, "hang", timeout=1)


def test_slow_is_late_but_right(fal: httpx.Client) -> None:
    begun = time.monotonic()
    answer = fal.post(RUN, json={}, headers={"X-Emulator-Fault": "slow", "X-Emulator-Answer-Delay": "0.3"})
    assert answer.status_code == 200
    assert time.monotonic() - begun >= 0.3


def test_drip_sends_byte_by_byte(fal: httpx.Client) -> None:
    with fal.stream("POST", RUN, json={}, headers={"X-Emulator-Fault": "drip"}) as answer:
        pieces = [piece for _, piece in zip(range(4), answer.iter_raw(), strict=False)]
    assert len(pieces) == 4, "a hundred bytes and more do not come at once"


def test_huge_is_200_megabytes_of_json(fal: httpx.Client) -> None:
    with fal.stream("POST", RUN, json={}, headers={"X-Emulator-Fault": "huge"}) as answer:
        size = sum(len(piece) for piece in answer.iter_raw())
    assert size == int(answer.headers["content-length"]) == 200_000_000


def test_huge_can_be_made_smaller_and_is_valid_json(fal: httpx.Client) -> None:
    headers = {"X-Emulator-Fault": "huge", "X-Emulator-Bytes": "3000000"}
    assert len(fal.post(RUN, json={}, headers=headers).json()["padding"]) == 3_000_000 - len('{"padding":""}')


def test_endless_goes_on_until_the_client_leaves_and_the_server_stays_well(fal: httpx.Client) -> None:
    size = 0
    with fal.stream("POST", RUN, json={}, headers={"X-Emulator-Fault": "endless"}) as answer:
        for piece in answer.iter_raw():
            size += len(piece)
            if size > 30_000_000:
                break
    assert "content-length" not in answer.headers
    until_blocking(lambda: fal.post(RUN, json={}).status_code == 200)


def test_an_armed_fault_meets_the_next_matching_requests_only(
    server: EmulatorProcess, fal: httpx.Client
) -> None:
    server.arm("unavailable_html", path="/queue/", method="POST", times=2)
    assert fal.post(RUN, json={}).status_code == 200
    assert fal.get("/queue/emulator/bench/requests/none/status").status_code == 404
    codes = [fal.post("/queue/emulator/bench", json={}).status_code for _ in range(3)]
    assert codes == [503, 503, 200]


def test_an_armed_fault_can_let_some_requests_through_first(
    server: EmulatorProcess, fal: httpx.Client
) -> None:
    server.arm("server_error", path=r"^/run/.*bench$", after=2)
    assert [fal.post(RUN, json={}).status_code for _ in range(4)] == [200, 200, 500, 200]


@pytest.mark.parametrize(
    "body", [{"fault": "no such fault"}, {}, {"fault": "empty", "path": "("}, {"fault": "empty", "tmes": 2}]
)
def test_a_fault_that_means_nothing_is_not_armed(fal: httpx.Client, body: dict[str, Any]) -> None:
    assert fal.post("/emulator/faults", json=body).status_code == 422


def test_a_result_fault_hits_the_result_and_not_the_submit(fal: httpx.Client) -> None:
    headers = {"X-Emulator-Result-Fault": "bad_gateway_html"}
    job = fal.post("/queue/emulator/bench", json={}, headers=headers).raise_for_status().json()
    until_blocking(lambda: fal.get(job["status_url"]).json()["status"] == "COMPLETED")
    assert fal.get(job["response_url"]).status_code == 502


def test_tokens_and_uploads_meet_faults_too(server: EmulatorProcess, fal: httpx.Client) -> None:
    server.arm("server_error", path="/rest/tokens")
    server.arm("closed", path="/cdn/files/upload")
    assert fal.post("/rest/tokens/", json={"allowed_apps": ["bench"]}).status_code == 500
    with pytest.raises(httpx.RemoteProtocolError):
        fal.post("/cdn/files/upload", content=b"x")


def test_a_request_that_is_no_http_is_400_and_harms_nobody(
    server: EmulatorProcess, fal: httpx.Client
) -> None:
    port = int(server.base.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as raw:
        raw.sendall(b"NONSENSE\r\n\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 400")
    assert fal.post(RUN, json={}).status_code == 200


def test_settings_refuse_what_they_do_not_know(fal: httpx.Client) -> None:
    for wish in ({"slotz": 2}, {"slots": -1}, {"speed": 0}, ["slots"], "text"):
        assert fal.put("/emulator/settings", json=wish).status_code == 422
    assert fal.get("/emulator/settings").json()["slots"] == 2
