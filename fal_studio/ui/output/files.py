"""The files of a result as a table: sorted by any column, several chosen at once, pulled out, copied, saved, put on the stage."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QSize,
    QSortFilterProxyModel,
    Qt,
    Signal,
    SignalInstance,
)
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from fal_studio.core.artifacts import Artifact, in_bytes
from fal_studio.core.data_uris import named
from fal_studio.figures import number
from fal_studio.ui import icons, mirroring, theme
from fal_studio.ui.surface import laid
from fal_studio.ui.tokens import HEIGHTS
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.kept_sizes import KeptHead
from fal_studio.ui.widgets.labels import Divider, ElidedLabel
from fal_studio.words import mark, told, tr

COLUMNS = (
    mark("name"),
    mark("kind"),
    mark("size"),
    mark("type"),
    mark("measures"),
    mark("from"),
)
_WIDTHS = (160, 66, 72, 116, 108, 118)
_LEAST_LAST_PX = 72
"""The last column takes what is left over, and no less."""
_GIVE_WAY = ("from", "type", "measures", "kind")
"""Columns that are left out where there is no room, first to last: tooltip and preview tell the same."""
_LONGEST = 200
_ROWS_IN_SIGHT = 4
_MOST_FITTED = 30
"""Rows; a longer table may be made as high as somebody likes."""
_ANY = 16_777_215
_SORT = Qt.ItemDataRole.UserRole
_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


class FilesModel(QAbstractTableModel):
    """One row for each file."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.files: tuple[Artifact, ...] = ()
        self.on_stage: frozenset[str] = frozenset()
        """Keys of the files that are shown large."""

    def show_files(self, files: Sequence[Artifact], on_stage: frozenset[str]) -> None:
        """Show other files."""
        self.beginResetModel()
        self.files, self.on_stage = tuple(files), on_stage
        self.endResetModel()

    def rowCount(self, parent: _Index = _ROOT) -> int:
        """Return how many files there are."""
        return 0 if parent.isValid() else len(self.files)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        """Return how many facts are told of each."""
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return the name of a column."""
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return told(COLUMNS[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(section)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what is told of a file."""
        file, column = self.files[index.row()], COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _told(file, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return _told(file, column) or tr("no {column}").format(column=told(column))
        if role == _SORT:
            return _sorted_by(file, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            if column == "name" and file.key in self.on_stage:
                return tr("{name}, shown above").format(name=file.name)
            return named(file.url)[:_LONGEST] or file.path if column == "from" else _told(file, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(index.column())
        if role == Qt.ItemDataRole.ForegroundRole and column != "name":
            return theme.current().color("text.2")
        if role == Qt.ItemDataRole.DecorationRole and column == "name":
            is_shown = file.key in self.on_stage
            return icons.icon("eye" if is_shown else file.kind.value, "accent.text" if is_shown else "text.3")
        return None


class _Table(QTreeView):
    """Rows that are pulled out, copied and opened by the keyboard."""

    pulled = Signal()
    copy_wanted = Signal()

    def startDrag(self, supported: Qt.DropAction) -> None:
        """Pull the chosen files out."""
        del supported
        self.pulled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy files instead of the words of a row; open with Enter."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.activated.emit(self.currentIndex())
        else:
            super().keyPressEvent(event)


class _Cells(QStyledItemDelegate):
    """Keeps the words of the last column off the edge of the pane."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw the ground of the whole cell, and its words with room at the right."""
        if index.column() == len(COLUMNS) - 1:
            self.initStyleOption(option, index)
            panel = QStyle.PrimitiveElement.PE_PanelItemViewItem
            option.widget.style().drawPrimitive(panel, option, painter, option.widget)
            option.rect = option.rect.adjusted(0, 0, -theme.current().px(12), 0)
        super().paint(painter, option, index)


class FilesView(QWidget):
    """The table, and what can be done with the chosen rows."""

    save_wanted = Signal(object)
    keep_wanted = Signal(tuple)
    """Save these Artifacts in the media folder."""
    copy_wanted = Signal(tuple)
    drag_wanted = Signal(tuple)
    show_wanted = Signal(object)
    """Put an Artifact on the stage."""
    menu_wanted = Signal(object, QPoint)
    """An Artifact, and a place of the screen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        px = theme.current().px
        self._model = FilesModel(self)
        self._sorted = QSortFilterProxyModel(self)
        self._sorted.setSourceModel(self._model)
        self._sorted.setSortRole(_SORT)
        self._sorted.setSortCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.table = _Table(self)
        """The rows."""
        self.table.setModel(self._sorted)
        self._dress_table()
        self._said = ElidedLabel("", "caption", "3", parent=self)
        self._copy = Button(
            tr("Copy"), "quiet", icon="copy", scale="s", tooltip=tr("As files (Ctrl+C)"), parent=self
        )
        self.keep_button = Button(
            tr("Save"), "quiet", icon="folder", scale="s", tooltip=tr("In the media folder"), parent=self
        )
        self.save_button = Button(tr("Save as…"), "quiet", icon="save", scale="s", parent=self)
        foot = QHBoxLayout()
        mirroring.margins(foot, px(12), 0, px(8), 0)
        foot.setSpacing(px(4))
        foot.addWidget(self._said, 1)
        for button in (self._copy, self.keep_button, self.save_button):
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, px(4))
        column.setSpacing(px(4))
        column.addWidget(self.table, 1)
        column.addWidget(Divider(parent=self))
        column.addLayout(foot)
        self._connect()

    def _dress_table(self) -> None:
        table, px = self.table, theme.current().px
        table.setAccessibleName(tr("Files of the result"))
        table.setItemDelegate(_Cells(table))
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setRootIsDecorated(False)
        table.setUniformRowHeights(True)
        table.setAllColumnsShowFocus(True)
        head = KeptHead("files", table)
        table.setHeader(head)
        table.setSortingEnabled(True)
        table.sortByColumn(-1, Qt.SortOrder.AscendingOrder)  # as they stand in the result
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setDragEnabled(True)
        table.setTabKeyNavigation(False)
        table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head.setStretchLastSection(True)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for place, width in enumerate(_WIDTHS):
            table.setColumnWidth(place, px(width))
        head.keep_sorting()

    def _connect(self) -> None:
        self.table.selectionModel().selectionChanged.connect(self._on_selected)
        self.table.activated.connect(self._on_activated)
        self.table.doubleClicked.connect(self._on_activated)
        self.table.pulled.connect(lambda: self._with_chosen(self.drag_wanted))
        self.table.copy_wanted.connect(lambda: self._with_chosen(self.copy_wanted))
        self._copy.clicked.connect(lambda: self._with_chosen(self.copy_wanted))
        self.keep_button.clicked.connect(lambda: self._with_chosen(self.keep_wanted))
        self.save_button.clicked.connect(self._on_save)

    @property
    def is_empty(self) -> bool:
        """Whether there are no rows."""
        return not self._model.files

    @property
    def rows(self) -> int:
        """How many files are listed."""
        return len(self._model.files)

    @property
    def chosen(self) -> tuple[Artifact, ...]:
        """The files of the chosen rows, from top to bottom; all of them if none is chosen."""
        rows = sorted(self.table.selectionModel().selectedRows(), key=lambda index: index.row())
        found = tuple(self._file(index) for index in rows)
        return found or self._model.files

    @property
    def said(self) -> str:
        """What is said of the chosen files."""
        return self._said.text()

    def show_files(self, artifacts: Sequence[Artifact], on_stage: frozenset[str] = frozenset()) -> None:
        """Show these files; those on the stage are marked."""
        if tuple(artifacts) == self._model.files and on_stage == self._model.on_stage:
            return
        self._model.show_files(artifacts, on_stage)
        self._fit_columns()
        self._say()
        self.table.setMinimumHeight(self._height_of(1))
        # A short list leaves the room to what is above it.
        if (layout := self.layout()) is not None:
            layout.invalidate()  # it still knows the height of the table before
        foot = self.minimumSizeHint().height() - self.table.minimumHeight()
        self.setMaximumHeight(
            self._height_of(len(artifacts)) + foot if len(artifacts) <= _MOST_FITTED else _ANY
        )
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out columns that have no room."""
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        px, files = theme.current().px, self._model.files
        wanted = dict(zip(COLUMNS, _WIDTHS, strict=True)) | {COLUMNS[-1]: _LEAST_LAST_PX}
        if not any(_told(file, "measures") for file in files):
            del wanted["measures"]
        for name in _GIVE_WAY:
            if px(sum(wanted.values())) <= self.width():
                break
            wanted.pop(name, None)
        for place, name in enumerate(COLUMNS):
            self.table.setColumnHidden(place, name not in wanted)

    def sizeHint(self) -> QSize:
        """Return room for some rows."""
        least = self.minimumSizeHint()
        rows = min(len(self._model.files), _ROWS_IN_SIGHT)
        return QSize(least.width(), least.height() + self._height_of(rows) - self._height_of(1))

    def _height_of(self, rows: int) -> int:
        px = theme.current().px
        return px(24) + rows * px(HEIGHTS["list"]) + px(2)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done with one file."""
        index = self.table.indexAt(self.table.viewport().mapFromGlobal(event.globalPos()))
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.table.currentIndex()
        if index.isValid():
            self.menu_wanted.emit(self._file(index), event.globalPos())

    def _file(self, index: _Index) -> Artifact:
        return self._model.files[self._sorted.mapToSource(index).row()]

    def _with_chosen(self, signal: SignalInstance) -> None:
        if files := self.chosen:
            signal.emit(files)

    def _on_save(self) -> None:
        files = self.chosen
        if len(files) == 1:
            self.save_wanted.emit(files[0])
        else:
            self.keep_wanted.emit(files)

    def _on_activated(self, index: _Index) -> None:
        if index.isValid():
            self.show_wanted.emit(self._file(index))

    def _on_selected(self) -> None:
        self._say()

    def _say(self) -> None:
        rows = len(self.table.selectionModel().selectedRows())
        files = self.chosen
        sizes = [size for file in files if (size := _size_of(file)) is not None]
        words = (
            tr("{rows} of {count} chosen").format(rows=rows, count=number(len(self._model.files)))
            if rows
            else tr("{count} files").format(count=number(len(files)))
        )
        self._said.set_text(words + (f", {in_bytes(sum(sizes))}" if sizes else ""))
        for button in (self._copy, self.keep_button, self.save_button):
            button.setEnabled(bool(files))
        self.save_button.setVisible(len(files) == 1)


def _side(column: int) -> Qt.AlignmentFlag:
    right = COLUMNS[column] in ("size", "measures")
    return (
        Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    ) | Qt.AlignmentFlag.AlignVCenter


def _size_of(file: Artifact) -> int | None:
    return file.blob.size_bytes if file.blob is not None else file.size_bytes


def _told(file: Artifact, column: str) -> str:
    match column:
        case "name":
            return file.name[:_LONGEST]
        case "kind":
            return told(file.kind)
        case "size":
            size = _size_of(file)
            return in_bytes(size) if size is not None else ""
        case "type":
            return file.content_type
        case "measures":
            if file.width and file.height:
                return f"{file.width} × {file.height}"
            return f"{number(file.duration_s, '.1f')} s" if file.duration_s else ""
        case _:
            return named(file.url)[:_LONGEST] if file.url.startswith("http") else file.path


def _sorted_by(file: Artifact, column: str) -> str | float:
    match column:
        case "size":
            return float(_size_of(file) or 0)
        case "measures":
            return float((file.width or 0) * (file.height or 0)) or file.duration_s or 0.0
        case _:
            return _told(file, column).lower()
