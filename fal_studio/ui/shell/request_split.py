"""How a request is divided: the editor beside the result, or above it where words are large."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QWidget

from fal_studio.ui.theme import current

EDITOR_PX, EDITOR_NARROW_PX = 400, 352
EDITOR_LEAST_PX, RESULT_LEAST_PX = 320, 420
EDITOR_HIGH_PX, RESULT_HIGH_PX = 240, 300
"""Least heights where words are so large that the result stands under the editor."""
NARROW_BELOW_PX = 1010


class RequestSplit(QSplitter):
    """Keeps the width that somebody gave the editor. Pixels at 100 % text."""

    editor_moved = Signal(int)
    """Somebody gave the editor another width."""

    def __init__(self, editor: QWidget, result: QWidget, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._editor, self._result = editor, result
        self._sized_for = 0
        """The width in screen pixels that the editor was given last; 0: it is to be given one."""
        self._editor_px = 0
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.addWidget(editor)
        self.addWidget(result)
        self.setStretchFactor(1, 1)
        editor.setMinimumWidth(current().px(EDITOR_LEAST_PX))
        result.setMinimumWidth(current().px(RESULT_LEAST_PX))
        self.splitterMoved.connect(self._on_moved)

    @property
    def is_stacked(self) -> bool:
        """Whether the result stands under the editor."""
        return self.orientation() is Qt.Orientation.Vertical

    def fit(self, width: int) -> None:
        """Follow the width, in screen pixels, that there is for both."""
        px = current().px
        usual = EDITOR_NARROW_PX if width < px(NARROW_BELOW_PX) else EDITOR_PX
        wanted = px(self._editor_px or usual)
        is_stacked = width <= px(EDITOR_LEAST_PX + RESULT_LEAST_PX)
        self._stack(is_stacked=is_stacked)
        if self._sized_for != wanted and width > 0:
            self._sized_for = wanted
            whole = width if not is_stacked else self.height()
            first = wanted if not is_stacked else whole * EDITOR_HIGH_PX // (EDITOR_HIGH_PX + RESULT_HIGH_PX)
            self.setSizes([first, whole - first - 1])

    def set_editor_px(self, px: int, width: int) -> None:
        """Give the editor a width, 0: the usual one; `width`: screen pixels that there are for both."""
        self._editor_px = px
        is_beside = self.orientation() is Qt.Orientation.Horizontal
        if px and is_beside and self.sizes()[0] == (wanted := current().px(px)):
            self._sized_for = wanted  # it is so already: somebody moved it
            return
        self._sized_for = 0
        self.fit(width)

    def _stack(self, *, is_stacked: bool) -> None:
        """Put the result under the editor, or beside it."""
        way = Qt.Orientation.Vertical if is_stacked else Qt.Orientation.Horizontal
        px = current().px
        if self.orientation() is not way:
            self.setOrientation(way)
            self._editor.setMinimumHeight(px(EDITOR_HIGH_PX) if is_stacked else 0)
            self._result.setMinimumHeight(px(RESULT_HIGH_PX) if is_stacked else 0)
            self._sized_for = 0

    def _on_moved(self) -> None:
        if self.orientation() is Qt.Orientation.Vertical:
            return  # that is its height
        self.editor_moved.emit(round(self.sizes()[0] / current().zoom))
