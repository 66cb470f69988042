"""A part of the form: rows one below the other, whose controls are made when they come into sight."""

from collections.abc import Iterator

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fal_studio.ui import theme
from fal_studio.ui.request.inputs.row import Row
from fal_studio.ui.tokens import CONTROL

_GAP_PX = 8
ROW_PX = CONTROL + _GAP_PX
"""Height of a row of one line, with the gap below it."""


class Section(QWidget):
    """Rows; filled before it is shown, since showing widgets one by one takes ten times as long."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Row] = []
        self._unbuilt: list[Row] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.current().px(_GAP_PX))

    def add(self, row: Row) -> None:
        """Put a row at the end."""
        self.rows.append(row)
        self._unbuilt.append(row)
        self._column.addWidget(row)

    @property
    def is_built(self) -> bool:
        """Whether all rows have their controls."""
        return not self._unbuilt

    def build_first(self, height_px: int) -> None:
        """Make the controls of the rows that fill a height, as far as it can be said before they are laid out."""
        count = max(0, height_px // theme.current().px(ROW_PX) + 1)
        self._build(self._unbuilt[:count])

    def build_above(self, bottom_px: int) -> None:
        """Make the controls of the rows that begin above a line of this section."""
        self._build([row for row in self._unbuilt if row.y() < bottom_px])

    def build_some(self, count: int) -> int:
        """Make the controls of the next few rows; returns how many there were."""
        ready = self._unbuilt[:count]
        self._build(ready)
        return len(ready)

    def built(self) -> Iterator[Row]:
        """Yield the rows that have their controls."""
        waiting = set(map(id, self._unbuilt))
        return (row for row in self.rows if id(row) not in waiting)

    def _build(self, rows: list[Row]) -> None:
        for row in rows:
            row.build()
            self._unbuilt.remove(row)
