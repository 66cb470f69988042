"""Bytes inside payloads: lifted out into blobs before a payload becomes a fact, put back on demand.

A lifted value stands in the payload as an object with the single key `$blob`; events so stay small, and the
original text can be restored to the letter.
"""

import base64
import binascii
import importlib
from collections.abc import Callable
from typing import Any

import msgspec

from fal_studio.core.request import Json

MARK = "$blob"
LIFT_FROM_BYTES = 2048
"""Shorter data URIs stay where they are."""


class Blob(msgspec.Struct, frozen=True, omit_defaults=True):
    """A reference to kept bytes."""

    sha256: str
    size_bytes: int
    content_type: str = ""
    form: str = "bytes"
    """How it stood in the payload: "bytes" (MessagePack) or "data-uri"."""


class CannotKeep(Exception):  # noqa: N818 - a statement
    """Bytes could not be written; the text names the file, the cause and the next step."""


Keep = Callable[[bytes, str], Blob]
"""Keeps bytes with their content type and returns the reference."""
Load = Callable[[str], bytes]
"""Returns kept bytes by their SHA-256; raises KeyError."""


def blob_of(data: bytes, content_type: str, form: str = "bytes") -> Blob:
    """Return the reference for `data`."""
    # Loads OpenSSL, which nothing needs before the first bytes come.
    hashlib: Any = importlib.import_module("hashlib")
    return Blob(hashlib.sha256(data).hexdigest(), len(data), content_type, form)


def as_blob(value: Json) -> Blob | None:
    """Return the reference that a payload value stands for, or None if it is an ordinary value."""
    if isinstance(value, dict) and len(value) == 1 and MARK in value:  # pyright: ignore[reportUnknownArgumentType]
        try:
            return msgspec.convert(value[MARK], Blob)
        except msgspec.ValidationError:
            return None
    return None


def lift(value: Json, keep: Keep) -> Json:
    """Return the payload with bytes and long data URIs replaced by references; parts without any are shared."""
    if isinstance(value, dict):
        return {str(key): lift(item, keep) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list | tuple):
        return [lift(item, keep) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, bytes | bytearray | memoryview):
        return _mark(keep(bytes(value), ""), "bytes")
    if isinstance(value, str) and len(value) >= LIFT_FROM_BYTES and value.startswith("data:"):
        return _lift_data_uri(value, keep)
    return value


def _lift_data_uri(text: str, keep: Keep) -> Json:
    head, comma, body = text.partition(",")
    if not comma or not head.endswith(";base64"):
        return text
    try:
        data = base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError):
        return text
    tail = data[-(len(data) % 3 or 3) :]
    if len(body) % 4 or base64.b64encode(tail).decode() != body[-4:]:
        return text  # not canonical: could not be restored to the letter
    content_type = head[len("data:") : -len(";base64")]
    return _mark(keep(data, content_type), "data-uri")


def _mark(blob: Blob, form: str) -> Json:
    return {MARK: msgspec.to_builtins(msgspec.structs.replace(blob, form=form))}


def restore(value: Json, load: Load) -> Json:
    """Return the payload as it stood on the wire; raises KeyError for a blob that is gone."""
    blob = as_blob(value)
    if blob is not None:
        data = load(blob.sha256)
        if blob.form == "data-uri":
            return f"data:{blob.content_type};base64,{base64.b64encode(data).decode()}"
        return data
    if isinstance(value, dict):
        return {key: restore(item, load) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [restore(item, load) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value
