"""The request that a saved file carries, in the fields where other programs show and look for what made a file.

PNG: a text (iTXt). JPEG, WebP: the EXIF comment. WAV: the comment of its INFO list. MP4: the comment of its facts. Where a file has
such a field already, that one stays and the request goes where no other program looks.
"""

import struct
import zlib
from collections.abc import Iterator
from importlib import metadata

import msgspec

from fal_studio.core import alt_text, exif, mp4, options, urls, webp
from fal_studio.core.asked import whole_prompt_of
from fal_studio.core.nesting import is_deeper
from fal_studio.core.request import Json, Options, Request
from fal_studio.core.urls import EndpointError

_NAME = b"fal-studio"
_PNG = b"\x89PNG\r\n\x1a\n"
_BOX = bytes.fromhex("5f1e7a3c9b0d4c58a2e6d4103fa15700")
"""The name of our box in an MP4 file."""
_SEGMENT = 65_000
_EXIF = b"Exif\0\0"
_BEGINS = b'{"request":'
_DEEPEST = 100
_LONGEST_VALUE = 100_000
"""Longer texts in the arguments (files as data URIs) are not written into a result."""


class Carried(msgspec.Struct, frozen=True):
    """What a file says about the call that made it."""

    request: Request
    request_id: str = ""
    seed: int | None = None
    """The seed that the result names: with it the same comes out again."""
    app: str = ""
    """Which fal Studio wrote it."""
    description: str = ""
    """What a person wrote that the picture shows."""

    def again(self) -> Request:
        """Return the request that makes the same once more."""
        arguments = self.request.arguments
        if self.seed is None or not isinstance(arguments, dict) or "seed" in arguments:
            return self.request
        return msgspec.structs.replace(self.request, arguments=arguments | {"seed": self.seed})


def made_by() -> str:
    """Return which fal Studio this is."""
    return f"fal Studio {metadata.version('fal-studio')}"


def seed_of(output: Json) -> int | None:
    """Return the seed that a result names."""
    seed = output.get("seed") if isinstance(output, dict) else None
    return seed if isinstance(seed, int) and not isinstance(seed, bool) else None


def with_request(data: bytes, carried: Carried) -> bytes:
    """Return a file with the request in it; data of another kind, of none, or damaged comes back as it is.

    A picture also gets words for those who cannot see it: its description, else the prompt.
    """
    try:
        written = _with_text(data, msgspec.json.encode(slim(carried)), carried.app)
    except (struct.error, IndexError):
        return data
    words = carried.description or whole_prompt_of(carried.request.arguments)
    return alt_text.with_words(written, words, is_alt_text=bool(carried.description))


def _with_text(data: bytes, text: bytes, app: str) -> bytes:
    if data.startswith(_PNG) and data[12:16] == b"IHDR":
        return data[:33] + _png_chunk(b"iTXt", _NAME + b"\0\0\0\0\0" + text) + data[33:]
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data, text, app)
    if data.startswith(b"RIFF") and data[8:12] == b"WAVE":
        return _wave(data, text)
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        block = exif.block(text.decode(), app)
        return webp.with_exif(data, block) or webp.with_chunk(data, b"fals", text)
    if data[4:8] == b"ftyp":
        if (whole := mp4.with_comment(data, text, app)) is not None:
            return whole
        return data + struct.pack(">I4s16s", 24 + len(text), b"uuid", _BOX) + text
    return data


def request_in(data: bytes) -> Carried | None:
    """Return what a file carries; None if it carries nothing of ours, or is damaged."""
    try:
        text = _text_in(data)
        return _checked(msgspec.json.decode(text, type=Carried)) if text else None
    except (
        struct.error,
        IndexError,
        msgspec.MsgspecError,
        UnicodeDecodeError,
        RecursionError,
        EndpointError,
    ):
        return None


def slim(carried: Carried) -> Carried:
    """Return what others may see: without what may hold secrets, and without whole files in it."""
    return msgspec.structs.replace(carried, request=_shared(carried.request))


def _checked(carried: Carried) -> Carried | None:
    """Return what a file from anywhere says, as far as it may be believed; None for what is no request of ours.

    It must not send results to an address, add headers, or call anything but an endpoint.
    """
    request = _shared(carried.request)
    urls.parse(request.endpoint)
    if not isinstance(request.arguments, dict) or is_deeper(request.arguments, _DEEPEST):
        return None
    if options.problems(request.options, request.mode):
        request = msgspec.structs.replace(request, options=Options())
    return msgspec.structs.replace(carried, request=request)


