"""The folder of kept comparisons: one file each, so that they can be copied and sent like any file."""

import contextlib
import logging
import os
import re
import time
from pathlib import Path

import msgspec

from fal_studio.core.comparing.outcome import Comparison, Row, read, row_of, write
from fal_studio.store.files import write_told
from fal_studio.store.problems import problem_of

ENDING = ".falcomparison.json"
_LARGEST_BYTES = 64 * 1024 * 1024
_MOST = 10_000
_REMOVED = ".removed"
ASIDE_S = 30 * 86_400.0
"""What was removed is brought back as long as this."""
_ID = re.compile(r"[0-9a-zA-Z-]{1,64}")
_logger = logging.getLogger(__name__)


class KeptComparisons:
    """Blocks: not for the UI thread. Problems with the disk are StoreErrors."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._rows: dict[Path, tuple[tuple[int, int], Row]] = {}
        """What files held when they were last read, with their time and size."""

    def put(self, comparison: Comparison) -> None:
        """Write or replace one, whole."""
        path = self._path(comparison.id)
        write_told(path, write(comparison))

    def get(self, comparison: str) -> Comparison:
        """Read one by its id; raises ValueError for a file that cannot be read, and StoreError for the disk."""
        return read_file(self._path(comparison))

    def is_ours(self, comparison: Comparison) -> bool:
        """Whether one with the same lanes is kept here, so that it was called from here before. Raises as `get` does."""
        return (
            self._path(comparison.id).exists() and self.get(comparison.id).plan.lanes == comparison.plan.lanes
        )

    def remove(self, comparison: str) -> None:
        """Put one aside, from where `restore` brings it back for `ASIDE_S`; its calls stay in the history."""
        self._move(self._path(comparison), self._aside(comparison))

    def restore(self, comparison: str) -> None:
        """Bring back one that was removed."""
        self._move(self._aside(comparison), self._path(comparison))

    def rename(self, comparison: str, title: str) -> None:
        """Give one another title; raises ValueError for a file that cannot be read."""
        self.put(msgspec.structs.replace(self.get(comparison), title=title))

    def _move(self, path: Path, to: Path) -> None:
        try:
            if path.exists():
                path.replace(to)
                os.utime(to)  # from now on it is counted for how long it lies aside
        except OSError as error:
            raise problem_of(error, path) from error

    def _forget_old(self) -> None:
        for path in self.folder.glob(f"*{ENDING}{_REMOVED}"):
            with contextlib.suppress(OSError):  # the next start tries again
                if time.time() - path.stat().st_mtime > ASIDE_S:
                    path.unlink()

    def all(self) -> tuple[Row, ...]:
        """Return what there is, newest first; broken files are left out and logged."""
        try:
            self._forget_old()
            paths = sorted(self.folder.glob(f"*{ENDING}"))[-_MOST:] if self.folder.is_dir() else []
        except OSError as error:
            raise problem_of(error, self.folder) from error
        rows = [row for path in paths if (row := self._row(path)) is not None]
        return tuple(sorted(rows, key=lambda row: row.made_wall_s, reverse=True))

    def _row(self, path: Path) -> Row | None:
        try:
            about = path.stat()
            mark = (about.st_mtime_ns, about.st_size)
            if path in self._rows and self._rows[path][0] == mark:
                return self._rows[path][1]
            if about.st_size > _LARGEST_BYTES:
                raise ValueError("it is too large")
            kept = read(path.read_bytes())
        except (OSError, ValueError, msgspec.MsgspecError) as error:
            _logger.info("%s cannot be opened: %s", path, error)
            return None
        row = row_of(kept)
        self._rows[path] = (mark, row)
        return row

    def _path(self, comparison: str) -> Path:
        if not _ID.fullmatch(comparison):
            raise ValueError("this is no id of a comparison")
        return self.folder / f"{comparison}{ENDING}"

    def _aside(self, comparison: str) -> Path:
        path = self._path(comparison)
        return path.with_name(path.name + _REMOVED)


def read_file(path: Path) -> Comparison:
    """Read a comparison from its file; raises ValueError for one that cannot be read, and StoreError for the disk."""
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise ValueError(f"{path.name} is larger than {_LARGEST_BYTES // 1_000_000} MB")
        return read(path.read_bytes())
    except OSError as error:
        raise problem_of(error, path) from error
