"""Films and sounds that are played but not kept: streamed into files of a folder that is gone when the program ends."""

import asyncio
import contextlib
import tempfile
from pathlib import Path

from fal_studio.app.engine import Engine
from fal_studio.services.media import LIMIT_BYTES, Got, Heard
from fal_studio.store.parts import Part

SPOOL_BYTES = LIMIT_BYTES
"""All of them together; the oldest goes first."""


class Spool:
    """Fetches each file once; so one of a gigabyte needs room on the disk, and none in memory."""

    def __init__(self, engine: Engine, most_bytes: int = SPOOL_BYTES) -> None:
        self._engine = engine
        self._most_bytes = most_bytes
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._kept: dict[str, Got] = {}
        """By URL, the oldest first; changed on the loop only."""
        self._lock = asyncio.Lock()
        """Held while the folder is made, and while files in it are given up."""

    async def file(self, url: str, profile: str, heard: Heard) -> tuple[str, str]:
        """Return path and content type of the file at `url`; raises MediaError, and CannotKeep where the disk takes no more."""
        found = self._kept.get(url)
        if found is None or not self._path(found.blob.sha256).is_file():
            async with self._lock:
                part = await asyncio.to_thread(self._part, url)
            found = await self._engine.download(url, part, heard, profile, self._most_bytes)
            async with self._lock:
                self._kept.pop(url, None)  # fetched again, it is the newest
                self._kept[url] = found
                await asyncio.to_thread(_delete, self._victims())
        return str(self._path(found.blob.sha256)), found.content_type

    def close(self) -> None:
        """Delete all of them. Blocks."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None
        self._kept.clear()

    def _part(self, url: str) -> Part:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="fal-studio-", ignore_cleanup_errors=True)
        return Part(Path(self._folder.name), url, self._path)

    def _path(self, sha256: str) -> Path:
        return Path(self._folder.name if self._folder is not None else "") / f"{sha256}.kept"

    def _victims(self) -> list[Path]:
        """Forget the oldest ones until there is room, and return the files to delete."""
        gone: list[str] = []
        while len(self._kept) > 1 and self._size_bytes() > self._most_bytes:
            gone.append(self._kept.pop(next(iter(self._kept))).blob.sha256)
        held = {got.blob.sha256 for got in self._kept.values()}
        return [self._path(sha256) for sha256 in dict.fromkeys(gone) if sha256 not in held]

    def _size_bytes(self) -> int:
        return sum(got.blob.size_bytes for got in self._kept.values())


def _delete(files: list[Path]) -> None:
    for file in files:
        with contextlib.suppress(OSError):  # another program plays it: it goes with the folder
            file.unlink()
