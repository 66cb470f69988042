"""The menu over the timeline of a call."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from fal_studio.words import tr


class WaterfallMenu(QMenu):
    """One for as long as the timeline lives; it is told each time what it is about."""

    copy_wanted = Signal(str)

    def __init__(self, copying: QAbstractButton, saving: Sequence[QAbstractButton], parent: QWidget) -> None:
        super().__init__(parent)
        self._lines: Sequence[str] = ()
        self._chosen = self._details = ""
        self.addAction(tr("Copy row"), self._on_row)
        self.addAction(tr("Copy all rows"), self._on_all_rows)
        self.addAction(tr("Copy details"), self._on_details)
        entries = [self.addAction(copying.text(), copying.click)]
        self.addSeparator()
        entries += [self.addAction(button.text(), button.click) for button in saving]
        self._buttons = tuple(zip((copying, *saving), entries, strict=True))

    def offer(self, at: QPoint, lines: Sequence[str], index: int, details: str) -> None:
        """Open at a place of the screen: all rows in words, which of them is chosen, and what is told of it."""
        self._lines, self._chosen, self._details = lines, lines[index], details
        for button, entry in self._buttons:
            entry.setVisible(not button.isHidden())
        self.popup(at)

    def _on_row(self) -> None:
        self.copy_wanted.emit(self._chosen)

    def _on_all_rows(self) -> None:
        self.copy_wanted.emit("\n".join(self._lines))

    def _on_details(self) -> None:
        self.copy_wanted.emit(self._details)
