"""EXIF blocks with a comment: the field (UserComment) where other programs look for what made a JPEG or a WebP."""

import struct

_HEAD = b"II*\0\x08\0\0\0"
_SOFTWARE, _EXIF, _COMMENT = 0x0131, 0x8769, 0x9286
_ASCII, _LONG, _UNDEFINED = 2, 4, 7
_UNICODE = b"UNICODE\0"
_ENTRY = 12


def block(comment: str, software: str) -> bytes:
    """Return a TIFF block that holds a comment and the name of a program."""
    name = software.encode("ascii", "replace") + b"\0"
    words = _UNICODE + comment.encode("utf-16-le", "replace")
    first = len(_HEAD) + 2 + 2 * _ENTRY + 4
    second = first + len(name) + len(name) % 2
    text = second + 2 + _ENTRY + 4
    return b"".join(
        (
            _HEAD,
            struct.pack("<H", 2),
            struct.pack("<HHII", _SOFTWARE, _ASCII, len(name), first),
            struct.pack("<HHII", _EXIF, _LONG, 1, second),
            struct.pack("<I", 0),
            name + b"\0" * (len(name) % 2),
            struct.pack("<HHHII", 1, _COMMENT, _UNDEFINED, len(words), text),
            struct.pack("<I", 0),
            words,
        )
    )


def comment_in(data: bytes) -> str:
    """Return the comment of a TIFF block, "" if there is none; raises struct.error and UnicodeDecodeError for a damaged one."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None:
        return ""
    exif = _entry(data, order, struct.unpack_from(f"{order}I", data, 4)[0], _EXIF)
    found = exif and _entry(data, order, exif[1], _COMMENT)
    if not found:
        return ""
    words = data[found[1] : found[1] + found[0]]
    if words.startswith(_UNICODE):
        return words[8:].decode("utf-16-le" if order == "<" else "utf-16-be")
    return words[8:].decode("utf-8").rstrip("\0") if words.startswith(b"ASCII") else ""


def _entry(data: bytes, order: str, at: int, wanted: int) -> tuple[int, int] | None:
    """Return count and value of a field in the table at a place."""
    (count,) = struct.unpack_from(f"{order}H", data, at)
    for number in range(count):
        tag, _, size, value = struct.unpack_from(f"{order}HHII", data, at + 2 + number * _ENTRY)
        if tag == wanted:
            return size, value
    return None
