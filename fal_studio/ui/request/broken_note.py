"""The line of a form whose JSON cannot be read."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fal_studio.ui import theme
from fal_studio.ui.request.inputs.row import EDGE_PX
from fal_studio.ui.widgets.buttons import Button
from fal_studio.words import tr


class BrokenNote(QWidget):
    """Says that the form cannot be used until the JSON is mended, and leads there."""

    json_wanted = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        px = theme.current().px
        self._button = Button("", "link", parent=self)
        self._button.clicked.connect(lambda: self.json_wanted.emit(""))
        column = QVBoxLayout(self)
        column.setContentsMargins(px(EDGE_PX), 0, px(EDGE_PX), px(6))
        column.addWidget(self._button)
        self.hide()

    def tell(self, line: int) -> None:
        """Name the line; 0 for none."""
        self._button.setText(
            tr("The JSON has a mistake in line {line}. Mend it there first.").format(line=line)
        )
        self.setVisible(line > 0)
