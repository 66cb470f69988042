"""What went over the wire, byte for byte: chunks and frames with their moments, and how a file of them is written.

A file is JSON lines: the first is the head, every other one a piece. Text stands as text and everything else in
base64, so that the file can be read by people and still be put together to the letter.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import Any

import msgspec

from fal_studio.core.events import Event
from fal_studio.core.nesting import DEEPEST, is_deeper
from fal_studio.core.redact import Redactor
from fal_studio.core.request import Mode, Request
from fal_studio.words import tr

FORMAT = "fal-studio-transcript"
VERSION = 1
SUFFIX = ".falwire.jsonl"


class Way(StrEnum):
    """Which way bytes went."""

    OUT = "out"
    IN = "in"


class Shape(StrEnum):
    """What a piece was on the wire."""

    CHUNK = "chunk"
    """Bytes of an HTTP body as the network cut them: an SSE event may begin and end anywhere in it."""
    TEXT = "text"
    """A whole WebSocket text frame."""
    BINARY = "binary"
    """A whole WebSocket binary frame."""


class Piece(msgspec.Struct, frozen=True, gc=False):
    """Some bytes and when they passed."""

    t_ns: int
    """Nanoseconds since the call was started."""
    way: Way
    shape: Shape
    data: bytes


class Head(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a transcript is of."""

    format: str = FORMAT
    version: int = VERSION
    call: str
    wall_s: float
    """When the call was started."""
    endpoint: str
    mode: Mode
    profile: str = ""
    request: Request | None = None
    """What was asked, without secrets; None where it is not known any more."""
    content_type: str = ""
    """Of the body that the chunks make."""
    ended_ns: int | None = None
    events: tuple[Event, ...] = ()
    """What the bytes do not tell: attempts, headers, the session's states, an end that was no result."""
    whole: bool = True
    """False: it is not all that passed; some could not be written down."""


class _Line(msgspec.Struct, frozen=True, omit_defaults=True):
    t_ns: int
    way: Way
    shape: Shape
    text: str | None = None
    base64: str | None = None


Record = Callable[[Way, Shape, bytes], None]
"""Takes bytes that passed; must not block."""
Keeper = Callable[[str, Piece], None]
"""Takes a piece of a call; must not block."""


def no_record(way: Way, shape: Shape, data: bytes) -> None:
    """Keep nothing."""


class TranscriptError(ValueError):
    """A file that is no transcript, or a damaged one; the text says where and why."""


_LEVELS_OF_OURS = 10
"""In the head, above the arguments and answers in it."""
_encode = msgspec.json.Encoder().encode
_decode_line = msgspec.json.Decoder(_Line).decode
_decode_head = msgspec.json.Decoder(Head).decode


def lines(head: Head, pieces: Iterable[Piece]) -> Iterator[bytes]:
    """Return the file, line by line, each with its line break."""
    yield _encode(msgspec.structs.replace(head, format=FORMAT, version=VERSION)) + b"\n"
    for piece in pieces:
        yield encode(piece) + b"\n"


def encode(piece: Piece) -> bytes:
    """Return one piece as a line, without its line break."""
    text: str | None = None
    if piece.shape is not Shape.BINARY:
        try:
            text = piece.data.decode()
        except UnicodeDecodeError:
            text = None
    packed = None if text is not None else base64.b64encode(piece.data).decode()
    return _encode(_Line(piece.t_ns, piece.way, piece.shape, text, packed))


def decode(line: bytes) -> Piece:
    """Read a line that `encode` wrote; raises TranscriptError."""
    try:
        read = _decode_line(line)
        if read.text is not None:
            data = read.text.encode()
        else:
            data = base64.b64decode(read.base64 or "", validate=True)
    except (msgspec.DecodeError, binascii.Error, UnicodeError, RecursionError) as error:
        raise TranscriptError(str(error)) from error
    return Piece(read.t_ns, read.way, read.shape, data)


def read(found: Iterable[bytes]) -> tuple[Head, list[Piece]]:
    """Read a file given by its lines; raises TranscriptError that names the line."""
    head: Head | None = None
    pieces: list[Piece] = []
    before_ns = 0
    for number, line in enumerate(found, 1):
        if not line.strip():
            continue
        if head is None:
            head = _head(line)
            continue
        try:
            piece = decode(line)
        except TranscriptError as error:
            raise TranscriptError(
                tr("line {number} of the transcript cannot be read: {error}").format(
                    number=number, error=error
                )
            ) from error
        if piece.t_ns < before_ns:
            raise TranscriptError(
                tr("line {number} of the transcript goes back in time").format(number=number)
            )
        before_ns = piece.t_ns
        pieces.append(piece)
    if head is None:
        raise TranscriptError(tr("the file is empty"))
    return head, pieces


def _head(line: bytes) -> Head:
    try:
        head = _decode_head(line)
        is_deep = is_deeper(msgspec.json.decode(line), DEEPEST + _LEVELS_OF_OURS)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise TranscriptError(tr("the file is no transcript of fal Studio")) from error
    if head.format != FORMAT or is_deep:
        raise TranscriptError(tr("the file is no transcript of fal Studio"))
    if head.version > VERSION:
        raise TranscriptError(
            tr("the transcript is of version {version}; this fal Studio reads up to {version_2}").format(
                version=head.version, version_2=VERSION
            )
        )
    return head


def body(pieces: Iterable[Piece]) -> bytes:
    """Return the bytes of an HTTP body as they arrived."""
    return b"".join(piece.data for piece in pieces if piece.shape is Shape.CHUNK and piece.way is Way.IN)


class Sieve:
    """Takes secrets out of a flow of bytes, also one that the network cut in two.

    Only the beginning of a secret is held back, and only at the end of a piece: everything else passes unchanged.
    """

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """Return what may be kept by now."""
        # First the whole ones: the end of one may look like the beginning of another.
        data = self._redactor.data(self._held + data if self._held else data)
        held = self._redactor.open_end(data)
        self._held = data[len(data) - held :] if held else b""
        return data[: len(data) - held] if held else data

    def end(self) -> bytes:
        """Return what was held back: the flow ended before it became a secret."""
        held, self._held = self._held, b""
        return held


def clean(request: Request, redactor: Redactor) -> Request:
    """Return a request as it may be written into a file for others."""
    plain: Any = redactor.payload(request.arguments)
    options = msgspec.structs.replace(
        request.options,
        headers=redactor.headers(request.options.headers),
        query=redactor.payload(request.options.query),
        webhook_url=redactor.text(request.options.webhook_url),
    )
    return msgspec.structs.replace(request, arguments=plain, options=options)
