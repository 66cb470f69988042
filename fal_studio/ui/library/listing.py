"""The list of the library: built a moment after the window was drawn, since it is filled then anyway."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QFrame, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from fal_studio.figures import number
from fal_studio.ui import icons, mirroring, paint, theme
from fal_studio.ui.catalogue import Catalogue, icon_of
from fal_studio.ui.library.starters import STARTERS
from fal_studio.ui.saved import SavedFiles
from fal_studio.ui.surface import grounded
from fal_studio.ui.tokens import HEIGHTS
from fal_studio.words import told, tr, trn

if TYPE_CHECKING:
    from fal_studio.core.saved import Entry as SavedEntry

_ENTRY = int(Qt.ItemDataRole.UserRole) + 1
_SECTION = _ENTRY + 1
_HOVER = QStyle.StateFlag.State_MouseOver
_STARRED = ("endpoint", "favourite", "recent")
"""Rows of endpoints: they can have the star."""


class Entry(NamedTuple):
    """A row that can be chosen."""

    kind: str
    """"starter", "endpoint", "favourite", "recent", "browse", "saved", "folder" or "hint"."""
    key: str
    text: str
    icon: str
    aside: str = ""


class Listing(QTreeView):
    """What the library holds, in sections that fold."""

    starter_wanted = Signal(str)
    endpoint_wanted = Signal(str)
    browse_wanted = Signal(str)
    endpoint_menu_wanted = Signal(str, QPoint)
    saved_wanted = Signal(str)
    saved_menu_wanted = Signal(str, QPoint)
    saved_rename_wanted = Signal(str)
    saved_remove_wanted = Signal(str)

    def __init__(self, catalogue: Catalogue, saved: SavedFiles, parent: QWidget) -> None:
        super().__init__(parent)
        grounded(self, "rail")
        self._catalogue, self._saved = catalogue, saved
        self._current = ("", "")
        self._recents: tuple[str, ...] = ()
        self._search = ""
        self._model = QStandardItemModel(self)
        self._dress()
        self.activated.connect(self._on_activated)
        self.clicked.connect(self._on_clicked)
        self.customContextMenuRequested.connect(self._on_menu_wanted)
        catalogue.favourites_changed.connect(self._on_favourites_changed)
        saved.changed.connect(self._on_saved_changed)

    def show_now(self, recents: Sequence[str], search: str, current: tuple[str, str]) -> None:
        """Show everything for the first time."""
        self._recents, self._search = tuple(recents), search
        self.rebuild()
        self.show_current(*current)

    def show_recents(self, endpoints: Sequence[str]) -> None:
        """Show these as used lately, the newest first."""
        self._recents = tuple(endpoints)
        self.rebuild()

    def show_search(self, text: str) -> None:
        """Show only what fits these words."""
        self._search = text
        self.rebuild()

    def open_first(self) -> None:
        """Open what fits the search best; what is not here is looked for in the whole catalogue."""
        entries: list[Entry] = [item.data(_ENTRY) for item in self.rows()]
        self._open(next((entry for entry in entries if entry.kind != "browse"), entries[0]))

    def rebuild(self) -> None:
        """Show what there is and fits the search."""
        chosen = self.currentIndex().data(_ENTRY)
        words = self._search.lower().split()
        self._model.clear()
        known = [endpoint for endpoint in self._catalogue.all() if not endpoint.is_of_fal]
        ids = {endpoint.id for endpoint in known}
        starters = [
            Entry("starter", s.title, told(s.title), s.icon) for s in STARTERS if not ids or s.endpoint in ids
        ]
        own = [Entry("endpoint", e.id, e.id, e.icon) for e in known]
        recent = [
            Entry("recent", e, e, icon_of(self._catalogue.get(e).category, e))
            for e in self._recents
            if e not in ids
        ]
        favourites = [
            Entry("favourite", e, e, icon_of(self._catalogue.get(e).category, e))
            for e in self._catalogue.favourites
        ]
        self._model.appendRow(self._browse_item())
        self._add_saved(words)
        for title, aside, entries in (
            (
                tr("Demo"),
                trn("{count} request", "{count} requests", len(starters)).format(count=len(starters)),
                starters,
            ),
            (tr("Favourites"), "", favourites),
            (tr("Recent"), "", recent),
            ("Emulator", tr("offline, free"), own),
        ):
            self._add_section(
                title, aside, [entry for entry in entries if all(w in entry.text.lower() for w in words)]
            )
        self.expandAll()
        self._choose(chosen)

    def show_current(self, title: str, endpoint: str) -> None:
        """Choose the row of the request in front: its file, its starter, or its endpoint."""
        self._current = title, endpoint
        self.clearSelection()
        self.setCurrentIndex(QModelIndex())
        for item in self.rows():
            entry: Entry = item.data(_ENTRY)
            if entry.kind == "browse":
                continue
            # A starter is opened by its title in English, and its request is called by the one in the person's language.
            name = entry.text if entry.kind == "starter" else entry.key
            if name == title or (not title and entry.key == endpoint):
                self.setCurrentIndex(item.index())
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Rename and remove saved requests with the keys of the system."""
        entry = self.currentIndex().data(_ENTRY)
        wanted = {Qt.Key.Key_F2: self.saved_rename_wanted, Qt.Key.Key_Delete: self.saved_remove_wanted}
        signal = wanted.get(Qt.Key(event.key()))
        if signal is not None and entry is not None and entry.kind == "saved":
            signal.emit(entry.key)
            return
        super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Give or take the star under the pointer."""
        index = self.indexAt(event.position().toPoint())
        entry = index.data(_ENTRY) if index.isValid() else None
        if (
            entry is not None
            and entry.kind in _STARRED
            and event.button() == Qt.MouseButton.LeftButton
            and self._star_at(index).contains(event.position().toPoint())
        ):
            self._catalogue.toggle_favourite(entry.key)
            return
        super().mousePressEvent(event)

    def _star_at(self, index: QModelIndex) -> QRect:
        row = self.visualRect(index)
        return mirroring.seen(star_of(row), row, self.layoutDirection())

    def rows(self, parent: QStandardItem | None = None) -> Iterator[QStandardItem]:
        """Give every row that can be chosen."""
        top = parent or self._model.invisibleRootItem()
        for row in range(top.rowCount()):
            item = top.child(row)
            entry = item.data(_ENTRY)
            if entry is not None and entry.kind not in ("folder", "hint"):
                yield item
            yield from self.rows(item)

    def _choose(self, entry: object) -> None:
        if entry is None:
            return
        for item in self.rows():
            if item.data(_ENTRY) == entry:
                self.setCurrentIndex(item.index())
                return

    def _add_section(self, title: str, aside: str, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        section = QStandardItem(title)
        section.setData((title, aside), _SECTION)
        section.setFlags(Qt.ItemFlag.ItemIsEnabled)
        section.setEditable(False)
        for entry in entries:
            section.appendRow(_item(entry, self._catalogue.get(entry.key).description or entry.text))
        self._model.appendRow(section)

    def _browse_item(self) -> QStandardItem:
        """Return the row that leads to the whole catalogue; what is looked for here is looked for there."""
        words = self._search.strip()
        text = tr("Search all models for “{words}”").format(words=words) if words else tr("Browse models")
        return _item(
            Entry("browse", words, text, "grid"), tr("Look through the whole catalogue  (Ctrl+M)"), text
        )

    def _add_saved(self, words: Sequence[str]) -> None:
        """Show the saved requests: those of no folder first, then each folder as a group."""
        found = [
            one
            for one in self._saved.requests
            if all(w in f"{one.folder} {one.title}".lower() for w in words)
        ]
        if words and not found:
            return
        count = len(self._saved.requests)
        title = tr("Saved")
        section = QStandardItem(title)
        counted = trn("{count} request", "{count} requests", count).format(count=number(count))
        section.setData((title, counted if count else ""), _SECTION)
        section.setFlags(Qt.ItemFlag.ItemIsEnabled)
        if self._saved.folder is not None:
            section.setToolTip(
                tr(
                    "{folder}\nPlain files, one for each request, that git can compare and people can share."
                ).format(folder=self._saved.folder)
            )
        groups: dict[str, QStandardItem] = {"": section}
        for one in found:
            if one.folder not in groups:
                group = groups[one.folder] = _item(Entry("folder", "", one.folder, "folder"), one.folder)
                group.setFlags(Qt.ItemFlag.ItemIsEnabled)
                section.appendRow(group)
            groups[one.folder].appendRow(self._saved_item(one))
        if self._saved.problem or not found:
            words_ = self._saved.problem or tr("Ctrl+S saves a request here")
            hint = _item(Entry("hint", "", words_, "warning" if self._saved.problem else "save"), words_)
            hint.setFlags(Qt.ItemFlag.ItemIsEnabled)
            section.appendRow(hint)
        self._model.appendRow(section)

    def _saved_item(self, one: "SavedEntry") -> QStandardItem:
        if one.problem:
            entry = Entry("saved", one.path, one.title, "warning", "broken")
            return _item(
                entry,
                f"{one.problem}\n{one.path}",
                tr("{title}, cannot be read: {problem}").format(title=one.title, problem=one.problem),
            )
        icon = icon_of(self._catalogue.get(one.endpoint).category, one.endpoint)
        return _item(Entry("saved", one.path, one.title, icon), f"{one.endpoint}, {one.mode}\n{one.path}")

    def _dress(self) -> None:
        self.setAccessibleName(tr("Library"))
        self.setModel(self._model)
        self.setHeaderHidden(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setRootIsDecorated(False)
        self.setIndentation(0)
        self.setItemsExpandable(True)
        self.setExpandsOnDoubleClick(False)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setItemDelegate(_RowDelegate(self, self._catalogue))
        self.setProperty("ownFocus", True)  # noqa: FBT003 - a property value

    def _on_favourites_changed(self) -> None:
        bar = self.verticalScrollBar()
        before, longest = bar.value(), bar.maximum()
        self.rebuild()
        self.show_current(*self._current)
        if self.underMouse():  # a row more above: what is under the pointer stays there
            self.doItemsLayout()
            bar.setValue(before + bar.maximum() - longest)

    def _on_saved_changed(self) -> None:
        self.rebuild()
        self.show_current(*self._current)

    def _on_menu_wanted(self, at: QPoint) -> None:
        index = self.indexAt(at)
        entry = index.data(_ENTRY) if index.isValid() else None
        if entry is not None and entry.kind == "saved":
            self.saved_menu_wanted.emit(entry.key, self.viewport().mapToGlobal(at))
        elif entry is not None and entry.kind in _STARRED:
            self.endpoint_menu_wanted.emit(entry.key, self.viewport().mapToGlobal(at))

    def _on_activated(self, index: QModelIndex) -> None:
        self._open(index.data(_ENTRY))

    def _on_clicked(self, index: QModelIndex) -> None:
        entry = index.data(_ENTRY)
        if entry is None or entry.kind == "folder":
            self.setExpanded(index, not self.isExpanded(index))
        elif not self.style().styleHint(QStyle.StyleHint.SH_ItemView_ActivateItemOnSingleClick):
            self._open(index.data(_ENTRY))

    def _open(self, entry: Entry | None) -> None:
        if entry is None:
            return
        if entry.kind == "starter":
            self.starter_wanted.emit(entry.key)
        elif entry.kind == "saved":
            self.saved_wanted.emit(entry.key)
        elif entry.kind == "browse":
            self.browse_wanted.emit(entry.key)
        elif entry.kind in _STARRED:
            self.endpoint_wanted.emit(entry.key)


def _item(entry: Entry, tip: str, told: str = "") -> QStandardItem:
    item = QStandardItem(entry.text)
    item.setData(entry, _ENTRY)
    item.setEditable(False)
    item.setToolTip(tip)
    item.setData(told or entry.text, int(Qt.ItemDataRole.AccessibleTextRole))
    return item


def star_of(area: QRect) -> QRect:
    """Return where the star of a row stands."""
    side = theme.current().px(24)
    return QRect(area.right() - side - theme.current().px(4), area.center().y() - side // 2 + 1, side, side)


class _RowDelegate(QStyledItemDelegate):
    """Paints section heads and rows."""

    def __init__(self, view: QTreeView, catalogue: Catalogue) -> None:
        super().__init__(view)
        self._catalogue = catalogue

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the wanted size."""
        return QSize(100, theme.current().px(HEIGHTS["list"]))

    @mirroring.row
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one cell."""
        area = QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue, reportArgumentType]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        painter.save()
        view = option.widget  # pyright: ignore[reportAttributeAccessIssue]
        is_open = not isinstance(view, QTreeView) or view.isExpanded(index)  # pyright: ignore[reportArgumentType] - a view gives plain indexes
        if (section := index.data(_SECTION)) is not None:
            _paint_section(painter, area, section, is_open=is_open)
        elif index.data(_ENTRY).kind == "folder":
            _paint_folder(painter, area, index.data(_ENTRY).text, state, is_open=is_open)
        else:
            if index.parent().data(_ENTRY) is not None:  # in a folder
                _paint_ground(painter, area, state)
                area = area.adjusted(theme.current().px(16), 0, 0, 0)
                state &= ~(QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver)
            entry: Entry = index.data(_ENTRY)
            star = ""
            if entry.kind in _STARRED:
                is_favourite = self._catalogue.is_favourite(entry.key)
                star = "star-filled" if is_favourite else "star" if state & _HOVER else ""
            _paint_row(painter, area, entry, state, star)
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
    paint.words_in(painter, words, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), title)
    painter.setFont(colours.font("caption"))
    painter.setPen(colours.color("text.3"))
    paint.words_in(painter, words, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), aside)


def _paint_row(painter: QPainter, area: QRect, entry: Entry, state: QStyle.StateFlag, star: str = "") -> None:
    _paint_ground(painter, area, state)
    colours = theme.current()
    px = colours.px
    spot = QRect(area.left() + px(28), area.center().y() - px(8) + 1, px(16), px(16))
    words = area.adjusted(px(52), 0, -px(10), 0)
    if star:
        inset = px(6)
        colour = colours.color("text.2" if star == "star-filled" else "text.3")
        icons.draw(painter, star_of(area).adjusted(inset, inset, -inset, -inset), star, colour)
        words.setRight(star_of(area).left())
    if entry.kind == "browse":
        spot.moveLeft(area.left() + px(12))
        words.setLeft(spot.right() + px(8))
    is_broken = bool(entry.aside)
    icons.draw(painter, spot, entry.icon, colours.color("ask" if is_broken else "text.3"))
    is_title = entry.kind in ("starter", "browse", "saved", "hint")
    font = colours.font("control" if is_title else "cell")
    owner, slash, rest = entry.text.partition("/") if not is_title else ("", "", entry.text)
    ink = colours.color("text.3" if entry.kind == "hint" or is_broken else "text.1")
    paint.run(painter, words, ((owner + slash, font, colours.color("text.3")), (rest, font, ink)))


def _paint_folder(
    painter: QPainter, area: QRect, name: str, state: QStyle.StateFlag, *, is_open: bool
) -> None:
    _paint_ground(painter, area, state)
    colours = theme.current()
    px = colours.px
    arrow = QRect(area.left() + px(10), area.center().y() - px(6) + 1, px(12), px(12))
    icons.draw(painter, arrow, "chevron-down" if is_open else "chevron-right", colours.color("text.3"))
    spot = QRect(area.left() + px(28), area.center().y() - px(8) + 1, px(16), px(16))
    icons.draw(painter, spot, "folder", colours.color("text.3"))
    font = colours.font("control")
    painter.setFont(font)
    painter.setPen(colours.color("text.2"))
    words = area.adjusted(px(52), 0, -px(10), 0)
    shown = QFontMetrics(font).elidedText(name, Qt.TextElideMode.ElideMiddle, words.width())
    paint.words_in(painter, words, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), shown)


def _paint_ground(painter: QPainter, area: QRect, state: QStyle.StateFlag) -> None:
    colours = theme.current()
    if state & QStyle.StateFlag.State_Selected:
        has_focus = bool(state & QStyle.StateFlag.State_Active) and bool(
            state & QStyle.StateFlag.State_HasFocus
        )
        paint.fill(painter, area, colours.color("accent.tint" if has_focus else "bg.chosen"))
        paint.fill(painter, QRect(area.left(), area.top(), 2, area.height()), colours.color("accent.line"))
    elif state & QStyle.StateFlag.State_MouseOver:
        paint.fill(painter, area, colours.color("bg.hover"))
