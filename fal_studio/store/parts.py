"""Files that are being received: what came so far survives the end of the program and can be continued."""

import contextlib
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from fal_studio.core.blobs import Blob
from fal_studio.store.files import write_whole
from fal_studio.store.problems import problem_of

T = TypeVar("T")


class _About(msgspec.Struct, frozen=True):
    """What stands beside a part: what it is the beginning of."""

    url: str
    validator: str


class Part:
    """One of them; all methods block, and raise StoreError."""

    def __init__(
        self,
        folder: Path,
        url: str,
        path_of: Callable[[str], Path],
        heard: Callable[[int], None] = lambda _: None,
    ) -> None:
        """`path_of`: where the blob of a hash is kept. `heard` is told how many bytes more, or less, the disk holds.

        The few bytes that stand beside a part are not told.
        """
        self._heard = heard
        self._url = url
        self._path_of = path_of
        self._path = folder / hashlib.sha256(url.encode()).hexdigest()
        self._about = self._path.with_suffix(".json")
        self._validator = self._read_validator()
        self._size = self._path.stat().st_size if self._validator and self._path.is_file() else 0

    @property
    def size_bytes(self) -> int:
        """How much of it is there."""
        return self._size

    @property
    def validator(self) -> str:
        """What tells whether the file at the server is still the one that was begun; "" if nothing does."""
        return self._validator

    def begin(self, validator: str) -> None:
        """Forget what is there and begin anew."""
        self._forget()
        self._do(lambda: write_whole(self._about, msgspec.json.encode(_About(self._url, validator))))
        self._validator = validator

    def add(self, data: bytes) -> None:
        """Append bytes; they survive a power cut when this returns, so that no hole can be continued."""

        def work() -> None:
            with self._path.open("ab") as file:
                file.truncate(self._size)  # what a failed try left behind
                file.write(data)
                file.flush()
                os.fsync(file.fileno())

        self._do(work)
        self._size += len(data)
        self._heard(len(data))

    def finish(self, content_type: str) -> Blob:
        """Make it a blob."""
        return self._do(lambda: self._moved(content_type))

    def drop(self) -> None:
        """Forget what is there."""
        self._forget()
        self._do(lambda: self._about.unlink(missing_ok=True))
        self._validator = ""

    def _moved(self, content_type: str) -> Blob:
        if not self._size:
            self._path.touch()
        with self._path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        target = self._path_of(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        replaced = _size_of(target)
        self._path.replace(target)
        self._heard(-replaced)
        self._about.unlink(missing_ok=True)
        blob = Blob(sha256, self._size, content_type)
        self._size, self._validator = 0, ""
        return blob

    def _forget(self) -> None:
        size = _size_of(self._path)
        self._do(lambda: self._path.unlink(missing_ok=True))
        self._size = 0
        self._heard(-size)

    def _read_validator(self) -> str:
        with contextlib.suppress(OSError, msgspec.MsgspecError):
            about = msgspec.json.decode(self._about.read_bytes(), type=_About)
            return about.validator if about.url == self._url else ""
        return ""

    def _do(self, work: Callable[[], T]) -> T:
        try:
            return work()
        except OSError as error:
            raise problem_of(error, self._path) from error


def _size_of(path: Path) -> int:
    """Return how many bytes a file takes; 0 where there is none."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
