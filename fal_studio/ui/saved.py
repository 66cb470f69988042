"""The window's door to the folder of saved requests and presets: what is in it, and who reads and writes it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from fal_studio.core.saved import Entry, Saved

_PRESET = "preset"
"""`Kind.PRESET`; the start of the window does without the module that reads files."""
Then = Callable[[Any], object]
"""Takes what came of it, in the window's thread."""
Otherwise = Callable[[Exception], object]
"""Takes why it could not be done: a SavedError or another error whose text is for people."""


class Shelf(Protocol):
    """Reads and writes the files, never in the window's thread; answers in it."""

    folder: Path

    def look(self) -> None:
        """Look what there is and tell the door."""

    def load(self, path: Path, then: Then, otherwise: Otherwise) -> None:
        """Read a file; `then` takes a Saved."""

    def add(self, saved: "Saved", folder: str, then: Then, otherwise: Otherwise) -> None:
        """Write a new file in a folder below that of all; `then` takes its Path."""

    def put(self, path: Path, saved: "Saved", known: str, then: Then, otherwise: Otherwise) -> None:
        """Write a file anew, unless its mark is not `known` any more ("": in any case); `then` takes its Path."""

    def rename(self, path: Path, title: str, folder: str, then: Then, otherwise: Otherwise) -> None:
        """Give a file another title and place; `then` takes its new Path."""

    def duplicate(self, path: Path, then: Then, otherwise: Otherwise) -> None:
        """Write the same under another title; `then` takes its Path."""

    def remove(self, path: Path, then: Then, otherwise: Otherwise) -> None:
        """Move a file to the system's trash; `then` takes its bytes, for `put_back`."""

    def put_back(self, path: Path, data: bytes, then: Then, otherwise: Otherwise) -> None:
        """Write a file that was removed; `then` takes its Path."""


class SavedFiles(QObject):
    """What panes know of the files. Wishes that come before there is a shelf wait for it."""

    changed = Signal()
    """Other files, or others in them, than before."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[Entry, ...] = ()
        self._is_listed = False
        self._shelf: Shelf | None = None
        self._root: Path | None = None
        self._waiting: list[Callable[[Shelf], object]] = []
        self.problem = ""
        """Why the folder cannot be read, else ""."""

    def begin_at(self, folder: Path) -> None:
        """Know where the files will be before there is a shelf."""
        self._root = folder

    def folder_of(self, file: str) -> str:
        """Return in which folder a file lies below that of all, "" for none: what is said of it needs no look at the disk."""
        if not file or self._root is None or not (path := Path(file)).is_relative_to(self._root):
            return ""
        return path.parent.relative_to(self._root).as_posix().removeprefix(".")

    def use(self, shelf: Shelf | None) -> None:
        """Work with this shelf from now on; None: nothing is done any more."""
        self._shelf = shelf
        if shelf is not None:
            waiting, self._waiting = self._waiting, []
            for work in waiting:
                work(shelf)

    def do(self, work: Callable[[Shelf], object]) -> None:
        """Do something with the shelf, now or when it is there."""
        if self._shelf is not None:
            work(self._shelf)
        else:
            self._waiting.append(work)

    @property
    def folder(self) -> Path | None:
        """Where the files are; None as long as that is not known."""
        return self._shelf.folder if self._shelf is not None else None

    @property
    def requests(self) -> "tuple[Entry, ...]":
        """The saved requests by folder and title, and the files that cannot be read."""
        return tuple(entry for entry in self._entries if entry.kind != _PRESET)

    def presets(self, endpoint: str) -> "tuple[Entry, ...]":
        """Return the presets of an endpoint."""
        return tuple(e for e in self._entries if e.kind == _PRESET and e.endpoint == endpoint)

    def entry(self, path: Path) -> "Entry | None":
        """Return what is known of a file."""
        return next((entry for entry in self._entries if entry.path == str(path)), None)

    def folders(self) -> list[str]:
        """Return the names of all folders that hold requests."""
        return sorted({entry.folder for entry in self.requests if entry.folder}, key=str.casefold)

    def put_list(self, entries: "Sequence[Entry]", problem: str = "") -> None:
        """Take what there is."""
        if not self._is_listed or (tuple(entries), problem) != (self._entries, self.problem):
            self._entries, self.problem, self._is_listed = tuple(entries), problem, True
            self.changed.emit()
