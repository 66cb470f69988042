"""A server of one file that breaks off, changes its mind or refuses, as it is told."""

import asyncio
import re
from dataclasses import dataclass, field

from tests.modes.raw import Handler

RANGE = re.compile(rb"(?im)^range: bytes=(\d+)-\r$")
IF_RANGE = re.compile(rb"(?im)^if-range: (.*)\r$")


@dataclass(slots=True)
class FileServer:
    """Answers GET with `data`, byte ranges included (RFC 9110, section 14)."""

    data: bytes
    etag: str = '"v1"'
    break_after: list[int] = field(default_factory=list)
    """Of each answer, how many bytes of its body are sent before the connection is cut; then whole answers."""
    refuse: list[bytes] = field(default_factory=list)
    """Status lines with headers that are answered first, one a request."""
    has_length: bool = True
    requests: list[bytes] = field(default_factory=list)

    def handler(self) -> Handler:
        async def handle(request: bytes, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            self.requests.append(request)
            if self.refuse:
                writer.write(b"HTTP/1.1 " + self.refuse.pop(0) + b"\r\ncontent-length: 0\r\n\r\n")
                await writer.drain()
                return
            start = self._start(request)
            body = self.data[start:]
            writer.write(self._head(start, len(body)))
            if self.break_after:
                writer.write(body[: self.break_after.pop(0)])
                await writer.drain()
                writer.close()
                return
            writer.write(body)
            await writer.drain()
            if not self.has_length:
                writer.close()

        return handle

    def _start(self, request: bytes) -> int:
        wanted, only_if = RANGE.search(request), IF_RANGE.search(request)
        is_same = only_if is not None and only_if[1].decode() == self.etag
        return int(wanted[1]) if wanted and is_same else 0

    def _head(self, start: int, length: int) -> bytes:
        lines = ["HTTP/1.1 206 Partial Content" if start else "HTTP/1.1 200 OK", "content-type: image/png"]
        lines += [f"etag: {self.etag}"] if self.etag else []
        lines += [f"content-length: {length}"] if self.has_length else ["connection: close"]
        if start:
            lines.append(f"content-range: bytes {start}-{len(self.data) - 1}/{len(self.data)}")
        return "\r\n".join((*lines, "", "")).encode()

    def ranges(self) -> list[int]:
        """Return from which byte on each request asked."""
        return [int(found[1]) if (found := RANGE.search(request)) else 0 for request in self.requests]
