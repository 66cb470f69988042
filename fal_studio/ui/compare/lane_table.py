"""The table twin of the lanes: the same numbers in cells that can be read out and copied."""

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from fal_studio.core.comparing.stages import lengths
from fal_studio.core.stages import Step
from fal_studio.ui.compare.lane_view import NOTHING, NUMBERS, TITLES, WARM_UP, LaneView, seconds, title
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import HEIGHTS
from fal_studio.words import told, tr

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_BEFORE = (tr("lane"), tr("runs"), tr("failed"), *(TITLES[column] for column in NUMBERS))


class LaneTableModel(QAbstractTableModel):
    """A row for each lane; behind the numbers a column for each stage that any of them has."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._views: tuple[LaneView, ...] = ()
        self._steps: tuple[Step, ...] = ()

    def show_views(self, views: Sequence[LaneView]) -> None:
        """Show other lanes or numbers."""
        had = {stretch.step for view in views for stretch in view.stretches}
        steps = tuple(step for step in Step if step in had)
        if steps == self._steps and len(views) == len(self._views) and views:
            # The keyboard stays in its row while numbers change.
            self._views = tuple(views)
            self.dataChanged.emit(self.index(0, 0), self.index(len(views) - 1, self.columnCount() - 1))
            return
        self.beginResetModel()
        self._views, self._steps = tuple(views), steps
        self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """Return how many lanes there are."""
        return 0 if parent.isValid() else len(self._views)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(_BEFORE) + len(self._steps)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the title of a column."""
        if role == Qt.ItemDataRole.TextAlignmentRole and section == 0:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        return _BEFORE[section] if section < len(_BEFORE) else told(self._steps[section - len(_BEFORE)])

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the words of a cell."""
        if role == Qt.ItemDataRole.TextAlignmentRole and index.column() > 0:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole:
            view = self._views[index.row()]
            return view.note or view.failure or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._cell(index.row(), index.column()) or NOTHING
        return self._cell(index.row(), index.column()) if role == Qt.ItemDataRole.DisplayRole else None

    def text(self) -> str:
        """Return the whole as lines of cells with tabs between them."""
        rows = [
            [str(self._cell(row, column)) for column in range(self.columnCount())]
            for row in range(len(self._views))
        ]
        heads = [str(self.headerData(n, Qt.Orientation.Horizontal)) for n in range(self.columnCount())]
        return "\n".join("\t".join(cells) for cells in [heads, *rows])

    def _cell(self, row: int, column: int) -> str:
        view = self._views[row]
        if column == 0:
            aside = view.lane.reason or (WARM_UP if view.is_warm_up else "")
            return f"{title(view.lane)}: {aside}" if aside else title(view.lane)
        if column == 1:
            return NOTHING if view.lane.reason else str(view.numbers.runs or view.done)
        if column == 2:
            return str(view.numbers.failed)
        if column < len(_BEFORE):
            name = NUMBERS[column - 3]
            aside = view.aside(name)
            return f"{view.number(name)} {aside}" if aside else view.number(name)
        took_ns = lengths(view.stretches).get(self._steps[column - len(_BEFORE)])
        return "" if took_ns is None else seconds(took_ns / 1e9)


class LaneTable(QTableView):
    """Shows the twin; Ctrl+C copies all of it for a spreadsheet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lanes = LaneTableModel(self)
        self.setModel(self.lanes)
        self.lanes.modelReset.connect(self._begin)
        self.setAccessibleName(tr("Lanes of the comparison as a table"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(current().px(HEIGHTS["lane"]))
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setMinimumSectionSize(current().px(64))
        head.setHighlightSections(False)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)

    def wanted_height(self) -> int:
        """Return room for the head, all lanes and a scroll bar."""
        rows = self.lanes.rowCount() * self.verticalHeader().defaultSectionSize()
        return self.horizontalHeader().sizeHint().height() + rows + current().px(14)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Begin at the first lane, so that one sees where the keyboard is."""
        super().focusInEvent(event)
        self._begin()

    def _begin(self) -> None:
        if self.hasFocus() and not self.currentIndex().isValid() and self.lanes.rowCount():
            self.setCurrentIndex(self.lanes.index(0, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy."""
        if event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(self.lanes.text())
        else:
            super().keyPressEvent(event)
