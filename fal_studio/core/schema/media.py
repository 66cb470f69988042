"""Which kind of file a text field wants: said by its marks, or guessed from its name.

fal marks media inputs with `_fal_ui_field` or `ui.field`, often not at all (fal-ai/esrgan's image_url).
"""

import re
from collections.abc import Iterable

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Media
from fal_studio.core.schema.nodes import Node, as_node

_MARKS = {
    "image": Media.IMAGE, "mask": Media.IMAGE, "video": Media.VIDEO, "audio": Media.AUDIO, "3d": Media.MESH,
    "mesh": Media.MESH, "model": Media.MESH, "archive": Media.ARCHIVE, "zip": Media.ARCHIVE, "file": Media.FILE,
}  # fmt: skip
_WORDS: tuple[tuple[Media, frozenset[str]], ...] = (
    (Media.ARCHIVE, frozenset({"zip", "archive", "dataset"})),
    (Media.VIDEO, frozenset({"video", "videos", "clip", "footage"})),
    (Media.AUDIO, frozenset({"audio", "audios", "speech", "sound", "music", "song", "voice", "vocal", "vocals"})),
    (Media.MESH, frozenset({"mesh", "glb", "obj", "3d"})),
    (Media.IMAGE, frozenset({
        "image", "images", "img", "mask", "photo", "photos", "picture", "frame", "face", "garment", "thumbnail",
        "portrait", "sketch",
    })),
    (Media.FILE, frozenset({"file", "files"})),
)  # fmt: skip
_BARE = frozenset({"image", "images", "mask", "video", "audio", "file", "mesh"})
"""Words that mean a file also without `url` behind them."""
_ADDRESSED = frozenset({"url", "urls", "uri", "uris"})
_ADDRESSES = (None, "uri", "url", "uri-reference")
_FORMATS = frozenset({"binary", "data-uri"})
_LIMIT = re.compile(
    r"(?:min|max)_(?:width|height|file_size|duration|aspect_ratio|fps)$|(?:multiple_of|timeout)$"
)


def media_of(name: str, node: Node, inside: str = "") -> Media | None:
    """Return what file a text field wants, None if it wants none; `inside` names the object around it."""
    marked = _marked(node)
    if marked is not None:
        return marked
    words = _words(name)
    if _ADDRESSED & set(words) or _format(node) in _FORMATS or node.get("contentMediaType"):
        typed = _marked_type(node.get("contentMediaType"))
        if typed is not None:
            return typed
        found = _of_words(words) or (_of_words(_words(inside)) if len(words) == 1 else None)
        if found is Media.IMAGE and "data" in words:
            return Media.ARCHIVE  # images_data_url: training pictures in a zip
        return found or (Media.FILE if _format(node) in _FORMATS else None)
    if words and words[-1] in _BARE and _format(node) in _ADDRESSES and "max" not in words:
        return _of_words(words[-1:])
    if words and words[-1] == "path" and "url" in str(node.get("description") or "").lower():
        return Media.FILE  # the weights of a LoRA
    return None


def _format(node: Node) -> str | None:
    value = node.get("format")
    return value if isinstance(value, str) else None


def limits_of(node: Node) -> dict[str, Json]:
    """Return what a node says about the file it wants: pixels, bytes, seconds."""
    extra = as_node(node.get("x-fal"))
    found = {**node, **extra}
    return {key: found[key] for key in found if _LIMIT.match(key) and isinstance(found[key], int | float)}


def _marked(node: Node) -> Media | None:
    marks = (node.get("_fal_ui_field"), as_node(node.get("ui")).get("field"))
    return next((_MARKS[mark] for mark in marks if isinstance(mark, str) and mark in _MARKS), None)


def _marked_type(content_type: Json) -> Media | None:
    kind = str(content_type or "").partition("/")[0]
    return _MARKS.get(kind)


def _of_words(words: Iterable[str]) -> Media | None:
    found = set(words)
    return next((media for media, names in _WORDS if names & found), None)


def _words(name: str) -> list[str]:
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return [word for word in re.split(r"[^a-z0-9]+", name.lower()) if word]
