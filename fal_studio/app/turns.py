"""What a turn of a comparison brings home: its files fetched and decoded, and a digest of what came out."""

import asyncio
import contextlib
import hashlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtGui import QImage

from fal_studio.core import artifacts
from fal_studio.core import events as e
from fal_studio.core.artifacts import Artifact, Kind
from fal_studio.core.comparing.clients import Brought
from fal_studio.core.log import EventLog
from fal_studio.core.request import Json
from fal_studio.services.media import MediaError
from fal_studio.words import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from fal_studio.app.results import Results

_ITS_OWN = frozenset({"timings", "request_id", "seed", "inference_time", "metrics", "created", "id", "t_ns"})
"""Names of values that differ from call to call and say nothing of what came out."""


class Taken:
    """Brings the files of calls home and says how long decoding them took."""

    def __init__(self, results: "Results", log: EventLog, load: "Callable[[str], bytes]") -> None:
        """`load` returns kept bytes by their SHA-256; raises KeyError."""
        self._results, self._log, self._load = results, log, load

    async def home(self, call: str) -> str:
        """Wait until the files of a call's result are here, decode its pictures, and return the digest of what came out."""
        payload = self._payload(call)
        if payload is None:
            return ""
        files = artifacts.find(payload)
        if not files:
            return _digest([hashlib.sha256(_encoded(payload)).digest()])
        found: list[bytes] = []
        for file in files:
            one = await self._digest_of(call, file)
            if one is None:
                return ""
            found.append(one)
        return _digest(found)

    async def brought(self, call: str) -> Brought:
        """Do the same for a call that another program made, and say how long it took."""
        began_ns = time.perf_counter_ns()
        digest = await self.home(call)
        took_ns = time.perf_counter_ns() - began_ns if artifacts.find(self._payload(call)) else 0
        facts = (event.fact for event in self._log.of(call))
        decode_ns = sum(round(fact.took_s * 1e9) for fact in facts if isinstance(fact, e.Decoded))
        return Brought(digest, max(0, took_ns - decode_ns), decode_ns)

    def _payload(self, call: str) -> Json:
        """Return the result of a call: its output, or the last answer of a session."""
        for event in reversed(self._log.of(call)):
            if isinstance(event.fact, e.Output | e.Partial):
                return event.fact.payload
        return None

    async def _digest_of(self, call: str, file: Artifact) -> bytes | None:
        """Return the digest of a file when it is here, None if it will not be; only pictures are read into memory."""
        if file.kind is not Kind.IMAGE and file.blob is None:
            kept = await self._results.file(file.url)
            if kept is not None:
                with contextlib.suppress(OSError):
                    return await asyncio.to_thread(_digest_of_file, kept[0])
        data = await self._bytes(file)
        if data is None:
            return None
        if file.kind is Kind.IMAGE:
            await self._decode(call, file, data)
        return await asyncio.to_thread(lambda: hashlib.sha256(data).digest())

    async def _bytes(self, file: Artifact) -> bytes | None:
        try:
            if file.blob is not None:
                return await asyncio.to_thread(self._load, file.blob.sha256)
            return (await self._results.fetch(file.url)).data
        except (MediaError, KeyError):
            return None

    async def _decode(self, call: str, file: Artifact, data: bytes) -> None:
        began = time.perf_counter()
        is_good = await asyncio.to_thread(_decoded, data)
        message = "" if is_good else tr("The picture cannot be decoded.")
        self._log.append(call, e.Decoded(file.url, time.perf_counter() - began, message))


def _decoded(data: bytes) -> bool:
    return not QImage.fromData(data).isNull()


def _digest_of_file(path: str) -> bytes:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _digest(digests: list[bytes]) -> str:
    return hashlib.sha256(b"".join(digests)).hexdigest()


def _encoded(payload: Json) -> bytes:
    return msgspec.json.encode(_plain(payload), order="deterministic")


def _plain(value: Json) -> Any:
    if isinstance(value, dict):
        named: dict[str, Any] = value  # pyright: ignore[reportUnknownVariableType]
        return {name: _plain(item) for name, item in named.items() if name not in _ITS_OWN}
    if isinstance(value, list):
        items: list[Any] = value  # pyright: ignore[reportUnknownVariableType]
        return [_plain(item) for item in items]
    return value
