"""The files of open requests, followed: what somebody else changes in them is taken over, or told where it would cost something."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from fal_studio.core.saved import Saved, SavedError, mark_of
from fal_studio.ui.saved import SavedFiles
from fal_studio.ui.shell.status_bar import StatusBar
from fal_studio.ui.shell.workspace import Workspace
from fal_studio.words import tr

Written = Callable[[Workspace], Saved]
"""Returns a request as it would be written now; raises SavedError."""


class Host(Protocol):
    """What is needed of the window."""

    status: StatusBar

    @property
    def workspaces(self) -> dict[str, Workspace]:
        """All open requests by their keys."""
        ...


class FollowedFiles(QObject):
    """Looks at a file again when it is not what it was, also since an earlier window."""

    clashed = Signal(str)
    """A file that somebody else changed, while its request here is not what it was either."""

    def __init__(self, host: Host, files: SavedFiles, written: Written, parent: QObject) -> None:
        super().__init__(parent)
        self._host, self._files, self._written = host, files, written
        self._seen_s: dict[str, float] = {}
        """When the files of open requests were last changed, as far as was looked."""
        self._told: dict[str, str] = {}
        """What a file held when it was told that it clashes: once is enough."""

    def look(self) -> None:
        """Look at the files of open requests that are not what they were."""
        for space in self._host.workspaces.values():
            if not space.file:
                continue
            path = Path(space.file)
            entry = self._files.entry(path)
            is_here = self._files.folder is not None and path.is_relative_to(self._files.folder)
            if entry is None and is_here:
                space.be_of(space.file, None)  # moved or removed by somebody else: Save writes it anew
            elif space.known is None or (
                entry is not None and entry.changed_s != self._seen_s.get(space.file)
            ):
                self.note_seen(path)
                self._read(space, path)

    def note_seen(self, path: Path) -> None:
        """Take a file as it is now for known."""
        if (entry := self._files.entry(path)) is not None:
            self._seen_s[str(path)] = entry.changed_s

    def _read(self, space: Workspace, path: Path) -> None:
        def otherwise(_error: Exception) -> None:  # the list says what is wrong with it
            if space.file == str(path) and space.known is None:
                space.be_of(space.file, None)

        self._files.do(lambda shelf: shelf.load(path, partial(self._meet, space, path), otherwise))

    def _meet(self, space: Workspace, path: Path, saved: Saved) -> None:
        """Take in what the file of a request holds by now."""
        if space.file != str(path):
            return
        now, before = mark_of(saved), space.written.file.mark
        if now == before or not before:
            if space.known is None:
                space.be_of(str(path), saved)
        elif self._is_still(space, before):
            take_over(space, saved, tr("a change of the file"))
            self._host.status.tell(
                tr("{name} was changed outside fal Studio and read again").format(name=path.name)
            )
        elif self._is_still(space, now):
            space.be_of(str(path), saved)
        else:
            if space.known is None:
                space.be_of(str(path), None)
            if self._told.get(str(path)) != now:
                self._told[str(path)] = now
                self.clashed.emit(str(path))

    def _is_still(self, space: Workspace, mark: str) -> bool:
        """Whether a request would be written as what has this mark."""
        try:
            return mark_of(self._written(space)) == mark
        except SavedError:
            return False


def take_over(space: Workspace, saved: Saved, step: str) -> None:
    """Show what a file holds by now, as one step of undo."""
    space.undo.name_next(step)
    space.recall(saved.endpoint, saved.mode, saved.arguments, saved.options)
    space.set_project(saved.project)
    space.be_of(space.file, saved)
