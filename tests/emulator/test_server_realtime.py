"""Mode realtime and HTTP over WebSocket against the real server."""

import json
import time
from typing import Any

import httpx
import msgpack
import pytest
from websockets.exceptions import (
    ConnectionClosed,
    ConnectionClosedError,
    ConnectionClosedOK,
    InvalidMessage,
    InvalidStatus,
)
from websockets.sync.client import ClientConnection, connect

from tests.emulator_process import KEY, EmulatorProcess

AUTHORIZATION = {"Authorization": f"Key {KEY}"}


def opened(
    server: EmulatorProcess, app: str = "bench", query: str = "emulator_timings=0", **options: Any
) -> ClientConnection:
    """Open a session by key."""
    url = f"{server.realtime}/emulator/{app}/realtime?{query}"
    return connect(url, additional_headers=AUTHORIZATION, proxy=None, **options)


def say(socket: ClientConnection, message: dict[str, Any]) -> None:
    """Send one map."""
    socket.send(msgpack.packb(message, use_bin_type=True))


def hear(socket: ClientConnection) -> Any:
    """Return the next frame: a map, or the JSON of a text frame."""
    frame = socket.recv(timeout=60)
    return json.loads(frame) if isinstance(frame, str) else msgpack.unpackb(frame, raw=False)


def token(fal: httpx.Client, *apps: str, lifetime: float = 60) -> str:
    """Return a token for apps."""
    return fal.post("/rest/tokens/", json={"allowed_apps": list(apps), "token_expiration": lifetime}).json()


def test_maps_are_answered_with_maps_and_bytes_stay_bytes(server: EmulatorProcess) -> None:
    with opened(server) as socket:
        say(socket, {"image_bytes": b"\x00\xff", "request_id": "r1"})
        answer = hear(socket)
    assert (answer["image_bytes"], answer["request_id"]) == (b"\x00\xff", "r1")


def test_a_timings_frame_follows_each_answer(server: EmulatorProcess) -> None:
    with opened(server, query="") as socket:
        say(socket, {"n": 1})
        assert hear(socket)["n"] == 1
        control = hear(socket)
    assert (control["type"], control["action"]) == ("x-fal-message", "timings")
    assert isinstance(control["timing"], float)


def test_the_token_is_a_bare_string_for_an_alias(server: EmulatorProcess, fal: httpx.Client) -> None:
    issued = token(fal, "bench")
    assert isinstance(issued, str)
    with connect(f"{server.realtime}/emulator/bench/realtime?fal_jwt_token={issued}", proxy=None) as socket:
        say(socket, {"n": 1})
        assert hear(socket)["n"] == 1


def test_the_newer_token_door_answers_an_object_for_a_whole_path(
    server: EmulatorProcess, fal: httpx.Client
) -> None:
    wish = {"allowed_apps": ["emulator/bench/realtime"], "duration": 60}
    issued = fal.post("/rest/tokens/realtime", json=wish).json()["token"]
    with connect(f"{server.realtime}/emulator/bench/realtime?fal_jwt_token={issued}", proxy=None) as socket:
        say(socket, {"n": 1})
        assert hear(socket)["n"] == 1


