"""What the file of a film or a sound is, in one line: size of the picture, frames a second, codec, bit rate, bytes. Pure."""

from typing import Any

from fal_studio.core.artifacts import in_bytes
from fal_studio.figures import number
from fal_studio.words import tr

_USUAL = {"H264": "H.264", "H265": "H.265", "MPEG1": "MPEG-1", "MPEG2": "MPEG-2", "MPEG4": "MPEG-4"}
"""How codecs are written that Qt writes otherwise."""


def facts_of(metadata: Any, size_bytes: int, *, is_video: bool) -> str:
    """Return the facts that a QMediaMetaData and the size give; what the file does not say is left out."""
    key = type(metadata).Key
    found = [*_film(metadata, key)] if is_video else [*_sound(metadata, key)]
    return "  ·  ".join((*found, in_bytes(size_bytes)))


def _film(metadata: Any, key: Any) -> list[str]:
    facts: list[str] = []
    size = metadata.value(key.Resolution)
    if size is not None and not size.isEmpty():
        facts.append(f"{number(size.width())} × {number(size.height())}")
    if rate := _positive(metadata.value(key.VideoFrameRate)):
        facts.append(tr("{rate} fps").format(rate=number(round(rate, 2), ",g")))
    if codec := _codec(metadata, key.VideoCodec):
        facts.append(codec)
    return facts


def _sound(metadata: Any, key: Any) -> list[str]:
    facts: list[str] = []
    if codec := _codec(metadata, key.AudioCodec):
        facts.append(codec)
    if rate := _positive(metadata.value(key.AudioBitRate)):
        facts.append(tr("{rate} kbit/s").format(rate=number(round(rate / 1000))))
    return facts


def _positive(value: object) -> float:
    return float(value) if isinstance(value, int | float) and value > 0 else 0.0


def _codec(metadata: Any, key: Any) -> str:
    """Return the name as Qt writes it for people, "" if the file has none or Qt does not know it."""
    name: str = metadata.stringValue(key)  # `value` cannot hand out a codec
    return "" if name.lower() in {"", "unspecified"} else _USUAL.get(name, name)
