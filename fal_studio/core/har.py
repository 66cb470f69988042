"""A call as an HTTP Archive (HAR 1.2), as the developer tools of browsers write it, without secrets.

http://www.softwareishard.com/blog/har-12-spec/ ; the messages of a WebSocket stand in `_webSocketMessages`, as Chrome does it.
Comments are for people, in the language of this run; names and values of the format are the same everywhere.
"""

import base64
import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec

from fal_studio.core import events as e
from fal_studio.core.blobs import Load, restore
from fal_studio.core.events import Event
from fal_studio.core.exchanges import Exchange, exchanges
from fal_studio.core.purpose import in_words
from fal_studio.core.redact import PLACE, Redactor
from fal_studio.core.request import Json, Request
from fal_studio.core.stages import HAR_FIELDS
from fal_studio.core.transcript import Piece, Shape, Way
from fal_studio.words import tr

NAME = "fal Studio"
PHRASES = {
    101: "Switching Protocols", 200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 301: "Moved Permanently",
    302: "Found", 303: "See Other", 307: "Temporary Redirect", 308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized",
    402: "Payment Required", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout",
    409: "Conflict", 413: "Content Too Large", 415: "Unsupported Media Type", 422: "Unprocessable Content",
    429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
    504: "Gateway Timeout",
}  # fmt: skip
"""What goes with a status code."""


def document(
    events: Sequence[Event],
    request: Request | None,
    redactor: Redactor,
    load: Load,
    *,
    version: str,
    pieces: Iterable[Piece] = (),
) -> dict[str, Json]:
    """Return the archive of one call.

    `pieces`: its transcript, where there is one: bodies and frames are then what passed, to the letter. Without it a
    body is told by its size, and WebSocket messages as JSON.
    """
    maker = _Maker(request, redactor, load, tuple(pieces))
    entries = [maker.entry(one) for one in exchanges(events)]
    about: dict[str, Json] = {
        "version": "1.2",
        "creator": {"name": NAME, "version": version},
        "entries": entries,
    }
    if request is not None:
        about["comment"] = f"{request.mode.value} {request.endpoint}"
    return {"log": about}


def encode(archive: Mapping[str, Json]) -> bytes:
    """Return the archive as the bytes of a file."""
    return (
        msgspec.json.format(
            msgspec.json.encode(archive, enc_hook=str),
            indent=2,
        )
        + b"\n"
    )


