"""Which files are at fal already: an identical one need not travel twice."""

import hashlib
import logging
from pathlib import Path

import msgspec

from fal_studio.store.files import write_whole

KEPT = 2_000
"""The oldest are forgotten beyond this: at worst a file is uploaded once more."""
MARGIN_S = 600.0
"""A file that expires within this time is as good as gone."""
_logger = logging.getLogger(__name__)


class KeptUpload(msgspec.Struct, frozen=True, omit_defaults=True):
    """One file that was uploaded."""

    sha256: str
    size_bytes: int
    storage: str
    """Base URL of the storage it went to: profiles do not share files."""
    url: str
    name: str
    uploaded_s: float
    """Calendar time, seconds since 1970."""
    expires_s: float | None = None


class KeptUploads:
    """The list of them, in a file of its own in the cache. Blocks: not for the UI thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: dict[tuple[str, int, str], KeptUpload] | None = None

    def find(self, sha256: str, size_bytes: int, storage: str, now_s: float) -> KeptUpload | None:
        """Return an upload of the same bytes to the same storage that has not expired."""
        found = self._read().get((sha256, size_bytes, storage))
        if found is None or (found.expires_s is not None and found.expires_s < now_s + MARGIN_S):
            return None
        return found

    def add(self, upload: KeptUpload) -> None:
        """Remember an upload; a folder that cannot be written costs only the memory of it."""
        kept = self._read()
        kept.pop(_key(upload), None)  # to the end: it is the newest
        kept[_key(upload)] = upload
        while len(kept) > KEPT:
            del kept[next(iter(kept))]
        self._write()

    def forget(self, url: str) -> None:
        """Drop an upload that is gone from the storage."""
        kept = self._read()
        for key in [key for key, upload in kept.items() if upload.url == url]:
            del kept[key]
        self._write()

    def all(self) -> tuple[KeptUpload, ...]:
        """Return everything that is remembered, newest first."""
        return tuple(reversed(self._read().values()))

    def _read(self) -> dict[tuple[str, int, str], KeptUpload]:
        if self._kept is None:
            try:
                entries = msgspec.json.decode(self._path.read_bytes(), type=list[KeptUpload])
            except FileNotFoundError:
                entries = []
            except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
                _logger.warning("%s cannot be read; files will be uploaded anew", self._path)
                entries = []
            self._kept = {_key(entry): entry for entry in entries}
        return self._kept

    def _write(self) -> None:
        try:
            write_whole(self._path, msgspec.json.encode(list(self._read().values())))
        except OSError:
            _logger.warning("%s cannot be written", self._path, exc_info=True)


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits, read in pieces; raises OSError. Blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _key(upload: KeptUpload) -> tuple[str, int, str]:
    return upload.sha256, upload.size_bytes, upload.storage
