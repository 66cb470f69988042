"""What a person would want to see in a payload: the pictures, films, sounds, models, files and words in it."""

import mimetypes
import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import islice
from urllib.parse import unquote, urlsplit

import msgspec

from fal_studio.core.blobs import Blob, as_blob
from fal_studio.core.request import Json
from fal_studio.figures import number
from fal_studio.words import mark


class Kind(StrEnum):
    """How an artifact is shown."""

    IMAGE = mark("image")
    VIDEO = mark("video")
    AUDIO = mark("audio")
    MESH = mark("mesh")
    FILE = mark("file")


class Artifact(msgspec.Struct, frozen=True):
    """One file in a payload, by URL or by blob."""

    kind: Kind
    path: str
    """Where it stands, as people write it: `images[0].url`."""
    url: str = ""
    """http(s) or a short data URI; "" if the bytes are at hand as a blob."""
    blob: Blob | None = None
    content_type: str = ""
    file_name: str = ""
    size_bytes: int | None = None
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    """Length of a film or sound, as the result tells it."""

    @property
    def key(self) -> str:
        """What tells two artifacts' bytes apart."""
        return self.blob.sha256 if self.blob else self.url

    @property
    def name(self) -> str:
        """A file name for it."""
        if self.file_name:
            return self.file_name
        if self.url.startswith("http"):
            return unquote(_path_of(self.url).rsplit("/", 1)[-1]) or self.path
        return self.path.replace("[", "_").replace("]", "").replace(".", "_") + (
            mimetypes.guess_extension(self.content_type) or ""
        )


class Words(msgspec.Struct, frozen=True):
    """Text that a model wrote."""

    text: str
    is_delta: bool = False
    """Whether it continues the words before it (OpenAI style) instead of replacing them."""


_MESH_ENDINGS = (".glb", ".gltf", ".obj", ".fbx", ".ply", ".stl", ".usdz", ".splat")
_BYTES_KEYS = ("content", "data", "bytes", "image", "frame")
_WORD_KEYS = ("output", "text", "content", "message", "transcription", "partial", "answer", "response")
_URL = r"^(https?://|data:[\w.+-]+/[\w.+-]+[;,])"
_DEPTH = 32
_LARGEST_NUMBER = 2**31 - 1
_LARGEST_FILE = 2**60
_URL_STARTS = ("http://", "https://", "data:")
_PLAIN = frozenset((int, float, bool, type(None)))
"""Types of values that hold no file."""


def find(payload: Json, most_values: int = 100_000) -> tuple[Artifact, ...]:
    """Return the files in a payload in the order they stand there; each URL or blob once.

    Looks at no more than `most_values` values, so that a huge payload costs little.
    """
    found: dict[str, Artifact] = {}
    for artifact in _walk(payload, "", 0, [most_values]):
        found.setdefault(artifact.key, artifact)
    return tuple(found.values())


def words(payload: Json) -> Words | None:
    """Return what the model says in a payload, or None if that is not what it is for."""
    if isinstance(payload, str):
        return Words(payload) if payload and not re.match(_URL, payload) else None
    if not isinstance(payload, dict):
        return None
    if isinstance(choices := payload.get("choices"), list):
        return _choice_words(choices)
    for key in _WORD_KEYS:
        value = payload.get(key)
        if isinstance(value, str) and value and not re.match(_URL, value):
            return Words(value)
    return None


def chips(payload: Json, most_values: int = 1000) -> tuple[str, ...]:
    """Return a short word for each file in a payload: `image/jpeg 48 KB`."""
    return tuple(chip(artifact) for artifact in find(payload, most_values))


def chip(artifact: Artifact) -> str:
    """Return the short word for one file."""
    name = artifact.content_type or artifact.kind
    size = artifact.blob.size_bytes if artifact.blob else artifact.size_bytes
    return f"{name} {in_bytes(size)}" if size is not None else str(name)


def in_bytes(size: int) -> str:
    """Return a size as people read it: 214 B, 48 KB, 1.7 MB."""
    if size < 1000:
        return f"{size} B"
    value, unit = (
        (size / 1e3, "KB") if size < 999_500 else (size / 1e6, "MB") if size < 999.5e6 else (size / 1e9, "GB")
    )
    return f"{number(value, '.1f')} {unit}" if value < 10 else f"{value:.0f} {unit}"


