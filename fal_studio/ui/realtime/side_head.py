"""The line over one side of the desk: its name, what belongs to it at the left, and what can be done at the right."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.labels import Label

HEIGHT = 36


class SideHead(QWidget):
    """One row. Buttons show only their icons where there is no room for words."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        px = current().px
        self._words: dict[Button, str] = {}
        self._is_bare = False
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
            self._note(widget)

    def put_last(self, *widgets: QWidget) -> None:
        """Add widgets at the right end."""
        for widget in widgets:
            self._row.addWidget(widget)
            self._note(widget)

    def minimumSizeHint(self) -> QSize:
        """Return room for everything with icons alone."""
        least = self._row.minimumSize()
        return QSize(least.width() - (0 if self._is_bare else self._spared()), least.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the words away, or show them again."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Notice that something in the row needs more or less."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _note(self, widget: QWidget) -> None:
        if isinstance(widget, Button) and not isinstance(widget, IconButton):
            self._words[widget] = widget.text()
            widget.setAccessibleName(widget.text())
            if not widget.toolTip():
                widget.setToolTip(widget.text())

    def _spared(self) -> int:
        """Return how much room the words take."""
        return sum(
            button.fontMetrics().horizontalAdvance(words)
            for button, words in self._words.items()
            if not button.isHidden()
        )

    def _fit(self) -> None:
        whole = self._row.minimumSize().width() + (self._spared() if self._is_bare else 0)
        is_bare = whole > self.width()
        if is_bare is not self._is_bare:
            self._is_bare = is_bare
            for button, words in self._words.items():
                button.setText("" if is_bare else words)
