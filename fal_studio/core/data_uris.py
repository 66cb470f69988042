"""Files that stand as text in texts: named by kind and size where people read, since nobody reads Base64."""

import base64
import binascii
import re
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from fal_studio.core.artifacts import Artifact, in_bytes
from fal_studio.core.blobs import Load

_SHORTEST = 48
LONG = 400
"""Characters from which a run of letters without a space is looked at: no word, key or path is so long."""
_DATA_URI = r"data:([\w.+-]+/[\w.+-]+)?(?:;[\w.+-]+=[\w.+-]+)*;base64,([A-Za-z0-9+/=_-]{48,})"
_RUN = rf"[A-Za-z0-9+/_-]{{{LONG},}}={{0,2}}"
_MIXED = (r"[A-Z]", r"[a-z]", r"[0-9]")
"""All of them stand soon in Base64; numbers, or one letter over and over, are something else."""
_BEGINS = {
    "iVBORw0KGg": "image/png",
    "/9j/": "image/jpeg",
    "R0lGOD": "image/gif",
    "SUQz": "audio/mpeg",
    "T2dnUw": "audio/ogg",
    "JVBERi0": "application/pdf",
    "Z2xURg": "model/gltf-binary",
    "UEsDB": "application/zip",
}
"""How files begin in Base64."""
_RIFFS = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
"""What bytes 8 to 12 of a RIFF file name: how it begins is the same for all of them."""
_URL_SAFE = str.maketrans("-_", "+/")


class Found(NamedTuple):
    """A file in a text: where it stands, and what it is called."""

    start: int
    end: int
    kind: str
    """Its type, or "encoded" where that is not known."""
    size_bytes: int


def found_in(text: str) -> list[Found]:
    """Return the files that stand in a text, be they data URIs or bare Base64."""
    found: list[Found] = []
    if len(text) < _SHORTEST:
        return found
    done = 0
    if ";base64," in text:
        for uri in re.finditer(_DATA_URI, text):
            found += _runs(text, done, uri.start())
            found.append(Found(uri.start(), uri.end(), uri[1] or "text/plain", len(uri[2]) * 3 // 4))
            done = uri.end()
    return [*found, *_runs(text, done, len(text))]


def of_data_uri(uri: str) -> tuple[bytes, str] | None:
    """Return the bytes of a data URI and their type; None if they cannot be read."""
    head, _, body = uri[5:].partition(",")
    content_type = head.split(";", 1)[0]
    if not head.endswith(";base64"):
        return unquote_to_bytes(body), content_type
    try:
        return base64.b64decode(body), content_type
    except (binascii.Error, ValueError):
        return None


def at_hand(file: Artifact, load: Load) -> bytes | None:
    """Return the bytes of a file that came with the answer itself; None if it came as a link, or they are gone. May block."""
    if file.blob is None:
        found = of_data_uri(file.url) if file.url.startswith("data:") else None
        return found[0] if found is not None else None
    try:
        return load(file.blob.sha256)
    except KeyError:
        return None


def _runs(text: str, start: int, end: int) -> list[Found]:
    if end - start < LONG:
        return []
    return [
        Found(run.start(), run.end(), _kind(run[0]), len(run[0]) * 3 // 4)
        for run in re.compile(_RUN).finditer(text, start, end)
        if all(re.search(kind, run[0][:LONG]) for kind in _MIXED)
    ]


def named(text: str) -> str:
    """Return a text with `[image/png 48 KB]` in place of each file in it, be it a data URI or bare Base64."""
    found = found_in(text)
    if not found:
        return text
    parts: list[str] = []
    done = 0
    for one in found:
        parts += (text[done : one.start], f"[{one.kind} {in_bytes(one.size_bytes)}]")
        done = one.end
    return "".join((*parts, text[done:]))


def _kind(run: str) -> str:
    begin = run[:16].translate(_URL_SAFE)
    head = base64.b64decode(begin)
    if head.startswith(b"RIFF"):
        return _RIFFS.get(head[8:], "encoded")
    return next((kind for start, kind in _BEGINS.items() if begin.startswith(start)), "encoded")
