"""The menu over the outputs of a comparison."""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from fal_studio.words import tr


class OutputMenu(QMenu):
    """One for as long as the outputs live; it is told each time what it is about."""

    copy_wanted = Signal(str)
    """The lane whose output goes to the clipboard."""
    call_wanted = Signal(str)
    """A call that is to be shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lane = self._call = ""
        self._copy = self.addAction(tr("Copy picture"), self._on_copy)
        self.addAction(tr("Show the call"), self._on_show)

    def offer(self, at: QPoint, lane: str, call: str, *, has_picture: bool, has_text: bool) -> None:
        """Open at a place of the screen for what the call of a lane gave: a picture, a text, or neither."""
        self._lane, self._call = lane, call
        self._copy.setText(tr("Copy picture") if has_picture else tr("Copy as text"))
        self._copy.setVisible(has_picture or has_text)
        self.popup(at)

    def _on_copy(self) -> None:
        self.copy_wanted.emit(self._lane)

    def _on_show(self) -> None:
        self.call_wanted.emit(self._call)
