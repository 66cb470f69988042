"""What stands under the pictures of the desk: it can be scrolled where there is no room for all, so that they stay in sight."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from fal_studio.ui.realtime.side_head import HEIGHT as HEAD_PX
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.words import tr

LEAST_PX = 44
"""At 100 %: one line of fields is always in sight."""
_LINES_PX = 2
"""Between the parts of the desk."""


class Foot(QScrollArea):
    """As high as its parts, if there is room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Fields and numbers"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._inner = QWidget()
        laid(self._inner, "panel")
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.setWidget(self._inner)
        self._inner.installEventFilter(self)

    def add(self, part: QWidget) -> None:
        """Put a part under the others."""
        self._column.addWidget(part)

    def leave(self, high: int, least: int) -> None:
        """Leave of a height in pixels what the pictures need: `least`, and a third for themselves under their heads."""
        pictures = max(least, current().px(HEAD_PX) + high // 3)
        self.setMaximumHeight(max(current().px(LEAST_PX), high - pictures - _LINES_PX))

    def sizeHint(self) -> QSize:
        """Return the height of all parts at the width there is."""
        hint = self._inner.sizeHint()
        return QSize(hint.width(), self._high(max(self.width(), self._least_width())))

    def minimumSizeHint(self) -> QSize:
        """Return the width of the widest part, and the height of one line."""
        wide = self._least_width()
        return QSize(wide, min(self._high(max(self.width(), wide)), current().px(LEAST_PX)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width makes another height."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that a part needs more or less."""
        if watched is self._inner and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def _least_width(self) -> int:
        return self._inner.minimumSizeHint().width()

    def _high(self, width: int) -> int:
        return (
            self._column.totalHeightForWidth(width)
            if self._column.hasHeightForWidth()
            else self._column.totalSizeHint().height()
        )
