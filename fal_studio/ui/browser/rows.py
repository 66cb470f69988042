"""A row of the list of models: thumbnail, title, id, what it makes, licence, price, star."""

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
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from fal_studio.core.model import Model
from fal_studio.ui import icons, paint, tokens
from fal_studio.ui.browser.found import MODEL
from fal_studio.ui.browser.pictures import Pictures
from fal_studio.ui.browser.words import licence
from fal_studio.ui.catalogue import Catalogue, icon_of
from fal_studio.ui.model_search import ModelSearch
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.widgets.rows import RowState, paint_row

HEIGHT = 64
PICTURE = QSize(72, 48)
_EDGE, _GAP, _STAR = 12, 12, 24
_Index = QModelIndex | QPersistentModelIndex


class ModelRows(QStyledItemDelegate):
    """Draws models; a press on the star is told."""

    star_pressed = Signal(str)

    def __init__(
        self, view: QAbstractItemView, door: ModelSearch, catalogue: Catalogue, pictures: Pictures
    ) -> None:
        super().__init__(view)
        self._door, self._catalogue, self._pictures = door, catalogue, pictures
        view.setMouseTracking(True)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        """Return the height of every row."""
        del option, index
        return QSize(current().px(200), current().px(HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one model."""
        model: Model = index.data(MODEL)
        theme = current()
        px = theme.px
        area = QRectF(option.rect)
        painter.save()
        paint_row(painter, area, RowState.of(option))
        left = area.left() + px(_EDGE)
        wide, high = px(PICTURE.width()), px(PICTURE.height())
        self._paint_picture(painter, QRectF(left, area.center().y() - high / 2, wide, high), model)
        room = area.adjusted(px(_EDGE) + wide + px(_GAP), px(8), -px(_EDGE), 0)
        room.setHeight(px(16))
        price = self._door.price(model.id)
        words = price.words if price is not None else ""
        taken = text_width("caption", words) + px(8) if words else 0
        self._paint_title(painter, room.adjusted(0, 0, -taken, 0), model)
        paint.text(
            painter, room, words, theme.font("caption"), theme.color("text.2"), Qt.AlignmentFlag.AlignRight
        )
        is_lively = bool(option.state & QStyle.StateFlag.State_MouseOver)
        is_favourite = self._catalogue.is_favourite(model.id)
        if is_favourite or is_lively:
            name = "star-filled" if is_favourite else "star"
            role = "text.1" if is_favourite else "text.3"
            icons.draw(painter, _star(area).adjusted(px(5), px(5), -px(5), -px(5)), name, theme.color(role))
        below = room.adjusted(0, px(17), -px(_STAR), px(17))
        owner, slash, rest = model.id.partition("/")
        used = paint.text(painter, below, owner + slash, theme.font("cell"), theme.color("text.3"))
        paint.text(painter, below.adjusted(used, 0, 0, 0), rest, theme.font("cell"), theme.color("text.2"))
        facts = " · ".join(part for part in (model.category, licence(model)) if part)
        last = below.adjusted(0, px(16), 0, px(16))
        paint.text(painter, last, facts, theme.font("caption"), theme.color("text.3"))
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
            if _star(QRectF(option.rect)).contains(at):
                if event.type() == QEvent.Type.MouseButtonRelease:
                    self.star_pressed.emit(index.data(MODEL).id)
                return True
        return super().editorEvent(event, model, option, index)

    def _paint_title(self, painter: QPainter, room: QRectF, model: Model) -> None:
        theme = current()
        mark = "deprecated" if model.is_deprecated else ""
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
            painter.drawPixmap(paint.snapped(painter, box), picture, QRectF(picture.rect()))
            return
        paint.box(painter, box, theme.color("bg.field"))
        side = theme.px(16)
        spot = QRectF(box.center().x() - side / 2, box.center().y() - side / 2, side, side)
        icons.draw(painter, spot, icon_of(model.category, model.id), theme.color("text.3"))


def _star(area: QRectF) -> QRectF:
    side = current().px(_STAR)
    right = area.right() - current().px(_EDGE) + current().px(5)
    return QRectF(right - side, area.bottom() - side - current().px(8), side, side)
