"""The view of a list of calls: what is under the pointer stays there, and everything can be done with keys."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from fal_studio.core.call import Phase
from fal_studio.core.history import CallRow, Order
from fal_studio.figures import number
from fal_studio.ui import icons, mirroring, paint
from fal_studio.ui.costs import spent_words
from fal_studio.ui.queue.delegate import CallDelegate
from fal_studio.ui.queue.head import CallsHead
from fal_studio.ui.queue.lines import Head
from fal_studio.ui.queue.model import CallsModel, Column
from fal_studio.ui.queue.telling import Telling
from fal_studio.ui.queue.thumbnails import Thumbnails
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import HEIGHTS
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.rows import RowState, paint_row
from fal_studio.words import tr

_FIXED = {
    Column.STATE: 148, Column.PICTURE: 30, Column.MODE: 70, Column.COST: 64, Column.STARTED: 73,
}  # fmt: skip
_ENDPOINT, _ENDPOINT_LEAST, _NOW_LEAST = 180, 120, 200
_GOES_FIRST = (Column.STARTED, Column.MODE, Column.PICTURE)
"""What gives way in a narrow list, in this order; state, endpoint and now stay, and so does what it costs."""
_TURNS = frozenset({Phase.RUNNING, Phase.UPLOADING, Phase.FETCHING})
_NONE = Qt.KeyboardModifier.NoModifier
_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_COPY = QKeySequence.StandardKey.Copy


class _Anchor(NamedTuple):
    """What has to stay where it is."""

    call: str
    top: int
    """Pixels from the top of the viewport."""
    chosen: tuple[str, ...]
    at: str
    """The call that the keyboard is at."""


class CallsTable(QTableView):
    """Calls in rows. Tells what somebody wants with them; knows nothing of how it is done."""

    show_wanted = Signal(str)
    remove_wanted = Signal()
    copy_wanted = Signal()
    check_wanted = Signal(str)
    menu_wanted = Signal(QPoint)
    """At a place on screen."""
    detail_wanted = Signal()
    """All of the chosen call."""
    fold_wanted = Signal(str)
    """Open or close the group of this key."""
    order_wanted = Signal(object)
    """An Order."""
    more_wanted = Signal()
    """The last rows are near."""
    chosen = Signal()
    """Other rows are selected."""
    rested = Signal()
    """The pointer has left: things may move again."""

    def __init__(
        self, model: CallsModel, telling: Telling, thumbnails: Thumbnails, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._lines = model
        self._delegate = CallDelegate(model, telling, thumbnails, self)
        self._anchor: _Anchor | None = None
        self._is_held = False
        self._least_range = 0
        """How far the rows can be scrolled at least: more than they need, while they are held in their place."""
        self._above = 0
        """Calls that came in above what is seen."""
        self._was_at_top = False
        self._pill = Button("", "default", icon="arrow-up", scale="s", parent=self)
        self._pill.hide()
        self._pill.clicked.connect(self.show_newest)
        self.head = CallsHead(self)
        self.setObjectName("callsTable")
        self.setAccessibleName(tr("Calls"))
        self.setHorizontalHeader(self.head)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self._dress()
        self.head.order_wanted.connect(self.order_wanted)
        thumbnails.arrived.connect(self._on_thumbnail_arrived)
        model.modelAboutToBeReset.connect(self._on_about_to_reset)
        model.modelReset.connect(self._on_reset)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        current().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def is_held(self) -> bool:
        """Whether the pointer is over the rows: nothing may move under it."""
        return self._is_held

    def calls(self) -> tuple[str, ...]:
        """Return the selected calls, top down."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return tuple(row.call for at in rows if (row := self._lines.row(at)) is not None)

    def call(self) -> str:
        """Return the call that the keyboard is at, if it is selected; else the first selected one."""
        index = self.currentIndex()
        row = self._lines.row(index.row()) if index.isValid() else None
        if row is not None and self.selectionModel().isRowSelected(index.row(), QModelIndex()):
            return row.call
        return next(iter(self.calls()), "")

    def choose(self, call: str) -> bool:
        """Select a call and bring it into sight; False if it is not in the list."""
        at = self._lines.place(call)
        if at < 0:
            return False
        # Not selectRow: it heeds the keys that happen to be held down.
        chooser = self.selectionModel()
        chooser.setCurrentIndex(
            self._lines.index(at, 0), chooser.SelectionFlag.ClearAndSelect | chooser.SelectionFlag.Rows
        )
        self.scrollTo(self._lines.index(at, 0))
        return True

    @contextmanager
    def kept(self) -> Generator[None]:
        """Keep what is seen where it is while rows come in above or go away."""
        at_top = self.verticalScrollBar().value() == 0
        keep = self._is_held or not at_top
        anchor = self._note() if keep else None
        self._was_at_top = (at_top and keep) or (self._was_at_top and self._above > 0)
        yield
        if anchor is not None:
            self._restore_place(anchor)

    def note_arrived(self, count: int) -> None:
        """Say that calls came in above what is seen."""
        if self.verticalScrollBar().value() == 0:
            return
        self._above += count
        self._pill.setText(tr("{above} new").format(above=number(self._above)))
        self._pill.setToolTip(tr("Show the newest"))
        size = self._pill.sizeHint()
        self._pill.setGeometry(
            (self.viewport().width() - size.width()) // 2, self.head.height() + 8, size.width(), size.height()
        )
        self._pill.show()
        self._pill.raise_()

    def show_newest(self) -> None:
        """Scroll to the first row."""
        self.verticalScrollBar().setValue(0)

    def show_order(self, order: Order, *, descending: bool) -> None:
        """Mark the column that rows are sorted by."""
        self.head.show_order(order, descending=descending)

    def visible_calls(self) -> Iterator[tuple[int, CallRow]]:
        """Yield the lines in sight that are calls."""
        first = max(0, self.rowAt(0))
        last = self.rowAt(self.viewport().height() - 1)
        for at in range(first, (last if last >= 0 else self._lines.rowCount() - 1) + 1):
            if (row := self._lines.row(at)) is not None:
                yield at, row

    # What moves by itself

    def refresh_moving(self, *, words: bool) -> None:
        """Draw the cells again whose contents change with time; `words` also those that count seconds."""
        view = self.viewport()
        for at, row in self.visible_calls():
            if row.ended:
                continue
            if row.phase is Phase.RUNNING:
                view.update(self.visualRect(self._lines.index(at, Column.STATE)))
            if words or row.phase in _TURNS:
                view.update(self.visualRect(self._lines.index(at, Column.NOW)))

    def has_moving(self) -> bool:
        """Whether something in sight changes with time."""
        return any(not row.ended for _, row in self.visible_calls())

    # Qt's own

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows, then the heads of groups over all columns."""
        super().paintEvent(event)
        painter: QPainter | None = None
        first, last = self.rowAt(event.rect().top()), self.rowAt(event.rect().bottom())
        if first < 0:
            return
        for at in range(first, (last if last >= 0 else self._lines.rowCount() - 1) + 1):
            line = self._lines.line(at)
            if isinstance(line, Head):
                painter = painter or QPainter(self.viewport())
                with mirroring.mirrored(self.viewport().rect(), self.layoutDirection()):
                    self._paint_head(painter, at, line)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the columns their share."""
        super().resizeEvent(event)
        self._lay_columns()

    def viewportEvent(self, event: QEvent) -> bool:
        """Follow the pointer."""
        if event.type() == QEvent.Type.Leave:
            self._set_hovered(-1)
            self._set_held(is_held=False)
        elif event.type() == QEvent.Type.Enter:
            self._set_held(is_held=True)
        return super().viewportEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the row under the pointer."""
        super().mouseMoveEvent(event)
        self._set_held(is_held=True)
        self._set_hovered(self.rowAt(event.position().toPoint().y()))
        over = bool(self._check_at(event.position().toPoint()))
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press what is painted, or choose a row."""
        at = event.position().toPoint()
        line = self._lines.line(self.rowAt(at.y()))
        if event.button() == Qt.MouseButton.LeftButton and isinstance(line, Head):
            self.fold_wanted.emit(line.key)
            return
        self._delegate.pressed_check = self._check_at(at)
        super().mousePressEvent(event)
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of what is painted."""
        super().mouseReleaseEvent(event)
        pressed, self._delegate.pressed_check = self._delegate.pressed_check, ""
        if pressed:
            self.viewport().update()
            if self._check_at(event.position().toPoint()) == pressed:
                self.check_wanted.emit(pressed)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the call."""
        row = self._lines.row(self.rowAt(event.position().toPoint().y()))
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            self.show_wanted.emit(row.call)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what the keys say to the rows that are chosen."""
        key, plain = event.key(), event.modifiers() in (_NONE, Qt.KeyboardModifier.KeypadModifier)
        line = self._lines.line(self.currentIndex().row())
        if isinstance(line, Head) and key in (*_ENTERS, Qt.Key.Key_Space, Qt.Key.Key_Left, Qt.Key.Key_Right):
            if key not in (Qt.Key.Key_Left, Qt.Key.Key_Right) or line.is_open is (key == Qt.Key.Key_Left):
                self.fold_wanted.emit(line.key)
        elif key == Qt.Key.Key_Right and plain:
            self.detail_wanted.emit()
        elif key in _ENTERS and plain and self.call():
            self.show_wanted.emit(self.call())
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and plain:
            self.remove_wanted.emit()
        elif event.matches(_COPY):
            self.copy_wanted.emit()
        elif key == Qt.Key.Key_Escape and len(self.calls()) > 1:
            self.choose(self.call())
        else:
            super().keyPressEvent(event)

    def moveCursor(
        self, wanted: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Walk in rows; Home and End go to the first and the last of them."""
        action = QAbstractItemView.CursorAction
        rows = self._lines.rowCount()
        if not rows:
            return QModelIndex()
        if wanted in (action.MoveHome, action.MoveEnd):
            return self._lines.index(0 if wanted == action.MoveHome else rows - 1, 0)
        if wanted in (action.MoveLeft, action.MoveRight):
            return self.currentIndex()
        if not self.currentIndex().isValid():
            return self._lines.index(0, 0)
        found = super().moveCursor(wanted, modifiers)
        return self._lines.index(found.row(), 0) if found.isValid() else found

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done, at the pointer or at the row of the keyboard."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            box = self.visualRect(self.currentIndex())
            self.menu_wanted.emit(self.viewport().mapToGlobal(QPoint(box.left() + 24, box.bottom())))
        else:
            self.menu_wanted.emit(event.globalPos())

    # Inside

    def _dress(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setDragEnabled(False)
        self.setProperty("ownFocus", True)  # noqa: FBT003 - a property value
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        rows = self.verticalHeader()
        rows.hide()
        rows.setMinimumSectionSize(16)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def _lay_columns(self) -> None:
        px, wide = current().px, self.viewport().width()
        sizes = {column: px(size) for column, size in _FIXED.items()}
        shown = set(_FIXED)
        for column in _GOES_FIRST:
            if wide - sum(sizes[c] for c in shown) >= px(_ENDPOINT_LEAST + _NOW_LEAST):
                break
            shown.discard(column)
        rest = wide - sum(sizes[c] for c in shown)
        endpoint = max(px(_ENDPOINT_LEAST), min(px(_ENDPOINT), rest - px(_NOW_LEAST)))
        endpoint += max(0, (rest - endpoint - px(263)) // 4)
        sizes |= {Column.ENDPOINT: endpoint, Column.NOW: max(px(40), rest - endpoint)}
        for column in Column:
            self.setColumnHidden(column, column in _FIXED and column not in shown)
            self.head.resizeSection(column, sizes[column])

    def _paint_head(self, painter: QPainter, at: int, head: Head) -> None:
        theme = current()
        top, high = self.rowViewportPosition(at), self.rowHeight(at)
        area = QRectF(0, top, self.viewport().width(), high)
        at_keyboard = self.currentIndex().row() == at and self.hasFocus()
        by_key = self.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        state = RowState(hovered=self._delegate.hovered == at, keyboard=at_keyboard and by_key)
        paint_row(painter, area, state)
        paint.box(painter, QRectF(0, area.bottom() - 1, area.width(), 1), theme.color("line.subtle"))
        side = theme.px(14)
        spot = QRectF(theme.px(12), area.center().y() - side / 2, side, side)
        icons.draw(painter, spot, "chevron-down" if head.is_open else "chevron-right", theme.color("text.3"))
        words = area.adjusted(theme.px(12 + 14 + 8), 0, -theme.px(12), 0)
        used = paint.text(painter, words, head.key, theme.font("section"), theme.color("text.1"))
        rest = words.adjusted(used + theme.px(8), 0, 0, 0)
        paint.text(painter, rest, number(head.count), theme.font("caption"), theme.color("text.3"))
        costs = area.adjusted(0, 0, 0, 0)
        left, wide = self.head.sectionViewportPosition(Column.COST), self.head.sectionSize(Column.COST)
        column = mirroring.seen(QRect(left, 0, wide, 1), self.viewport().rect(), self.layoutDirection())
        costs.setRight(column.right() + 1 - theme.px(6))
        right = Qt.AlignmentFlag.AlignRight
        paint.text(painter, costs, spent_words(head.spent), theme.font("cell"), theme.color("text.2"), right)

    def _check_at(self, at: QPoint) -> str:
        """Return the unknown call whose Check button is at a place of the viewport."""
        row = self._lines.row(self.rowAt(at.y()))
        if row is None or row.phase is not Phase.UNKNOWN:
            return ""
        cell = self.visualRect(self._lines.index(self.rowAt(at.y()), Column.NOW))
        box = mirroring.seen(self._delegate.check_box(cell, row), cell, self.layoutDirection())
        return row.call if box.contains(at) else ""

    def _set_hovered(self, at: int) -> None:
        before, self._delegate.hovered = self._delegate.hovered, at
        if before != at:
            for line in (before, at):
                self._update_line(line)

    def _set_held(self, *, is_held: bool) -> None:
        if self._is_held != is_held:
            self._is_held = is_held
            if not is_held:
                self._settle()
                self.rested.emit()

    def _settle(self) -> None:
        """Show the newest again, if it was seen before rows were held in their place."""
        if self._was_at_top:
            self._was_at_top = False
            self.show_newest()
        self._least_range = 0
        self.updateGeometries()

    def updateGeometries(self) -> None:
        """Keep the room to scroll that held rows need."""
        super().updateGeometries()
        bar = self.verticalScrollBar()
        if bar.maximum() < self._least_range:
            bar.setMaximum(self._least_range)

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        """Draw the ring of the keyboard around another row."""
        super().currentChanged(current, previous)
        for line in (current.row(), previous.row()):
            self._update_line(line)

    def _update_line(self, at: int) -> None:
        if 0 <= at < self._lines.rowCount():
            self.viewport().update(
                QRect(0, self.rowViewportPosition(at), self.viewport().width(), self.rowHeight(at))
            )

    def _note(self) -> _Anchor:
        first = next(self.visible_calls(), None)
        at = self._lines.row(self.currentIndex().row())
        return _Anchor(
            first[1].call if first else "",
            self.rowViewportPosition(first[0]) if first else 0,
            self.calls(),
            at.call if at else "",
        )

    def _restore_place(self, anchor: _Anchor) -> None:
        at = self._lines.place(anchor.call) if anchor.call else -1
        if at >= 0:
            bar = self.verticalScrollBar()
            wanted = bar.value() + self.rowViewportPosition(at) - anchor.top
            if wanted > bar.maximum():
                self._least_range = wanted
                bar.setMaximum(wanted)
            bar.setValue(wanted)

    def _on_about_to_reset(self) -> None:
        keep = self._is_held or self.verticalScrollBar().value() > 0
        self._anchor = self._note()._replace(**({} if keep else {"call": ""}))

    def _on_reset(self) -> None:
        anchor, self._anchor = self._anchor, None
        if anchor is None:
            return
        self._restore_chosen(anchor)
        self._restore_place(anchor)
        self.chosen.emit()

    def _restore_chosen(self, anchor: _Anchor) -> None:
        chooser = self.selectionModel()
        flags = chooser.SelectionFlag.Select | chooser.SelectionFlag.Rows
        blocked = chooser.blockSignals(True)  # noqa: FBT003 - Qt's signature
        for call in anchor.chosen:
            if (at := self._lines.place(call)) >= 0:
                chooser.select(self._lines.index(at, 0), flags)
        if anchor.at and (at := self._lines.place(anchor.at)) >= 0:
            chooser.setCurrentIndex(self._lines.index(at, 0), chooser.SelectionFlag.NoUpdate)
        chooser.blockSignals(blocked)

    def _on_selection_changed(self) -> None:
        self.chosen.emit()

    def _on_scrolled(self) -> None:
        if self.verticalScrollBar().value() == 0:
            self._above = 0
            self._pill.hide()
        last = self.rowAt(self.viewport().height() - 1)
        if last >= 0 and last > self._lines.rowCount() - 200:
            self.more_wanted.emit()

    def _on_thumbnail_arrived(self, sha256: str) -> None:
        for at, row in self.visible_calls():
            if row.thumbnail == sha256:
                self.viewport().update(self.visualRect(self._lines.index(at, Column.PICTURE)))

    def _on_theme_changed(self) -> None:
        self.verticalHeader().setDefaultSectionSize(current().px(HEIGHTS["queue"]))
        self.head.setFixedHeight(current().px(HEIGHTS["header"]))
        self._lay_columns()