def _choice_words(choices: list[Json]) -> Words | None:
    first = choices[0] if choices and isinstance(choices[0], dict) else {}
    for key, is_delta in (("delta", True), ("message", False)):
        part = first.get(key)
        if isinstance(part, dict) and isinstance(text := part.get("content"), str):
            return Words(text, is_delta)
    text = first.get("text")
    return Words(text) if isinstance(text, str) else None


def kind_of(content_type: str, name: str) -> Kind:
    """Return how a file is shown, by its type or else by its name or URL."""
    return _kind(content_type, name)


def _walk(value: Json, path: str, depth: int, left: list[int]) -> Iterator[Artifact]:
    if depth > _DEPTH or left[0] < 0:
        return
    if isinstance(value, dict):
        blob = as_blob(value)
        if blob is not None:
            yield _of_blob(blob, path, {})
        elif (artifact := _file_object(value, path)) is not None:
            yield artifact
        else:
            for key, item in value.items():
                if type(item) not in _PLAIN and _may_hold_files(item):
                    yield from _walk(item, f"{path}.{key}" if path else str(key), depth + 1, left)
                left[0] -= 1
                if left[0] < 0:
                    return
    elif isinstance(value, list):
        if _PLAIN.issuperset(map(type, islice(value, left[0] + 1))):  # long lists of numbers in one go
            left[0] -= len(value)
            return
        for index, item in enumerate(value):
            if type(item) not in _PLAIN and _may_hold_files(item):
                yield from _walk(item, f"{path}[{index}]", depth + 1, left)
            left[0] -= 1
            if left[0] < 0:
                return
    elif isinstance(value, str) and re.match(_URL, value) and (kind := _kind("", value)) is not Kind.FILE:
        yield Artifact(kind, path, value, content_type=_type_of(value))


def _may_hold_files(value: Json) -> bool:
    return value.startswith(_URL_STARTS) if isinstance(value, str) else isinstance(value, dict | list)


def _file_object(value: dict[str, Json], path: str) -> Artifact | None:
    """Read fal's file object: `url` (or bytes in realtime) with content_type, file_name, size, width, height."""
    url = value.get("url")
    if isinstance(url, str) and re.match(_URL, url):
        content_type = _text(value.get("content_type")) or _type_of(url)
        return Artifact(
            _kind(content_type, _text(value.get("file_name")) or url, path),
            f"{path}.url" if path else "url",
            url,
            content_type=content_type,
            file_name=_text(value.get("file_name")),
            size_bytes=_number(value.get("file_size"), _LARGEST_FILE),
            width=_number(value.get("width")),
            height=_number(value.get("height")),
            duration_s=_seconds(value.get("duration")),
        )
    if (blob := as_blob(url)) is not None:
        return _of_blob(blob, f"{path}.url" if path else "url", value)
    if "content_type" in value or "width" in value:
        for key in _BYTES_KEYS:
            if (blob := as_blob(value.get(key))) is not None:
                return _of_blob(blob, f"{path}.{key}" if path else key, value)
    return None


def _of_blob(blob: Blob, path: str, about: dict[str, Json]) -> Artifact:
    content_type = _text(about.get("content_type")) or blob.content_type
    return Artifact(
        _kind(content_type, "", path),
        path,
        blob=blob,
        content_type=content_type,
        file_name=_text(about.get("file_name")),
        size_bytes=blob.size_bytes,
        width=_number(about.get("width")),
        height=_number(about.get("height")),
        duration_s=_seconds(about.get("duration")),
    )


def _kind(content_type: str, name: str, path: str = "") -> Kind:
    top = content_type.split("/", 1)[0]
    if top in ("image", "video", "audio"):
        return Kind(top)
    if top == "model" or _path_of(name).lower().endswith(_MESH_ENDINGS):
        return Kind.MESH
    guess = _type_of(name).split("/", 1)[0]
    if guess in ("image", "video", "audio"):
        return Kind(guess)
    for kind in (Kind.IMAGE, Kind.VIDEO, Kind.AUDIO):
        if not name and kind.value in path.lower():
            return kind
    return Kind.FILE


def _type_of(url: str) -> str:
    if url.startswith("data:"):
        return url[5:].split(",", 1)[0].split(";", 1)[0]
    return mimetypes.guess_type(_path_of(url))[0] or ""


def _path_of(url: str) -> str:
    """Return the path of a URL; what a model calls a URL need not be one."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _seconds(value: Json) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 < value <= _LARGEST_NUMBER else None


def _number(value: Json, most: int = _LARGEST_NUMBER) -> int | None:
    """Return a size or a length; one that cannot be true counts as not told."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value <= most else None
