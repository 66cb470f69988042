"""The queue in little: the popover under the job chip, for narrow windows. The same rows as in the dock."""

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPainter, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QListView,
    QStackedWidget,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from fal_studio.core.blobs import Load
from fal_studio.core.call import Phase
from fal_studio.core.history import CallRow
from fal_studio.ui import icons, mirroring, paint
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.history import History
from fal_studio.ui.models import Calls
from fal_studio.ui.queue.listing import Listing
from fal_studio.ui.queue.model import CallsModel
from fal_studio.ui.queue.telling import Telling
from fal_studio.ui.queue.thumbnails import Thumbnails
from fal_studio.ui.surface import grounded
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.labels import Label, split_quiet
from fal_studio.ui.widgets.progress import draw_place, draw_progress
from fal_studio.ui.widgets.rows import RowState, paint_row
from fal_studio.ui.widgets.segmented import Part, SegmentedControl
from fal_studio.ui.widgets.state_label import draw_state
from fal_studio.words import told, tr, trn

ROW_PX = 62
_PICTURE = QSize(48, 36)
_WORDS_EVERY_MS = 1000
PLACES = {"back": tr("At the back"), "front": tr("In front"), "replace": tr("Replace")}
"""Where new jobs go: behind those that wait, before them, or instead of them."""


