"""A row that goes on in the next line where one line is too short: nothing in it is ever cut off."""

from collections.abc import Iterator
from itertools import groupby

from PySide6.QtCore import QEvent, QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QStyle, QWidget

from fal_studio.ui import mirroring, paint
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import LARGE


class FlowRow(QWidget):
    """Holds parts in a line from where writing begins, and begins another line when there is no room.

    A part wider than the row gets the whole width. Parts that fill share what a line has left over.
    """

    def __init__(self, gap: int = 8, parent: QWidget | None = None, *, is_divided: bool = False) -> None:
        """`gap` between parts and between lines, in pixels at 100 % text.

        `is_divided`: a thin line stands between neighbours and between lines, and parts are as high as their line.
        """
        super().__init__(parent)
        self._parts: list[tuple[QWidget, int]] = []
        self._gap, self._is_divided = gap, is_divided
        # "Fixed" would hold it at the height of one line wherever a row of a layout lies around it.
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def add(self, part: QWidget, fills: int = 0) -> None:
        """Add a part at the end; `fills`: its share of the room that is left over in its line."""
        part.setParent(self)
        self._parts.append((part, fills))
        if self.isVisible() and not _is_left_out(part):
            part.show()
        self.updateGeometry()

    def remove(self, part: QWidget) -> None:
        """Take a part out; it stays a child of the row."""
        self._parts = [one for one in self._parts if one[0] is not part]
        self.updateGeometry()

    def clear(self) -> None:
        """Take all parts out and delete them."""
        for part, _ in self._parts:
            part.hide()
            part.deleteLater()
        self._parts.clear()
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        """Be as high as the lines that a width makes necessary."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines at a width."""
        places = self._places(width)
        return max((place.bottom() + 1 for _, place in places), default=0)

    def sizeHint(self) -> QSize:
        """Return the size of one line."""
        sizes = [_wanted(part, fills) for part, fills in self._seen()]
        wide = sum(size.width() for size in sizes) + current().px(self._gap) * max(0, len(sizes) - 1)
        return QSize(wide, max((size.height() for size in sizes), default=0))

    def minimumSizeHint(self) -> QSize:
        """Return the size of the largest part: more lines need no more width."""
        sizes = [_wanted(part, fills) for part, fills in self._seen()]
        return QSize(
            max((size.width() for size in sizes), default=0),
            max((size.height() for size in sizes), default=0),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put every part in its place."""
        super().resizeEvent(event)
        for part, place in self._places(self.width()):
            part.setGeometry(QStyle.visualRect(self.layoutDirection(), self.rect(), place))

    def event(self, event: QEvent) -> bool:
        """Notice that a part wants another size, or that the window stands the other way round."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.LayoutDirectionChange):
            self.updateGeometry()
            self.resizeEvent(QResizeEvent(self.size(), self.size()))
            self.update()
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what divides the parts, if something does."""
        del event
        if not self._is_divided:
            return
        painter, color = QPainter(self), current().color("line.subtle")
        half = current().px(self._gap) // 2
        lines = groupby(self._places(self.width()), lambda one: one[1].top())
        for top, line in lines:
            if top:
                paint.box(painter, QRect(0, top - half, self.width(), 1), color)
            for _, place in list(line)[1:]:
                between = QRect(place.left() - half, place.top(), 1, place.height())
                paint.box(painter, QStyle.visualRect(self.layoutDirection(), self.rect(), between), color)

    def _seen(self) -> list[tuple[QWidget, int]]:
        return [one for one in self._parts if not _is_left_out(one[0])]

    def _lines(self, width: int) -> Iterator[list[tuple[QWidget, int, QSize]]]:
        """Yield the parts of each line: the part, its share, and the size it likes."""
        line: list[tuple[QWidget, int, QSize]] = []
        gap, used = current().px(self._gap), 0
        for part, fills in self._seen():
            size = _wanted(part, fills)
            size.setWidth(min(size.width(), width))
            if line and used + gap + size.width() > width:
                yield line
                line, used = [], 0
            used += size.width() + (gap if line else 0)
            line.append((part, fills, size))
        if line:
            yield line

    def _places(self, width: int) -> list[tuple[QWidget, QRect]]:
        """Return where every part lies, counted from the left where writing begins there."""
        places: list[tuple[QWidget, QRect]] = []
        gap, y = current().px(self._gap), 0
        for line in self._lines(width):
            high = max(size.height() for _, _, size in line)
            left = width - sum(size.width() for _, _, size in line) - gap * (len(line) - 1)
            shares = sum(fills for _, fills, _ in line)
            x = 0
            for part, fills, size in line:
                more = left * fills // shares if shares else 0
                left, shares = left - more, shares - fills
                tall = high if self._is_divided else size.height()
                places.append((part, QRect(x, y + (high - tall) // 2, size.width() + more, tall)))
                x += size.width() + more + gap
            y += high + gap
        return places


def _is_left_out(part: QWidget) -> bool:
    """Whether a part was hidden on purpose, and not only because its row is not seen yet."""
    return part.isHidden() and part.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)


def _wanted(part: QWidget, fills: int) -> QSize:
    """Return the size a part likes, within what it was bound to; one that fills is content with its least width."""
    size = part.sizeHint().expandedTo(part.minimumSizeHint())
    if fills and (least := part.minimumSizeHint().width()) > 0:
        size.setWidth(least)
    size = size.expandedTo(part.minimumSize())
    return size.boundedTo(part.maximumSize())


class TwoRows(QWidget):
    """A bar of two parts side by side; where they have no room there, the second stands under the first.

    Its height grows in rows of `height_px`, also for a first part that folds itself.
    """

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
        self._can_fold_first = False
        self._height_px = height_px
        self.first, self.second = QHBoxLayout(), QHBoxLayout()
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        px = current().px
        mirroring.margins(self._both, px(sides_px[0]), 0, px(sides_px[1]), 0)
        for layout in (self._both, self.first, self.second):
            layout.setSpacing(px(8))
        edge = (px(height_px) - px(LARGE)) // 2 if edge_px is None else px(edge_px)
        for layout in (self.first, self.second):
            layout.setContentsMargins(0, edge, 0, edge)
        for layout, share in zip((self.first, self.second), stretch, strict=True):
            self._both.addLayout(layout, share)

    @property
    def is_folded(self) -> bool:
        """Whether there is more than one row now."""
        return self._both.direction() is QBoxLayout.Direction.TopToBottom

    def fold_first(self) -> None:
        """Let the first part fold too where it is too wide for a row of its own: it is made of two layouts."""
        self._can_fold_first = True

    def sizeHint(self) -> QSize:
        """Return the height of all rows."""
        return QSize(self._wide(), current().px(self._height_px) * self._rows())

    def minimumSizeHint(self) -> QSize:
        """Return room for the wider of the two parts."""
        edges = self._both.contentsMargins()
        wide = max(self._wide_first(folded=self._can_fold_first), self.second.minimumSize().width())
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

    def _rows(self) -> int:
        first = 2 if self.first.direction() is QBoxLayout.Direction.TopToBottom else 1
        return first + 1 if self.is_folded else first

    def _fit(self) -> None:
        """Fold or unfold for what the parts need now."""
        way, alone = QBoxLayout.Direction, Qt.AlignmentFlag.AlignRight
        is_folded = self._wide() > self.width()
        if is_folded is not self.is_folded:
            self._both.setDirection(way.TopToBottom if is_folded else way.LeftToRight)
            self._both.setSpacing(0 if is_folded else current().px(8))
            side = alone if is_folded and not self._is_filled else Qt.AlignmentFlag(0)
            self._both.setAlignment(self.second, side)
            self.updateGeometry()
        edges = self._both.contentsMargins()
        room = self.width() - edges.left() - edges.right()
        first = way.TopToBottom if self._can_fold_first and self._wide_first() > room else way.LeftToRight
        if first is not self.first.direction():
            self.first.setDirection(first)
            self.updateGeometry()

    def _wide_first(self, *, folded: bool = False) -> int:
        """Return the least width of the first part: in one row, or of the wider of its two."""
        if not self._can_fold_first:
            return self.first.minimumSize().width()
        parts = [
            item.minimumSize().width() for at in range(self.first.count()) if (item := self.first.itemAt(at))
        ]
        return max(parts) if folded else sum(parts) + self.first.spacing() * (len(parts) - 1)

    def _wide(self) -> int:
        """Return the least width of one row."""
        edges = self._both.contentsMargins()
        parts = self._wide_first() + self.second.minimumSize().width()
        return parts + current().px(8) + edges.left() + edges.right()
