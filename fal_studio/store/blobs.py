"""Bytes of payloads, kept once each under their SHA-256: those in use in memory, all of them in files."""

import contextlib
import hashlib
import os
import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from pathlib import Path

from fal_studio.core.blobs import Blob, blob_of
from fal_studio.store.files import write_whole
from fal_studio.store.parts import Part
from fal_studio.store.problems import StoreError, problem_of
from fal_studio.store.tally import Tally

MEMORY_BYTES = 64 * 1024 * 1024
"""Blobs that are used again and again stay in memory."""
YOUNG_BYTES = 8 * 1024 * 1024
"""Blobs that were kept, or used once: a session makes dozens a second that nobody looks at twice."""
BACKLOG_BYTES = 512 * 1024 * 1024
"""More than this waiting for a slow disk is not kept in files any more."""
JUST_NOW_S = 60.0
"""A blob that was kept within this time is not dropped."""
_MOST_KEPT = 4096
RETRY_EVERY_S = 5.0
"""How soon files that could not be written are tried again."""


class _Shelf(OrderedDict[str, bytes]):
    """Blobs by their last use; the oldest go when they are too many bytes."""

    def __init__(self) -> None:
        super().__init__()
        self.size_bytes = 0

    def put(self, sha256: str, data: bytes, most_bytes: int) -> None:
        """Lay one on top."""
        if sha256 not in self:
            self[sha256] = data
            self.size_bytes += len(data)
        self.move_to_end(sha256)
        while self.size_bytes > most_bytes and len(self) > 1:
            self.size_bytes -= len(self.popitem(last=False)[1])

    def take(self, sha256: str) -> None:
        """Take one away, if it is there."""
        if (data := self.pop(sha256, None)) is not None:
            self.size_bytes -= len(data)


