"""A server that does everything wrong, in a process of its own: the last part of an endpoint id says what.

`python -m tests.ui.window.misbehaving` prints its port, and one with a certificate that nobody trusts. `POST /run/bad/html`, `/queue/bad/html` and so on; `/file/…` serves
the files that results name.
"""

import asyncio
import base64
import hashlib
import itertools
import json
import socket
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from tests.modes.raw import self_signed

BIG_BYTES = 200_000_000
PIECE = b"x" * 65536
WEB_PAGE = (
    b"<!doctype html><html><head><title>Log in to the hotel network</title></head><body>Welcome</body></html>"
)
Writer = asyncio.StreamWriter
Play = Callable[[Writer], Awaitable[None]]


def answer(body: bytes, content_type: str = "application/json", status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {len(body)}\r\n\r\n"
    return head.encode() + body


def saying(body: bytes, content_type: str = "application/json", status: str = "200 OK") -> Play:
    async def play(writer: Writer) -> None:
        await put(writer, answer(body, content_type, status))

    return play


def result(value: object) -> Play:
    return saying(json.dumps(value).encode())


async def put(writer: Writer, data: bytes) -> None:
    writer.write(data)
    await writer.drain()
    await asyncio.sleep(0)  # a client that reads as fast as we write leaves no turn to others otherwise


async def for_ever(writer: Writer, piece: bytes) -> None:
    while True:
        await put(writer, piece)


def head(content_type: str, more: str = "") -> bytes:
    return f"HTTP/1.1 200 OK\r\ncontent-type: {content_type}\r\n{more}\r\n".encode()


async def silent(_writer: Writer) -> None:
    await asyncio.Event().wait()


async def closed(writer: Writer) -> None:
    writer.close()


async def reset(writer: Writer) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def garbage(writer: Writer) -> None:
    await put(writer, bytes(range(256)) * 20)
    writer.close()


async def truncated(writer: Writer) -> None:
    await put(writer, head("application/json", "content-length: 5000\r\n") + b'{"images": [{"url": "http')
    writer.close()


async def big_announced(writer: Writer) -> None:
    await put(writer, head("application/json", f"content-length: {BIG_BYTES}\r\n") + b'{"a": "')
    for _ in range(BIG_BYTES // len(PIECE)):
        await put(writer, PIECE)


async def big(writer: Writer) -> None:
    await put(writer, head("application/json") + b'{"a": "')
    for _ in range(BIG_BYTES // len(PIECE)):
        await put(writer, PIECE)
    writer.close()


async def big_event(writer: Writer) -> None:
    await put(writer, head("text/event-stream") + b'data: {"a": "')
    for _ in range(BIG_BYTES // len(PIECE)):
        await put(writer, PIECE)
    writer.close()


async def endless_body(writer: Writer) -> None:
    await put(writer, head("application/json") + b"[")
    await for_ever(writer, b"1," * 30_000)


async def endless(writer: Writer) -> None:
    """Events as fast as the client takes them."""
    await put(writer, head("text/event-stream"))
    for number in itertools.count():
        await put(
            writer, b"".join(b'data: {"n": %d, "text": "%s"}\n\n' % (number, b"ab" * 50) for _ in range(50))
        )


async def endless_words(writer: Writer) -> None:
    """A chat that never comes to an end, a megabyte a second and more."""
    await put(writer, head("text/event-stream"))
    for _ in itertools.count():
        delta = {"choices": [{"delta": {"content": "and so **on** and so forth, " * 40}}]}
        await put(writer, b"data: %s\n\n" % json.dumps(delta).encode())
        await asyncio.sleep(0.001)


async def half_stream(writer: Writer) -> None:
    await put(writer, head("text/event-stream") + b'data: {"n": 1, "partial": true}\n\ndata: {"n": 2, "par')
    await asyncio.sleep(0.05)
    await reset(writer)


async def comments(writer: Writer) -> None:
    """A stream that only says it is alive."""
    await put(writer, head("text/event-stream"))
    while True:
        await put(writer, b": ping\n\n")
        await asyncio.sleep(0.02)


def queued(base: str, name: str) -> bytes:
    urls = {
        f"{key}_url": f"{base}/queue/bad/{name}/requests/r1{tail}"
        for key, tail in (("status", "/status"), ("response", ""), ("cancel", "/cancel"))
    }
    return json.dumps({"request_id": "r1", "status": "IN_QUEUE", "queue_position": 0} | urls).encode()


async def endless_status(writer: Writer) -> None:
    """A queue that goes on telling of its work, log upon log."""
    await put(writer, head("text/event-stream"))
    for number in itertools.count():
        log = {"message": f"line {number}", "level": "INFO", "timestamp": "2026-01-01T00:00:00Z"}
        status = {"status": "IN_PROGRESS", "request_id": "r1", "logs": [log] * 20}
        await put(writer, b"data: %s\n\n" % json.dumps(status).encode())


def png(width: int, height: int, *, rows: int = 1) -> bytes:
    """A PNG that claims a size and holds that many rows: a small file that wants gigabytes, or one that is cut."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress((b"\0" + b"\x40\x80\xc0" * width) * rows)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


async def endless_file(writer: Writer) -> None:
    await put(writer, head("image/png"))
    await for_ever(writer, PIECE)


async def truncated_file(writer: Writer) -> None:
    await put(writer, head("image/png", "content-length: 50000\r\n") + png(64, 64, rows=64)[:200])
    writer.close()


FILES: dict[str, Play] = {
    "good.png": saying(png(64, 64, rows=64), "image/png"),
    "page.png": saying(WEB_PAGE, "text/html"),
    "gone.png": saying(b"gone", "text/plain", "404 Not Found"),
    "garbage.png": saying(bytes(range(256)) * 40, "image/png"),
    "bomb.png": saying(png(60_000, 60_000), "image/png"),
    "empty.png": saying(b"", "image/png"),
    "cut.png": truncated_file,
    "endless.png": endless_file,
    "silent.png": silent,
    "reset.png": reset,
    "noise.mp4": saying(bytes(range(256)) * 400, "video/mp4"),
    "loop.png": saying(b"", "text/plain", "302 Found\r\nlocation: /file/loop.png"),
}


def pictures(base: str, name: str) -> Play:
    return result({"images": [{"url": f"{base}/file/{name}", "content_type": "image/png"}]})


def deep(levels: int) -> bytes:
    return b'{"a":' * levels + b"1" + b"}" * levels


POSTS: dict[str, Play] = {
    "html": saying(WEB_PAGE, "text/html"),
    "text": saying(b"nothing to see", "text/plain"),
    "empty": saying(b""),
    "nan": saying(b'{"images": [], "seed": NaN}'),
    "cut-json": saying(b'{"images": [{"url": "http://'),
    "latin": saying(b'{"text": "gr\xfc\xdfe"}'),
    "refused-key": saying(b'{"detail": "Cannot access application. Authentication required."}', status="401 Unauthorized"),
    "gateway": saying(WEB_PAGE, "text/html", "502 Bad Gateway"),
    "odd-422": saying(b'{"detail": [{"loc": "prompt", "msg": 7}, null, {"loc": ["body", {"x": 1}], "type": []}]}', status="422 Bad"),
    "deep": saying(deep(100_000)),
    "deep-ish": saying(deep(700)),
    "silent": silent,
    "closed": closed,
    "reset": reset,
    "garbage": garbage,
    "truncated": truncated,
    "big": big,
    "big-announced": big_announced,
    "big-event": big_event,
    "endless-body": endless_body,
    "endless": endless,
    "endless-words": endless_words,
    "half-stream": half_stream,
    "comments": comments,
    "null": result(None),
    "number": result(5),
    "list": result([1, 2, 3]),
    "huge-list": saying(b"[" + b"1," * 3_000_000 + b"1]"),
    "huge-text": result({"output": "many words, **some bold**, " * 400_000}),
    "long-line": result({"output": "x" * 5_000_000}),
    "wrong-types": result({"images": [{"url": 5}, None, [], {"url": "http://[bad"}, {"url": "data:image/png;base64,!!!"}], "text": 7}),
    "huge-numbers": result({"images": [{"url": "data:image/png;base64,iVBORw0=", "width": 10**30, "height": -(10**12), "file_size": 1e308}]}),
    "many-pictures": result({"images": [{"url": "data:image/png;base64," + base64.b64encode(png(8, 8, rows=8)).decode() + "#" * n} for n in range(3000)]}),
}  # fmt: skip


async def on_socket(name: str, key: str, writer: Writer) -> None:
    """Shake hands, then misbehave."""
    accept = base64.b64encode(hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest())
    await put(
        writer,
        b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: "
        + accept
        + b"\r\n\r\n",
    )
    frame = json.dumps({"text": "z" * 100}).encode()
    whole = bytes([0x81, len(frame)]) + frame
    match name:
        case "mid-frame":
            await put(writer, whole + whole[: len(whole) // 2])
            writer.close()
        case "socket-reset":
            await put(writer, whole)
            await asyncio.sleep(0.05)
            await reset(writer)
        case "bad-frame":
            await put(writer, whole + b"\xff\xff\xff\xff garbage")
        case "endless-frames":
            await for_ever(writer, whole * 50)
        case "huge-frame":
            await put(writer, bytes([0x82, 127]) + struct.pack(">Q", BIG_BYTES))
            for _ in range(BIG_BYTES // len(PIECE)):
                await put(writer, PIECE)
        case _:
            await silent(writer)


class Server:
    """Answers by the name in the path."""

    def __init__(self) -> None:
        self.base = ""

    async def serve(self, reader: asyncio.StreamReader, writer: Writer) -> None:
        try:
            while not writer.is_closing():
                lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
                await reader.readexactly(int(headers.get("content-length", 0)))
                key = next(
                    (line[19:] for line in lines if line.lower().startswith("sec-websocket-key: ")), ""
                )
                await self.answer(lines[0].split()[0], lines[0].split()[1], key, writer)
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    async def answer(self, method: str, target: str, key: str, writer: Writer) -> None:
        parts = target.split("?", maxsplit=1)[0].strip("/").split("/")
        door, name = parts[0], parts[2] if len(parts) > 2 else parts[-1]
        if door == "file":
            await FILES[parts[1]](writer)
        elif door == "rest":
            await put(writer, answer(b'"a-token"'))
        elif key:
            await on_socket(name, key, writer)
        elif name.startswith("file-"):
            await pictures(self.base, name.removeprefix("file-").replace("-", ".", 1))(writer)
        elif name == "endless-status":
            await self._queue_of_endless_status(method, parts, writer)
        else:
            await POSTS.get(name, result({"ok": True}) if parts[1:2] == ["emulator"] else silent)(writer)

    async def _queue_of_endless_status(self, method: str, parts: list[str], writer: Writer) -> None:
        if method == "POST":
            await put(writer, answer(queued(self.base, "endless-status")))
        elif method == "PUT":
            await put(writer, answer(b'{"status": "CANCELLATION_REQUESTED"}', status="202 Accepted"))
        elif "stream" in parts:
            await endless_status(writer)
        else:
            await put(writer, answer(b'{"status": "IN_PROGRESS", "request_id": "r1"}', status="202 Accepted"))


@contextmanager
def running() -> Generator[tuple[str, str]]:
    """Run it; gives its address, and the one with the bad certificate."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.ui.window.misbehaving"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            port, tls_port = map(int, process.stdout.readline().split())
            yield f"http://127.0.0.1:{port}", f"https://127.0.0.1:{tls_port}"
        finally:
            process.kill()


async def main() -> None:
    it = Server()
    server = await asyncio.start_server(it.serve, "127.0.0.1", 0)
    with tempfile.TemporaryDirectory() as folder:
        tls = await asyncio.start_server(it.serve, "127.0.0.1", 0, ssl=self_signed(Path(folder)))
    port, tls_port = (each.sockets[0].getsockname()[1] for each in (server, tls))
    it.base = f"http://127.0.0.1:{port}"
    sys.stdout.write(f"{port} {tls_port}\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)  # ends with whoever started it


if __name__ == "__main__":
    asyncio.run(main())
