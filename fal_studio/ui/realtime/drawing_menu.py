"""The menu over the drawing: what its tools do, and the clipboard."""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from fal_studio.ui import clipboard
from fal_studio.ui.realtime.canvas import Canvas
from fal_studio.ui.realtime.tools import Tools
from fal_studio.words import tr


class DrawingMenu(QMenu):
    """One for as long as the drawing lives; its entries follow the tools each time it opens."""

    paste_wanted = Signal()
    picture_wanted = Signal()
    """A picture of the disk shall be laid on the paper."""

    def __init__(self, canvas: Canvas, tools: Tools, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._steps = tuple(
            (button, self.addAction(button.accessibleName(), button.click))
            for button in (tools.undo, tools.redo)
        )
        self.addSeparator()
        self._kinds = tuple(
            (button, self.addAction(button.accessibleName(), button.click))
            for button in (tools.brush, tools.eraser)
        )
        for _, entry in self._kinds:
            entry.setCheckable(True)
        self.addSeparator()
        self.addAction(tr("Copy drawing"), self._on_copy)
        self._paste = self.addAction(tr("Paste picture"), self.paste_wanted.emit)
        self.addAction(tr("Picture…"), self.picture_wanted.emit)
        self.addSeparator()
        self.addAction(tools.clear.accessibleName(), tools.clear.click)

    def offer(self, at: QPoint) -> None:
        """Open at a place of the screen."""
        for button, entry in self._steps:
            entry.setEnabled(button.isEnabled())
        for button, entry in self._kinds:
            entry.setChecked(button.isChecked())
        held = clipboard.held()
        self._paste.setEnabled(held.hasImage() or held.hasUrls())
        self.popup(at)

    def _on_copy(self) -> None:
        QGuiApplication.clipboard().setImage(self._canvas.image)
