"""What a picture shows, in words, in the fields of its file where other programs look for that.

XMP in PNG, JPEG and WebP: `dc:description`, and IPTC's `AltTextAccessibility` for words that a person wrote for those who
cannot see the picture. PNG also gets the plain text "Description". A file with XMP of its own keeps that one.
"""

import struct
import zlib
from collections.abc import Iterator
from xml.sax.saxutils import escape

from fal_studio.core import webp

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_XMP, _PNG_WORDS = b"XML:com.adobe.xmp", b"Description"
_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_SEGMENT = 65_000
LONGEST = 10_000
"""Characters; nobody listens to more."""
_NO_CHARACTERS = "\ufffe\uffff"
_PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/">{fields}</rdf:Description>'
    '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
)
_FIELD = '<{name}><rdf:Alt><rdf:li xml:lang="x-default">{words}</rdf:li></rdf:Alt></{name}>'  # a choice of languages


def with_words(data: bytes, words: str, *, is_alt_text: bool) -> bytes:
    """Return a picture with words about it; data of another kind, damaged, or with XMP of its own comes back as it is.

    `is_alt_text`: they say what it shows, so that they may stand in its place; else only what it was made from.
    """
    words = "".join(letter for letter in words if _is_in_xml(letter))[:LONGEST].strip()
    if not words:
        return data
    packet = _packet(words, is_alt_text=is_alt_text)
    while len(packet) > _SEGMENT:  # in a JPEG it has to fit into one
        words = words[: len(words) * 9 // 10].rstrip()
        packet = _packet(words, is_alt_text=is_alt_text)
    try:
        return _with_xmp(data, words, packet)
    except (struct.error, IndexError):
        return data


def _is_in_xml(letter: str) -> bool:
    """Whether XML 1.0 can hold a character: most of those that control something have no way to be written in it."""
    return (letter >= " " or letter in "\n\t") and letter not in _NO_CHARACTERS


def _packet(words: str, *, is_alt_text: bool) -> bytes:
    names = ("dc:description", *(("Iptc4xmpCore:AltTextAccessibility",) if is_alt_text else ()))
    fields = "".join(_FIELD.format(name=name, words=escape(words)) for name in names)
    return _PACKET.format(fields=fields).encode("utf-8", "replace")


def _with_xmp(data: bytes, words: str, packet: bytes) -> bytes:
    if data.startswith(_PNG) and data[12:16] == b"IHDR":
        return _with_png_texts(data, words.encode("utf-8", "replace"), packet)
    if _xmp_in(data):
        return data
    if data.startswith(b"\xff\xd8\xff"):
        at = 2
        while data[at] == 0xFF and data[at + 1] in (0xE0, 0xE1):  # JFIF and EXIF come first
            at += 2 + struct.unpack_from(">H", data, at + 2)[0]
        body = _JPEG_XMP + packet
        return data[:at] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + data[at:]
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return webp.with_xmp(data, packet) or data
    return data


def _with_png_texts(data: bytes, words: bytes, packet: bytes) -> bytes:
    there = {
        body.partition(b"\0")[0] for kind, body in _png_chunks(data) if kind in (b"iTXt", b"tEXt", b"zTXt")
    }
    texts = ((_PNG_WORDS, words), (_PNG_XMP, packet))
    new = b"".join(_png_text(name, text) for name, text in texts if name not in there)
    return data[:33] + new + data[33:]


def _png_text(name: bytes, text: bytes) -> bytes:
    body = b"iTXt" + name + b"\0\0\0\0\0" + text
    return struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        yield kind, data[at + 8 : at + 8 + size]
        at += 12 + size


def _xmp_in(data: bytes) -> bytes:
    if data.startswith(_PNG):
        start = _PNG_XMP + b"\0\0\0\0\0"
        found = (body for kind, body in _png_chunks(data) if kind == b"iTXt" and body.startswith(start))
        return next(found, b"").removeprefix(start)
    if data.startswith(b"\xff\xd8\xff"):
        at = 2
        while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
            marker, size = struct.unpack_from(">BH", data, at + 1)
            body = data[at + 4 : at + 2 + size]
            if marker == 0xE1 and body.startswith(_JPEG_XMP):
                return body.removeprefix(_JPEG_XMP)
            at += 2 + size
        return b""
    return webp.xmp_in(data) if data.startswith(b"RIFF") and data[8:12] == b"WEBP" else b""
