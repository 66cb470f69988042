"""EXIF in a WebP picture: the file becomes one of the extended kind, as the container asks of a picture with facts."""

import struct

_HAS_EXIF, _HAS_ALPHA = 0x08, 0x10
_LOSSY_START = b"\x9d\x01\x2a"


def with_exif(data: bytes, block: bytes) -> bytes | None:
    """Return a picture with an EXIF block; None for one that has such a block, or is damaged."""
    kind = data[12:16]
    if kind == b"VP8X":
        flags = data[20]
        if flags & _HAS_EXIF:
            return None
        return with_chunk(data[:20] + bytes([flags | _HAS_EXIF]) + data[21:], b"EXIF", block)
    if kind == b"VP8 " and data[23:26] == _LOSSY_START:
        width, height = (value & 0x3FFF for value in struct.unpack_from("<HH", data, 26))
        alpha = 0
    elif kind == b"VP8L" and data[20:21] == b"\x2f":
        (bits,) = struct.unpack_from("<I", data, 21)
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        alpha = _HAS_ALPHA if bits >> 28 & 1 else 0
    else:
        return None
    if not width or not height:
        return None
    sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    head = b"VP8X" + struct.pack("<II", 10, _HAS_EXIF | alpha) + sides
    return with_chunk(data[:12] + head + data[12:], b"EXIF", block, grown=len(head))


def with_chunk(data: bytes, kind: bytes, body: bytes, *, grown: int = 0) -> bytes:
    """Return a picture with a chunk behind the others; `grown` bytes were put in that its head does not count."""
    end = 8 + struct.unpack_from("<I", data, 4)[0] + grown
    inside = data[8:end] + b"\0" * (len(data[8:end]) % 2)
    inside += kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)
    return b"RIFF" + struct.pack("<I", len(inside)) + inside
