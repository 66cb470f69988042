"""How a JSON tree looks, and its keys: rows painted in one pass, with chips for encoded bytes."""

from collections.abc import Callable

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QKeySequence, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QWidget,
)

from fal_studio.core.json_paths import Path
from fal_studio.ui import icons, paint, theme
from fal_studio.ui.key_choice import hears
from fal_studio.ui.output.tree_model import TOLD, Told, TreeModel
from fal_studio.ui.surface import grounded
from fal_studio.ui.tokens import HEIGHTS, Role
from fal_studio.words import tr

_OPENED_AT_FIRST = 40
"""Rows that a new value opens to."""
_REMEMBERED = 200
_ROLES: dict[str, Role] = {
    "text": "good", "number": "accent.text", "word": "ask", "inside": "text.3", "group": "text.3", "chip": "text.2",
}  # fmt: skip


class TreeView(QTreeView):
    """A tree of one value; what was opened stays open when a new one has the same places."""

    copy_value_wanted = Signal()
    copy_path_wanted = Signal()
    find_wanted = Signal()
    step_wanted = Signal(int)
    chosen_changed = Signal()

    def __init__(self, model: TreeModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tree = model
        self._opened: dict[Path, bool] = {}
        """Which places a person opened or closed."""
        self._is_ours = False
        self.setModel(model)
        self.setItemDelegate(_RowDelegate(self))
        grounded(self, "panel")
        self.setAccessibleName(tr("Result as a tree"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu_wanted)
        self.expanded.connect(self._on_expanded)
        self.collapsed.connect(self._on_collapsed)
        self.selectionModel().currentChanged.connect(self.chosen_changed)
        theme.current().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def open_up(self) -> None:
        """Open what was open before, and of the rest what has room at first sight."""
        self._is_ours = True
        for path, is_open in self._opened.items():
            if is_open and (index := self._tree.find(path)).isValid():
                self.expand(index)
        shown = 1
        level = [self._tree.index(0, 0)]
        while level:
            inner: list[QModelIndex] = []
            for index in level:
                count = self._tree.rowCount(index)
                if shown + count > _OPENED_AT_FIRST or self._opened.get(self._tree.path_at(index)) is False:
                    continue
                shown += count
                self.expand(index)
                inner += (self._tree.index(row, 0, index) for row in range(count))
            level = inner
        self._is_ours = False
        root = self._tree.index(0, 0)
        self.setExpanded(root, self._opened.get(()) is not False)
        self.setCurrentIndex(root)

    def go_to(self, path: Path) -> None:
        """Choose a place and bring it into sight."""
        index = self._tree.find(path)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index, QAbstractItemView.ScrollHint.EnsureVisible)

    @hears("output.json_page")
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """/ searches, n and N step, p copies the path, Ctrl+C the value; the arrows walk."""
        keys: dict[str, Callable[[], None]] = {
            "/": self.find_wanted.emit,
            "n": lambda: self.step_wanted.emit(1),
            "N": lambda: self.step_wanted.emit(-1),
            "p": self.copy_path_wanted.emit,
        }
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_value_wanted.emit()
        elif (do := keys.get(event.text())) is not None:
            do()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.setExpanded(self.currentIndex(), not self.isExpanded(self.currentIndex()))
        else:
            super().keyPressEvent(event)

    def drawRow(
        self, painter: QPainter, options: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the ground over the whole row, then the row."""
        if self.selectionModel().isSelected(index):  # pyright: ignore[reportArgumentType] - a view gives plain indexes
            area = QRect(options.rect)  # pyright: ignore[reportAttributeAccessIssue, reportArgumentType]
            colours = theme.current()
            painter.fillRect(area, colours.color("accent.tint" if self.hasFocus() else "bg.chosen"))
            painter.fillRect(QRect(area.left(), area.top(), 2, area.height()), colours.color("accent.line"))
        super().drawRow(painter, options, index)

    def drawBranches(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the arrow of what can be opened."""
        if not self._tree.hasChildren(index):
            return
        colours = theme.current()
        side = colours.px(12)
        spot = QRect(rect.right() - side - colours.px(2), rect.center().y() - side // 2 + 1, side, side)
        name = "chevron-down" if self.isExpanded(index) else "chevron-right"  # pyright: ignore[reportArgumentType]
        icons.draw(painter, spot, name, colours.color("text.3"))

    def _on_expanded(self, index: QModelIndex) -> None:
        self._note(index, is_open=True)

    def _on_collapsed(self, index: QModelIndex) -> None:
        self._note(index, is_open=False)

    def _note(self, index: QModelIndex, *, is_open: bool) -> None:
        if not self._is_ours and not self._tree.is_group(index) and len(self._opened) < _REMEMBERED:
            self._opened[self._tree.path_at(index)] = is_open

    def _on_menu_wanted(self, at: QPoint) -> None:
        if not self.indexAt(at).isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Copy value"), self.copy_value_wanted.emit)
        menu.addAction(tr("Copy path"), self.copy_path_wanted.emit)
        menu.popup(self.viewport().mapToGlobal(at))

    def _on_theme_changed(self) -> None:
        self.setIndentation(theme.current().px(18))
        self.scheduleDelayedItemsLayout()


class _RowDelegate(QStyledItemDelegate):
    """Paints key, value and what is said beside it."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the wanted size."""
        return QSize(40, theme.current().px(HEIGHTS["event"]))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one row."""
        area = QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue, reportArgumentType]
        painter.save()
        _paint_row(painter, area, index.data(TOLD))
        painter.restore()


def _paint_row(painter: QPainter, area: QRect, told: Told) -> None:
    colours = theme.current()
    px = colours.px
    rest = area.adjusted(px(4), 0, -px(12), 0)
    colon = ":" if told.text else ""
    rest = _paint_text(
        painter, rest, f"{told.key}{colon}", "mono", "text.2" if told.kind == "group" else "text.1"
    )
    rest.adjust(px(8), 0, 0, 0)
    if told.kind == "chip":
        width = QFontMetrics(colours.font("caption")).horizontalAdvance(told.text) + px(14)
        box = QRect(rest.left(), rest.center().y() - px(9) + 1, min(width, rest.width()), px(18))
        paint.frame(painter, QRectF(box), px(4), fill=colours.color("bg.hover"))
        _paint_text(painter, box.adjusted(px(7), 0, 0, 0), told.text, "caption", "text.2")
        return
    room = QFontMetrics(colours.font("caption")).horizontalAdvance(told.aside) + px(12) if told.aside else 0
    if told.text:
        left = _paint_text(painter, rest.adjusted(0, 0, -room, 0), told.text, "mono", _ROLES[told.kind])
        rest.setLeft(left.left() + px(10))
    if told.aside:
        _paint_text(painter, rest, told.aside, "caption", "text.3")


def _paint_text(painter: QPainter, area: QRect, text: str, style: str, role: Role) -> QRect:
    """Paint words, and return the room behind them."""
    if area.width() <= 0:
        return area
    font = theme.current().font(style)
    metrics = QFontMetrics(font)
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    painter.setFont(font)
    painter.setPen(theme.current().color(role))
    paint.words_in(painter, area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)
    return area.adjusted(metrics.horizontalAdvance(shown), 0, 0, 0)
