"""The comment of an MP4 file, where players show it (moov/udta/meta/ilst/©cmt); nothing in the file moves for it."""

import struct
from typing import NamedTuple

_COMMENT, _TOOL = b"\xa9cmt", b"\xa9too"
_HANDLER = bytes(8) + b"mdirappl" + bytes(9)
_MOST_BOXES = 10_000


class _Box(NamedTuple):
    kind: bytes
    at: int
    """Where the box begins."""
    body: int
    end: int


def with_comment(data: bytes, comment: bytes, tool: str) -> bytes | None:
    """Return a film with a comment; None for one that has a comment already, or is built so that it cannot take one.

    The table of the film is written anew at the end and the one before declared free space, so that every offset stays right.
    """
    top = _boxes(data, 0, len(data))
    table = next((box for box in top if box.kind == b"moov"), None)
    if table is None or top[-1].end != len(data) or any(box.kind == b"moof" for box in top):
        return None
    if struct.unpack_from(">I", data, top[-1].at)[0] == 0:
        return None  # its last box goes to the end of the file, wherever that is
    inside = _boxes(data, table.body, table.end)
    if any(box.kind == b"mvex" for box in inside):
        return None
    found = next((box for box in inside if box.kind == b"udta"), None)
    facts = _facts(data, found, comment, tool)
    if facts is None:
        return None
    kept = b"".join(data[box.at : box.end] for box in inside if box is not found)
    freed = data[: table.at + 4] + b"free" + data[table.at + 8 :]
    return freed + _box(b"moov", kept + facts)


def comment_in(data: bytes) -> bytes:
    """Return the comment, b"" if there is none; raises struct.error for a damaged file."""
    at, end = 0, len(data)
    for kind in (b"moov", b"udta", b"meta", b"ilst", _COMMENT, b"data"):
        box = next((box for box in _boxes(data, at, end) if box.kind == kind), None)
        if box is None:
            return b""
        at, end = box.body + (4 if kind == b"meta" else 0), box.end
    return data[at + 8 : end]


def _facts(data: bytes, found: _Box | None, comment: bytes, tool: str) -> bytes | None:
    """Return the box of facts about the film with a comment in it."""
    ours = _fact(_COMMENT, comment)
    if found is None:
        return _box(b"udta", _meta(ours + _fact(_TOOL, tool.encode())))
    inside = _boxes(data, found.body, found.end)
    meta = next((box for box in inside if box.kind == b"meta"), None)
    others = b"".join(data[box.at : box.end] for box in inside if box is not meta)
    if meta is None:
        return _box(b"udta", others + _meta(ours + _fact(_TOOL, tool.encode())))
    parts = _boxes(data, meta.body + 4, meta.end)
    known = next((box for box in parts if box.kind == b"ilst"), None)
    if known is None or any(box.kind == _COMMENT for box in _boxes(data, known.body, known.end)):
        return None
    rest = b"".join(data[box.at : box.end] for box in parts if box is not known)
    whole = rest + _box(b"ilst", data[known.body : known.end] + ours)
    return _box(b"udta", others + _box(b"meta", data[meta.body : meta.body + 4] + whole))


def _meta(facts: bytes) -> bytes:
    return _box(b"meta", bytes(4) + _box(b"hdlr", _HANDLER) + _box(b"ilst", facts))


def _fact(kind: bytes, text: bytes) -> bytes:
    return _box(kind, _box(b"data", struct.pack(">II", 1, 0) + text))


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _boxes(data: bytes, at: int, end: int) -> list[_Box]:
    """Return the boxes in a part of a file, as far as they are whole."""
    found: list[_Box] = []
    while at + 8 <= end and len(found) < _MOST_BOXES:
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, at + 8)[0], 16
        size = size or end - at
        if size < head or at + size > end:
            break
        found.append(_Box(kind, at, at + head, at + size))
        at += size
    return found
