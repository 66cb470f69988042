"""Paints a call in one pass for each cell: state, picture, endpoint with its profile, mode, now, cost, started."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTableView

from fal_studio.core.call import Phase
from fal_studio.core.history import CallRow
from fal_studio.ui import icons, mirroring, paint
from fal_studio.ui.queue import judging
from fal_studio.ui.queue.lines import Head
from fal_studio.ui.queue.model import CallsModel, Column
from fal_studio.ui.queue.telling import Telling
from fal_studio.ui.queue.thumbnails import Thumbnails
from fal_studio.ui.queue.words import Now
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.tokens import HEIGHTS, RADIUS_SMALL, Role
from fal_studio.ui.widgets.labels import split_quiet
from fal_studio.ui.widgets.progress import draw_place, draw_progress
from fal_studio.ui.widgets.rows import RowState, paint_row
from fal_studio.ui.widgets.state_label import draw_state
from fal_studio.words import tr

Index = QModelIndex | QPersistentModelIndex
PICTURE = QSize(28, 19)
BAR_PX = 60
_QUIET = frozenset({Phase.WAITING, Phase.QUEUED, Phase.CANCELLED})


class CallDelegate(QStyledItemDelegate):
    """Draws the cells of a list of calls; group heads are drawn by the view, over all columns."""

    def __init__(self, model: CallsModel, telling: Telling, thumbnails: Thumbnails, view: QTableView) -> None:
        super().__init__(view)
        self._view = view
        self._model, self._telling, self._thumbnails = model, telling, thumbnails
        self.hovered = -1
        """The line under the pointer."""
        self.pressed_check = ""
        """The call whose Check button is held down."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the fixed height."""
        del option, index
        return QSize(40, current().px(HEIGHTS["queue"]))

    @mirroring.row
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        line = self._model.line(index.row())
        if line is None or isinstance(line, Head):
            return
        column = index.column()
        area = QRectF(option.rect)
        self._paint_ground(painter, option, index)
        theme = current()
        inner = area.adjusted(theme.px(12 if column == Column.STATE else 6), 0, -theme.px(6), 0)
        match column:
            case Column.STATE:
                draw_state(painter, inner, line.phase.value)
            case Column.PICTURE:
                self._paint_picture(painter, area, line)
            case Column.ENDPOINT:
                room = _paint_client(painter, inner, line) if line.client else inner
                _paint_endpoint(painter, room, line, self._telling.swatch(line))
            case Column.MODE:
                paint.text(painter, inner, line.mode.value, theme.font("cell"), theme.color("text.2"))
            case Column.NOW:
                self._paint_now(painter, inner, line)
            case Column.COST:
                self._paint_cost(painter, inner, line)
            case _:
                words = self._telling.started(line)
                room = inner.adjusted(0, 0, -theme.px(6), 0)
                right = Qt.AlignmentFlag.AlignRight
                paint.text(painter, room, words, theme.font("cell"), theme.color("text.3"), right)

    def check_box(self, cell: QRect, row: CallRow) -> QRect:
        """Return where the Check button of an unknown call lies in its "now" cell."""
        theme = current()
        label = check_words(row)
        wide = round(text_width("control", label)) + 2 * theme.px(8)
        words = round(text_width("cell", self._telling.now(row).words))
        left = min(cell.left() + theme.px(6) + words + theme.px(12), cell.right() - theme.px(6) - wide)
        high = theme.px(20)
        return QRect(max(cell.left(), left), cell.center().y() - high // 2 + 1, wide, high)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        state = RowState.of(option)
        hovered = index.row() == self.hovered
        paint_row(
            painter,
            option.rect,
            RowState(hovered=hovered, selected=state.selected, pane_active=state.pane_active),
            first_column=index.column() == 0,
        )
        if not state.selected and self._is_at_keyboard(index):
            self._paint_ring(painter, QRectF(option.rect))

    def _is_at_keyboard(self, index: Index) -> bool:
        view = self._view
        by_key = view.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        return by_key and view.hasFocus() and view.currentIndex().row() == index.row()

    def _paint_ring(self, painter: QPainter, cell: QRectF) -> None:
        """Draw this cell's part of a ring around the whole row."""
        theme = current()
        row = QRectF(0, cell.top(), self._view.viewport().width(), cell.height())
        painter.save()
        painter.setClipRect(cell)
        row = mirroring.placed(row)  # it is all of the view, not of the cell: put back before it is mirrored
        paint.frame(painter, row, theme.px(4), None, theme.color("focus"), 2)
        painter.restore()

    def _paint_picture(self, painter: QPainter, area: QRectF, row: CallRow) -> None:
        theme = current()
        wide, high = theme.px(PICTURE.width()), theme.px(PICTURE.height())
        box = QRectF(area.left(), round(area.center().y() - high / 2), wide, high)
        scale = paint.scale_of(painter)
        picture = None
        if row.thumbnail:
            picture = self._thumbnails.get(row.thumbnail, QSize(round(wide * scale), round(high * scale)))
        if picture is not None:
            paint.picture(painter, box, picture)
            return
        paint.box(painter, box, theme.color("bg.field"))
        side = theme.px(12)
        spot = QRectF(box.center().x() - side / 2, box.center().y() - side / 2, side, side)
        icons.draw(painter, spot, self._telling.icon(row), theme.color("text.3"))

    def _paint_now(self, painter: QPainter, area: QRectF, row: CallRow) -> None:
        theme = current()
        now = self._telling.now(row)
        if wide := judging.marks_px(row):
            left = area.right() - wide
            judging.draw_marks(painter, QRectF(left, area.top(), wide, area.height()), row)
            area = area.adjusted(0, 0, -wide - theme.px(6), 0)
        room = _paint_bar(painter, area, now)
        role: Role = "text.2" if not row.ended or row.phase in _QUIET else "text.1"
        if row.phase is Phase.UNKNOWN:
            room.setRight(self._paint_check(painter, area, row) - theme.px(6))
            paint.text(painter, room, now.words, theme.font("cell"), theme.color("text.2"))
            return
        used = paint.text(painter, room, now.words, theme.font("cell"), theme.color(role))
        rest = room.adjusted(used + theme.px(8), 0, 0, 0)
        if now.aside and rest.width() > theme.px(40):
            paint.text(painter, rest, now.aside, theme.font("cell"), theme.color("text.3"))

    def _paint_check(self, painter: QPainter, area: QRectF, row: CallRow) -> int:
        """Draw the button and return its left edge."""
        theme = current()
        cell = area.toRect().adjusted(-theme.px(6), 0, theme.px(6), 0)
        box = self.check_box(cell, row)
        fill: Role = "bg.pressed" if self.pressed_check == row.call else "bg.raised"
        paint.frame(painter, box, RADIUS_SMALL, theme.color(fill), theme.color("line.control"))
        middle = Qt.AlignmentFlag.AlignHCenter
        paint.text(painter, box, check_words(row), theme.font("control"), theme.color("text.1"), middle)
        return box.left()

    def _paint_cost(self, painter: QPainter, area: QRectF, row: CallRow) -> None:
        theme = current()
        cost = self._telling.cost(row)
        right = Qt.AlignmentFlag.AlignRight
        used = paint.text(painter, area, cost.words, theme.font("cell"), theme.color(cost.role), right)
        if cost.sign:
            room = area.adjusted(0, 0, -used - theme.px(4), 0)
            paint.text(painter, room, cost.sign, theme.font("cell"), theme.color("text.3"), right)


def check_words(row: CallRow) -> str:
    """Return the words of the button that asks what became of an unknown call."""
    return tr("Ask the emulator") if row.profile == "emulator" else tr("Check with fal")


def _paint_endpoint(painter: QPainter, area: QRectF, row: CallRow, swatch: Role) -> None:
    theme = current()
    wide, high = theme.px(3), theme.px(14)
    bar = QRectF(area.left(), round(area.center().y() - high / 2), wide, high)
    paint.box(painter, bar, theme.color(swatch))
    room = area.adjusted(wide + theme.px(7), 0, 0, 0)
    quiet, loud = split_quiet(row.endpoint, "/")
    font = theme.font("cell")
    paint.run(painter, room, ((quiet, font, theme.color("text.3")), (loud, font, theme.color("text.1"))))


def _paint_client(painter: QPainter, area: QRectF, row: CallRow) -> QRectF:
    """Mark a call that one of fal's own clients made, by name where there is room, and return the room before it."""
    theme = current()
    side, gap = theme.px(12), theme.px(4)
    name = text_width("caption", row.client) + gap
    least = text_width("cell", row.endpoint) + theme.px(10) + theme.px(12)
    wide = side + name if area.width() - least >= side + name else side
    left = area.right() - wide
    spot = QRectF(left, round(area.center().y() - side / 2), side, side)
    icons.draw(painter, spot, "code", theme.color("text.3"))
    if wide > side:
        room = QRectF(spot.right() + gap, area.top(), name, area.height())
        paint.text(painter, room, row.client, theme.font("caption"), theme.color("text.3"))
    return area.adjusted(0, 0, -wide - theme.px(8), 0)


def _paint_bar(painter: QPainter, area: QRectF, now: Now) -> QRectF:
    """Draw the bar of an open call and return the room behind it."""
    theme = current()
    wide = theme.px(BAR_PX)
    if not now.bar or area.width() < 2 * wide:
        return area
    if now.bar == "place":
        draw_place(painter, QRectF(area.left(), area.top(), wide, area.height()), int(now.part))
    else:
        line = QRectF(area.left(), round(area.center().y() - 1), wide, 3)
        draw_progress(painter, line, now.part if now.bar == "known" else None)
    return area.adjusted(wide + theme.px(8), 0, 0, 0)
