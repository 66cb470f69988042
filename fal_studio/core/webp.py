"""EXIF and XMP in a WebP picture: the file becomes one of the extended kind, as the container asks of a picture with facts."""

import struct

_HAS_EXIF, _HAS_ALPHA, _HAS_XMP = 0x08, 0x10, 0x04
_LOSSY_START = b"\x9d\x01\x2a"


def with_exif(data: bytes, block: bytes) -> bytes | None:
    """Return a picture with an EXIF block; None for one that has such a block, or is damaged."""
    return _with_facts(data, _HAS_EXIF, b"EXIF", block)


def with_xmp(data: bytes, packet: bytes) -> bytes | None:
    """Return a picture with an XMP packet; None for one that has such a packet, or is damaged."""
    return _with_facts(data, _HAS_XMP, b"XMP ", packet)


def xmp_in(data: bytes) -> bytes:
    """Return the XMP packet of a picture, b"" if there is none; raises struct.error for a damaged one."""
    at = 12
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<4sI", data, at)
        if kind == b"XMP ":
            return data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    return b""


def _with_facts(data: bytes, flag: int, name: bytes, body: bytes) -> bytes | None:
    kind = data[12:16]
    if kind == b"VP8X":
        flags = data[20]
        if flags & flag:
            return None
        return with_chunk(data[:20] + bytes([flags | flag]) + data[21:], name, body)
    head = _head(data, flag)
    if head is None:
        return None
    return with_chunk(data[:12] + head + data[12:], name, body, grown=len(head))


def _head(data: bytes, flag: int) -> bytes | None:
    """Return the head that makes a simple picture one of the extended kind; None for a damaged one."""
    kind, alpha = data[12:16], 0
    if kind == b"VP8 " and data[23:26] == _LOSSY_START:
        width, height = (value & 0x3FFF for value in struct.unpack_from("<HH", data, 26))
    elif kind == b"VP8L" and data[20:21] == b"\x2f":
        (bits,) = struct.unpack_from("<I", data, 21)
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        alpha = _HAS_ALPHA if bits >> 28 & 1 else 0
    else:
        return None
    if not width or not height:
        return None
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"VP8X" + struct.pack("<II", 10, flag | alpha) + sides


def with_chunk(data: bytes, kind: bytes, body: bytes, *, grown: int = 0) -> bytes:
    """Return a picture with a chunk behind the others; `grown` bytes were put in that its head does not count."""
    end = 8 + struct.unpack_from("<I", data, 4)[0] + grown
    inside = data[8:end] + b"\0" * (len(data[8:end]) % 2)
    inside += kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
    return b"RIFF" + struct.pack("<I", len(inside)) + inside
