"""Everything that can go wrong between a client and fal, by name, and which requests it happens to.

A fault is asked for by one request (control `fault`, see `settings`), by the result of a queue request
(`result_fault`), by a model (`emulator/failing`), or armed for the next requests that match:
`POST /emulator/faults {"fault": "bad_gateway_html", "path": "/queue/", "method": "GET", "times": 2, "after": 1}`
(`path` is a part of the path or a regular expression; `after` lets so many matching requests through first).
`GET /emulator/faults` lists names and what is armed, `DELETE /emulator/faults` disarms all.
"""

import re
from collections.abc import Callable

from pydantic import BaseModel, ConfigDict, Field

from fal_studio.emulator import errors
from fal_studio.emulator.answers import Answer
from fal_studio.emulator.auth import LOCKED
from fal_studio.emulator.model import ModelError

NGINX = (
    b"<html>\r\n<head><title>%(title)s</title></head>\r\n<body>\r\n<center><h1>%(title)s</h1></center>\r\n"
    b"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)


def _nginx(status: int, title: bytes) -> Answer:
    """Return a page of the edge proxy; it has no request id, which is how clients tell it from an app's answer."""
    return Answer(status, NGINX % {b"title": title}, {}, "text/html")


def _generation_timeout() -> Answer:
    return errors.model_error(ModelError("Generation took too long", type="generation_timeout", status=504))


def _expired() -> Answer:
    body = (
        b"<?xml version='1.0' encoding='UTF-8'?><Error><Code>NoSuchKey</Code>"
        b"<Message>The specified key does not exist.</Message></Error>"
    )
    return Answer(404, body, {}, "application/xml")


ANSWERS: dict[str, tuple[str, Callable[[], Answer]]] = {
    "rate_limited": (
        "429 concurrent_requests_limit, worth a retry",
        lambda: errors.request_error("concurrent_requests_limit", "Too many concurrent requests"),
    ),
    "bad_gateway_html": ("502 page of nginx, no request id", lambda: _nginx(502, b"502 Bad Gateway")),
    "unavailable_html": (
        "503 page of nginx, no request id",
        lambda: _nginx(503, b"503 Service Temporarily Unavailable"),
    ),
    "gateway_timeout_html": (
        "504 page of nginx, no request id",
        lambda: _nginx(504, b"504 Gateway Time-out"),
    ),
    "unavailable": (
        "503 runner_disconnected with a request id",
        lambda: errors.request_error("runner_disconnected", "Runner disconnected"),
    ),
    "server_error": ("500 with plain detail", lambda: errors.text(500, "Internal Server Error")),
    "user_deadline": ("504 of the caller's own start deadline", errors.user_deadline),
    "generation_timeout": ("504 of the model", _generation_timeout),
    "wrong_key": ("401", lambda: errors.text(401, "invalid key credentials")),
    "locked": ("403, balance exhausted", lambda: errors.text(403, LOCKED)),
    "not_found": ("404 with plain detail", lambda: errors.text(404, "Not found")),
    "html": (
        "200 with a web page instead of JSON",
        lambda: Answer(200, b"<!doctype html><html><body><h1>Welcome</h1></body></html>", {}, "text/html"),
    ),
    "text": ("200 with plain text", lambda: Answer(200, b"It works!", {}, "text/plain")),
    "empty": ("200 without a body", lambda: Answer(200, b"")),
    "nan": ("200 with NaN, which is not JSON", lambda: Answer(200, b'{"value": NaN}')),
    "binary": (
        "200 with bytes that are not UTF-8, called JSON",
        lambda: Answer(200, bytes(range(256))),
    ),
    "redirect": (
        "307 to another host",
        lambda: Answer(307, b"", {"location": "http://elsewhere.invalid/"}),
    ),
    "platform_error": (
        "500 in the platform's shape",
        lambda: errors.platform(500, "server_error", "Something went wrong on our side"),
    ),
    "platform_rate_limited": (
        "429 in the platform's shape",
        lambda: errors.platform(429, "rate_limited", "Too many requests"),
    ),
    "expired_media": ("404 of the CDN, XML as object stores answer", _expired),
}

CONNECTIONS = {
    "slow": "waits `answer_delay` (5 s), then goes on as usual",
    "hang": "never answers",
    "reset": "resets the connection without an answer",
    "closed": "closes the connection without an answer",
    "reset_body": "resets the connection in the middle of the body",
    "truncated": "cuts the body in half; the length fits, the JSON does not",
    "short_body": "announces the whole body, sends half and closes",
    "huge": "streams 200 MB of JSON (`bytes` to change)",
    "endless": "streams without an end (`bytes` to limit)",
    "drip": "sends the answer byte by byte, 20 a second",
}

SOCKETS = {
    "ws_refused": "handshake answered with 403",
    "ws_unauthorized": "handshake answered with 401",
    "ws_not_found": "handshake answered with 404",
    "ws_legacy_unauthorized": "accepts, sends the legacy Unauthorized text frame, closes",
    "ws_forwarding": 'accepts, closes with 1011 "Error while forwarding the request"',
    "ws_1011": "closes with 1011 after the first answer",
    "ws_mid_frame": "breaks off in the middle of a frame",
    "ws_reset": "resets the connection after the first message",
    "ws_garbage": "answers with bytes that are not MessagePack",
    "ws_text": "answers with a text frame that is not JSON",
    "ws_silent": "accepts and never answers",
}


def names() -> dict[str, str]:
    """Return every fault with what it does."""
    return {**{name: text for name, (text, _) in ANSWERS.items()}, **CONNECTIONS, **SOCKETS}


class Armed(BaseModel):
    """A fault that waits for requests."""

    model_config = ConfigDict(extra="forbid")

    fault: str
    path: str = ""
    method: str = ""
    times: int = Field(1, ge=1)
    after: int = Field(0, ge=0)

    def matches(self, method: str, path: str) -> bool:
        """Whether a request is meant."""
        if self.method and self.method.upper() != method:
            return False
        return self.path in path or re.search(self.path, path) is not None


class Faults:
    """The armed faults of one server."""

    def __init__(self) -> None:
        self.armed: list[Armed] = []

    def arm(self, fault: Armed) -> None:
        """Let a fault wait; raises ValueError for a name or a pattern that means nothing."""
        if fault.fault not in names():
            raise ValueError(f"no fault is called {fault.fault!r}")
        try:
            re.compile(fault.path)
        except re.error as error:
            raise ValueError(f"path is no regular expression: {error}") from error
        self.armed.append(fault)

    def take(self, method: str, path: str) -> str | None:
        """Return the fault that this request meets, if any, and use it up."""
        for fault in self.armed:
            if not fault.matches(method, path):
                continue
            if fault.after:
                fault.after -= 1
                continue
            fault.times -= 1
            if not fault.times:
                self.armed.remove(fault)
            return fault.fault
        return None
