"""What went over the wire, a file for each stream and session, written behind the calls' backs."""

import contextlib
import os
import queue
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO

from fal_studio.core import transcript
from fal_studio.core.transcript import Head, Piece, Way
from fal_studio.store.problems import StoreError, problem_of

FLUSH_EVERY_S = 0.2
BACKLOG_BYTES = 128 * 1024 * 1024
"""More than this waiting for a slow disk is not kept."""
MOST_BYTES = 2 * 1024 * 1024 * 1024
"""A longer transcript of one call ends here."""
_CUT = b'{"cut":true}\n'
"""The line that stands where pieces are missing."""


class Transcripts:
    """Keeps pieces as they come. `take` is for any thread and never blocks; everything else blocks."""

    def __init__(self, folder: Path, on_problem: Callable[[StoreError], None]) -> None:
        """`on_problem` hears of pieces that could not be written, on an own thread; once per outage."""
        self._folder = folder
        self._on_problem = on_problem
        self._waiting: queue.SimpleQueue[tuple[str, Piece] | threading.Event | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._waiting_bytes = 0
        self._sizes: dict[str, int] = {}
        """Bytes in the files of this run of the program."""
        self._cut: set[str] = set()
        self._is_troubled = self._is_closed = False
        self._thread: threading.Thread | None = None

    def take(self, call: str, piece: Piece) -> None:
        """Keep a piece of a call."""
        with self._lock:
            if self._is_closed:
                return
            if self._waiting_bytes + len(piece.data) > BACKLOG_BYTES:
                self._cut.add(call)
                return
            self._waiting_bytes += len(piece.data)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="transcripts", daemon=True)
                self._thread.start()
        self._waiting.put((call, piece))

    def pieces(self, call: str) -> Iterator[Piece]:
        """Return what was kept of a call, oldest first, one at a time; damaged lines at the end are left out."""
        self.flush()
        with contextlib.suppress(FileNotFoundError), self._path(call).open("rb") as file:
            for line in file:
                if line == _CUT:
                    continue
                try:
                    yield transcript.decode(line)
                except transcript.TranscriptError:
                    return  # the last line of a program that was killed

    def is_whole(self, call: str) -> bool:
        """Whether nothing is missing in between."""
        self.flush()
        try:
            with self._path(call).open("rb") as file:
                return all(line != _CUT for line in file)
        except FileNotFoundError:
            return True

    def has(self, call: str) -> bool:
        """Whether anything was kept of a call."""
        self.flush()
        return self._path(call).is_file()

    def write(self, head: Head, path: Path, only: Mapping[Way, range] | None = None) -> int:
        """Write a call's transcript to a file of its own, whole or not at all; return how many pieces. Raises StoreError.

        `only`: which pieces of each way, by their number; None for all.
        """
        count = 0

        def counted() -> Iterator[Piece]:
            nonlocal count
            passed = dict.fromkeys(Way, 0)
            for piece in self.pieces(head.call):
                number, passed[piece.way] = passed[piece.way], passed[piece.way] + 1
                if only is None or number in only[piece.way]:
                    count += 1
                    yield piece

        write_lines(path, transcript.lines(head, counted()))
        return count

    def drop(self, calls: Iterable[str]) -> None:
        """Delete the transcripts of calls."""
        self.flush()
        for call in calls:
            self._sizes.pop(call, None)
            with contextlib.suppress(OSError, ValueError):
                self._path(call).unlink()

    def flush(self, wait_s: float = 10.0) -> bool:
        """Wait until everything taken so far is in files."""
        with self._lock:
            if self._thread is None or self._is_closed:
                return True
        done = threading.Event()
        self._waiting.put(done)
        return done.wait(wait_s)

    def close(self, wait_s: float = 5.0) -> None:
        """Write what is left."""
        with self._lock:
            self._is_closed = True
            thread = self._thread
        if thread is not None:
            self._waiting.put(None)
            thread.join(wait_s)

    def _path(self, call: str) -> Path:
        if not call.replace("-", "").isalnum():
            raise ValueError(f"{call!r} is no call")
        return self._folder / call[:2] / f"{call}.jsonl"

    def _work(self) -> None:
        while True:
            jobs = [self._waiting.get()]
            if isinstance(jobs[0], tuple) and self._waiting.empty():
                with contextlib.suppress(queue.Empty):  # more will come soon: one write for all of it
                    jobs.append(self._waiting.get(timeout=FLUSH_EVERY_S))
            with contextlib.suppress(queue.Empty):
                while True:
                    jobs.append(self._waiting.get_nowait())
            by_call: dict[str, list[Piece]] = {}
            for job in jobs:
                if isinstance(job, tuple):
                    by_call.setdefault(job[0], []).append(job[1])
            for call, pieces in by_call.items():
                self._write(call, pieces)
            for job in jobs:
                if isinstance(job, threading.Event):
                    job.set()
            if None in jobs:
                return

    def _write(self, call: str, pieces: list[Piece]) -> None:
        with self._lock:
            self._waiting_bytes -= sum(len(piece.data) for piece in pieces)
            is_cut = call in self._cut
            self._cut.discard(call)
        path = self._path(call)
        size = self._sizes.get(call, 0)
        if size > MOST_BYTES:
            return
        data = b"".join(transcript.encode(piece) + b"\n" for piece in pieces)
        if is_cut or size + len(data) > MOST_BYTES:
            data += _CUT
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as file:
                file.write(data)
        except OSError as error:
            with self._lock:
                self._cut.add(call)
            if not self._is_troubled:
                self._is_troubled = True
                self._on_problem(problem_of(error, path))
            return
        self._is_troubled = False
        self._sizes[call] = size + len(data)


def write_lines(path: Path, lines: Iterable[bytes]) -> None:
    """Write a file line by line, whole or not at all; raises StoreError."""
    part: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".")
        part = Path(name)
        file: IO[bytes]
        with os.fdopen(handle, "wb") as file:
            for line in lines:
                file.write(line)
        part.replace(path)
    except OSError as error:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink()
        raise problem_of(error, path) from error
