"""A row that goes on in the next line where one line is too short: nothing in it is ever cut off."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget, QWidgetItem


class FlowRow(QLayout):
    """Lays its parts out from left to right, each as wide as it likes, and begins another line when there is no room.

    A part wider than the row gets the whole width. `gap` is between parts and between lines, in pixels.
    """

    def __init__(self, parent: QWidget | None = None, gap: int = 8) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._taken: QLayoutItem | None = None
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addWidget(self, w: QWidget) -> None:
        """Add a widget at the end.

        Its item is made here: one that Qt makes may lie where another has been, and Python would take it for that one, which
        is gone ("Internal C++ object already deleted").
        """
        self.addChildWidget(w)
        self.addItem(QWidgetItem(w))

    def addItem(self, item: QLayoutItem) -> None:
        """Add a part at the end."""
        self._items.append(item)

    def count(self) -> int:
        """Return how many parts there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem:
        """Return a part; None beyond the last."""
        return self._items[index] if 0 <= index < len(self._items) else None  # type: ignore[return-value] - Qt's contract

    def takeAt(self, index: int) -> QLayoutItem:
        """Take a part out; None beyond the last."""
        if not 0 <= index < len(self._items):
            return None  # type: ignore[return-value] - Qt's contract
        self._taken = self._items.pop(index)  # Qt deletes it now: Python must not be quicker
        return self._taken

    def expandingDirections(self) -> Qt.Orientation:
        """Take no more than is needed."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Be as high as the lines that a width makes necessary."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines at a width."""
        return self._place(QRect(0, 0, width, 0), is_trial=True)

    def setGeometry(self, rect: QRect) -> None:
        """Put every part in its place."""
        super().setGeometry(rect)
        self._place(rect, is_trial=False)

    def sizeHint(self) -> QSize:
        """Return the size of one line."""
        sizes = [item.sizeHint() for item in self._shown()]
        wide = sum(size.width() for size in sizes) + self._gap * max(0, len(sizes) - 1)
        return self._framed(QSize(wide, max((size.height() for size in sizes), default=0)))

    def minimumSize(self) -> QSize:
        """Return the size of the largest part: more lines need no more width."""
        size = QSize(0, 0)
        for item in self._shown():
            size = size.expandedTo(item.minimumSize())
        return self._framed(size)

    def _framed(self, size: QSize) -> QSize:
        around = self.contentsMargins()
        return size + QSize(around.left() + around.right(), around.top() + around.bottom())

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _place(self, rect: QRect, *, is_trial: bool) -> int:
        """Go through the lines; returns the height of all, margins included."""
        around = self.contentsMargins()
        area = rect.marginsRemoved(around)
        x, y, high = area.left(), area.top(), 0
        for item in self._shown():
            size = item.sizeHint()
            size.setWidth(min(size.width(), area.width()))
            if high and x + size.width() > area.left() + area.width():
                x, y, high = area.left(), y + high + self._gap, 0
            if not is_trial:
                item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + self._gap
            high = max(high, size.height())
        return y + high - rect.top() + around.bottom()
