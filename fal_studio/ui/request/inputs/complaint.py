"""What is wrong with a value, in words below it; as many lines as it needs."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fal_studio.ui import icons, mirroring, theme
from fal_studio.ui.widgets.paragraph import Paragraph

_ICON_PX, _GAP_PX = 14, 6


class Complaint(QWidget):
    """The failed icon and a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = Paragraph("", "cell", "bad", parent=self)
        self._inset = 0
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._words)
        self.set_inset(0)

    def text(self) -> str:
        """Return the sentence."""
        return self._words.text()

    def set_text(self, text: str) -> None:
        """Say something else."""
        if text != self._words.text():
            self._words.set_text(text)

    def set_inset(self, inset: int) -> None:
        """Begin this many pixels from where lines begin."""
        px = theme.current().px
        self._inset = inset
        mirroring.margins(self._column, inset + px(_ICON_PX + _GAP_PX), 0, 0, px(2))

    @mirroring.widget
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the icon at the first line."""
        del event
        colours = theme.current()
        side = colours.px(_ICON_PX)
        box = QRect(self._inset, (colours.line_px("cell") - side) // 2, side, side)
        icons.draw(QPainter(self), box, "failed", colours.color("bad"))
