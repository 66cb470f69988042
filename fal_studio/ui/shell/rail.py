"""The folded left dock: icons that bring the library back and lead to all models."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fal_studio.ui import theme
from fal_studio.ui.surface import laid
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.words import tr

RAIL_PX = 44


class Rail(QWidget):
    """A narrow strip."""

    library_wanted = Signal()
    browse_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "rail")
        px = theme.current().px
        library = IconButton("layers", tr("Show the library"), scale="l", shortcut_text="Ctrl+B", parent=self)
        library.clicked.connect(self.library_wanted)
        browse = IconButton("grid", tr("Browse models"), scale="l", shortcut_text="Ctrl+M", parent=self)
        browse.clicked.connect(self.browse_wanted)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, px(6), 0, px(6))
        column.setSpacing(px(4))
        column.addWidget(library, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(browse, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        self.setFixedWidth(px(RAIL_PX))
