"""A row of the list of models: thumbnail, title, id, what it makes, licence, price, star."""

from dataclasses import replace

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from fal_studio.core.catalogue_words import category_in_words
from fal_studio.core.model import Model
from fal_studio.ui import icons, mirroring, paint, tokens
from fal_studio.ui.browser.found import MODEL, FoundModels
from fal_studio.ui.browser.pictures import Pictures
from fal_studio.ui.browser.words import licence
from fal_studio.ui.catalogue import Catalogue, icon_of
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.widgets.rows import RowState, paint_row
from fal_studio.words import tr

HEIGHT = 64
PICTURE = QSize(72, 48)
PICTURE_FROM_PX = 240
"""In a narrower list the words take the room of the picture, which the card beside it shows."""
_EDGE, _GAP, _STAR = 12, 12, 24
_Index = QModelIndex | QPersistentModelIndex


class ModelRows(QStyledItemDelegate):
    """Draws models; a press on the star is told."""

    star_pressed = Signal(str)

    def __init__(
        self,
        view: QAbstractItemView,
        found: FoundModels,
        catalogue: Catalogue,
        pictures: Pictures,
        walked_from: QWidget,
    ) -> None:
        """`walked_from`: the field whose arrows walk through the list; while it has the keyboard, so has the list."""
        super().__init__(view)
        self._found, self._catalogue, self._pictures = found, catalogue, pictures
        self._walked_from = walked_from
        view.setMouseTracking(True)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Return the height of every row."""
        del option, index
        return QSize(current().px(200), current().px(HEIGHT))

    @mirroring.row
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one model."""
        model: Model = index.data(MODEL)
        theme = current()
        px = theme.px
        area = QRectF(option.rect)
        painter.save()
        state = RowState.of(option)
        if self._walked_from.hasFocus():
            state = replace(state, pane_active=True)
        paint_row(painter, area, state)
        left = area.left() + px(_EDGE)
        wide, high = px(PICTURE.width()), px(PICTURE.height())
        if area.width() >= px(PICTURE_FROM_PX):
            self._paint_picture(painter, QRectF(left, area.center().y() - high / 2, wide, high), model)
            left += wide + px(_GAP)
        room = area.adjusted(left - area.left(), px(8), -px(_EDGE), 0)
        room.setHeight(px(16))
        self._paint_star(painter, area, model, is_lively=state.hovered)
        self._paint_title(painter, room.adjusted(0, 0, -px(_STAR), 0), model)
        self._paint_id(painter, room.translated(0, px(17)), model)
        self._paint_facts(painter, room.translated(0, px(33)), model)
        painter.restore()

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: _Index
    ) -> bool:
        """Hear a press on the star."""
        presses = (
            QEvent.Type.MouseButtonPress,
            QEvent.Type.MouseButtonRelease,
            QEvent.Type.MouseButtonDblClick,
        )
        if isinstance(event, QMouseEvent) and event.type() in presses:
            at = event.position()
            star = _star(QRectF(option.rect)).toRect()
            if mirroring.seen(star, option.rect, option.direction).contains(at.toPoint()):
                if event.type() == QEvent.Type.MouseButtonRelease:
                    self.star_pressed.emit(index.data(MODEL).id)
                return True
        return super().editorEvent(event, model, option, index)

    def _paint_star(self, painter: QPainter, area: QRectF, model: Model, *, is_lively: bool) -> None:
        is_favourite = self._catalogue.is_favourite(model.id)
        if is_favourite or is_lively:
            inset = current().px(5)
            spot = _star(area).adjusted(inset, inset, -inset, -inset)
            name, role = ("star-filled", "text.1") if is_favourite else ("star", "text.3")
            icons.draw(painter, spot, name, current().color(role))

    def _paint_id(self, painter: QPainter, room: QRectF, model: Model) -> None:
        theme = current()
        font = theme.font("cell")
        owner, slash, rest = model.id.partition("/")
        pieces = ((owner + slash, font, theme.color("text.3")), (rest, font, theme.color("text.2")))
        paint.run(painter, room, pieces)

    def _paint_facts(self, painter: QPainter, room: QRectF, model: Model) -> None:
        theme = current()
        font = theme.font("caption")
        price = self._found.price(model.id)
        words = price.words if price is not None else ""
        paint.text(painter, room, words, font, theme.color("text.2"), Qt.AlignmentFlag.AlignRight)
        taken = text_width("caption", words) + theme.px(8) if words else 0
        paint.text(painter, room.adjusted(0, 0, -taken, 0), facts_of(model), font, theme.color("text.3"))

    def _paint_title(self, painter: QPainter, room: QRectF, model: Model) -> None:
        theme = current()
        mark = tr("deprecated") if model.is_deprecated else ""
        wide = text_width("caption", mark) + theme.px(12) if mark else 0
        title = room.adjusted(0, 0, -(wide + theme.px(6)) if mark else 0, 0)
        used = paint.text(painter, title, model.title, theme.font("chosen"), theme.color("text.1"))
        if mark:
            chip = QRectF(room.left() + used + theme.px(6), room.top() - 1, wide, theme.px(18))
            paint.frame(painter, chip, tokens.RADIUS_SMALL, theme.color("ask.tint"))
            paint.text(
                painter, chip, mark, theme.font("caption"), theme.color("ask"), Qt.AlignmentFlag.AlignHCenter
            )

    def _paint_picture(self, painter: QPainter, box: QRectF, model: Model) -> None:
        theme = current()
        picture = self._pictures.small(model.id)
        if picture is not None and not picture.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            paint.picture(painter, paint.snapped(painter, box), picture)
            return
        paint.box(painter, box, theme.color("bg.hover"))
        side = theme.px(16)
        spot = QRectF(box.center().x() - side / 2, box.center().y() - side / 2, side, side)
        icons.draw(painter, spot, icon_of(model.category, model.id), theme.color("text.3"))


def facts_of(model: Model) -> str:
    """Return what a row says of a model below its id: what it makes, and what it may be used for."""
    return " · ".join(part for part in (category_in_words(model.category), licence(model)) if part)


def _star(area: QRectF) -> QRectF:
    side = current().px(_STAR)
    right = area.right() - current().px(_EDGE) + current().px(5)
    return QRectF(right - side, area.top() + current().px(4), side, side)
