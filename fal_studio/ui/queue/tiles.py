"""The view of the gallery: calls as pictures side by side, walked through and chosen with keys, recalled with letters."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QStyle, QWidget

from fal_studio.core.history import CallRow
from fal_studio.ui.key_choice import hears
from fal_studio.ui.queue.telling import Telling
from fal_studio.ui.queue.thumbnails import Thumbnails
from fal_studio.ui.queue.tile_delegate import EDGE_PX, LINE_PX, TileDelegate
from fal_studio.ui.queue.tiles_model import TilesModel
from fal_studio.ui.surface import grounded
from fal_studio.ui.theme import current
from fal_studio.words import tr

SIDES_PX = (112, 152, 200, 272, 368)
"""How wide tiles are at least, smallest first, in pixels at 100 % text; they share what a row has left over."""
USUAL = 2
_EDGE_PX = 4
_ENTERS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_COPY = QKeySequence.StandardKey.Copy
_NONE = Qt.KeyboardModifier.NoModifier
_PARTS = {"A": "all", "P": "prompt", "S": "seed", "D": "size", "R": "remix"}
"""What each letter takes out of the chosen call; the commands `recall.…` do it."""
_JUDGEMENTS = {
    ".": "star", "X": "reject",
    "0": "rate_0", "1": "rate_1", "2": "rate_2", "3": "rate_3", "4": "rate_4", "5": "rate_5",
}  # fmt: skip
"""What each key says about the chosen calls; the commands `queue.…` do it."""


class Tiles(QListView):
    """Calls as tiles. Tells what somebody wants with them; knows nothing of how it is done."""

    show_wanted = Signal(str)
    remove_wanted = Signal()
    copy_wanted = Signal()
    recall_wanted = Signal(str)
    """All, or a part of the chosen call, is wanted in the request in front: the end of a command `recall.…`."""
    judge_wanted = Signal(str)
    """A star, a rating or a rejection is wanted for the chosen calls: the end of a command `queue.…`."""
    menu_wanted = Signal(QPoint)
    """At a place on screen."""
    drag_wanted = Signal()
    """The chosen call is pulled out."""
    size_wanted = Signal(int)
    """Larger tiles (1), or smaller ones (-1)."""
    more_wanted = Signal()
    """The last tiles are near."""
    chosen = Signal()
    """Other tiles are selected."""

    def __init__(
        self, model: TilesModel, telling: Telling, thumbnails: Thumbnails, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._tiles, self._thumbnails = model, thumbnails
        self._side_px = SIDES_PX[USUAL]
        self._held: tuple[tuple[str, ...], str] = ((), "")
        self.setAccessibleName(tr("Calls as pictures"))
        self.setModel(model)
        self._delegate = TileDelegate(model, telling, thumbnails, self)
        self.setItemDelegate(self._delegate)
        self._dress()
        thumbnails.arrived.connect(self._on_thumbnail_arrived)
        model.modelAboutToBeReset.connect(self._on_about_to_reset)
        model.modelReset.connect(self._on_reset)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        current().changed.connect(self._lay_grid)

    @property
    def side_px(self) -> int:
        """How wide a tile is at least, in pixels at 100 % text."""
        return self._side_px

    def set_side(self, side_px: int) -> None:
        """Make tiles larger or smaller; the one at the keyboard stays in sight."""
        self._side_px = side_px
        self._lay_grid()
        if self.currentIndex().isValid():
            self.executeDelayedItemsLayout()
            self.scrollTo(self.currentIndex())

    def pixels(self) -> QSize:
        """Return how large the small pictures are, in device pixels."""
        return self._delegate.pixels(self._delegate.side)

    def calls(self) -> tuple[str, ...]:
        """Return the selected calls, in the order of the tiles."""
        places = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return tuple(row.call for at in places if (row := self._tiles.row(at)) is not None)

    def call(self) -> str:
        """Return the call that the keyboard is at, if it is selected; else the first selected one."""
        index = self.currentIndex()
        row = self._tiles.row(index.row()) if index.isValid() else None
        if row is not None and self.selectionModel().isSelected(index):
            return row.call
        return next(iter(self.calls()), "")

    def choose(self, call: str) -> bool:
        """Select a call and bring it into sight; False if it is not here."""
        at = self._tiles.place(call)
        if at < 0:
            return False
        index = self._tiles.index(at, 0)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self.scrollTo(index)
        return True

    @contextmanager
    def kept(self) -> Generator[None]:
        """Keep what is seen in its place while calls come in above or go away; at the top, the newest are shown."""
        bar = self.verticalScrollBar()
        first = next(self.visible_calls(), None) if bar.value() else None
        top = self.visualRect(self._tiles.index(first[0], 0)).top() if first else 0
        yield
        at = self._tiles.place(first[1].call) if first else -1
        if at >= 0:
            self.executeDelayedItemsLayout()
            bar.setValue(bar.value() + self.visualRect(self._tiles.index(at, 0)).top() - top)

    def visible_calls(self) -> Iterator[tuple[int, CallRow]]:
        """Yield the places in sight and their calls, in the order of the tiles."""
        grid, bar = self.gridSize(), self.verticalScrollBar()
        if grid.height() <= 0 or grid.width() <= 0:
            return
        columns = max(1, self.viewport().width() // grid.width())
        first = bar.value() // grid.height() * columns
        last = ((bar.value() + self.viewport().height()) // grid.height() + 1) * columns
        for at in range(first, min(last, self._tiles.rowCount())):
            if (row := self._tiles.row(at)) is not None:
                yield at, row

    # Qt's own

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let tiles share the width."""
        self._lay_grid()
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        """Lay the tiles before they are first seen."""
        self._lay_grid()
        super().showEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show the call."""
        row = self._tiles.row(self.indexAt(event.position().toPoint()).row())
        if row is not None and event.button() == Qt.MouseButton.LeftButton:
            self.show_wanted.emit(row.call)

    @hears("queue.tiles")
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what the keys say to the tiles that are chosen."""
        key, plain = event.key(), event.modifiers() in (_NONE, Qt.KeyboardModifier.KeypadModifier)
        letter = event.text().upper()
        if key in _ENTERS and plain:
            if self.call():
                self.show_wanted.emit(self.call())
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and plain:
            self.remove_wanted.emit()
        elif event.matches(_COPY):
            self.copy_wanted.emit()
        elif key == Qt.Key.Key_Escape and len(self.calls()) > 1:
            self.choose(self.call())
        elif plain and letter in _PARTS:
            self.recall_wanted.emit(_PARTS[letter])
        elif plain and letter in _JUDGEMENTS:
            self.judge_wanted.emit(_JUDGEMENTS[letter])
        elif letter in ("+", "=", "-") and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.size_wanted.emit(-1 if letter == "-" else 1)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Look for nothing: letters are commands here, and the filter finds."""

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer what can be done, at the pointer or at the tile of the keyboard."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            box = self.visualRect(self.currentIndex())
            self.menu_wanted.emit(self.viewport().mapToGlobal(box.center()))
        elif self.indexAt(event.pos()).isValid():
            self.menu_wanted.emit(event.globalPos())

    def startDrag(self, supported: Qt.DropAction) -> None:
        """Let the result of the call be pulled out."""
        del supported
        self.drag_wanted.emit()

    # Inside

    def _dress(self) -> None:
        grounded(self, "stage")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setDragEnabled(True)  # not before: what is static cannot be pulled, Qt thinks
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("ownFocus", True)  # noqa: FBT003 - a property value

    def _lay_grid(self) -> None:
        px = current().px
        # Counted with the bar, seen or not: no tile jumps when it comes.
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self)
        wide = self.width() - bar - px(_EDGE_PX)
        columns = max(1, wide // px(self._side_px))
        side = max(1, wide // columns)
        high = side - 2 * px(2) - 2 * px(EDGE_PX) + 2 * px(2) + px(EDGE_PX) + px(4) + 2 * px(LINE_PX) + px(4)
        if self.gridSize() != QSize(side, high):
            self.setGridSize(QSize(side, high))
            self._thumbnails.hurry()

    def _on_thumbnail_arrived(self, sha256: str) -> None:
        for at, row in self.visible_calls():
            if row.thumbnail == sha256:
                self.viewport().update(self.visualRect(self._tiles.index(at, 0)))

    def _on_about_to_reset(self) -> None:
        row = self._tiles.row(self.currentIndex().row())
        self._held = self.calls(), row.call if row is not None else ""

    def _on_reset(self) -> None:
        (calls, at), self._held = self._held, ((), "")
        chooser, flags = self.selectionModel(), QItemSelectionModel.SelectionFlag
        selection = QItemSelection()
        for call in calls:
            if (place := self._tiles.place(call)) >= 0:
                selection.select(self._tiles.index(place, 0), self._tiles.index(place, 0))
        if at and (place := self._tiles.place(at)) >= 0:
            chooser.setCurrentIndex(self._tiles.index(place, 0), flags.NoUpdate)
        chooser.select(selection, flags.Select)
        self.chosen.emit()

    def _on_selection_changed(self) -> None:
        self.chosen.emit()

    def currentChanged(self, current: QModelIndex, previous: QModelIndex) -> None:
        """Tell which tile the keyboard is at among several."""
        super().currentChanged(current, previous)
        self.chosen.emit()

    def _on_scrolled(self) -> None:
        self._thumbnails.hurry()
        bar = self.verticalScrollBar()
        if bar.value() > bar.maximum() - 4 * self.viewport().height():
            self.more_wanted.emit()
