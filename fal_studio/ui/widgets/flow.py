"""A row that goes on in the next line where one line is too short: nothing in it is ever cut off."""

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QWidget

from fal_studio.ui.theme import current
from fal_studio.ui.tokens import LARGE


class FlowRow(QWidget):
    """Holds parts from left to right, each as large as it likes, and begins another line when there is no room.

    A part wider than the row gets the whole width. `gap` is between parts and between lines, in pixels.
    """

    def __init__(self, gap: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: list[QWidget] = []
        self._gap = gap
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, part: QWidget) -> None:
        """Add a part at the end."""
        part.setParent(self)
        self._parts.append(part)
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        """Be as high as the lines that a width makes necessary."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines at a width."""
        places = self._places(width)
        return max((place.bottom() + 1 for place in places), default=0)

    def sizeHint(self) -> QSize:
        """Return the size of one line."""
        sizes = [part.sizeHint() for part in self._parts]
        wide = sum(size.width() for size in sizes) + self._gap * max(0, len(sizes) - 1)
        return QSize(wide, max((size.height() for size in sizes), default=0))

    def minimumSizeHint(self) -> QSize:
        """Return the size of the largest part: more lines need no more width."""
        sizes = [part.sizeHint() for part in self._parts]
        return QSize(
            max((size.width() for size in sizes), default=0),
            max((size.height() for size in sizes), default=0),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put every part in its place."""
        super().resizeEvent(event)
        for part, place in zip(self._parts, self._places(self.width()), strict=True):
            part.setGeometry(place)

    def event(self, event: QEvent) -> bool:
        """Notice that a part wants another size."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
            self.resizeEvent(QResizeEvent(self.size(), self.size()))
        return super().event(event)

    def _places(self, width: int) -> list[QRect]:
        places: list[QRect] = []
        x = y = high = 0
        for part in self._parts:
            size = part.sizeHint()
            size.setWidth(min(size.width(), width))
            if high and x + size.width() > width:
                x, y, high = 0, y + high + self._gap, 0
            places.append(QRect(QPoint(x, y), size))
            x += size.width() + self._gap
            high = max(high, size.height())
        return places


class TwoRows(QWidget):
    """A bar of two parts side by side; where they have no room there, the second stands under the first."""

    def __init__(
        self,
        height_px: int,
        sides_px: tuple[int, int] = (12, 12),
        parent: QWidget | None = None,
        *,
        edge_px: int | None = None,
        stretch: tuple[int, int] = (1, 0),
        is_filled: bool = False,
    ) -> None:
        """`height_px` of one row, `sides_px` left and right of everything, at 100 %.

        `edge_px` above and under each row; None: what a large control leaves. `stretch` of the parts beside each other.
        `is_filled`: the second part fills its row where it stands alone, else it stands at the right.
        """
        super().__init__(parent)
        self._is_filled = is_filled
        self._height_px = height_px
        self.first, self.second = QHBoxLayout(), QHBoxLayout()
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        px = current().px
        self._both.setContentsMargins(px(sides_px[0]), 0, px(sides_px[1]), 0)
        for layout in (self._both, self.first, self.second):
            layout.setSpacing(px(8))
        edge = (px(height_px) - px(LARGE)) // 2 if edge_px is None else px(edge_px)
        for layout in (self.first, self.second):
            layout.setContentsMargins(0, edge, 0, edge)
        for layout, share in zip((self.first, self.second), stretch, strict=True):
            self._both.addLayout(layout, share)

    @property
    def is_folded(self) -> bool:
        """Whether there are two rows now."""
        return self._both.direction() is QBoxLayout.Direction.TopToBottom

    def sizeHint(self) -> QSize:
        """Return the height of one row, or of two."""
        return QSize(self._wide(), current().px(self._height_px) * (2 if self.is_folded else 1))

    def minimumSizeHint(self) -> QSize:
        """Return room for the wider of the two parts."""
        edges = self._both.contentsMargins()
        wide = max(self.first.minimumSize().width(), self.second.minimumSize().width())
        return QSize(wide + edges.left() + edges.right(), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fold, or unfold."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Notice that a part needs more or less."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        """Fold or unfold for what the parts need now."""
        is_folded = self._wide() > self.width()
        if is_folded is self.is_folded:
            return
        way = QBoxLayout.Direction
        self._both.setDirection(way.TopToBottom if is_folded else way.LeftToRight)
        self._both.setSpacing(0 if is_folded else current().px(8))
        self._both.setAlignment(
            self.second,
            Qt.AlignmentFlag.AlignRight if is_folded and not self._is_filled else Qt.AlignmentFlag(0),
        )
        self.updateGeometry()

    def _wide(self) -> int:
        """Return the least width of one row."""
        edges = self._both.contentsMargins()
        parts = self.first.minimumSize().width() + self.second.minimumSize().width()
        return parts + current().px(8) + edges.left() + edges.right()
