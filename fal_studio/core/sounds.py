"""Sound inside the events of a stream: which part of a payload it is, in what form, and whether it is a piece or the whole."""

import base64
import binascii
import re
from collections.abc import Iterator
from typing import NamedTuple

from fal_studio.core.artifacts import Artifact, Kind, find
from fal_studio.core.request import Json

USUAL_RATE = 24_000
"""Samples a second of raw sound that nobody says anything about: what most speech models make."""
_MOST_VALUES = 200
_DEEPEST = 5
_SOUND_KEYS = frozenset({"audio", "audio_chunk", "audio_data", "audio_base64", "audio_hex", "b64_audio"})
_DATA_KEYS = frozenset({"data", "delta", "chunk", "content", "base64"})
"""Sound only where something near it says so: under one of the keys above, or in an object whose type names it."""
_RATE_KEYS = ("sample_rate", "sampling_rate", "sample_rate_hz", "samplerate")
_CHANNEL_KEYS = ("channels", "num_channels", "channel")
_FORM_KEYS = ("audio_format", "format", "encoding", "content_type", "mime_type")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_SHORTEST = 16
"""Characters: a shorter text is a word or a name."""


class Sound(NamedTuple):
    """The sound of one payload: in a file (`artifact`), or written as text among the values (`text`)."""

    artifact: Artifact | None
    text: str
    """Hexadecimal or base64; "" if it is a file."""
    form: str
    """What the payload calls it: "audio/pcm;rate=16000", "mp3" …; "" if it does not say."""
    rate: int | None
    channels: int | None
    is_piece: bool | None
    """Whether the payload itself says that more follows (True) or that this is all (False); None if it says nothing."""


def sound_of(payload: Json) -> Sound | None:
    """Return the sound of a payload, or None if there is none in it."""
    if not isinstance(payload, dict):
        return None
    if not any(_may_hold_sound(key, value) for key, value in payload.items()):
        return None  # most events of most streams: thousands a second
    about = list(_objects(payload, 0, [_MOST_VALUES]))
    rate = _number(about, _RATE_KEYS)
    channels = _number(about, _CHANNEL_KEYS)
    file = next((item for item in find(payload, 1000) if item.kind is Kind.AUDIO), None)
    if file is not None:
        form = (file.blob.content_type if file.blob else "") or file.content_type
        return Sound(file, "", form, _parameter(form, "rate") or rate, channels, _is_piece(payload))
    text = next((text for _, each, names in about if (text := _text(each, names))), "")
    if not text:
        return None
    form = next((str(each[key]) for _, each, _ in about for key in _FORM_KEYS if each.get(key)), "")
    found = _parameter(form, "rate") or _rate_in_name(form) or rate
    return Sound(None, text, form, found, channels, _is_piece(payload))


def _may_hold_sound(key: str, value: Json) -> bool:
    if isinstance(value, str):
        return key in _SOUND_KEYS or key in _DATA_KEYS or value.startswith(("http", "data:"))
    return isinstance(value, dict | list)


def asked_rate(arguments: Json) -> tuple[int | None, int | None]:
    """Return the samples a second and the channels that a request asked for; None where it says nothing."""
    if not isinstance(arguments, dict):
        return None, None
    about = list(_objects(arguments, 0, [_MOST_VALUES]))
    return _number(about, _RATE_KEYS), _number(about, _CHANNEL_KEYS)


def bytes_of_text(text: str) -> bytes:
    """Read hexadecimal or base64; raises ValueError for anything else."""
    # Silence in base64 is all letters A, which could be hexadecimal as well: a loud buzz.
    if len(text) % 2 == 0 and text.count("A") * 2 <= len(text) and _HEX.fullmatch(text):
        return bytes.fromhex(text)
    try:
        return base64.b64decode(text.translate(_PLAIN) + "=" * (-len(text) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("it is neither hexadecimal nor base64") from error


_PLAIN = str.maketrans("-_", "+/")


def form_of(data: bytes, said: str = "") -> str:
    """Return "wav", "mp3", "flac", "ogg", "aac", "mp4", "webm", or "pcm" for raw samples; what the bytes say counts first."""
    for start, form in (
        (b"RIFF", "wav"),
        (b"ID3", "mp3"),
        (b"fLaC", "flac"),
        (b"OggS", "ogg"),
        (b"\x1aE\xdf\xa3", "webm"),
    ):
        if data.startswith(start):
            return form
    if data[4:8] == b"ftyp":
        return "mp4"
    words = said.lower()
    # A sample of raw sound may look like the beginning of a frame: the name decides.
    if any(word in words for word in ("pcm", "l16", "s16", "raw", "linear16")):
        return "pcm"
    for word, form in (
        ("mpeg", "mp3"),
        ("mp3", "mp3"),
        ("flac", "flac"),
        ("opus", "ogg"),
        ("ogg", "ogg"),
        ("aac", "aac"),
        ("mp4", "mp4"),
        ("m4a", "mp4"),
        ("webm", "webm"),
    ):
        if word in words:
            return form
    if len(data) > 1 and data[0] == 0xFF and data[1] & 0xE6 in (0xE2, 0xE4, 0xE6):
        return "mp3"
    return "pcm"


def _is_piece(payload: dict[str, Json]) -> bool | None:
    said = payload.get("partial", payload.get("is_partial"))
    if isinstance(said, bool):
        return said
    for key in ("is_final", "final", "done", "finished", "is_last"):
        if isinstance(last := payload.get(key), bool):
            return not last
    return True if isinstance(payload.get("index"), int) else None


def _objects(
    value: Json, depth: int, left: list[int], names: str = ""
) -> Iterator[tuple[int, dict[str, Json], str]]:
    """Give the objects in a payload, each with its depth and the keys it stands under."""
    if depth > _DEEPEST or left[0] < 0:
        return
    if isinstance(value, dict):
        left[0] -= len(value)
        yield depth, value, names
        for key, item in value.items():
            if isinstance(item, dict | list):
                yield from _objects(item, depth + 1, left, f"{names}.{key}")
    elif isinstance(value, list):
        for item in value[:8]:
            yield from _objects(item, depth + 1, left, names)


def _text(value: dict[str, Json], names: str) -> str:
    """Return the sound that stands in an object as text; "" if none does."""
    near = f"{names} {value.get('type', '')}".lower()
    for key, item in value.items():
        is_named = key in _SOUND_KEYS or (key in _DATA_KEYS and "audio" in near)
        if is_named and isinstance(item, str) and len(item) >= _SHORTEST and _BASE64.fullmatch(item):
            return item
    return ""


def _number(about: list[tuple[int, dict[str, Json], str]], keys: tuple[str, ...]) -> int | None:
    for _, each, _ in about:
        for key in keys:
            value = each.get(key)
            if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 768_000:
                return value
    return None


def _parameter(form: str, name: str) -> int | None:
    found = re.search(rf"[;\s]{name}\s*=\s*\"?(\d{{4,6}})", form)
    return int(found[1]) if found else None


def _rate_in_name(form: str) -> int | None:
    """Return the rate in a name such as `pcm_24000`."""
    found = re.search(r"_(\d{4,6})(?:_|$)", form)
    return int(found[1]) if found else None
