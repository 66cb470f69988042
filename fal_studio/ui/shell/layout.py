"""How the window is divided: widths that somebody chose, kept, and given up again."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QSplitter

from fal_studio.ui.shell.workspace import Workspace
from fal_studio.ui.theme import current

DOCK_PX = 240


class Layout(QObject):
    """Holds the width of the library and of the editors, which is one for all requests. Pixels at 100 % text."""

    changed = Signal()

    def __init__(self, split: QSplitter, spaces: Callable[[], Iterable[Workspace]], parent: QObject) -> None:
        super().__init__(parent)
        self._split, self._spaces = split, spaces
        self.library_px = self.editor_px = 0
        """What somebody chose; 0: as wide as usual."""
        split.splitterMoved.connect(self._on_library_moved)

    def take(self, library_px: int, editor_px: int) -> None:
        """Be as it was left."""
        self.library_px = max(0, library_px)
        if library_px > 0:
            self._set_library(library_px)
        self.editor_px = max(0, editor_px)

    def watch(self, space: Workspace) -> None:
        """Give a new request's editor the width of the others, and hear when it gets another."""
        space.set_editor_px(self.editor_px)
        space.editor_moved.connect(self._on_editor_moved)

    def reset(self) -> None:
        """Be as at the first start."""
        self._set_library(DOCK_PX)
        self.library_px = self.editor_px = 0
        for space in self._spaces():
            space.set_editor_px(0)
        self.changed.emit()

    def _set_library(self, px: int) -> None:
        whole = sum(self._split.sizes()) or self._split.width()
        wide = current().px(px)
        self._split.setSizes([wide, max(1, whole - wide)])

    def _on_library_moved(self) -> None:
        self.library_px = round(self._split.sizes()[0] / current().zoom)
        self.changed.emit()

    def _on_editor_moved(self, px: int) -> None:
        self.editor_px = px
        for space in self._spaces():
            space.set_editor_px(px)
        self.changed.emit()