@pytest.mark.parametrize("query", ["", "fal_jwt_token=forged.token.x", "fal_jwt_token=nonsense"])
def test_a_handshake_without_a_good_token_is_401(server: EmulatorProcess, query: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connect(f"{server.realtime}/emulator/bench/realtime?{query}", proxy=None)
    assert refused.value.response.status_code == 401
    assert json.loads(refused.value.response.body or b"")["detail"]


def test_a_token_of_another_app_or_an_old_one_does_not_open(
    server: EmulatorProcess, fal: httpx.Client
) -> None:
    old = token(fal, "bench", lifetime=0.01)
    time.sleep(0.02)
    for issued in (old, token(fal, "chat")):
        with pytest.raises(InvalidStatus):
            connect(f"{server.realtime}/emulator/bench/realtime?fal_jwt_token={issued}", proxy=None)


def test_an_open_session_outlives_its_token(server: EmulatorProcess, fal: httpx.Client) -> None:
    issued = token(fal, "bench", lifetime=2)
    with connect(f"{server.realtime}/emulator/bench/realtime?fal_jwt_token={issued}", proxy=None) as socket:
        time.sleep(2.1)
        say(socket, {"n": 1})
        assert hear(socket)["n"] == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [("emulator/chat/realtime", 403), ("nobody/nothing/realtime", 404), ("emulator/bench", 403)],
)
def test_an_app_without_the_route_refuses_the_handshake(
    server: EmulatorProcess, path: str, status: int
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connect(f"{server.realtime}/{path}", additional_headers=AUTHORIZATION, proxy=None)
    assert refused.value.response.status_code == status


def test_an_idle_session_ends_with_timeout_and_a_normal_close(server: EmulatorProcess) -> None:
    with opened(server, query="emulator_idle_timeout=0.2") as socket:
        frame = hear(socket)
        assert (frame["type"], frame["error"]) == ("x-fal-error", "TIMEOUT")
        with pytest.raises(ConnectionClosedOK) as closed:
            socket.recv(timeout=60)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1000


def test_each_frame_restarts_the_idle_limit(server: EmulatorProcess) -> None:
    with opened(server, query="emulator_idle_timeout=2&emulator_timings=0") as socket:
        for number in range(4):
            time.sleep(0.7)
            say(socket, {"n": number})
            assert hear(socket)["n"] == number


@pytest.mark.parametrize(
    ("app", "frame"),
    [
        ("bench", '{"text": "frame"}'),
        ("bench", b"\xc1 not msgpack"),
        ("bench", msgpack.packb([1, 2])),
        ("failing", msgpack.packb({"after": "many"})),
        ("failing", msgpack.packb({"kind": "content_policy_violation", "after": 0})),
    ],
)
def test_what_the_model_cannot_take_is_an_internal_error_and_the_end(
    server: EmulatorProcess, app: str, frame: str | bytes
) -> None:
    with opened(server, app) as socket:
        socket.send(frame)
        answer = hear(socket)
        assert (answer["type"], answer["error"]) == ("x-fal-error", "INTERNAL_ERROR")
        with pytest.raises(ConnectionClosedOK):
            socket.recv(timeout=60)


def test_a_full_buffer_forgets_the_oldest_inputs(server: EmulatorProcess) -> None:
    with opened(server, query="max_buffering=2&emulator_timings=0&emulator_run_delay=1.5") as socket:
        say(socket, {"n": 0})
        time.sleep(0.7)  # the first one is being worked at
        for number in range(1, 8):
            say(socket, {"n": number})
        answered = [hear(socket)["n"] for _ in range(3)]
    assert answered == [0, 6, 7]


def test_without_a_limit_every_input_is_answered_in_order(server: EmulatorProcess) -> None:
    with opened(server) as socket:
        for number in range(200):
            say(socket, {"n": number})
        assert [hear(socket)["n"] for _ in range(200)] == list(range(200))


@pytest.mark.parametrize("value", ["0", "61", "two"])
def test_max_buffering_is_between_1_and_60(server: EmulatorProcess, value: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        opened(server, query=f"max_buffering={value}")
    assert refused.value.response.status_code == 400


def test_the_connect_delay_holds_the_handshake_back(server: EmulatorProcess) -> None:
    begun = time.monotonic()
    with opened(server, query="emulator_connect_delay=0.3"):
        assert time.monotonic() - begun >= 0.3


def test_an_upload_policy_is_not_possible_on_a_socket(server: EmulatorProcess) -> None:
    headers = {**AUTHORIZATION, "x-app-fal-upload-policy": "{}"}
    with (
        connect(
            f"{server.realtime}/emulator/bench/realtime", additional_headers=headers, proxy=None
        ) as socket,
        pytest.raises(ConnectionClosedError) as closed,
    ):
        socket.recv(timeout=60)
    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1011, "Error while forwarding the request")


@pytest.mark.parametrize(
    ("fault", "status"), [("ws_refused", 403), ("ws_unauthorized", 401), ("ws_not_found", 404)]
)
def test_a_refused_handshake_has_its_status(server: EmulatorProcess, fault: str, status: int) -> None:
    with pytest.raises(InvalidStatus) as refused:
        opened(server, query=f"emulator_fault={fault}")
    assert refused.value.response.status_code == status


@pytest.mark.parametrize(("fault", "code"), [("ws_1011", 1011), ("ws_mid_frame", 1006), ("ws_reset", 1006)])
def test_a_broken_session_closes_with_its_code(server: EmulatorProcess, fault: str, code: int) -> None:
    with opened(server, query=f"emulator_fault={fault}") as socket:
        say(socket, {"n": 1})
        with pytest.raises(ConnectionClosedError):
            socket.recv(timeout=60)
        assert socket.close_code == code


def test_the_legacy_refusal_is_a_text_frame_after_an_accepted_handshake(server: EmulatorProcess) -> None:
    with opened(server, query="emulator_fault=ws_legacy_unauthorized") as socket:
        assert hear(socket) == {"status": "error", "error": "Unauthorized"}
        with pytest.raises(ConnectionClosedOK):
            socket.recv(timeout=60)


def test_frames_that_mean_nothing_arrive_as_they_are(server: EmulatorProcess) -> None:
    with opened(server, query="emulator_fault=ws_garbage") as socket:
        say(socket, {})
        assert socket.recv(timeout=60) == b"\xc1\xff\x00garbage"
    with opened(server, query="emulator_fault=ws_text") as socket:
        say(socket, {})
        assert socket.recv(timeout=60) == "<html>Bad Gateway</html>"


def test_a_silent_session_stays_open(server: EmulatorProcess) -> None:
    with opened(server, query="emulator_fault=ws_silent") as socket:
        say(socket, {})
        with pytest.raises(TimeoutError):
            socket.recv(timeout=0.2)


@pytest.mark.parametrize("fault", ["reset", "closed"])
def test_a_connection_can_break_during_the_handshake(server: EmulatorProcess, fault: str) -> None:
    with pytest.raises((InvalidMessage, ConnectionError)):
        opened(server, query=f"emulator_fault={fault}")


@pytest.mark.parametrize("kind", ["ws_1011", "ws_mid_frame", "ws_reset", "stream_drop"])
def test_the_failing_model_breaks_a_session_after_good_answers(server: EmulatorProcess, kind: str) -> None:
    with opened(server, "failing") as socket:
        for _ in range(2):
            say(socket, {"kind": kind, "after": 2})
            assert hear(socket)["ok"]
        say(socket, {"kind": kind, "after": 2})
        with pytest.raises(ConnectionClosed):
            socket.recv(timeout=60)


def test_a_session_breaks_off_after_so_many_answers_on_request(server: EmulatorProcess) -> None:
    with opened(server, query="emulator_drop_after=2&emulator_timings=0") as socket:
        for number in range(3):
            say(socket, {"n": number})
        assert [hear(socket)["n"], hear(socket)["n"]] == [0, 1]
        with pytest.raises(ConnectionClosedError):
            socket.recv(timeout=60)


def test_a_recorded_session_counts_its_frames(server: EmulatorProcess) -> None:
    seen = server.last()
    with opened(server) as socket:
        for number in range(3):
            say(socket, {"n": number})
            hear(socket)
    (entry,) = server.requests(seen)
    assert (entry["type"], entry["status"], entry["frames"]) == ("websocket", 101, 3)


def test_http_over_a_socket_answers_start_body_end_in_order(server: EmulatorProcess) -> None:
    with connect(f"{server.ws}/emulator/bench", additional_headers=AUTHORIZATION, proxy=None) as socket:
        socket.send(json.dumps({"text": "one"}))
        socket.send(json.dumps({"text": "two"}))
        for text in ("one", "two"):
            start, body, end = (json.loads(socket.recv(timeout=60)) for _ in range(3))
            assert (start["type"], start["status"], start["headers"]["content-type"]) == (
                "start",
                200,
                "application/json",
            )
            assert body["echo"] == {"text": text}
            assert (end["type"], end["request_id"]) == ("end", start["request_id"])
            assert end["time_to_first_byte_seconds"] >= 0


def test_http_over_a_socket_carries_streams_and_errors(server: EmulatorProcess) -> None:
    with connect(
        f"{server.ws}/emulator/bench/stream", additional_headers=AUTHORIZATION, proxy=None
    ) as socket:
        socket.send(json.dumps({"count": 2}))
        frames = [socket.recv(timeout=60)]
        while '"type": "end"' not in str(frames[-1]):
            frames.append(socket.recv(timeout=60))
    assert "".join(str(frame) for frame in frames[1:-1]).count("data: ") == 2
    with connect(f"{server.ws}/emulator/failing", additional_headers=AUTHORIZATION, proxy=None) as socket:
        socket.send("{}")
        assert json.loads(socket.recv(timeout=60))["status"] == 422


def test_http_over_a_socket_needs_a_key(server: EmulatorProcess) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connect(f"{server.ws}/emulator/bench", proxy=None)
    assert refused.value.response.status_code == 401


def test_an_armed_fault_meets_the_next_socket(server: EmulatorProcess) -> None:
    server.arm("ws_refused", path="/realtime")
    with pytest.raises(InvalidStatus):
        opened(server)
    with opened(server) as socket:
        say(socket, {"n": 1})
        assert hear(socket)["n"] == 1