class _Maker:
    """Makes the entries of one call."""

    def __init__(
        self, request: Request | None, redactor: Redactor, load: Load, pieces: tuple[Piece, ...]
    ) -> None:
        self._request = request
        self._redactor = redactor
        self._load = load
        self._pieces = pieces

    def entry(self, one: Exchange) -> dict[str, Json]:
        timings = _timings(one)
        entry: dict[str, Json] = {
            "startedDateTime": _date(one.wall_s),
            "time": sum(value for name, value in timings.items() if value > 0 and name != "ssl"),
            "request": self._request_part(one),
            "response": self._response_part(one),
            "cache": {},
            "timings": timings,
        }
        if one.remote:
            host, _, port = one.remote.rpartition(":")
            entry |= {"serverIPAddress": host.strip("[]"), "connection": port}
        words = in_words(one.why)
        if one.number > 1:
            words = tr("{purpose}, attempt {number}").format(purpose=words, number=one.number)
        if one.is_socket:
            entry["_resourceType"] = "websocket"
            entry["_webSocketMessages"], is_exact = self._messages(one)
            if not is_exact:
                note = tr("{comment}; its frames were not recorded, the messages are shown as JSON")
                words = note.format(comment=words)
        entry["comment"] = words
        if one.error:
            entry["_error"] = self._redactor.text(one.error)
        return entry

    def _request_part(self, one: Exchange) -> dict[str, Json]:
        url = self._redactor.text(one.url)
        part: dict[str, Json] = {
            "method": one.method,
            "url": url,
            "httpVersion": one.http_version,
            "cookies": [],
            "headers": _pairs(self._redactor.headers(one.sent_headers)),
            "queryString": [
                {"name": name, "value": value}
                for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True)
            ],
            "headersSize": -1,
            "bodySize": one.sent_bytes,
        }
        if one.has_body and self._request is not None:
            text = json.dumps(self._request.arguments, ensure_ascii=False, separators=(",", ":"), default=str)
            part["postData"] = {
                "mimeType": _header(one.sent_headers, "content-type") or "application/json",
                "params": [],
                "text": self._redactor.text(text),
            }
        return part

    def _response_part(self, one: Exchange) -> dict[str, Json]:
        headers = one.headers
        return {
            "status": one.status,
            "statusText": PHRASES.get(one.status, ""),
            "httpVersion": one.http_version,
            "cookies": [],
            "headers": _pairs(self._redactor.headers(headers)),
            "content": self._content(one, _header(headers, "content-type")),
            "redirectURL": self._redactor.text(_header(headers, "location")),
            "headersSize": -1,
            "bodySize": one.body_bytes,
        }

    def _content(self, one: Exchange, content_type: str) -> dict[str, Json]:
        content: dict[str, Json] = {
            "size": max(one.body_bytes, 0),
            "mimeType": content_type or "x-unknown",
        }
        if one.is_socket or not one.status:
            return content
        raw = b"".join(
            piece.data
            for piece in self._pieces
            if piece.shape is Shape.CHUNK and piece.way is Way.IN and one.start_ns <= piece.t_ns <= one.end_ns
        )
        if raw:
            content["size"] = len(raw)
            try:
                content["text"] = self._redactor.text(raw.decode())
            except UnicodeDecodeError:
                content |= {"text": base64.b64encode(self._redactor.data(raw)).decode(), "encoding": "base64"}
        elif one.end is not None:
            content |= self._told(one.end)
        return content

    def _told(self, end: e.End) -> dict[str, Json]:
        """Return a body by what the call's end keeps of it."""
        match end:
            case e.Failed(body=body) if body:
                return {"text": self._redactor.text(body), "comment": tr("the beginning of the body")}
            case e.Output(payload=payload):
                text = json.dumps(self._whole(payload), ensure_ascii=False, default=str)
                return {"text": text, "comment": tr("the decoded result, written as JSON again")}
            case _:
                return {}

    def _whole(self, payload: Json) -> Json:
        try:
            whole = restore(payload, self._load)
        except KeyError:
            whole = payload  # the files are gone: their references say what they were
        return self._redactor.payload(_texts(whole))

    def _messages(self, one: Exchange) -> tuple[list[Json], bool]:
        base_s = one.wall_s - one.start_ns / 1e9
        frames = [
            {
                "type": "send" if piece.way is Way.OUT else "receive",
                "time": base_s + piece.t_ns / 1e9,
                "opcode": 1 if piece.shape is Shape.TEXT else 2,
                "data": self._redactor.text(piece.data.decode(errors="replace"))
                if piece.shape is Shape.TEXT
                else base64.b64encode(self._redactor.data(piece.data)).decode(),
            }
            for piece in self._pieces
            if piece.shape is not Shape.CHUNK and one.start_ns <= piece.t_ns <= one.end_ns
        ]
        if frames or not one.messages:
            return list(frames), True
        told: list[Json] = []
        for event in one.messages:
            fact = event.fact
            if not isinstance(fact, e.Sent | e.Partial | e.Control):
                continue
            told.append(
                {
                    "type": "send" if isinstance(fact, e.Sent) else "receive",
                    "time": base_s + event.t_ns / 1e9,
                    "opcode": 1,
                    "data": json.dumps(self._whole(fact.payload), ensure_ascii=False, default=str),
                }
            )
        return told, False


def _timings(one: Exchange) -> dict[str, float]:
    """Return the parts of an exchange in milliseconds; those that are not -1 sum to its length, ssl being in connect."""
    steps = one.marks.steps
    timings = {
        field: -1 if (length_ns := steps[step]) is None else length_ns / 1e6
        for step, field in HAR_FIELDS.items()
    }
    if timings["connect"] >= 0:  # HAR counts the TLS handshake in it
        timings["connect"] += max(timings["ssl"], 0.0)
    return timings


def _date(wall_s: float) -> str:
    return dt.datetime.fromtimestamp(wall_s, dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _pairs(headers: Mapping[str, str]) -> list[Json]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def _header(headers: Mapping[str, str], name: str) -> str:
    found = next((value for key, value in headers.items() if key.lower() == name), "")
    return "" if found == PLACE else found


def _texts(value: Json) -> Json:
    """Return a payload with bytes in base64: JSON has none."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        items: dict[str, Any] = value
        return {key: _texts(item) for key, item in items.items()}
    if isinstance(value, list):
        return [_texts(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value
