"""The folder of saved requests: one file each, in sub-folders as people like; nothing is overwritten by accident."""

import logging
import re
from pathlib import Path

import msgspec

from fal_studio.core import saved as form
from fal_studio.core.saved import ENDING, ChangedElsewhereError, Entry, Saved, SavedError
from fal_studio.store.files import write_told, write_whole
from fal_studio.store.problems import StoreError, problem_of
from fal_studio.words import tr

_MOST = 5_000
_LARGEST_BYTES = 32 * 1024 * 1024
_logger = logging.getLogger(__name__)


class SavedRequests:
    """Blocks: not for the UI thread. Problems with the disk are StoreErrors."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: dict[Path, tuple[tuple[int, int], Entry]] = {}
        """What files held when they were last read, with their time and size."""

    def all(self) -> list[Entry]:
        """Return every saved request and preset, by folder and title; broken files are listed with their problem."""
        try:
            paths = sorted(self.folder.rglob(f"*{ENDING}"))[:_MOST] if self.folder.is_dir() else []
        except OSError as error:
            raise problem_of(error, self.folder) from error
        found = [self._entry(path) for path in paths]
        return sorted(found, key=lambda entry: (entry.folder.casefold(), entry.title.casefold(), entry.path))

    def load(self, path: Path) -> Saved:
        """Read one; raises SavedError for what it holds and StoreError for the disk."""
        try:
            if path.stat().st_size > _LARGEST_BYTES:
                raise SavedError(
                    tr("{name} is larger than {largest_bytes} MB.").format(
                        name=path.name, largest_bytes=_LARGEST_BYTES // 1000000
                    )
                )
            return form.read(path.read_bytes())
        except OSError as error:
            raise problem_of(error, path) from error
        except UnicodeDecodeError as error:
            raise SavedError(tr("{name} is no text.").format(name=path.name)) from error

    def add(self, saved: Saved, folder: str = "") -> Path:
        """Write a new file and return where; its name comes from the title, and no other file is touched."""
        return self._add_in(self._below(folder), saved)

    def _add_in(self, below: Path, saved: Saved) -> Path:
        stem = _stem(saved.title or saved.endpoint)
        number = 1
        while (path := below / f"{stem}{f'-{number}' if number > 1 else ''}{ENDING}").exists():
            number += 1
        self.put(path, saved)
        return path

    def put(self, path: Path, saved: Saved, known: str = "") -> None:
        """Write or replace a file whole.

        `known`: the mark of what was last read from it; raises ChangedElsewhereError if that is not there any more.
        """
        text = form.write(saved)
        if known and path.exists() and not self._holds(path, known):
            raise ChangedElsewhereError(
                tr("{name} was changed outside fal Studio since it was read here.").format(name=path.name)
            )
        write_told(path, text.encode(), durable=True)

    def rename(self, path: Path, title: str, folder: str) -> Path:
        """Give a file another title, and a place in another folder; return where it is now. No other file is touched."""
        saved = msgspec.structs.replace(self.load(path), title=title)
        below = self._below(folder) if path.is_relative_to(self.folder) else path.parent
        if below == path.parent and _stem(title) == path.name.removesuffix(ENDING):
            self.put(path, saved)
            return path
        now_at = self._add_in(below, saved)
        self.remove(path)
        return now_at

    def duplicate(self, path: Path) -> Path:
        """Write the same beside it under another name, and return where."""
        saved = self.load(path)
        title = tr("{title} copy").format(title=saved.title or path.name.removesuffix(ENDING))
        return self._add_in(path.parent, msgspec.structs.replace(saved, title=title))

    def remove(self, path: Path) -> None:
        """Remove a file."""
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise problem_of(error, path) from error

    def read_bytes(self, path: Path) -> bytes:
        """Return a file as it is, also a broken one."""
        try:
            return path.read_bytes()
        except OSError as error:
            raise problem_of(error, path) from error

    def put_back(self, path: Path, data: bytes) -> Path:
        """Write a file that was removed, beside another one that has its name by now; return where."""
        try:
            stem, number = path.name.removesuffix(ENDING), 1
            while path.exists():
                number += 1
                path = path.with_name(f"{stem}-{number}{ENDING}")
            write_whole(path, data, durable=True)
        except OSError as error:
            raise problem_of(error, path) from error
        return path

    def _holds(self, path: Path, mark: str) -> bool:
        try:
            return form.mark_of(self.load(path)) == mark
        except SavedError:
            return False

    def _below(self, folder: str) -> Path:
        parts = [_stem(part) for part in folder.split("/") if part.strip(". ")]
        return self.folder.joinpath(*parts)

    def _entry(self, path: Path) -> Entry:
        folder = path.parent.relative_to(self.folder).as_posix()
        entry = Entry(str(path), "" if folder == "." else folder, path.name.removesuffix(ENDING))
        try:
            about = path.stat()
            mark = (about.st_mtime_ns, about.st_size)
            if path in self._seen and self._seen[path][0] == mark:
                return self._seen[path][1]
            saved = self.load(path)
        except (SavedError, StoreError, OSError) as error:  # one bad file must not hide the others
            _logger.info("%s cannot be opened: %s", path, error)
            return msgspec.structs.replace(entry, problem=str(error))
        found = msgspec.structs.replace(
            entry,
            title=saved.title or entry.title,
            endpoint=saved.endpoint,
            mode=saved.mode,
            kind=saved.kind,
            changed_s=about.st_mtime,
        )
        self._seen[path] = (mark, found)
        return found


def _stem(title: str) -> str:
    """Return a file name's stem that is safe on every system."""
    plain = re.sub(r"[^\w -]+", " ", title).strip()
    stem = re.sub(r"\s+", "-", plain)[:60].strip("-_. ")
    return stem or "request"
