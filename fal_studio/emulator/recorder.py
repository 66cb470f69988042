"""What arrived, request by request, for comparing clients on the wire and for counting attempts.

`GET /emulator/requests?since=<seq>&path=<part>&method=<M>&wait=<s>` answers `{"requests": […], "count": <n>, "last": <seq>}`, oldest first.
An entry has seq, wall, monotonic_ns, type (http or websocket), method, path (as sent, prefix included), query (raw),
headers (list of pairs, order and repetition kept), body (text, or null when it is long or binary), body_bytes,
body_sha256, status (null while unanswered, or when the connection was broken off), frames (incoming WebSocket messages).
`DELETE /emulator/requests` forgets them.
"""

import hashlib
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from starlette.types import Message, Receive, Scope, Send

KEPT = 10_000
TEXT_LIMIT = 64 * 1024


@dataclass(slots=True)
class Entry:
    """One recorded request."""

    seq: int
    type: str
    method: str
    path: str
    query: str
    headers: list[tuple[str, str]]
    wall: float
    monotonic_ns: int
    status: int | None = None
    frames: int = 0
    body_bytes: int = 0
    head: bytearray = field(default_factory=bytearray)
    digest: Any = field(default_factory=hashlib.sha256)

    def take(self, data: bytes) -> None:
        """Add a piece of the body."""
        if not data:
            return
        self.body_bytes += len(data)
        self.digest.update(data)
        if self.body_bytes <= TEXT_LIMIT:
            self.head += data
        else:
            self.head.clear()

    def plain(self) -> dict[str, Any]:
        """Return the entry for JSON."""
        return {
            "seq": self.seq,
            "type": self.type,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "headers": self.headers,
            "wall": self.wall,
            "monotonic_ns": self.monotonic_ns,
            "status": self.status,
            "frames": self.frames,
            "body": self._text(),
            "body_bytes": self.body_bytes,
            "body_sha256": self.digest.hexdigest(),
        }

    def _text(self) -> str | None:
        if self.body_bytes > TEXT_LIMIT:
            return None
        try:
            return self.head.decode()
        except UnicodeDecodeError:
            return None


class Recorder:
    """Keeps the latest requests."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._count = 0

    def begin(self, scope: Scope) -> Entry:
        """Note a request at its first byte."""
        self._count += 1
        entry = Entry(
            seq=self._count,
            type=scope["type"],
            method=scope.get("method", "GET"),
            path=(scope.get("raw_path") or scope["path"].encode()).decode("latin-1"),
            query=scope["query_string"].decode("latin-1"),
            headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]],
            wall=time.time(),
            monotonic_ns=time.monotonic_ns(),
        )
        self._entries.append(entry)
        return entry

    def since(self, seq: int, path: str = "", method: str = "") -> list[dict[str, Any]]:
        """Return what came after entry `seq`."""
        return [
            entry.plain()
            for entry in self._entries
            if entry.seq > seq and path in entry.path and (not method or entry.method == method.upper())
        ]

    @property
    def last(self) -> int:
        """Return the number of the newest entry."""
        return self._count

    def forget(self) -> None:
        """Drop all entries; numbers go on."""
        self._entries.clear()


def listening(entry: Entry, receive: Receive) -> Receive:
    """Wrap `receive` so that bodies and frames are noted."""

    async def noted() -> Message:
        message = await receive()
        if message["type"] == "http.request":
            entry.take(message.get("body", b""))
        elif message["type"] == "websocket.receive":
            entry.frames += 1
        return message

    return noted


def watching(entry: Entry, send: Send) -> Send:
    """Wrap `send` so that the status is noted."""

    async def noted(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            entry.status = message["status"]
        elif message["type"] == "websocket.accept":
            entry.status = 101
        elif message["type"] == "websocket.close" and entry.status is None:
            entry.status = 403
        await send(message)

    return noted
