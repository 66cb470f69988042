"""Server-sent events out of bytes, wherever the network cuts them (WHATWG HTML, section "Server-sent events")."""

import msgspec

from fal_studio.figures import number
from fal_studio.words import tr

_BOM = b"\xef\xbb\xbf"


class Message(msgspec.Struct, frozen=True, gc=False):
    """One event: its data, still bytes, and its name."""

    data: bytes
    event: str = ""


class Comment(msgspec.Struct, frozen=True):
    """A line that begins with a colon: servers keep connections alive with it."""

    text: str


class TooLongError(ValueError):
    """One event is longer than is allowed."""


class Decoder:
    """Takes chunks of bytes, gives messages; knows CR, LF and CRLF, a BOM, and characters cut in half.

    Lines are cut as bytes and decoded whole, so that no split of the input can change the outcome.
    """

    def __init__(self, longest_bytes: int = 64 * 1024 * 1024) -> None:
        self._longest = longest_bytes
        self._rest: list[bytes] = []
        self._rest_bytes = 0
        self._skip_lf = False
        self._is_first = True
        self._data: list[bytes] = []
        self._data_bytes = 0
        self._event = b""

    def feed(self, chunk: bytes) -> list[Message | Comment]:
        """Return what is complete with `chunk`; raises TooLongError."""
        if self._skip_lf and chunk:
            self._skip_lf = False
            if chunk[0] == 0x0A:
                chunk = chunk[1:]
        if b"\r" in chunk:
            self._skip_lf = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        if b"\n" not in chunk:
            self._hold(chunk)
            return []
        if self._rest:
            chunk = b"".join((*self._rest, chunk))
        lines = chunk.split(b"\n")
        self._rest, self._rest_bytes = [], 0
        self._hold(lines.pop())
        found: list[Message | Comment] = []
        for line in lines:
            if line[:6] == b"data: " and not self._is_first:  # nearly every line; the rest is for _field
                self._data.append(line[6:])
                self._data_bytes += len(line) - 6
                self._check(self._data_bytes)
            elif line:
                self._field(line, found)
            elif self._data:
                found.append(self._message())
            else:
                self._event = b""
        return found

    def end(self) -> Message | None:
        """Return an event that the closing connection left without its empty line, if there is one."""
        if self._rest:
            line = b"".join(self._rest)
            self._rest, self._rest_bytes = [], 0
            self._field(line, [])
        return self._message() if self._data else None

    def _hold(self, piece: bytes) -> None:
        if not piece:
            return
        self._rest.append(piece)
        self._rest_bytes += len(piece)
        self._check(self._rest_bytes)

    def _check(self, size: int) -> None:
        if size > self._longest:
            raise TooLongError(
                tr("one event is longer than {longest} bytes").format(longest=number(self._longest))
            )

    def _field(self, line: bytes, found: list[Message | Comment]) -> None:
        if self._is_first:
            self._is_first = False
            line = line.removeprefix(_BOM)
        name, _colon, value = line.partition(b":")
        if value[:1] == b" ":
            value = value[1:]
        if name == b"data":
            self._add_data(value)
        elif name == b"event":
            self._event = value
        elif not name and line:
            found.append(Comment(value.decode(errors="replace")))

    def _add_data(self, value: bytes) -> None:
        self._is_first = False
        self._data.append(value)
        self._data_bytes += len(value)
        self._check(self._data_bytes)

    def _message(self) -> Message:
        data = self._data[0] if len(self._data) == 1 else b"\n".join(self._data)
        message = Message(data, self._event.decode(errors="replace")) if self._event else Message(data)
        self._data.clear()
        self._data_bytes, self._event = 0, b""
        return message
