"""A window of its own for a pane that was taken out of the main window, for example on a second screen."""

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.words import tr

LEAST = QSize(560, 240)


class DockWindow(QWidget):
    """Holds the pane while it is detached. All commands of the main window have their keys here, too."""

    close_wanted = Signal()
    """Somebody closed it; the pane stays detached for the next time."""

    def __init__(self, title: str, window: QWidget, least: QSize = LEAST) -> None:
        """`least`: its smallest size at 100 % text."""
        super().__init__(window, Qt.WindowType.Window)
        laid(self, "panel")
        self.setWindowTitle(tr("{title} - fal Studio").format(title=title))
        self.setWindowIcon(window.windowIcon())
        self.setMinimumSize(least * current().zoom)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.addActions(window.actions())

    def hold(self, pane: QWidget, box: QRect, *, takes_keyboard: bool = True) -> None:
        """Take a pane in and show it; `box` is where the window shall be."""
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating, not takes_keyboard)
        self._column.addWidget(pane)
        pane.show()
        self.setGeometry(box)
        self.show()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave it to the owner of the pane."""
        event.ignore()
        self.close_wanted.emit()
