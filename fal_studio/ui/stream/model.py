"""The events of one call as an append-only table; rows come in batches, text is made only for rows that are seen."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from fal_studio.core.artifacts import in_bytes
from fal_studio.core.events import Event
from fal_studio.ui.stream.rows import Row, row_of

ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1
GAP_ROLE = ROW_ROLE + 1
"""Milliseconds since the event before."""
WIDE_GAP_ROLE = GAP_ROLE + 1
"""The gap is more than three times the median of those around it."""

Index = QModelIndex | QPersistentModelIndex
_RECENT = 64


class Column(IntEnum):
    """The columns, left to right."""

    NUMBER = 0
    TIME = 1
    GAP = 2
    KIND = 3
    SIZE = 4
    PREVIEW = 5


TITLES = ("#", "t, ms", "gap", "kind", "size", "preview")
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class EventsModel(QAbstractTableModel):
    """Events in the order they happened."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._events: list[Event] = []
        self._rows: dict[int, Row] = {}

    def show(self, events: Sequence[Event]) -> None:
        """Show these events instead of all others."""
        self.beginResetModel()
        self._events = list(events)
        self._rows.clear()
        self.endResetModel()

    def append(self, events: Sequence[Event]) -> None:
        """Put events at the end, in one step."""
        if events:
            first = len(self._events)
            self.beginInsertRows(QModelIndex(), first, first + len(events) - 1)
            self._events.extend(events)
            self.endInsertRows()

    def event_at(self, row: int) -> Event:
        """Return the event of a row."""
        return self._events[row]

    def row_at(self, row: int) -> Row:
        """Return what the list shows of a row; made once, when it is first seen."""
        found = self._rows.get(row)
        if found is None:
            found = self._rows[row] = row_of(self._events[row].fact)
        return found

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self._events)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(TITLES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return what a header shows."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if section in (Column.NUMBER, Column.TIME, Column.GAP, Column.SIZE) else _LEFT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        row = index.row()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, index.column())
        if role == ROW_ROLE:
            return self.row_at(row)
        if role == GAP_ROLE:
            return self._gap_ms(row)
        if role == WIDE_GAP_ROLE:
            return self._is_wide(row)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            shown = self.row_at(row)
            return f"event {row}, {shown.kind}, at {self._events[row].t_ns / 1e6:.0f} ms, {shown.preview}"
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.headerData(index.column(), Qt.Orientation.Horizontal, role)
        return None

    def _text(self, row: int, column: int) -> str:
        match column:
            case Column.NUMBER:
                return str(row)
            case Column.TIME:
                return f"{self._events[row].t_ns / 1e6:,.0f}".replace(",", "\u2009")
            case Column.GAP:
                return f"+{self._gap_ms(row):.0f}" if row else ""
            case Column.KIND:
                return self.row_at(row).kind
            case Column.SIZE:
                size = self.row_at(row).size_bytes
                return "" if size is None else in_bytes(size)
            case _:
                shown = self.row_at(row)
                return " ".join((*shown.chips, shown.preview)) if shown.chips else shown.preview

    def _gap_ms(self, row: int) -> float:
        return (self._events[row].t_ns - self._events[row - 1].t_ns) / 1e6 if row else 0.0

    def _is_wide(self, row: int) -> bool:
        gap = self._gap_ms(row)
        if gap < 1:
            return False
        low = max(1, row - _RECENT)
        gaps = sorted(self._gap_ms(at) for at in range(low, min(len(self._events), low + 2 * _RECENT)))
        return len(gaps) >= 3 and gap > 3 * gaps[len(gaps) // 2] and gap >= 5
