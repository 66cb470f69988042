"""The top bar: mark, menus, and the profile that calls are made with."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenuBar, QSizePolicy, QWidget

from fal_studio.ui import icons, paint, theme
from fal_studio.ui.surface import laid
from fal_studio.ui.tokens import HEIGHTS
from fal_studio.ui.widgets.profile_chip import ProfileChip
from fal_studio.ui.widgets.segmented import Part, SegmentedControl

PAGES = (Part("request", "Request"), Part("live", "Live", tooltip="Draw, and see the answer while you draw"))


class TopBar(QWidget):
    """One row over the window."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "window")
        px = theme.current().px
        self.menus = QMenuBar(self)
        self.menus.setNativeMenuBar(False)
        self.menus.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.pages = SegmentedControl(PAGES, "request", name="Page", parent=self)
        self.profile = ProfileChip("Emulator", "offline, free", "stage.setup", parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), 0, px(8), 1)
        row.setSpacing(px(8))
        row.addWidget(_Mark(self))
        row.addWidget(self.menus)
        row.addStretch(1)
        row.addWidget(self.pages)
        row.addStretch(1)
        row.addWidget(self.profile)
        self.setFixedHeight(px(HEIGHTS["top bar"]))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line under it."""
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.current().color("bg.window"))
        paint.box(
            painter, self.rect().adjusted(0, self.height() - 1, 0, 0), theme.current().color("line.subtle")
        )


class _Mark(QWidget):
    """The program's mark."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("fal Studio")
        self.setFixedSize(QSize(theme.current().px(18), theme.current().px(18)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        del event
        icons.draw(QPainter(self), self.rect(), "logo", theme.current().color("accent.line"))
