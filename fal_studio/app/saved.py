"""Reads and writes saved requests on a thread of its own, and looks again when somebody else changed the folder."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from PySide6.QtCore import QFileSystemWatcher, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from fal_studio.app.trash import to_trash
from fal_studio.core.saved import Entry, Saved, SavedError
from fal_studio.store.problems import StoreError
from fal_studio.store.saved import SavedRequests
from fal_studio.ui.saved import Otherwise, SavedFiles, Then

LOOK_AFTER_MS = 150
"""Somebody who changes one file mostly changes another one at once: git, an editor."""
MOST_WATCHED = 500
"""Files that are watched; a change in one beyond that is seen when the window comes to the front."""


class SavedShelf(QObject):
    """Does what the window's door wants, in order."""

    _answered = Signal(object, object)
    """What takes an outcome, and the outcome; emitted on the thread, received in the window's."""

    def __init__(self, folder: Path, door: SavedFiles, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder = folder
        self._door = door
        self._kept = SavedRequests(folder)
        self._is_closed = False
        # A thread of Python's own: what Qt's pools run ends in their threads, and with it what Python holds of Qt.
        self._pool = ThreadPoolExecutor(1, "saved requests")
        self._watcher = QFileSystemWatcher(self)
        self._watcher.directoryChanged.connect(self._on_changed)
        self._watcher.fileChanged.connect(self._on_changed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(LOOK_AFTER_MS)
        self._timer.timeout.connect(self.look)
        self._answered.connect(self._on_answered)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.applicationStateChanged.connect(self._on_state_changed)

    def start(self) -> None:
        """Look for the first time, and do what is waited for."""
        self._door.use(self)
        self.look()

    def close(self) -> None:
        """Do what was begun, and nothing more."""
        self._door.use(None)
        self._is_closed = True
        self._timer.stop()
        self._pool.shutdown()

    def look(self) -> None:
        """Look what there is and tell the door."""
        self._do(self._kept.all, self._take_list, self._take_no_list)

    def load(self, path: Path, then: Then, otherwise: Otherwise) -> None:
        """Read a file."""
        self._do(lambda: self._kept.load(path), then, otherwise)

    def add(self, saved: Saved, folder: str, then: Then, otherwise: Otherwise) -> None:
        """Write a new file."""
        self._change(lambda: self._kept.add(saved, folder), then, otherwise)

    def put(self, path: Path, saved: Saved, known: str, then: Then, otherwise: Otherwise) -> None:
        """Write a file anew."""

        def put() -> Path:
            self._kept.put(path, saved, known)
            return path

        self._change(put, then, otherwise)

    def rename(self, path: Path, title: str, folder: str, then: Then, otherwise: Otherwise) -> None:
        """Give a file another title and place."""
        self._change(lambda: self._kept.rename(path, title, folder), then, otherwise)

    def duplicate(self, path: Path, then: Then, otherwise: Otherwise) -> None:
        """Write the same under another title."""
        self._change(lambda: self._kept.duplicate(path), then, otherwise)

    def remove(self, path: Path, then: Then, otherwise: Otherwise) -> None:
        """Move a file to the system's trash."""

        def remove() -> bytes:
            data = self._kept.read_bytes(path)
            to_trash(path)
            return data

        self._change(remove, then, otherwise)

    def put_back(self, path: Path, data: bytes, then: Then, otherwise: Otherwise) -> None:
        """Write a file that was removed."""
        self._change(lambda: self._kept.put_back(path, data), then, otherwise)

    def _change(self, work: Callable[[], Any], then: Then, otherwise: Otherwise) -> None:
        """Do something, look what there is then, and answer: in that order, so that lists are right when it is told."""

        def both() -> tuple[Any, list[Entry]]:
            result = work()
            return result, self._kept.all()

        def take(outcome: tuple[Any, list[Entry]]) -> None:
            result, entries = outcome
            self._take_list(entries)
            then(result)

        self._do(both, take, otherwise)

    def _do(self, work: Callable[[], Any], then: Then, otherwise: Otherwise) -> None:
        def run() -> None:
            try:
                outcome = work()
            except (SavedError, StoreError) as error:
                self._answered.emit(otherwise, error)
            else:
                self._answered.emit(then, outcome)

        if not self._is_closed:
            self._pool.submit(run)

    def _on_answered(self, take: Then, outcome: Any) -> None:
        take(outcome)

    def _take_list(self, entries: list[Entry]) -> None:
        self._watch(entries)
        self._door.put_list(entries)

    def _take_no_list(self, error: Exception) -> None:
        self._door.put_list((), str(error))

    def _watch(self, entries: list[Entry]) -> None:
        """Watch the folders, also the one above while there is none yet, and the files: editors write into them."""
        folders = {folder for entry in entries for folder in self._above(Path(entry.path))} | {self.folder}
        wanted = [*map(str, folders), *(entry.path for entry in entries[:MOST_WATCHED])]
        known = {*self._watcher.files(), *self._watcher.directories()}
        if gone := sorted(known.difference(wanted)):
            self._watcher.removePaths(gone)
        if new := [path for path in sorted(set(wanted).difference(known)) if Path(path).exists()]:
            self._watcher.addPaths(new)

    def _above(self, path: Path) -> list[Path]:
        return [folder for folder in path.parents if folder.is_relative_to(self.folder)]

    def _on_changed(self, _path: str) -> None:
        if not self._is_closed:
            self._timer.start()

    def _on_state_changed(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive and not self._is_closed:
            self._timer.start()
