"""Sizes that were said once, in pixels, follow the text zoom: fixed heights, margins, distances, rows of tables."""

from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QBoxLayout,
    QFormLayout,
    QGridLayout,
    QHeaderView,
    QLayout,
    QMainWindow,
    QSpacerItem,
    QWidget,
)

from fal_studio.words import tr

_MOST: Final = (1 << 24) - 1
"""Qt's word for "as large as it likes"."""
_LINE_PX: Final = 2
"""Lines stay lines."""
_KEPT: Final = "atFull"


def fit_anew() -> None:
    """Let every widget that chooses by its size what it shows choose again: its size means something else now."""
    for widget in QApplication.allWidgets():
        if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Created) or widget.isVisible():
            QApplication.sendEvent(widget, QResizeEvent(widget.size(), widget.size()))


class Zooming:
    """One step from one zoom to another.

    A size is remembered as it is at 100 %, so that many small steps lead back to where they began.
    """

    def __init__(self, before: float, now: float) -> None:
        self._before, self._now = before, now

    def apply(self) -> None:
        """Change every widget of the application, also those that are hidden."""
        for widget in QApplication.allWidgets():
            self._size(widget)
            if isinstance(widget, QHeaderView):
                self._rows(widget)
            layout = widget.layout()
            if layout is not None and not isinstance(widget, QMainWindow):
                self._layout(layout)

    def _scaled(self, thing: QObject, name: str, value: int) -> int:
        if not _LINE_PX < value < _MOST:
            return value
        kept = thing.property(_KEPT)
        sizes: dict[str, list[float]] = dict(kept) if isinstance(kept, dict) else {}
        held = sizes.get(name)
        # A size that was set by somebody since then is a new one.
        full = held[1] if held is not None and round(held[0]) == value else value / self._before
        new = round(full * self._now)
        sizes[name] = [float(new), full]
        thing.setProperty(_KEPT, sizes)
        return new

    def _size(self, widget: QWidget) -> None:
        if isinstance(widget, QMainWindow):
            return  # how small the window may be is a matter of the screen
        least, most = widget.minimumSize(), widget.maximumSize()
        wide, high = (
            self._scaled(widget, tr("least wide"), least.width()),
            self._scaled(widget, tr("least high"), least.height()),
        )
        widest, highest = (
            self._scaled(widget, "wide", most.width()),
            self._scaled(widget, "high", most.height()),
        )
        if (wide, high) != least.toTuple() or (widest, highest) != most.toTuple():
            widget.setMinimumSize(0, 0)  # on the way a least size may not be above the largest
            widget.setMaximumSize(widest, highest)
            widget.setMinimumSize(wide, high)

    def _rows(self, head: QHeaderView) -> None:
        head.setMinimumSectionSize(self._scaled(head, tr("least section"), head.minimumSectionSize()))
        head.setDefaultSectionSize(self._scaled(head, "section", head.defaultSectionSize()))

    def _layout(self, layout: QLayout) -> None:
        around = layout.contentsMargins()
        sides = (around.left(), around.top(), around.right(), around.bottom())
        layout.setContentsMargins(
            *(self._scaled(layout, tr("side {n}").format(n=n), side) for n, side in enumerate(sides))
        )
        if isinstance(layout, QGridLayout | QFormLayout):
            layout.setHorizontalSpacing(self._scaled(layout, "across", layout.horizontalSpacing()))
            layout.setVerticalSpacing(self._scaled(layout, "down", layout.verticalSpacing()))
        elif isinstance(layout, QBoxLayout):
            layout.setSpacing(self._scaled(layout, "gap", layout.spacing()))
        if isinstance(layout, QGridLayout):
            self._grid(layout)
        for index in range(layout.count()):
            item = layout.itemAt(index)
            if item is None:
                continue
            inner, space = item.layout(), item.spacerItem()
            if inner is not None:
                self._layout(inner)
            elif space is not None:
                self._space(space, layout, index)
        layout.invalidate()

    def _grid(self, grid: QGridLayout) -> None:
        for column in range(grid.columnCount()):
            wide = grid.columnMinimumWidth(column)
            grid.setColumnMinimumWidth(
                column, self._scaled(grid, tr("column {column}").format(column=column), wide)
            )
        for row in range(grid.rowCount()):
            grid.setRowMinimumHeight(
                row, self._scaled(grid, tr("row {row}").format(row=row), grid.rowMinimumHeight(row))
            )

    def _space(self, space: QSpacerItem, layout: QLayout, index: int) -> None:
        size, policy = space.sizeHint(), space.sizePolicy()
        space.changeSize(
            self._scaled(layout, tr("space {index} across").format(index=index), size.width()),
            self._scaled(layout, tr("space {index} down").format(index=index), size.height()),
            policy.horizontalPolicy(),
            policy.verticalPolicy(),
        )
