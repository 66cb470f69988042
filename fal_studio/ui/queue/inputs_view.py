"""What a call was given, as JSON; and where two calls were given something else."""

import json
from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QPlainTextEdit,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from fal_studio.core.data_uris import named
from fal_studio.core.differences import Change, Difference, differences
from fal_studio.core.request import Json
from fal_studio.ui import mirroring, paint
from fal_studio.ui.highlight import JsonHighlighter
from fal_studio.ui.surface import grounded
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.tokens import HEIGHTS, Role
from fal_studio.ui.widgets.labels import ElidedLabel
from fal_studio.ui.widgets.rows import RowState, paint_row
from fal_studio.words import told, tr, trn

SHOW_CHARS = 200_000
_LONGEST_VALUE = 2_000
_SIGNS: dict[Change, tuple[str, Role]] = {
    Change.ADDED: ("added", "good"),
    Change.REMOVED: ("removed", "bad"),
    Change.CHANGED: ("changed", "ask"),
}
Index = QModelIndex | QPersistentModelIndex


class InputsView(QPlainTextEdit):
    """Arguments as coloured JSON, to read and copy."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grounded(self, "field")
        self.setAccessibleName(tr("Inputs as JSON"))
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self._highlighter = JsonHighlighter(self.document())
        current().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_inputs(self, arguments: Json, missing: str = "") -> None:
        """Show arguments, or why there are none."""
        text = missing or named(json.dumps(arguments, ensure_ascii=False, indent=2, default=str))
        more = "" if len(text) <= SHOW_CHARS else tr("\n… cut here; recall it to see the rest")
        self.setPlainText(text[:SHOW_CHARS] + more)

    def _on_theme_changed(self) -> None:
        self.setFont(current().font("mono"))
        self.document().setDocumentMargin(current().px(10))


class DiffView(QWidget):
    """Places where two inputs differ: what became of each, and both values."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _DiffModel(self)
        self._words = ElidedLabel("", "cell", "3", parent=self)
        self._view = QTableView(self)
        self._view.setModel(self._model)
        self._view.setItemDelegate(_DiffDelegate(self._view))
        self._dress()
        px = current().px
        column = QVBoxLayout(self)
        column.setContentsMargins(0, px(8), 0, 0)
        column.setSpacing(px(4))
        around = QVBoxLayout()
        around.setContentsMargins(px(12), 0, px(12), 0)
        around.addWidget(self._words)
        column.addLayout(around)
        column.addWidget(self._view, 1)

    @property
    def found(self) -> Sequence[Difference]:
        """What is told."""
        return self._model.rows

    @property
    def words(self) -> str:
        """What stands above it."""
        return self._words.text()

    def compare(self, left: Json, right: Json, left_name: str, right_name: str, same: str = "") -> None:
        """Tell how the right value differs from the left one; `same` is said if it does not."""
        found = differences(left, right)
        self._model.show(found, left_name, right_name)
        self._view.setVisible(bool(found))
        noun = trn("place differs", "places differ", len(found))
        between = tr("{count} {noun} between {left_name} and {right_name}").format(
            count=len(found), noun=noun, left_name=left_name, right_name=right_name
        )
        same = same or tr("{left_name} and {right_name} were given the same.").format(
            left_name=left_name, right_name=right_name
        )
        self._words.set_text(between if found else same)

    def show_words(self, words: str) -> None:
        """Say why nothing is compared."""
        self._model.show((), "", "")
        self._view.hide()
        self._words.set_text(words)

    def _dress(self) -> None:
        view = self._view
        view.setAccessibleName(tr("Differences"))
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.setShowGrid(False)
        view.setTabKeyNavigation(False)
        view.setCornerButtonEnabled(False)
        view.setMouseTracking(True)
        view.setProperty("ownFocus", True)  # noqa: FBT003 - a property value
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(current().px(HEIGHTS["event"]))
        head = view.horizontalHeader()
        head.setHighlightSections(False)
        head.setFixedHeight(current().px(HEIGHTS["header"]))
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        signs = max(text_width("control", told(sign)) for sign, _role in _SIGNS.values())
        head.resizeSection(0, max(current().px(72), round(signs) + current().px(12 + 4) + 1))


class _DiffModel(QAbstractTableModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: Sequence[Difference] = ()
        self._titles = ("", tr("field"), "", "")

    def show(self, rows: Sequence[Difference], left_name: str, right_name: str) -> None:
        self.beginResetModel()
        self.rows = rows
        self._titles = ("", tr("field"), left_name, right_name)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else 4

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        texts = (told(row.change), row.path or tr("everything"), shortened(row.left), shortened(row.right))
        if row.change is Change.ADDED:
            texts = (*texts[:2], "", texts[3])
        elif row.change is Change.REMOVED:
            texts = (*texts[:3], "")
        if role == Qt.ItemDataRole.DisplayRole:
            return texts[index.column()]
        if role == Qt.ItemDataRole.UserRole:
            return row.change
        if role == Qt.ItemDataRole.ToolTipRole and index.column() >= 1:
            return texts[index.column()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.path} {told(row.change)}: {texts[2] or tr('nothing')}, {texts[3] or tr('nothing')}"
        return None


class _DiffDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(40, current().px(HEIGHTS["event"]))

    @mirroring.row
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = current()
        area = QRectF(option.rect)
        painter.save()
        paint_row(painter, area, RowState.of(option), first_column=index.column() == 0)
        inner = area.adjusted(theme.px(12 if index.column() == 0 else 8), 0, -theme.px(4), 0)
        words = str(index.data())
        if index.column() == 0:
            role: Role = _SIGNS[Change(index.data(Qt.ItemDataRole.UserRole))][1]
            paint.text(painter, inner, words, theme.font("control"), theme.color(role))
        elif index.column() == 1:
            paint.text(painter, inner, words, theme.font("cell"), theme.color("text.1"))
        else:
            paint.text(painter, inner, words, theme.font("log"), theme.color("text.2"))
        painter.restore()


def shortened(value: Json) -> str:
    """Return a value as one line of JSON, cut where nobody reads on."""
    return named(json.dumps(value, ensure_ascii=False, default=str))[:_LONGEST_VALUE]
