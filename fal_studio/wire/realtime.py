"""Realtime frames both ways: MessagePack for inputs and answers, text for control and errors."""

from typing import TypeAlias

import msgspec

from fal_studio.core.blobs import LIFT_FROM_BYTES, Keep, lift
from fal_studio.core.request import Json
from fal_studio.figures import number
from fal_studio.wire.payload import PayloadError, decode, is_too_deep
from fal_studio.words import mark, tr

_NUMBERS = frozenset({int, float, bool, type(None)})
_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder().decode


class Answer(msgspec.Struct, frozen=True):
    """A model output, bytes still in it."""

    payload: Json


class Told(msgspec.Struct, frozen=True):
    """A control message."""

    name: str
    payload: Json
    timing_s: float | None = None


class Over(msgspec.Struct, frozen=True):
    """The server ends the session in good order: fal sends TIMEOUT after any session, not only an idle one."""

    reason: str


class Refused(msgspec.Struct, frozen=True):
    """An error frame: the session is over, and not in good order."""

    code: str
    reason: str
    is_token: bool = False
    """It was about the token: a new one may help."""


Heard: TypeAlias = Answer | Told | Over | Refused


def encode(message: Json) -> bytes:
    """Return an input as MessagePack, bytes as bytes; raises PayloadError."""
    if is_too_deep(message):
        raise PayloadError(tr("it is nested too deeply"))
    try:
        return _pack(message)
    except (TypeError, OverflowError, ValueError, RecursionError) as error:
        raise PayloadError(str(error)) from error


def read_binary(frame: bytes) -> Heard:
    """Read a binary frame: MessagePack, or JSON where an app has a codec of its own; raises PayloadError."""
    try:
        payload = _unpack(frame)
    except RecursionError as error:
        raise PayloadError(tr("it is nested too deeply")) from error
    except (msgspec.DecodeError, ValueError) as error:
        try:
            payload = decode(frame)
        except PayloadError:
            raise PayloadError(
                tr("it is neither MessagePack nor JSON ({count} bytes)").format(count=number(len(frame)))
            ) from error
    if is_too_deep(payload):
        raise PayloadError(tr("it is nested too deeply"))
    # fal-client does not look for errors in binary frames; some servers send them there.
    return _special(payload) or Answer(payload) if isinstance(payload, dict) else Answer(payload)


def read_text(frame: str) -> Heard:
    """Read a text frame: control and errors are JSON; anything else is passed on as it is."""
    try:
        payload = decode(frame.encode(errors="replace"))
    except PayloadError:
        return Told("text", frame)
    return _special(payload) or Told("text", payload) if isinstance(payload, dict) else Told("text", payload)


def _special(payload: dict[str, Json]) -> Heard | None:
    kind = payload.get("type")
    if kind == "x-fal-message":
        timing = payload.get("timing")
        timing_s = float(timing) if isinstance(timing, int | float) else None
        return Told(str(payload.get("action") or "message"), payload, timing_s)
    if kind == "x-fal-error":
        code, reason = str(payload.get("error") or "ERROR"), str(payload.get("reason") or "")
        return (
            Over(reason or tr("the server ended the session")) if code == "TIMEOUT" else Refused(code, reason)
        )
    if payload.get("status") == "error" and "error" in payload:
        text = str(payload["error"])
        return Refused(text, str(payload.get("reason") or ""), is_token=text == "Unauthorized")
    return None


def kept(payload: Json, keep: Keep) -> Json:
    """Return an answer with its bytes kept elsewhere and everything else as JSON can say it."""
    if isinstance(payload, dict) and _is_flat(payload):
        return dict(payload)
    return lift(payload if _is_plain(payload) else _plain(payload), keep)


def _is_flat(payload: dict[str, Json]) -> bool:
    """Whether a map holds nothing but numbers and short texts, as most inputs and many answers do: it stays as it is."""
    for key, value in payload.items():
        kind = type(value)
        is_short = kind in _NUMBERS or (kind is str and len(value) < LIFT_FROM_BYTES)
        if not is_short or type(key) is not str:
            return False
    return True


def _is_plain(value: Json) -> bool:
    if isinstance(value, dict):
        return all(_is_plain(item) for item in value.values())
    if isinstance(value, list | tuple):
        return all(_is_plain(item) for item in value)
    return value is None or isinstance(value, str | int | float | bytes)


def _plain(value: Json) -> Json:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, msgspec.msgpack.Ext):
        return bytes(value.data)
    return value if _is_plain(value) else str(value)


_CLOSE_WORDS = {
    1000: mark("closed in good order"),
    1001: mark("the server is going away"),
    1002: mark("the server saw a break of the WebSocket protocol"),
    1003: mark("the server does not take this kind of message"),
    1005: mark("closed without a code"),
    1006: mark("the connection broke without a word"),
    1007: mark("the server could not read a text"),
    1008: mark("the server refused a message: its policy"),
    1009: mark("a message was too large"),
    1010: mark("an extension is missing"),
    1011: mark("the server had an error"),
    1012: mark("the server restarts"),
    1013: mark("the server is busy: try later"),
    1014: mark("the gateway got a bad answer"),
    1015: mark("the TLS handshake failed"),
    3000: mark("the server does not accept the token"),
    3003: mark("the token may not open this app"),
    4401: mark("the server does not accept the token"),
    4403: mark("the token may not open this app"),
}
TOKEN_CODES = frozenset({3000, 3003, 4401, 4403})
FINAL_CODES = frozenset({1002, 1003, 1007, 1008, 1009, 1010})
"""Opening the session again would end in the same way."""


def close_words(code: int, reason: str = "") -> str:
    """Return what a close code means, with the server's own words; kept in English, told by `core.kept_words`."""
    words = _CLOSE_WORDS.get(code, mark("closed by the app"))
    return f"{words} ({code}{': ' + reason if reason else ''})"
