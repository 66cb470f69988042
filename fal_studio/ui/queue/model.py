"""Calls as a table: one line each, changed in place; heads of groups are lines between them."""

from collections.abc import Iterable, Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from fal_studio.core.call import Phase
from fal_studio.core.data_uris import named
from fal_studio.core.history import CallRow, Order
from fal_studio.core.kept_words import message_in_words
from fal_studio.ui.costs import spent_words
from fal_studio.ui.queue.lines import Head, Line
from fal_studio.ui.queue.telling import Telling
from fal_studio.ui.queue.words import words_of_client
from fal_studio.words import told, tr

LINE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""A CallRow, or the Head of a group."""
Index = QModelIndex | QPersistentModelIndex


class Column(IntEnum):
    """The columns, left to right."""

    STATE = 0
    PICTURE = 1
    ENDPOINT = 2
    MODE = 3
    NOW = 4
    COST = 5
    STARTED = 6


TITLES = (tr("state"), "", tr("endpoint"), tr("mode"), tr("now"), tr("cost"), tr("started"))
ORDERS = {
    Column.STATE: Order.STATE,
    Column.ENDPOINT: Order.ENDPOINT,
    Column.MODE: Order.MODE,
    Column.NOW: Order.ELAPSED,
    Column.COST: Order.COST,
    Column.STARTED: Order.STARTED,
}
"""What a press on a column's head sorts by."""
RIGHT = (Column.COST, Column.STARTED)
"""Columns of numbers stand at the right."""


class CallsModel(QAbstractTableModel):
    """The lines of one list of calls."""

    def __init__(self, telling: Telling, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._telling = telling
        self._lines: list[Line] = []
        self._places: dict[str, int] | None = {}

    @property
    def lines(self) -> Sequence[Line]:
        """All lines; not to be changed."""
        return self._lines

    def show(self, lines: Iterable[Line]) -> None:
        """Show these lines instead of all others."""
        self.beginResetModel()
        self._lines = list(lines)
        self._places = None
        self.endResetModel()

    def append(self, rows: Sequence[CallRow]) -> None:
        """Put rows at the end, in one step."""
        if rows:
            first = len(self._lines)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._lines.extend(rows)
            self._places = None
            self.endInsertRows()

    def insert(self, at: int, rows: Sequence[CallRow]) -> None:
        """Put rows before a line, in one step."""
        if rows:
            self.beginInsertRows(QModelIndex(), at, at + len(rows) - 1)
            self._lines[at:at] = rows
            self._places = None
            self.endInsertRows()

    def put(self, row: CallRow) -> bool:
        """Show a call's newer row in its place; False if the call is not here."""
        at = self.place(row.call)
        if at < 0:
            return False
        if self._lines[at] != row:
            self._lines[at] = row
            self.dataChanged.emit(self.index(at, 0), self.index(at, self.columnCount() - 1))
        return True

    def remove(self, calls: Iterable[str]) -> None:
        """Take calls away."""
        for at in sorted((self.place(call) for call in calls), reverse=True):
            if at >= 0:
                self.beginRemoveRows(QModelIndex(), at, at)
                del self._lines[at]
                self.endRemoveRows()
        self._places = None

    def place(self, call: str) -> int:
        """Return the line of a call, -1 if it is not here."""
        if self._places is None:
            self._places = {line.call: at for at, line in enumerate(self._lines) if isinstance(line, CallRow)}
        return self._places.get(call, -1)

    def line(self, at: int) -> Line | None:
        """Return a line, None beyond the last."""
        return self._lines[at] if 0 <= at < len(self._lines) else None

    def row(self, at: int) -> CallRow | None:
        """Return the call in a line, None for a head or beyond the last line."""
        line = self.line(at)
        return line if isinstance(line, CallRow) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many lines there are."""
        return 0 if parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(TITLES)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return what a column's head shows."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return TITLES[section]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return TITLES[section] or tr("picture")
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Heads of groups can be walked to, not chosen."""
        if not index.isValid() or isinstance(self._lines[index.row()], Head):
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell shows."""
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if role == LINE_ROLE:
            return line
        if isinstance(line, Head):
            return _head_data(line, index.column(), role)
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(line, index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._told(line, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(line, index.column())
        return None

    def _told(self, row: CallRow, column: int) -> str:
        """Return what a cell says where it cannot be seen: the first one tells the whole row."""
        if column == 0:
            return self._telling.sentence(row)
        if column == Column.PICTURE:
            return (
                tr("picture of {prompt}").format(prompt=row.prompt or row.endpoint)
                if row.phase is Phase.DONE
                else tr("no picture")
            )
        return self._text(row, column) or tr("nothing")

    def _text(self, row: CallRow, column: int) -> str:
        match column:
            case Column.STATE:
                return told(row.phase)
            case Column.ENDPOINT:
                return row.endpoint
            case Column.MODE:
                return row.mode.value
            case Column.NOW:
                now = self._telling.now(row)
                return f"{now.words}  {now.aside}".strip()
            case Column.COST:
                return self._telling.cost(row).text
            case Column.STARTED:
                return self._telling.started(row)
            case _:
                return ""

    def _tip(self, row: CallRow, column: int) -> str:
        match column:
            case Column.ENDPOINT:
                project = tr(", project {project}").format(project=row.project) if row.project else ""
                tip = tr("{endpoint}\nprofile {profile}{project}").format(
                    endpoint=row.endpoint, profile=row.profile, project=project
                )
                return f"{tip}\n{words_of_client(row)}" if row.client else tip
            case Column.NOW:
                return named("\n".join(part for part in (message_in_words(row.message), row.prompt) if part))
            case Column.COST:
                return self._telling.bill(row)
            case _:
                return ""


def _head_data(head: Head, column: int, role: int) -> object:
    if column == 0 and role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
        way = (
            "" if role == Qt.ItemDataRole.DisplayRole else (tr(", open") if head.is_open else tr(", closed"))
        )
        costs = spent_words(head.spent)
        return f"{head.key}, {head.count}{f', {costs}' if costs and way else ''}{way}"
    return None
