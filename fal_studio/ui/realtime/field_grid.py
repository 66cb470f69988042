"""Fields under each other, in as many columns as there is width for."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from fal_studio.ui.realtime.bolt import Bolt
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.fields import TextField
from fal_studio.ui.widgets.labels import Label

MOST_COLUMNS = 3
_EACH = 4
"""Columns of the grid for one field: its bolt, its name, its box, and a distance."""
_GAP, _APART, _TEXT = 8, 12, 120
"""At 100 %: between the parts of a field, between fields, and the least width of a text."""
Cell = tuple[Bolt, Label, QWidget]


class FieldGrid(QWidget):
    """Three columns at most, one where large words need the room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self._cells: list[Cell] = []
        self._columns = 0
        px = current().px
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(px(12), px(8), px(12), px(8))
        self._grid.setHorizontalSpacing(px(_GAP))
        self._grid.setVerticalSpacing(px(6))

    def show_fields(self, cells: list[Cell]) -> None:
        """Show these fields; those before are deleted."""
        for part in (part for cell in self._cells for part in cell):
            self._grid.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._cells, self._columns = cells, 0
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Return the width of one column, and the height of all rows as they stand."""
        return QSize(self._wide(1), self._grid.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose how many columns there are."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        columns = next(
            (count for count in range(MOST_COLUMNS, 1, -1) if self._wide(count) <= self.width()), 1
        )
        if columns == self._columns:
            return
        for column in range(_EACH * MOST_COLUMNS):
            self._grid.setColumnStretch(column, 0)
            self._grid.setColumnMinimumWidth(column, 0)
        for place, (bolt, label, box) in enumerate(self._cells):
            row, column = place // columns, place % columns * _EACH
            self._grid.addWidget(bolt, row, column)
            self._grid.addWidget(label, row, column + 1)
            side = Qt.AlignmentFlag(0) if _is_long(box) else Qt.AlignmentFlag.AlignLeft
            self._grid.addWidget(box, row, column + 2, side)
            self._grid.setColumnStretch(column + 2, 1)
            if place % columns < columns - 1:
                self._grid.setColumnMinimumWidth(column + 3, current().px(_APART))
        self._columns = columns
        self.updateGeometry()

    def _wide(self, columns: int) -> int:
        """Return the width that all fields need in so many columns."""
        px = current().px
        wide = 2 * px(12) + (columns - 1) * (px(_APART) + 2 * px(_GAP))
        for column in range(min(columns, len(self._cells))):
            cells = self._cells[column::columns]
            wide += max(bolt.sizeHint().width() for bolt, _, _ in cells) + 2 * px(_GAP)
            wide += max(label.sizeHint().width() for _, label, _ in cells)
            wide += max(_least(box) for _, _, box in cells)
        return wide


def _is_long(box: QWidget) -> bool:
    """Whether a field takes as much width as there is: one for text."""
    return isinstance(box, TextField) and box.maximumWidth() > current().px(200)


def _least(box: QWidget) -> int:
    if _is_long(box):
        return current().px(_TEXT)
    size = box.sizeHint().expandedTo(box.minimumSizeHint()).expandedTo(box.minimumSize())
    return size.boundedTo(box.maximumSize()).width()
