"""The left dock: requests to begin with, what was used lately, and the endpoints of the profile."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QFrame,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from fal_studio.ui import icons, theme
from fal_studio.ui.catalogue import Catalogue, icon_of
from fal_studio.ui.library.starters import STARTERS
from fal_studio.ui.surface import grounded, laid
from fal_studio.ui.tokens import HEIGHTS
from fal_studio.ui.widgets.fields import SearchField

_ENTRY = int(Qt.ItemDataRole.UserRole) + 1
_SECTION = _ENTRY + 1
RECENTS = 6


class Entry(NamedTuple):
    """A row that can be chosen."""

    kind: str
    """"starter", "endpoint" or "recent"."""
    key: str
    text: str
    icon: str
    aside: str = ""


class LibraryDock(QWidget):
    """A searchable list in sections."""

    starter_wanted = Signal(str)
    endpoint_wanted = Signal(str)

    def __init__(self, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "rail")
        self._catalogue = catalogue
        self._recents: list[str] = []
        self._model = QStandardItemModel(self)
        self.search = SearchField("Filter models and requests", parent=self)
        self.search.textChanged.connect(self._on_search_changed)
        self.search.returnPressed.connect(self._on_search_entered)
        self.view = _make_view(self._model)
        self.view.setParent(self)
        self.view.activated.connect(self._on_activated)
        self.view.clicked.connect(self._on_clicked)
        px = theme.current().px
        column = QVBoxLayout(self)
        column.setContentsMargins(0, px(8), 0, 0)
        column.setSpacing(px(4))
        around = QVBoxLayout()
        around.setContentsMargins(px(8), 0, px(8), 0)
        around.addWidget(self.search)
        column.addLayout(around)
        column.addWidget(self.view, 1)
        catalogue.changed.connect(self.rebuild)
        self.rebuild()

    @property
    def recents(self) -> tuple[str, ...]:
        """Endpoints used lately, newest first."""
        return tuple(self._recents)

    def note_use(self, endpoint: str) -> None:
        """Put an endpoint in front of the recent ones."""
        if not self._recents or self._recents[0] != endpoint:
            self.set_recents([endpoint, *(e for e in self._recents if e != endpoint)])

    def set_recents(self, endpoints: Sequence[str]) -> None:
        """Show these as used lately."""
        self._recents = list(endpoints)[:RECENTS]
        self.rebuild()

    def rebuild(self) -> None:
        """Show what there is and fits the search."""
        chosen = self.view.currentIndex().data(_ENTRY)
        words = self.search.text().lower().split()
        self._model.clear()
        known = self._catalogue.all()
        ids = {endpoint.id for endpoint in known}
        starters = [
            Entry("starter", s.title, s.title, s.icon) for s in STARTERS if not ids or s.endpoint in ids
        ]
        own = [Entry("endpoint", e.id, e.id, e.icon) for e in known]
        recent = [
            Entry("recent", e, e, icon_of(self._catalogue.get(e).category, e))
            for e in self._recents
            if e not in ids
        ]
        for title, aside, entries in (
            ("Demo", f"{len(starters)} requests", starters),
            ("Recent", "", recent),
            ("Emulator", "offline, free", own),
        ):
            self._add_section(
                title, aside, [entry for entry in entries if all(w in entry.text.lower() for w in words)]
            )
        self.view.expandAll()
        self._choose(chosen)

    def show_current(self, title: str, endpoint: str) -> None:
        """Choose the row of the request in front: its starter, or its endpoint."""
        self.view.clearSelection()
        self.view.setCurrentIndex(QModelIndex())
        for row in range(self._model.rowCount()):
            section = self._model.item(row)
            for at in range(section.rowCount()):
                entry: Entry = section.child(at).data(_ENTRY)
                if entry.key == title or (not title and entry.key == endpoint):
                    self.view.setCurrentIndex(section.child(at).index())
                    return

    def focus_search(self) -> None:
        """Put the keyboard into the filter."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _add_section(self, title: str, aside: str, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        section = QStandardItem(title)
        section.setData((title, aside), _SECTION)
        section.setFlags(Qt.ItemFlag.ItemIsEnabled)
        section.setEditable(False)
        for entry in entries:
            item = QStandardItem(entry.text)
            item.setData(entry, _ENTRY)
            item.setEditable(False)
            item.setToolTip(self._catalogue.get(entry.key).description or entry.text)
            item.setData(entry.text, int(Qt.ItemDataRole.AccessibleTextRole))
            section.appendRow(item)
        self._model.appendRow(section)

    def _choose(self, entry: object) -> None:
        if entry is None:
            return
        for row in range(self._model.rowCount()):
            section = self._model.item(row)
            for at in range(section.rowCount()):
                if section.child(at).data(_ENTRY) == entry:
                    self.view.setCurrentIndex(section.child(at).index())
                    return

    def _on_search_changed(self) -> None:
        self.rebuild()

    def _on_search_entered(self) -> None:
        section = self._model.item(0)
        if self._model.rowCount() and section.rowCount():
            self._open(section.child(0).data(_ENTRY))

    def _on_activated(self, index: QModelIndex) -> None:
        self._open(index.data(_ENTRY))

    def _on_clicked(self, index: QModelIndex) -> None:
        if index.data(_SECTION) is not None:
            self.view.setExpanded(index, not self.view.isExpanded(index))
        elif not self.view.style().styleHint(QStyle.StyleHint.SH_ItemView_ActivateItemOnSingleClick):
            self._open(index.data(_ENTRY))

    def _open(self, entry: Entry | None) -> None:
        if entry is None:
            return
        if entry.kind == "starter":
            self.starter_wanted.emit(entry.key)
        else:
            self.endpoint_wanted.emit(entry.key)


