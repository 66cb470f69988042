"""The line over one side of the desk: its name, what belongs to it at the left, and what can be done at the right."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.labels import Label

HEIGHT = 36


class SideHead(QWidget):
    """One row."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        px = current().px
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(px(12), 0, px(8), 0)
        self._row.setSpacing(px(4))
        self._row.addWidget(Label(title, "chosen", "1"))
        self._row.addStretch(1)
        self.setFixedHeight(px(HEIGHT))

    def put_first(self, *widgets: QWidget, space: int = 0) -> None:
        """Add widgets behind the name, `space` further away."""
        place = self._row.count() - 1
        if space:
            self._row.insertSpacing(place, current().px(space))
        for widget in widgets:
            self._row.insertWidget(self._row.count() - 1, widget)

    def put_last(self, *widgets: QWidget) -> None:
        """Add widgets at the right end."""
        for widget in widgets:
            self._row.addWidget(widget)
