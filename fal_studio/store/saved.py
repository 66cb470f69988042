"""The folder of saved requests: one file each, in sub-folders as people like; nothing is overwritten by accident."""

import logging
import re
from pathlib import Path

import msgspec

from fal_studio.core import saved as form
from fal_studio.core.request import Mode
from fal_studio.core.saved import ENDING, Kind, Saved, SavedError
from fal_studio.store.files import write_whole
from fal_studio.store.problems import StoreError, problem_of

_MOST = 5_000
_LARGEST_BYTES = 32 * 1024 * 1024
_logger = logging.getLogger(__name__)


class Entry(msgspec.Struct, frozen=True):
    """One file, as a list shows it."""

    path: Path
    folder: str
    """Below the folder of all saved requests, with slashes; "" at the top."""
    title: str
    endpoint: str = ""
    mode: Mode = Mode.SUBSCRIBE
    kind: Kind = Kind.REQUEST
    changed_s: float = 0.0
    problem: str = ""
    """Why it cannot be opened, in a sentence; else ""."""


class SavedRequests:
    """Blocks: not for the UI thread. Problems with the disk are StoreErrors."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[Entry]:
        """Return every saved request and preset, by folder and title; broken files are listed with their problem."""
        paths = sorted(self.folder.rglob(f"*{ENDING}"))[:_MOST] if self.folder.is_dir() else []
        found = [self._entry(path) for path in paths]
        return sorted(found, key=lambda entry: (entry.folder.casefold(), entry.title.casefold(), entry.path))

    def load(self, path: Path) -> Saved:
        """Read one; raises SavedError for what it holds and StoreError for the disk."""
        try:
            if path.stat().st_size > _LARGEST_BYTES:
                raise SavedError(f"{path.name} is larger than {_LARGEST_BYTES // 1_000_000} MB.")
            return form.read(path.read_bytes())
        except OSError as error:
            raise problem_of(error, path) from error
        except UnicodeDecodeError as error:
            raise SavedError(f"{path.name} is no text.") from error

    def add(self, saved: Saved, folder: str = "") -> Path:
        """Write a new file and return where; its name comes from the title, and no other file is touched."""
        below = self._below(folder)
        stem = _stem(saved.title or saved.endpoint)
        number = 1
        while (path := below / f"{stem}{f'-{number}' if number > 1 else ''}{ENDING}").exists():
            number += 1
        self.put(path, saved)
        return path

    def put(self, path: Path, saved: Saved) -> None:
        """Write or replace a file whole."""
        try:
            write_whole(path, form.write(saved).encode(), durable=True)
        except OSError as error:
            raise problem_of(error, path) from error

    def _below(self, folder: str) -> Path:
        parts = [_stem(part) for part in folder.split("/") if part.strip(". ")]
        return self.folder.joinpath(*parts)

    def _entry(self, path: Path) -> Entry:
        folder = path.parent.relative_to(self.folder).as_posix()
        entry = Entry(path, "" if folder == "." else folder, path.name.removesuffix(ENDING))
        try:
            changed_s = path.stat().st_mtime
            saved = self.load(path)
        except (SavedError, StoreError, OSError) as error:  # one bad file must not hide the others
            _logger.info("%s cannot be opened: %s", path, error)
            return msgspec.structs.replace(entry, problem=str(error))
        return msgspec.structs.replace(
            entry,
            title=saved.title or entry.title,
            endpoint=saved.endpoint,
            mode=saved.mode,
            kind=saved.kind,
            changed_s=changed_s,
        )


def _stem(title: str) -> str:
    """Return a file name's stem that is safe on every system."""
    plain = re.sub(r"[^\w -]+", " ", title).strip()
    stem = re.sub(r"\s+", "-", plain)[:60].strip("-_. ")
    return stem or "request"
