"""The line over one side of the desk: its name, what belongs to it at the left, and what can be done at the right."""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fal_studio.ui import mirroring
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.labels import Label

HEIGHT = 36


class SideHead(QWidget):
    """One row. Where there is no room, buttons show only their icons, and then some of the words are left out."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        px = current().px
        self._words: dict[Button, str] = {}
        self._is_bare = False
        self._spare: list[QWidget] = []
        """What is left out, the first first."""
        self._out = 0
        """How many of them are left out now."""
        self._title = Label(title, "chosen", "1")
        self._row = QHBoxLayout(self)
        mirroring.margins(self._row, px(12), 0, px(8), 0)
        self._row.setSpacing(px(4))
        self._row.addWidget(self._title)
        self._row.addStretch(1)
        self.setFixedHeight(px(HEIGHT))

    def put_first(self, *widgets: QWidget) -> None:
        """Add widgets behind the name."""
        for widget in widgets:
            self._row.insertWidget(self._row.count() - 1, widget)
            self._note(widget)

    def put_last(self, *widgets: QWidget) -> None:
        """Add widgets at the right end."""
        for widget in widgets:
            self._row.addWidget(widget)
            self._note(widget)

    def spare(self, *widgets: QWidget) -> None:
        """Leave these out where icons alone are still too wide, one after another, and the title as the last one."""
        self._spare = [*widgets, self._title]

    def minimumSizeHint(self) -> QSize:
        """Return room for what is never left out."""
        spared = self._words_width() + sum(self._width_of(one) for one in self._spare)
        return QSize(self._whole() - spared, self._row.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take words away, or show them again."""
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

    def _words_width(self) -> int:
        """Return how much wider the row is with the words of its buttons than without them."""
        return sum(
            button.width_with(words) - button.width_with("")
            for button, words in self._words.items()
            if not button.isHidden()
        )

    def _width_of(self, widget: QWidget) -> int:
        return widget.minimumSizeHint().width() + self._row.spacing()

    def _whole(self) -> int:
        """Return the width of the row with all its words."""
        gone = (self._width_of(one) for one in self._spare[: self._out])
        return self._row.minimumSize().width() + (self._words_width() if self._is_bare else 0) + sum(gone)

    def _fit(self) -> None:
        need = self._whole()
        is_bare = need > self.width()
        need -= self._words_width() if is_bare else 0
        out = 0
        while out < len(self._spare) and need > self.width():
            need -= self._width_of(self._spare[out])
            out += 1
        if is_bare is not self._is_bare:
            self._is_bare = is_bare
            for button, words in self._words.items():
                button.setText("" if is_bare else words)
        if out != self._out:
            self._out = out
            for place, widget in enumerate(self._spare):
                widget.setVisible(place >= out)