def _shared(request: Request) -> Request:
    """Return a request as others may see it: without what may hold secrets, and without whole files in it."""
    shown = msgspec.structs.replace(request.options, headers={}, query={}, webhook_url="")
    return msgspec.structs.replace(request, arguments=_slim(request.arguments), options=shown)


def _slim(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _slim(item) for key, item in value.items() if not _is_long(item)}
    if isinstance(value, list):
        return [_slim(item) for item in value if not _is_long(item)]
    return value


def _is_long(value: Json) -> bool:
    return isinstance(value, str) and len(value) > _LONGEST_VALUE


def _text_in(data: bytes) -> bytes:
    if data.startswith(_PNG):
        return _of_png(data)
    if data.startswith(b"\xff\xd8\xff"):
        return _of_jpeg(data)
    if data.startswith(b"RIFF") and data[8:12] in (b"WEBP", b"WAVE"):
        return _of_riff(data)
    if data[4:8] == b"ftyp":
        return _of_mp4(data)
    return b""


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _of_png(data: bytes) -> bytes:
    at = len(_PNG)
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + size]
        if kind == b"iTXt" and body.startswith(_NAME + b"\0"):
            return body[len(_NAME) + 5 :]
        at += 12 + size
    return b""


def _jpeg(data: bytes, text: bytes, app: str) -> bytes:
    block = _EXIF + exif.block(text.decode(), app)
    if len(block) <= _SEGMENT and not any(body.startswith(_EXIF) for _, body in _jpeg_segments(data)):
        at = 2
        if data[2:4] == b"\xff\xe0":  # what says that it is a JFIF comes first
            at += 2 + struct.unpack_from(">H", data, 4)[0]
        return data[:at] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + data[at:]
    pieces = [text[at : at + _SEGMENT] for at in range(0, len(text), _SEGMENT)]
    return data[:2] + b"".join(_jpeg_segment(piece) for piece in pieces) + data[2:]


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        marker, size = struct.unpack_from(">BH", data, at + 1)
        yield marker, data[at + 4 : at + 2 + size]
        at += 2 + size


def _of_exif(block: bytes) -> bytes:
    """Return the comment of an EXIF block, if it is one of ours."""
    comment = exif.comment_in(block)
    return comment.encode() if comment.startswith(_BEGINS.decode()) else b""


def _jpeg_segment(piece: bytes) -> bytes:
    body = _NAME + b"\0" + piece
    return b"\xff\xfe" + struct.pack(">H", len(body) + 2) + body


def _of_jpeg(data: bytes) -> bytes:
    found = b""
    for marker, body in _jpeg_segments(data):
        if marker == 0xFE and body.startswith(_NAME + b"\0"):
            found += body[len(_NAME) + 1 :]
        elif marker == 0xE1 and body.startswith(_EXIF) and (text := _of_exif(body[len(_EXIF) :])):
            return text
    return found


def _wave(data: bytes, text: bytes) -> bytes:
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    inside = data[8:end] + b"\0" * (len(data[8:end]) % 2)
    inside += _chunk(b"LIST", b"INFO" + _chunk(b"ISFT", b"fal Studio\0") + _chunk(b"ICMT", text + b"\0"))
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


def _chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _of_riff(data: bytes) -> bytes:
    at = 12
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + size]
        if kind == b"fals":
            return body
        if kind == b"EXIF" and (found := _of_exif(body.removeprefix(_EXIF))):
            return found
        if kind == b"LIST" and body.startswith(b"INFO") and (found := _comment_in(body)):
            return found
        at += 8 + size + size % 2
    return b""


def _comment_in(info: bytes) -> bytes:
    """Return the comment in a list of facts about a sound, if it is one of ours."""
    at = 4
    while at + 8 <= len(info):
        kind, size = struct.unpack_from("<4sI", info, at)
        if kind == b"ICMT" and info[at + 8 :].startswith(_BEGINS):
            return info[at + 8 : at + 8 + size].rstrip(b"\0")
        at += 8 + size + size % 2
    return b""


def _of_mp4(data: bytes) -> bytes:
    if (comment := mp4.comment_in(data)).startswith(_BEGINS):
        return comment
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, at + 8)[0], 16
        size = size or len(data) - at
        if size < head:
            return b""
        if kind == b"uuid" and data[at + 8 : at + 24] == _BOX:
            return data[at + 24 : at + size]
        at += size
    return b""
