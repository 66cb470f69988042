"""Which files were sent to fal: what left this machine, and an identical one need not travel twice."""

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
    profile: str = ""
    """With whose key it was sent; "" in lists of older programs."""
    is_restricted: bool = False
    """Whether fal was asked to refuse it to everybody but the account."""
    gone_s: float | None = None
    """When it was seen that it is not there any more."""


class KeptUploads:
    """The list of them, in a file of its own. Blocks: not for the UI thread."""

    def __init__(self, path: Path, before: Path | None = None) -> None:
        """`before`: where an older program kept it, read as long as there is none at `path`."""
        self._path, self._before = path, before
        self._kept: dict[str, KeptUpload] | None = None
        """By URL: the same bytes may have been sent again, and each time they left this machine."""

    def find(
        self, sha256: str, size_bytes: int, storage: str, now_s: float, *, is_restricted: bool = False
    ) -> KeptUpload | None:
        """Return the newest upload of the same bytes to the same storage, as restricted, that has not expired."""
        wanted = (sha256, size_bytes, storage, is_restricted)
        for one in self.all():
            is_same = (one.sha256, one.size_bytes, one.storage, one.is_restricted) == wanted
            is_there = one.gone_s is None and (one.expires_s is None or one.expires_s >= now_s + MARGIN_S)
            if is_same and is_there:
                return one
        return None

    def add(self, upload: KeptUpload) -> None:
        """Remember an upload; a folder that cannot be written costs only the memory of it."""
        kept = self._read(anew=True)
        kept.pop(upload.url, None)  # to the end: it is the newest
        kept[upload.url] = upload
        while len(kept) > KEPT:
            del kept[next(iter(kept))]
        self._write()

    def note_gone(self, url: str, now_s: float) -> None:
        """Note that an upload is not in the storage any more: it is not used again, and it left this machine all the same."""
        kept = self._read(anew=True)
        if url in kept:
            kept[url] = msgspec.structs.replace(kept[url], gone_s=now_s)
            self._write()

    def note_restricted(self, url: str) -> None:
        """Note that fal refuses an upload to everybody but the account from now on."""
        kept = self._read(anew=True)
        if url in kept:
            kept[url] = msgspec.structs.replace(kept[url], is_restricted=True)
            self._write()

    def all(self) -> tuple[KeptUpload, ...]:
        """Return everything that is remembered, newest first."""
        return tuple(reversed(self._read().values()))

    def _read(self, *, anew: bool = False) -> dict[str, KeptUpload]:
        """Return the list; `anew`: with what another window has written meanwhile, before it is changed here."""
        if self._kept is None or anew:
            found = {entry.url: entry for entry in self._entries()}
            self._kept = (self._kept or {}) | found
        return self._kept

    def _entries(self) -> list[KeptUpload]:
        for path in filter(None, (self._path, self._before)):
            try:
                return msgspec.json.decode(path.read_bytes(), type=list[KeptUpload])
            except FileNotFoundError:
                continue
            except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
                _logger.warning("%s cannot be read; files will be uploaded anew", path)
                return []
        return []

    def _write(self) -> None:
        try:
            write_whole(self._path, msgspec.json.encode(list(self._read().values())))
        except OSError:
            _logger.warning("%s cannot be written", self._path, exc_info=True)


def hash_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits, read in pieces; raises OSError. Blocks."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
