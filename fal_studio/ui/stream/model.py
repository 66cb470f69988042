"""The events of one call as an append-only table; rows come in batches, text is made only for rows that are seen."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from fal_studio import figures
from fal_studio.core.artifacts import in_bytes
from fal_studio.core.events import Event, Partial
from fal_studio.ui.stream.rows import PREVIEW_CHARS, Row, row_of
from fal_studio.words import tr

ROW_ROLE = int(Qt.ItemDataRole.UserRole) + 1
GAP_ROLE = ROW_ROLE + 1
"""Milliseconds since the event before."""
WIDE_GAP_ROLE = GAP_ROLE + 1
"""The gap is more than three times the median of those around it."""

Index = QModelIndex | QPersistentModelIndex
_RECENT = 64
_KEPT_ROWS = 5000
_MOST_CHARS = 1920
"""Of a preview: the longest row of the widest screen."""
_LOOK_BACK = 16
"""Events among which the Partial before another one is looked for: pings and logs may stand between."""


class Column(IntEnum):
    """The columns, left to right."""

    NUMBER = 0
    TIME = 1
    GAP = 2
    KIND = 3
    SIZE = 4
    PREVIEW = 5


TITLES = ("#", tr("t, ms"), tr("gap"), tr("kind"), tr("size"), tr("preview"))
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class EventsModel(QAbstractTableModel):
    """Events in the order they happened."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._events: Sequence[Event] = ()
        """The call's own: it grows by itself, and rows are told of in `grow`."""
        self._known = 0
        self._picked: list[int] | None = None
        """The events that are shown; None for all."""
        self._words = ""
        self._tested = 0
        self._chars = PREVIEW_CHARS
        self._rows: OrderedDict[int, Row] = OrderedDict()

    def show(self, events: Sequence[Event]) -> None:
        """Show these events instead of all others; what is put at their end later is shown by `grow`."""
        self.beginResetModel()
        self._events, self._known = events, len(events)
        self._rows.clear()
        self._picked, self._tested = ([] if self._words else None), 0
        self.endResetModel()

    def set_room(self, chars: int) -> None:
        """Make previews for so many characters from now on, in steps, so that a little more room makes nothing anew."""
        chars = min(_MOST_CHARS, -(-chars // PREVIEW_CHARS) * PREVIEW_CHARS)
        if chars > self._chars:
            self._chars = chars
            self._rows.clear()
            if rows := self.rowCount():
                self.dataChanged.emit(self.index(0, Column.PREVIEW), self.index(rows - 1, Column.PREVIEW))

    def grow(self) -> int:
        """Show what the call has by now, in one step; return how many rows came."""
        added = len(self._events) - self._known
        if self._picked is not None:
            self._known = len(self._events)
            return self.sift(added) if self._tested == self._known - added else 0
        if added > 0:
            self.beginInsertRows(QModelIndex(), self._known, self._known + added - 1)
            self._known += added
            self.endInsertRows()
        return max(0, added)

    def set_filter(self, words: str) -> None:
        """Show only events in whose row the words stand, whatever their case; `sift` finds them."""
        words = words.strip().casefold()
        if words != self._words:
            self.beginResetModel()
            self._words = words
            self._picked, self._tested = ([] if words else None), 0
            self._known = len(self._events)
            self.endResetModel()

    @property
    def is_sifting(self) -> bool:
        """Whether not all events have been held against the filter."""
        return self._picked is not None and self._tested < self._known

    def sift(self, most: int) -> int:
        """Hold the next events against the filter, at most so many; return how many more are shown."""
        if self._picked is None:
            return 0
        until = min(self._known, self._tested + most)
        found = [at for at in range(self._tested, until) if self._fits(at)]
        self._tested = until
        if found:
            first = len(self._picked)
            self.beginInsertRows(QModelIndex(), first, first + len(found) - 1)
            self._picked += found
            self.endInsertRows()
        return len(found)

    def number(self, row: int) -> int:
        """Return the place of a row's event in the call."""
        return row if self._picked is None else self._picked[row]

    def row_of(self, number: int) -> int:
        """Return the row of an event, or of the last one before it that is shown; -1 if there is none."""
        if self._picked is None:
            return min(number, self._known - 1)
        return bisect_right(self._picked, number) - 1

    @property
    def events(self) -> Sequence[Event]:
        """All events of the call."""
        return self._events

    def event_at(self, row: int) -> Event:
        """Return the event of a row."""
        return self._events[self.number(row)]

    def row_at(self, row: int) -> Row:
        """Return what the list shows of a row; made when it is seen."""
        return self._row(self.number(row))

    def _row(self, number: int) -> Row:
        found = self._rows.get(number)
        if found is None:
            found = self._rows[number] = row_of(
                self._events[number].fact, self._partial_before(number), self._chars
            )
            if len(self._rows) > _KEPT_ROWS:
                self._rows.popitem(last=False)
        return found

    def _partial_before(self, number: int) -> Partial | None:
        for at in range(number - 1, max(-1, number - 1 - _LOOK_BACK), -1):
            fact = self._events[at].fact
            if isinstance(fact, Partial):
                return fact
        return None

    def _fits(self, number: int) -> bool:
        row = self._row(number)
        return self._words in f"{row.kind} {' '.join(row.chips)} {row.preview}".casefold()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many rows there are."""
        return 0 if parent.isValid() else self._known if self._picked is None else len(self._picked)

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
            return self._gap_ms(self.number(row))
        if role == WIDE_GAP_ROLE:
            return self._is_wide(self.number(row))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            shown = self.row_at(row)
            number = self.number(row)
            return tr("event {number}, {kind}, at {t_ns} ms, {preview}").format(
                number=number,
                kind=shown.kind,
                t_ns=figures.number(self._events[number].t_ns / 1000000.0, ".0f"),
                preview=shown.preview,
            )
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.headerData(index.column(), Qt.Orientation.Horizontal, role)
        return None

    def _text(self, row: int, column: int) -> str:
        number = self.number(row)
        match column:
            case Column.NUMBER:
                return str(number)
            case Column.TIME:
                return figures.number(self._events[number].t_ns / 1e6, ",.0f")
            case Column.GAP:
                return f"+{figures.number(self._gap_ms(number), ',.0f')}" if number else ""
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
        gaps = sorted(self._gap_ms(at) for at in range(low, min(self._known, low + 2 * _RECENT)))
        return len(gaps) >= 3 and gap > 3 * gaps[len(gaps) // 2] and gap >= 5
