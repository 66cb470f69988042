"""Server-sent events: frames, and sending them so that tens of thousands a second fit through.

The producer fills a buffer while it has events; the writer sends what is there whenever the producer pauses. Events
that come slowly therefore leave at once, a flood leaves in large pieces.
"""

import asyncio
import json
import sys
import traceback
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from starlette.types import Receive, Scope, Send

from fal_studio.emulator.model import Json, ModelError, RequestFailed, Sabotage, StreamText
from fal_studio.emulator.sabotage import gone, reset, transport_of
from fal_studio.emulator.settings import Controls, Settings, either

NEWLINES = {"lf": "\n", "cr": "\r", "crlf": "\r\n"}
FULL = 64 * 1024
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


class Cut(Exception):  # noqa: N818 - an order, not a mistake
    """Raised by a source of frames to break the connection off."""


def frame(payload: str, newline: str = "\n", name: str | None = None) -> bytes:
    """Return one event; lines of the payload become `data:` lines."""
    head = f"event: {name}{newline}" if name else ""
    if "\n" in payload:
        data = newline.join(f"data: {line}" for line in payload.split("\n"))
        return f"{head}{data}{newline}{newline}".encode()
    return f"{head}data: {payload}{newline}{newline}".encode()


def comment(text: str, newline: str = "\n") -> bytes:
    """Return a comment, which clients ignore."""
    return f": {text}{newline}{newline}".encode()


async def frames(
    events: AsyncGenerator[Json | StreamText], controls: Controls, settings: Settings
) -> AsyncGenerator[bytes]:
    """Turn a model's events into frames, spoiled as the request asked for; closes `events`."""
    newline = NEWLINES[controls.newline or "lf"]
    interval_s = either(controls.event_interval, settings.event_interval_s)
    prefix = b"\xef\xbb\xbf" if controls.bom else b""
    count = 0
    async with aclosing(events):
        async for event in events:
            if count == controls.end_after:
                return
            if count == controls.drop_after:
                raise Cut
            if count and interval_s:
                await asyncio.sleep(interval_s)
            if controls.comments:
                prefix += comment(f"event {count}", newline)
            payload = event.text if isinstance(event, StreamText) else _encode(event)
            yield prefix + frame(payload, newline, controls.event_name)
            prefix = b""
            count += 1
    if count == controls.drop_after:
        raise Cut


class EventStream:
    """The answer that sends frames until they end; an ASGI app."""

    def __init__(
        self, source: AsyncGenerator[bytes], headers: Mapping[str, str], split: int | None = None
    ) -> None:
        self._source = source
        self._headers = headers
        self._split = split
        self._buffer = bytearray()
        self._filled = asyncio.Event()
        self._room = asyncio.Event()
        self._ended = False
        self._cut_by: Exception | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send everything; returns early when the other side leaves."""
        await send({"type": "http.response.start", "status": 200, "headers": self._raw_headers()})
        # Headers leave before the first event does: clients time the first byte by them.
        await send({"type": "http.response.body", "body": b"", "more_body": True})
        async with aclosing(self._source), asyncio.TaskGroup() as group:
            producer = group.create_task(self._produce())
            left = group.create_task(gone(receive))
            left.add_done_callback(lambda _: self._filled.set())
            await self._write(send, left)
            producer.cancel()
            left.cancel()
        if self._cut_by is None:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        if isinstance(self._cut_by, Sabotage):
            reset(transport_of(scope))
        else:
            transport_of(scope).close()
        if not isinstance(self._cut_by, Cut | Sabotage | ModelError | RequestFailed):
            traceback.print_exception(self._cut_by, file=sys.stderr)
        await gone(receive)

    async def _produce(self) -> None:
        try:
            async for piece in self._source:
                self._buffer += piece
                self._filled.set()
                if len(self._buffer) > FULL:
                    self._room.clear()
                    await self._room.wait()
        except Exception as error:  # noqa: BLE001 - whatever a model raises after its first event breaks the stream off, as on fal
            self._cut_by = error
        finally:
            self._ended = True
            self._filled.set()

    async def _write(self, send: Send, left: asyncio.Task[None]) -> None:
        while not left.done():
            await self._filled.wait()
            self._filled.clear()
            data = bytes(self._buffer)
            self._buffer.clear()
            self._room.set()
            size = self._split or len(data)
            for start in range(0, len(data), size or 1):
                await send(
                    {"type": "http.response.body", "body": data[start : start + size], "more_body": True}
                )
            if self._ended and not self._buffer:
                return

    def _raw_headers(self) -> list[tuple[bytes, bytes]]:
        headers = {
            "content-type": "text/event-stream; charset=utf-8",
            "cache-control": "no-cache",
            **self._headers,
        }
        return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
