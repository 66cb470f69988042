"""Webhooks of the real server, received by a real listener."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.emulator_process import EmulatorProcess
from tests.waiting import until_blocking


class Listener:
    """Takes webhook calls and answers them with the next status of a list."""

    def __init__(self) -> None:
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                listener.calls.append(({name.lower(): value for name, value in self.headers.items()}, body))
                status = listener.statuses.pop(0) if listener.statuses else 200
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None: ...

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook?x=1"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def listener() -> Generator[Listener]:
    """Listen for webhook calls."""
    listener = Listener()
    yield listener
    listener.stop()


def call(
    fal: httpx.Client, listener: Listener, arguments: dict[str, Any], path: str = "bench", **headers: str
) -> tuple[dict[str, Any], dict[str, str], bytes]:
    """Submit with a webhook; returns the submit's answer and the first call's headers and body."""
    job = fal.post(
        f"/queue/emulator/{path}", json=arguments, params={"fal_webhook": listener.url}, headers=headers
    ).json()
    got, body = until_blocking(lambda: listener.calls)[0]
    return job, got, body


def is_signed(fal: httpx.Client, headers: dict[str, str], body: bytes) -> bool:
    """Verify a call as fal's documentation says, over the raw body."""
    keys = fal.get("/rest/.well-known/jwks.json").json()["keys"]
    message = "\n".join(
        (
            headers["x-fal-webhook-request-id"],
            headers["x-fal-webhook-user-id"],
            headers["x-fal-webhook-timestamp"],
            hashlib.sha256(body).hexdigest(),
        )
    )
    for key in keys:
        raw = base64.urlsafe_b64decode(key["x"] + "=" * (-len(key["x"]) % 4))
        try:
            Ed25519PublicKey.from_public_bytes(raw).verify(
                bytes.fromhex(headers["x-fal-webhook-signature"]), message.encode()
            )
        except InvalidSignature:
            continue
        return True
    return False


def test_success_is_told_with_the_output_and_a_signature(fal: httpx.Client, listener: Listener) -> None:
    job, headers, body = call(fal, listener, {"text": "Grüße"})
    told = json.loads(body)
    assert (told["request_id"], told["gateway_request_id"], told["status"]) == (
        job["request_id"],
        job["request_id"],
        "OK",
    )
    assert told["payload"]["echo"] == {"text": "Grüße"}
    assert headers["x-fal-webhook-request-id"] == job["request_id"]
    assert abs(time.time() - int(headers["x-fal-webhook-timestamp"])) < 60
    assert is_signed(fal, headers, body)


def test_a_changed_body_or_header_breaks_the_signature(fal: httpx.Client, listener: Listener) -> None:
    _, headers, body = call(fal, listener, {})
    assert not is_signed(fal, headers, body + b" ")
    assert not is_signed(fal, {**headers, "x-fal-webhook-user-id": "somebody else"}, body)


def test_failure_is_told_with_its_code_and_details(fal: httpx.Client, listener: Listener) -> None:
    _, headers, body = call(fal, listener, {"kind": "content_policy_violation"}, "failing")
    told = json.loads(body)
    assert (told["status"], told["error"]) == ("ERROR", "Invalid status code: 422")
    assert told["payload"]["detail"][0]["type"] == "content_policy_violation"
    assert is_signed(fal, headers, body)


def test_an_output_that_is_no_json_is_null_with_a_reason(fal: httpx.Client, listener: Listener) -> None:
    _, _, body = call(fal, listener, {"kind": "downstream_service_error"}, "failing")
    assert json.loads(body)["payload"]["detail"]


def test_after_a_retry_the_gateway_request_id_is_another(fal: httpx.Client, listener: Listener) -> None:
    job, _, body = call(fal, listener, {}, **{"X-Emulator-Fail-Attempts": "1"})
    told = json.loads(body)
    assert told["request_id"] == job["request_id"] != told["gateway_request_id"]


@pytest.mark.parametrize("statuses", [[500], [302], [404, 503]])
def test_whoever_does_not_say_2xx_is_called_again(
    fal: httpx.Client, listener: Listener, statuses: list[int]
) -> None:
    listener.statuses = list(statuses)
    job, _, _ = call(fal, listener, {})
    until_blocking(lambda: len(listener.calls) == len(statuses) + 1)
    tries = [
        (one["number"], one["status"])
        for one in until_blocking(
            lambda: [
                one
                for one in fal.get("/emulator/webhooks").json()["deliveries"]
                if one["request_id"] == job["request_id"] and one["number"] <= len(statuses) + 1
            ]
        )
    ]
    assert tries[: len(statuses)] == list(enumerate(statuses, 1))
    assert len({body for _, body in listener.calls}) == 1


def test_nobody_there_is_noted_and_harms_nothing(server: EmulatorProcess, fal: httpx.Client) -> None:
    server.settings(webhook_attempts=2)
    job = fal.post("/queue/emulator/bench", json={}, params={"fal_webhook": "http://127.0.0.1:9/hook"}).json()
    found = until_blocking(
        lambda: (
            mine
            if len(
                mine := [
                    one
                    for one in fal.get("/emulator/webhooks").json()["deliveries"]
                    if one["request_id"] == job["request_id"]
                ]
            )
            == 2
            else None
        )
    )
    assert [one["status"] for one in found] == [None, None]
    assert "Refused" in found[0]["error"]
    assert fal.get(job["response_url"]).status_code == 200


def test_the_key_set_is_one_ed25519_key_at_both_addresses(fal: httpx.Client) -> None:
    keys = fal.get("/jwks").json()
    assert keys == fal.get("/rest/.well-known/jwks.json").json()
    assert (keys["keys"][0]["kty"], keys["keys"][0]["crv"]) == ("OKP", "Ed25519")
    assert "=" not in keys["keys"][0]["x"]