class JobsList(QWidget):
    """A tall row for each call of the queue, and what can be done with all of them."""

    show_wanted = Signal(str)
    drop_wanted = Signal(str)
    """Cancel this call if it is open, else take it out of the list."""
    cancel_all_wanted = Signal(bool)
    """Cancel every open call; True: only those that do not run yet."""
    place_chosen = Signal(str)
    """Where new jobs go: a key of PLACES."""
    queue_wanted = Signal()
    counted = Signal(str)
    """How many are open, in words."""

    def __init__(
        self, calls: Calls, catalogue: Catalogue, history: History, load: Load, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._calls = calls
        self.head: QHBoxLayout | None = None
        """Where buttons for all jobs may stand, beside the title."""
        self._telling = Telling(calls, catalogue, history)
        self.model = CallsModel(self._telling, self)
        self.listing = Listing(calls, history, self.model, self)
        self._thumbnails = Thumbnails(load, self)
        self.view = _JobsView(self.model, self._telling, self._thumbnails, self)
        self._empty = Label(tr("Runs appear here, newest first."), "cell", "3", parent=self)
        self._pages = QStackedWidget(self)
        self._queued = Button(tr("Queued"), scale="s", parent=self)
        self._all = Button(tr("All"), scale="s", parent=self)
        self._this = Button(tr("This"), scale="s", parent=self)
        self._words = QTimer(self)
        self._words.setInterval(_WORDS_EVERY_MS)
        self._lay_out()
        self._connect()

    def let_go(self) -> None:
        """Stop threads and timers."""
        self._words.stop()
        current().ticker.follow(self.view, moving=False)
        self._thumbnails.close()

    def showEvent(self, event: QShowEvent) -> None:
        """Show what came while it was hidden."""
        super().showEvent(event)
        self.listing.set_active(is_active=True)
        self._on_changed()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest."""
        super().hideEvent(event)
        self.listing.set_active(is_active=False)
        self._on_changed()

    def _lay_out(self) -> None:
        px = current().px
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages.addWidget(self.view)
        self._pages.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._pages, 1)
        self.foot = QWidget(self)
        grid = QGridLayout(self.foot)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(8))
        places = SegmentedControl(
            [Part(key, words) for key, words in PLACES.items()],
            "back",
            scale="s",
            name=tr("New jobs"),
            parent=self.foot,
        )
        places.chosen.connect(self.place_chosen)
        link = Button(tr("Open queue"), "link", scale="s", parent=self.foot)
        link.clicked.connect(self.queue_wanted)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(8))
        for button in (self._this, self._queued, self._all):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(link)
        grid.addWidget(Label(tr("new jobs"), "cell", "2"), 0, 0)
        grid.addWidget(places, 0, 1)
        grid.addWidget(Label(tr("cancel"), "cell", "2"), 1, 0)
        grid.addLayout(buttons, 1, 1)
        grid.setColumnMinimumWidth(0, px(60))
        grid.setColumnStretch(1, 1)

    def _connect(self) -> None:
        self.view.show_wanted.connect(self.show_wanted)
        self.view.drop_wanted.connect(self._on_drop_wanted)
        self.view.selectionModel().selectionChanged.connect(self._on_changed)
        self.listing.changed.connect(self._on_changed)
        self._this.clicked.connect(lambda: self.drop_wanted.emit(self.view.call()))
        self._queued.clicked.connect(lambda: self.cancel_all_wanted.emit(True))  # noqa: FBT003 - a signal's value
        self._all.clicked.connect(lambda: self.cancel_all_wanted.emit(False))  # noqa: FBT003 - a signal's value
        self._words.timeout.connect(self.view.viewport().update)

    def _on_drop_wanted(self, call: str) -> None:
        row = self.listing.row(call)
        if row is not None and row.ended:
            self.listing.dismiss(call)
        else:
            self.drop_wanted.emit(call)

    def _on_changed(self) -> None:
        rows = [self._calls.row(call) for call in self._calls.open_ids()]
        queued = sum(row.phase in (Phase.WAITING, Phase.QUEUED, Phase.UPLOADING) for row in rows)
        chosen = self.listing.row(self.view.call()) if self.view.call() else None
        self._pages.setCurrentWidget(self.view if self.model.rowCount() else self._empty)
        self._all.setText(trn("All", "All {count}", len(rows)).format(count=len(rows)))
        for button, is_on, why in (
            (self._this, chosen is not None and not chosen.ended, tr("Choose a job that is open")),
            (self._queued, queued > 0, tr("Nothing waits in line")),
            (self._all, bool(rows), tr("Nothing is open")),
        ):
            button.setEnabled(is_on)
            button.setToolTip("" if is_on else why)
        self.counted.emit(tr("{count} open").format(count=len(rows)) if rows else "")
        moves = self.isVisible() and bool(rows)
        current().ticker.follow(self.view, moving=moves, tick=self.view.refresh_moving)
        if moves and not self._words.isActive():
            self._words.start()
        elif not moves:
            self._words.stop()


class _JobsView(QListView):
    """The rows; Enter shows one, Delete cancels it, the cross at its right too."""

    show_wanted = Signal(str)
    drop_wanted = Signal(str)

    def __init__(self, model: CallsModel, telling: Telling, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = model
        self._delegate = _JobDelegate(model, telling, thumbnails, self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(tr("Jobs"))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("ownFocus", True)  # noqa: FBT003 - a property value
        grounded(self, "float")
        thumbnails.arrived.connect(self._on_thumbnail_arrived)
        self._before = ""
        model.modelAboutToBeReset.connect(self._on_about_to_reset)
        model.modelReset.connect(self._on_reset)

    def call(self) -> str:
        """Return the call that the keyboard is at, "" for none."""
        row = self._rows.row(self.currentIndex().row())
        return row.call if row is not None else ""

    def refresh_moving(self) -> None:
        """Draw the rows again that change with time."""
        for at in range(self._rows.rowCount()):
            row = self._rows.row(at)
            if row is not None and not row.ended:
                self.viewport().update(self.visualRect(self._rows.index(at, 0)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop the job whose cross is pressed, or show the one that is."""
        super().mouseReleaseEvent(event)
        at = event.position().toPoint()
        row = self._rows.row(self.indexAt(at).row())
        if row is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if self._cross_at(at):
            self.drop_wanted.emit(row.call)
        else:
            self.show_wanted.emit(row.call)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the cross under the pointer."""
        super().mouseMoveEvent(event)
        self._set_cross(
            self.indexAt(event.position().toPoint()).row()
            if self._cross_at(event.position().toPoint())
            else -1
        )

    def leaveEvent(self, event: QEvent) -> None:
        """Put the light out."""
        super().leaveEvent(event)
        self._set_cross(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do what the keys say."""
        if self.call() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.show_wanted.emit(self.call())
        elif self.call() and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.drop_wanted.emit(self.call())
        else:
            super().keyPressEvent(event)

    def _cross_at(self, at: QPoint) -> bool:
        index = self.indexAt(at)
        row = self.visualRect(index)
        return index.isValid() and mirroring.seen(cross_box(row), row, self.layoutDirection()).contains(at)

    def _set_cross(self, at: int) -> None:
        if self._delegate.cross != at:
            self._delegate.cross = at
            self.viewport().update()

    def _on_about_to_reset(self) -> None:
        self._before = self.call()

    def _on_reset(self) -> None:
        """Stay at the same call."""
        at = self._rows.place(self._before) if self._before else -1
        if at >= 0:
            self.setCurrentIndex(self._rows.index(at, 0))

    def _on_thumbnail_arrived(self) -> None:
        self.viewport().update()


def cross_box(row: QRect) -> QRect:
    """Return where the cross of a row lies."""
    side = current().px(24)
    return QRect(row.right() - current().px(4) - side, row.center().y() - side // 2 + 1, side, side)


class _JobDelegate(QStyledItemDelegate):
    """Paints picture, state over what goes on, and the cross."""

    def __init__(self, model: CallsModel, telling: Telling, thumbnails: Thumbnails, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows, self._telling, self._thumbnails = model, telling, thumbnails
        self.cross = -1
        """The row whose cross the pointer is over."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the fixed height."""
        del option, index
        return QSize(200, current().px(ROW_PX))

    @mirroring.row
    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one row."""
        row = self._rows.row(index.row())
        if row is None:
            return
        theme = current()
        px = theme.px
        area = QRectF(option.rect)
        painter.save()
        paint_row(painter, area, RowState.of(option))
        paint.box(
            painter, QRectF(area.left(), area.bottom() - 1, area.width(), 1), theme.color("line.subtle")
        )
        self._paint_picture(painter, area, row)
        cross = QRectF(cross_box(QRect(option.rect)))
        left = area.left() + px(12 + 48 + 10)
        room = QRectF(left, area.top() + px(8), cross.left() - px(8) - left, theme.line_px("control"))
        self._paint_head(painter, room, row)
        self._paint_now(painter, room.translated(0, px(20)), row)
        if not row.ended or index.row() == self.cross:
            lit = index.row() == self.cross
            if lit:
                paint.frame(painter, cross, 4, theme.color("bg.pressed"))
            side = px(14)
            spot = QRectF(cross.center().x() - side / 2, cross.center().y() - side / 2, side, side)
            icons.draw(painter, spot, "close", theme.color("text.1" if lit else "text.2"))
        painter.restore()

    def _paint_picture(self, painter: QPainter, area: QRectF, row: CallRow) -> None:
        theme = current()
        wide, high = theme.px(_PICTURE.width()), theme.px(_PICTURE.height())
        box = QRectF(area.left() + theme.px(12), round(area.center().y() - high / 2), wide, high)
        scale = paint.scale_of(painter)
        size = QSize(round(wide * scale), round(high * scale))
        picture = self._thumbnails.get(row.thumbnail, size) if row.thumbnail else None
        if picture is not None:
            paint.picture(painter, box, picture)
            return
        paint.box(painter, box, theme.color("bg.field"))
        side = theme.px(14)
        spot = QRectF(box.center().x() - side / 2, box.center().y() - side / 2, side, side)
        icons.draw(painter, spot, self._telling.icon(row), theme.color("text.3"))

    def _paint_head(self, painter: QPainter, room: QRectF, row: CallRow) -> None:
        theme = current()
        draw_state(painter, room, row.phase.value)
        used = theme.px(16 + 6 + 12) + text_width("control", told(row.phase))
        rest = room.adjusted(used, 0, 0, 0)
        quiet, loud = split_quiet(row.endpoint, "/")
        whole = f"{quiet}{loud}"
        paint.text(
            painter, rest, whole, theme.font("caption"), theme.color("text.3"), Qt.AlignmentFlag.AlignRight
        )

    def _paint_now(self, painter: QPainter, room: QRectF, row: CallRow) -> None:
        theme = current()
        now = self._telling.now(row)
        used = paint.text(painter, room, now.words, theme.font("cell"), theme.color("text.2"))
        rest = room.adjusted(used + theme.px(8), 0, 0, 0)
        if now.aside and not row.ended:
            paint.text(painter, rest, now.aside, theme.font("cell"), theme.color("text.3"))
        line = QRectF(room.left(), room.bottom() + theme.px(5), room.width(), 3)
        if now.bar == "place":
            draw_place(painter, line.adjusted(0, -2, 0, 2), int(now.part))
        elif now.bar:
            draw_progress(painter, line, now.part if now.bar == "known" else None)
