"""What all lanes send, and how far they are."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QWidget

from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.chips import Chip
from fal_studio.ui.widgets.labels import ElidedLabel, Label, Mark
from fal_studio.ui.widgets.state_label import StateLabel

CHIPS_FROM_PX = 1000


class InputLine(QWidget):
    """A lock, the prompt, some other values; at the right the state of the comparison."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "stage")
        px = current().px
        self._lock = Mark("lock", "text.3", 14, self)
        self._caption = Label("shared input", "cell", "3", parent=self)
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

    def show_state(self, state: str, words: str) -> None:
        """Show how far it is; "" for a state shows none."""
        self.state.setVisible(bool(state))
        if state:
            self.state.set_state(state)
        self.words.setText(words)
