"""JSON as it goes over the wire: arguments out, answers in, each refusal with a plain reason."""

import json
import math

import msgspec

from fal_studio.core import large
from fal_studio.core.blobs import LIFT_FROM_BYTES, Keep, lift
from fal_studio.core.nesting import DEEPEST, is_deeper
from fal_studio.core.request import Json
from fal_studio.figures import number
from fal_studio.words import tr

_TOO_SHORT_FOR_DEPTH = 2 * DEEPEST
"""A document with fewer bytes cannot open and close so many levels."""
_decode = msgspec.json.Decoder().decode


class PayloadError(ValueError):
    """Something that is no JSON; the text says where and why."""


def encode(arguments: Json) -> bytes:
    """Return arguments as JSON; raises PayloadError for what JSON cannot say (NaN, bytes, other objects)."""
    try:
        body = json.dumps(arguments, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    except RecursionError as error:
        raise PayloadError(tr("they are nested too deeply")) from error
    except UnicodeEncodeError as error:
        raise PayloadError(tr("a text holds half a character (a lone surrogate)")) from error
    except (TypeError, ValueError) as error:
        raise PayloadError(_reason(arguments, error)) from error
    if _may_be_deep(body) and is_too_deep(arguments):
        raise PayloadError(tr("they are nested too deeply"))
    return body


def decode(body: bytes) -> Json:
    """Read one JSON document; raises PayloadError."""
    try:
        value = large.decode(body)
    except msgspec.DecodeError as error:
        raise PayloadError(_what_is_wrong(body, str(error))) from error
    except RecursionError as error:
        raise PayloadError(tr("it is nested too deeply")) from error
    except UnicodeDecodeError as error:
        raise PayloadError(tr("it holds bytes that are no UTF-8 text")) from error
    if _may_be_deep(body) and is_too_deep(value):
        raise PayloadError(tr("it is nested too deeply"))
    return value


def decode_lifted(body: bytes, keep: Keep) -> Json:
    """Read one JSON document with its long data URIs kept elsewhere; raises PayloadError."""
    # Most events of a stream are so short, and they come by the thousand: there is nothing to look for in them.
    if len(body) < _TOO_SHORT_FOR_DEPTH:
        try:
            return _decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return decode(body)  # says what is wrong
    value = decode(body)
    return lift(value, keep) if len(body) >= LIFT_FROM_BYTES and large.holds(body, b"data:") else value


def is_too_deep(value: Json) -> bool:
    """Whether lists and objects are nested more than `DEEPEST` levels deep."""
    return is_deeper(value, DEEPEST)


def _may_be_deep(body: bytes) -> bool:
    if len(body) < _TOO_SHORT_FOR_DEPTH:
        return False
    return sum(large.count(body, opening, most=DEEPEST) for opening in (b"[", b"{")) > DEEPEST


def lifted(payload: Json, size_bytes: int, keep: Keep) -> Json:
    """Return the payload with bytes and long data URIs kept elsewhere; small ones cannot hold any."""
    return payload if size_bytes < LIFT_FROM_BYTES else lift(payload, keep)


def _what_is_wrong(body: bytes, said: str) -> str:
    if any(word in body for word in (b"NaN", b"Infinity")):
        try:
            json.loads(body)
        except ValueError:
            pass
        else:
            return tr("it holds NaN or Infinity, which JSON does not know")
    if "truncated" in said:
        return tr("it breaks off after {count} bytes").format(count=number(len(body)))
    return said.removeprefix("JSON is malformed: ")


def _reason(arguments: Json, error: Exception) -> str:
    found = _find_bad(arguments, "", 0)
    return found or str(error)


def _find_bad(value: Json, path: str, depth: int) -> str:
    here = path or tr("the arguments")
    if depth > 200:
        return tr("{split} holds itself").format(split=path.split(".", 1)[0] or here)
    if isinstance(value, float) and not math.isfinite(value):
        return tr("{here} is {value}, which JSON does not know").format(here=here, value=value)
    if isinstance(value, bytes | bytearray):
        return tr("{here} holds raw bytes; upload them and give their URL").format(here=here)
    if isinstance(value, dict):
        for key, item in value.items():
            if found := _find_bad(item, f"{path}.{key}" if path else str(key), depth + 1):
                return found
        return ""
    if isinstance(value, list | tuple):
        for index, item in enumerate(value):
            if found := _find_bad(item, f"{path}[{index}]", depth + 1):
                return found
        return ""
    if value is None or isinstance(value, str | int | float):
        return ""
    return tr("{here} is a {name}, which JSON does not know").format(here=here, name=type(value).__name__)