def _make_view(model: QStandardItemModel) -> QTreeView:
    view = QTreeView()
    grounded(view, "rail")
    view.setAccessibleName("Library")
    view.setModel(model)
    view.setHeaderHidden(True)
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setRootIsDecorated(False)
    view.setIndentation(0)
    view.setItemsExpandable(True)
    view.setExpandsOnDoubleClick(False)
    view.setUniformRowHeights(True)
    view.setMouseTracking(True)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setItemDelegate(_RowDelegate(view))
    view.setProperty("ownFocus", True)  # noqa: FBT003 - a property value
    return view


class _RowDelegate(QStyledItemDelegate):
    """Paints section heads and rows."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the wanted size."""
        return QSize(100, theme.current().px(HEIGHTS["list"]))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one cell."""
        area = QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue, reportArgumentType]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        painter.save()
        if (section := index.data(_SECTION)) is not None:
            view = option.widget  # pyright: ignore[reportAttributeAccessIssue]
            is_open = not isinstance(view, QTreeView) or view.isExpanded(index)  # pyright: ignore[reportArgumentType] - a view gives plain indexes
            _paint_section(painter, area, section, is_open=is_open)
        else:
            _paint_row(painter, area, index.data(_ENTRY), state)
        painter.restore()


def _paint_section(painter: QPainter, area: QRect, section: tuple[str, str], *, is_open: bool) -> None:
    colours = theme.current()
    px = colours.px
    arrow = QRect(area.left() + px(8), area.center().y() - px(6) + 1, px(12), px(12))
    icons.draw(painter, arrow, "chevron-down" if is_open else "chevron-right", colours.color("text.3"))
    title, aside = section
    painter.setFont(colours.font("section"))
    painter.setPen(colours.color("text.2"))
    words = area.adjusted(px(24), 0, -px(12), 0)
    painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
    painter.setFont(colours.font("caption"))
    painter.setPen(colours.color("text.3"))
    painter.drawText(words, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, aside)


def _paint_row(painter: QPainter, area: QRect, entry: Entry, state: QStyle.StateFlag) -> None:
    colours = theme.current()
    px = colours.px
    if state & QStyle.StateFlag.State_Selected:
        has_focus = bool(state & QStyle.StateFlag.State_Active) and bool(
            state & QStyle.StateFlag.State_HasFocus
        )
        painter.fillRect(area, colours.color("accent.tint" if has_focus else "bg.selected"))
        painter.fillRect(QRect(area.left(), area.top(), 2, area.height()), colours.color("accent.line"))
    elif state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(area, colours.color("bg.hover"))
    spot = QRect(area.left() + px(28), area.center().y() - px(8) + 1, px(16), px(16))
    icons.draw(painter, spot, entry.icon, colours.color("text.3"))
    words = area.adjusted(px(52), 0, -px(10), 0)
    font = colours.font("control" if entry.kind == "starter" else "cell")
    metrics = QFontMetrics(font)
    painter.setFont(font)
    owner, slash, rest = entry.text.partition("/") if entry.kind != "starter" else ("", "", entry.text)
    aligned = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    if slash:
        painter.setPen(colours.color("text.3"))
        painter.drawText(words, aligned, owner + slash)
        words = words.adjusted(metrics.horizontalAdvance(owner + slash), 0, 0, 0)
    painter.setPen(colours.color("text.1"))
    painter.drawText(words, aligned, metrics.elidedText(rest, Qt.TextElideMode.ElideRight, words.width()))
