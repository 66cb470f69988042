"""Paints a tile of the gallery: the picture, its prompt under it, and the facts where one looks or has chosen."""

from math import ceil

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from fal_studio import figures
from fal_studio.core.call import Phase
from fal_studio.core.history import REJECTED, CallRow
from fal_studio.ui import icons, mirroring, paint, tokens
from fal_studio.ui.queue import judging
from fal_studio.ui.queue.telling import Telling
from fal_studio.ui.queue.thumbnails import Thumbnails
from fal_studio.ui.queue.tiles_model import TilesModel, facts_of
from fal_studio.ui.queue.words import exact
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.widgets.rows import RowState

Index = QModelIndex | QPersistentModelIndex
EDGE_PX, LINE_PX = 6, 18
_NO_PICTURES = frozenset({"video", "audio", "mesh"})
_STEP = 32
"""Small pictures are made in steps of so many device pixels: a window that is drawn wider needs few new ones."""


class TileDelegate(QStyledItemDelegate):
    """Draws tiles of the view's grid size."""

    def __init__(self, model: TilesModel, telling: Telling, thumbnails: Thumbnails, view: QListView) -> None:
        super().__init__(view)
        self._view, self._model = view, model
        self._telling, self._thumbnails = telling, thumbnails

    @property
    def side(self) -> int:
        """How wide and high a picture is."""
        return self._view.gridSize().width() - 2 * current().px(2) - 2 * current().px(EDGE_PX)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the size of the grid."""
        del option, index
        return self._view.gridSize()

    @mirroring.row
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one tile."""
        row = self._model.row(index.row())
        if row is None:
            return
        theme, state = current(), RowState.of(option)
        gap, edge, line = theme.px(2), theme.px(EDGE_PX), theme.px(LINE_PX)
        area = QRectF(option.rect).adjusted(gap, gap, -gap, -gap)
        self._paint_ground(painter, area, state)
        side = self.side
        picture = QRectF(area.left() + edge, area.top() + edge, side, side)
        self._paint_picture(painter, picture, row)
        words = QRectF(picture.left(), picture.bottom() + theme.px(4), side, line)
        is_told = state.selected or state.hovered or state.keyboard
        paint.text(
            painter, words, row.prompt or row.endpoint, theme.font("cell"),
            theme.color("text.1" if is_told else "text.2"),
        )  # fmt: skip
        below = words.translated(0, line)
        if is_told:
            facts = facts_of(row, self._telling)
            endpoint = row.endpoint.rpartition("/")[2] or row.endpoint
            told = f"{facts}, {endpoint}" if row.prompt else facts
            paint.text(painter, below, told, theme.font("caption"), theme.color("text.2"))
        else:
            started = self._telling.started(row)
            paint.text(painter, below, started, theme.font("caption"), theme.color("text.3"))

    def _paint_ground(self, painter: QPainter, area: QRectF, state: RowState) -> None:
        theme = current()
        if state.selected:
            ground = theme.color("accent.tint" if state.pane_active else "bg.chosen")
            line = theme.color("accent.line" if state.pane_active else "line.control")
            paint.frame(painter, area, tokens.RADIUS_SMALL, ground, line, 2 if state.pane_active else 1)
        elif state.hovered:
            paint.frame(painter, area, tokens.RADIUS_SMALL, theme.color("bg.hover"))
        if state.keyboard:
            paint.frame(painter, area, tokens.RADIUS_SMALL, None, theme.color("focus"), 2)

    def _paint_picture(self, painter: QPainter, area: QRectF, row: CallRow) -> None:
        theme = current()
        found = self._thumbnails.get(row.thumbnail, self.pixels(area.width())) if row.thumbnail else None
        if found is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setOpacity(judging.FAINT if row.rating == REJECTED else 1.0)
            paint.picture(painter, area, found)
            painter.setOpacity(1.0)
        else:
            paint.frame(
                painter, area, tokens.RADIUS_SMALL, theme.color("bg.field"), theme.color("line.subtle")
            )
            side = theme.px(32)
            spot = QRectF(area.center().x() - side / 2, area.center().y() - side / 2, side, side)
            icons.draw(painter, spot, self._telling.icon(row), theme.color("text.3"))
        if found is not None:
            self._paint_kind(painter, area, row)
        self._paint_judgement(painter, area, row)
        if row.phase is not Phase.DONE:
            self._paint_badge(painter, area, "", row.phase.value.rstrip("?"))
        elif row.outputs > 1:
            self._paint_badge(painter, area, figures.number(row.outputs), "")

    def _paint_judgement(self, painter: QPainter, area: QRectF, row: CallRow) -> None:
        """Say in the other corner what somebody thinks of it."""
        theme = current()
        if not (wide := judging.marks_px(row)):
            return
        gap, high = theme.px(4), theme.px(18)
        spot = QRectF(area.left() + gap, area.top() + gap, wide + 2 * theme.px(5), high)
        paint.frame(painter, spot, tokens.RADIUS_SMALL, theme.color("bg.float"), theme.color("line.control"))
        judging.draw_marks(painter, spot.adjusted(theme.px(5), 0, -theme.px(5), 0), row)

    def _paint_kind(self, painter: QPainter, area: QRectF, row: CallRow) -> None:
        """Say that it moves or sounds, and how long, or that it can be turned."""
        theme, icon = current(), self._telling.icon(row)
        if icon not in _NO_PICTURES:
            return
        duration_s = self._thumbnails.duration_s(row.thumbnail)
        words = exact(duration_s) if duration_s else ""
        side, gap, high = theme.px(12), theme.px(4), theme.px(18)
        wide = theme.px(5) * 2 + side + (gap + text_width("caption", words) if words else 0)
        spot = QRectF(area.left() + gap, area.bottom() - gap - high, wide, high)
        paint.frame(painter, spot, tokens.RADIUS_SMALL, theme.color("bg.float"), theme.color("line.control"))
        mark = QRectF(spot.left() + theme.px(5), round(spot.center().y() - side / 2), side, side)
        icons.draw(painter, mark, icon, theme.color("text.1"))
        if words:
            room = QRectF(mark.right() + gap, spot.top(), spot.right() - mark.right(), high)
            paint.text(painter, room, words, theme.font("caption"), theme.color("text.1"))

    def _paint_badge(self, painter: QPainter, area: QRectF, words: str, icon: str) -> None:
        """Say in the corner how many files there are, or that the call did not end well."""
        theme = current()
        high = theme.px(18)
        wide = max(high, text_width("caption", words) + theme.px(10))
        spot = QRectF(area.right() - wide - theme.px(4), area.top() + theme.px(4), wide, high)
        paint.frame(painter, spot, tokens.RADIUS_SMALL, theme.color("bg.float"), theme.color("line.control"))
        if words:
            middle = Qt.AlignmentFlag.AlignHCenter
            paint.text(painter, spot, words, theme.font("caption"), theme.color("text.1"), middle)
        else:
            side = theme.px(12)
            mark = QRectF(spot.center().x() - side / 2, spot.center().y() - side / 2, side, side)
            icons.draw(painter, mark, icon, theme.color("text.1"))

    def pixels(self, side: float) -> QSize:
        """Return how large a small picture is made, in device pixels: in steps, and never smaller than it is seen."""
        sharp = ceil(side * self._view.devicePixelRatioF() / _STEP) * _STEP
        return QSize(sharp, sharp)