class BlobStore:
    """Keeps bytes; `keep` and `load` are what `core.blobs` calls Keep and Load.

    Files are not synced one by one, since realtime sessions make dozens a second; instead `load` checks the
    hash, so that a file cut short by a crash counts as gone rather than as a wrong picture.
    """

    def __init__(self, folder: Path, on_problem: Callable[[StoreError], None]) -> None:
        """`on_problem` hears of files that could not be written, on an own thread; once per outage."""
        self._folder = folder
        self.tally = Tally()
        """How many bytes the files take."""
        self._on_problem = on_problem
        self._lock = threading.Lock()
        self._young, self._used = _Shelf(), _Shelf()
        self._seen: OrderedDict[str, None] = OrderedDict()
        """Young ones that were used once."""
        self._kept_s: OrderedDict[str, float] = OrderedDict()
        """When blobs were last kept: a reference to a fresh one may not be in the ledger yet."""
        self._unwritten: dict[str, bytes] = {}
        self._unwritten_bytes = 0
        self._is_troubled = False
        self._jobs: queue.SimpleQueue[str | threading.Event | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="blobs", daemon=True)
        self._thread.start()

    def keep(self, data: bytes, content_type: str) -> Blob:
        """Keep the bytes and return their reference at once; the file is written later."""
        blob = blob_of(data, content_type)
        with self._lock:
            is_new = not any(blob.sha256 in held for held in (self._unwritten, self._young, self._used))
            if blob.sha256 not in self._used:
                self._young.put(blob.sha256, data, YOUNG_BYTES)
            self._kept_s[blob.sha256] = time.monotonic()
            self._kept_s.move_to_end(blob.sha256)
            if len(self._kept_s) > _MOST_KEPT:
                self._kept_s.popitem(last=False)
            if is_new and self._unwritten_bytes + len(data) <= BACKLOG_BYTES:
                self._unwritten[blob.sha256] = data
                self._unwritten_bytes += len(data)
                self._jobs.put(blob.sha256)
        return blob

    def load(self, sha256: str) -> bytes:
        """Return kept bytes; raises KeyError for ones that are unknown, lost or damaged."""
        with self._lock:
            for held in (self._used, self._young, self._unwritten):
                if (data := held.get(sha256)) is not None:
                    self._note_used(sha256, data)
                    return data
        try:
            data = self.path_of(sha256).read_bytes()
        except OSError:
            raise KeyError(sha256) from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise KeyError(sha256)
        with self._lock:
            self._note_used(sha256, data)
        return data

    def path_of(self, sha256: str) -> Path:
        """Return where the file of a blob is, or will be."""
        if len(sha256) != 64 or not sha256.isalnum():
            raise KeyError(sha256)  # a reference out of a foreign payload must not name another file
        return self._folder / sha256[:2] / sha256

    def file_of(self, sha256: str) -> Path | None:
        """Return the file of a blob, None if there is none. What is in it is not checked."""
        try:
            path = self.path_of(sha256)
        except KeyError:
            return None
        return path if sha256 not in self._unwritten and path.is_file() else None

    def part(self, url: str) -> Part:
        """Return what is there of the file at `url`, to be continued. Blocks."""
        return Part(self._folder / "parts", url, self.path_of, self.tally.add)

    def drop(self, hashes: Iterable[str], *, also_new: bool = False) -> int:
        """Delete blobs that nothing refers to any more and return how many; what was kept just now stays. Blocks.

        `also_new`: that goes, too.
        """
        dropped = 0
        for sha256 in hashes:
            path = self.path_of(sha256)
            with self._lock:
                kept_s = self._kept_s.get(sha256)
                if sha256 in self._unwritten or (
                    not also_new and kept_s is not None and time.monotonic() - kept_s < JUST_NOW_S
                ):
                    continue
                for shelf in (self._young, self._used):
                    shelf.take(sha256)
                with contextlib.suppress(OSError):
                    size = path.stat().st_size
                    path.unlink()
                    dropped += 1
                    self.tally.add(-size)
        return dropped

    def usage(self) -> tuple[int, int]:
        """Return how many files there are and how many bytes they take. Blocks, for long if there are many."""
        count, size, _ = self._counted()
        return count, size

    def count(self) -> bool:
        """Count the bytes of all files for `tally`; return whether nothing came or went meanwhile. Blocks like `usage`."""
        return self._counted()[2]

    def _counted(self) -> tuple[int, int, bool]:
        mark = self.tally.mark
        count = size = 0
        for folder, _, names in os.walk(self._folder):
            for name in names:
                with contextlib.suppress(OSError):
                    size += os.stat(os.path.join(folder, name)).st_size  # noqa: PTH116, PTH118 - twice as fast
                    count += 1
        return count, size, self.tally.settle(size, mark)

    def flush(self, wait_s: float | None = None) -> bool:
        """Wait until everything kept so far is in files; return whether it is. Blocks: not for the UI thread."""
        done = threading.Event()
        self._jobs.put(done)
        return done.wait(wait_s) and not self._unwritten

    def close(self, wait_s: float = 5.0) -> bool:
        """Write what is left; return whether that was done within `wait_s`."""
        self._jobs.put(None)
        self._thread.join(wait_s)
        return not self._thread.is_alive() and not self._unwritten

    def _note_used(self, sha256: str, data: bytes) -> None:
        """Keep what is used for the second time for longer than what is used once."""
        if sha256 in self._used or sha256 in self._seen:
            self._seen.pop(sha256, None)
            self._young.take(sha256)
            self._used.put(sha256, data, MEMORY_BYTES)
            return
        self._young.put(sha256, data, YOUNG_BYTES)
        self._seen[sha256] = None
        if len(self._seen) > _MOST_KEPT:
            self._seen.popitem(last=False)

    def _work(self) -> None:
        while True:
            try:
                # What could not be written waits for room, without anybody asking.
                job = self._jobs.get(timeout=RETRY_EVERY_S if self._unwritten else None)
            except queue.Empty:
                self._write_leftovers()
                continue
            if job is None:
                break
            if isinstance(job, threading.Event):
                self._write_leftovers()
                job.set()
            elif job in self._unwritten:
                self._write(job)
        self._write_leftovers()

    def _write_leftovers(self) -> None:
        for sha256 in tuple(self._unwritten):
            self._write(sha256)

    def _write(self, sha256: str) -> None:
        data = self._unwritten[sha256]
        try:
            path = self.path_of(sha256)
            before = path.stat().st_size if path.exists() else None
            if before != len(data):
                write_whole(path, data)
                self.tally.add(len(data) - (before or 0))
        except OSError as error:
            if not self._is_troubled:
                self._is_troubled = True
                self._on_problem(problem_of(error, self._folder))
            return
        self._is_troubled = False
        with self._lock:
            del self._unwritten[sha256]
            self._unwritten_bytes -= len(data)
