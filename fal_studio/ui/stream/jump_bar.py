"""The line under a list of events that stands still."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from fal_studio import figures
from fal_studio.ui import icons, mirroring
from fal_studio.ui.widgets.labels import ElidedLabel
from fal_studio.words import tr


class JumpBar(QWidget):
    """Says that new events came while the list stood still."""

    jump_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("jumpBar")
        self._words = ElidedLabel(tr("Following stopped where you looked"), "caption", "2", parent=self)
        self._button = QPushButton("", self)
        self._button.setProperty("kind", "quiet")
        self._button.setIcon(icons.icon("arrow-down", "accent.text"))
        self._button.clicked.connect(self.jump_wanted)
        row = QHBoxLayout(self)
        mirroring.margins(row, 12, 0, 8, 0)
        row.addWidget(self._words, 1)
        row.addWidget(self._button)
        self.hide()

    def show_new(self, count: int) -> None:
        """Show how many events came since."""
        self._button.setText(
            tr("Jump to latest ({count} new)").format(count=figures.number(count))
            if count > 0
            else tr("Jump to latest")
        )
        self.show()
