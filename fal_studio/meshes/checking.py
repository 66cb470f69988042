"""What a glTF file may ask for: looked at before anything is read as it says."""

import struct
from typing import Any

import msgspec

from fal_studio import figures
from fal_studio.words import tr

MOST_TRIANGLES = 3_000_000
MOST_NODES = 50_000
MOST_PARTS = 20_000
DEEPEST = 200
_SIZES = {5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4}
_COUNTS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
_LARGEST_DOCUMENT = 64 * 1024 * 1024
_PACKED = {
    "KHR_draco_mesh_compression": tr("is packed with Draco, which is not read here"),
    "EXT_meshopt_compression": tr("is packed with meshopt, which is not read here"),
}


class MeshError(Exception):
    """A model cannot be shown; the text goes on after "it"."""


def document_of(data: bytes, ending: str) -> dict[str, Any]:
    """Return the JSON of a glTF or GLB file; raises MeshError."""
    text = data
    if ending == ".glb":
        try:
            magic, _version, _length, size, kind = struct.unpack_from("<4sIIII", data)
        except struct.error:
            raise MeshError(tr("breaks off in its first bytes")) from None
        if magic != b"glTF" or kind != 0x4E4F534A:
            raise MeshError(tr("is no binary glTF file, whatever its name says"))
        text = data[20 : 20 + size]
        if len(text) < size:
            raise MeshError(tr("breaks off in the middle"))
    if len(text) > _LARGEST_DOCUMENT:
        raise MeshError(tr("has a description of more than 64 MB"))
    try:
        document = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise MeshError(tr("has a description that is no JSON")) from None
    if not isinstance(document, dict):
        raise MeshError(tr("has a description that is no glTF"))
    return document


def check(document: dict[str, Any], data_bytes: int) -> None:
    """Refuse a glTF file that reaches for other files, turns in circles or is larger than it says; raises MeshError."""
    for name in document.get("extensionsRequired") or ():
        if name in _PACKED:
            raise MeshError(_PACKED[name])
    held = _check_buffers(document, data_bytes)
    for accessor in _structs(document, "accessors"):
        _check_accessor(accessor, held)
    _check_nodes(document)


def outside_pictures(document: dict[str, Any]) -> int:
    """Return how many pictures the file wants from other files; none is fetched."""
    images = _structs(document, "images")
    return sum(not str(image.get("uri", "data:")).startswith("data:") for image in images)


def _check_buffers(document: dict[str, Any], data_bytes: int) -> int:
    held = 0
    for buffer in _structs(document, "buffers"):
        uri = buffer.get("uri")
        size = buffer.get("byteLength")
        if not isinstance(size, int) or size < 0:
            raise MeshError(tr("has a part without a length"))
        if uri is None:
            here = data_bytes
        elif isinstance(uri, str) and uri.startswith("data:"):
            here = len(uri) * 3 // 4
        else:
            raise MeshError(tr("needs another file, {uri!r}, which is not fetched").format(uri=str(uri)[:80]))
        if size > here + 3:
            raise MeshError(tr("promises more bytes than came"))
        held = max(held, here)
    return held


def _check_accessor(accessor: dict[str, Any], held_bytes: int) -> None:
    count = accessor.get("count")
    if not isinstance(count, int) or isinstance(count, bool) or count < 0:
        raise MeshError(tr("has a list without a length"))
    each = _SIZES.get(accessor.get("componentType", 0), 1) * _COUNTS.get(str(accessor.get("type")), 1)
    # Without a view a list is all zeros, however long it says it is.
    if count * each > max(held_bytes, 1_000_000):
        raise MeshError(
            tr("names a list of {count} entries, more than came").format(count=figures.number(count))
        )


def _check_nodes(document: dict[str, Any]) -> None:
    nodes = _structs(document, "nodes")
    if len(nodes) > MOST_NODES or len(_structs(document, "meshes")) > MOST_PARTS:
        raise MeshError(
            tr("has {count} parts, too many to be drawn").format(count=figures.number(len(nodes)))
        )
    parents: dict[int, int] = {}
    for number, node in enumerate(nodes):
        for child in node.get("children") or ():
            if not isinstance(child, int) or not 0 <= child < len(nodes):
                raise MeshError(tr("names a part that it does not have"))
            # A tree by the standard; with two parents a few nodes could stand for a million.
            if child in parents or child == number:
                raise MeshError(tr("holds a part inside itself, or twice"))
            parents[child] = number
    for number in range(len(nodes)):
        at, depth = number, 0
        while at in parents:
            at, depth = parents[at], depth + 1
            if depth > DEEPEST:
                raise MeshError(tr("turns in a circle, or is nested too deeply"))


def _structs(document: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = document.get(key)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise MeshError(tr("has a list {key!r} that is none").format(key=key))
    return found
