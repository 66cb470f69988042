"""The title of the dock: two rows that are one where there is room, on a ground with a line at both edges."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from fal_studio.ui import paint
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.flow import TwoRows


class DockTitle(TwoRows):
    """Leaves out what it can spare before it takes a second row."""

    spare: QWidget | None = None
    """What is left out where the first row is too wide even alone."""

    def _fit(self) -> None:
        if self.spare is not None:
            taken = self.spare.minimumSize().width() + self.first.spacing()
            need = self.first.minimumSize().width() + (taken if self.spare.isHidden() else 0)
            self.spare.setVisible(need + current().px(4 + 8) <= self.width())
        super()._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        del event
        theme = current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("bg.window"))
        for top in (0, self.height() - 1):
            paint.box(
                painter, self.rect().adjusted(0, top, 0, top + 1 - self.height()), theme.color("line.subtle")
            )
