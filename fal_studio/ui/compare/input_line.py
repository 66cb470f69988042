"""What all lanes send, and how far they are."""

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.chips import Chip
from fal_studio.ui.widgets.labels import ElidedLabel, Label, Mark
from fal_studio.ui.widgets.state_label import StateLabel
from fal_studio.words import tr

CHIPS_FROM_PX = 1000
_PROMPT_PX = 120
"""Least room for the beginning of the prompt."""


class InputLine(QWidget):
    """A lock, the prompt, some other values; at the right the state of the comparison."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "stage")
        px = current().px
        self._lock = Mark("lock", "text.3", 14, self)
        self._caption = Label(tr("shared input"), "cell", "3", parent=self)
        self._prompt = ElidedLabel("", "cell", "1", parent=self)
        self._chips: list[Chip] = []
        self._texts: tuple[str, ...] = ()
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(px(12), 0, px(12), 0)
        row.setSpacing(px(8))
        for widget in (self._lock, self._caption, self._prompt):
            row.addWidget(widget)
        row.addStretch(1)
        self.state = StateLabel("draft", parent=self)
        self.words = Label("", "cell", "2", parent=self)
        row.addWidget(self.state)
        row.addWidget(self.words)
        self.setFixedHeight(px(34))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what has no room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show as many values as fit: the state stays, then the prompt, the values from the left, the caption."""
        px = current().px
        fixed = [self._lock, self.state, self.words]
        room = (
            self.width()
            - 2 * px(12)
            - sum(part.sizeHint().width() + px(8) for part in fixed if not part.isHidden())
        )
        room -= px(_PROMPT_PX) if not self._prompt.isHidden() else 0
        for part in (*self._chips, self._caption):
            room -= part.sizeHint().width() + px(8)
            part.setVisible(room >= 0)

    def show_input(self, caption: str, prompt: str, values: Sequence[str]) -> None:
        """Show what all lanes have in common."""
        self._caption.setText(caption)
        self._prompt.set_text(prompt)
        self._prompt.setVisible(bool(prompt))
        if tuple(values) == self._texts:
            return
        self._texts = tuple(values)
        for chip in self._chips:
            chip.hide()
            chip.deleteLater()
        self._chips = [Chip(text, "outlined", parent=self) for text in values]
        for number, chip in enumerate(self._chips):
            self._row.insertWidget(3 + number, chip)
        self._fit()

    def show_state(self, state: str, words: str) -> None:
        """Show how far it is; "" for a state shows none."""
        self.state.setVisible(bool(state))
        if state:
            self.state.set_state(state)
        self.words.setText(words)
        self.state.setMinimumWidth(self.state.sizeHint().width())  # a state cut to its first letter is none
        self._fit()
