"""Paints one event in one pass: number, time, gap with its bar, direction and kind, size, preview with chips."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from fal_studio.ui import icons, mirroring, paint, theme
from fal_studio.ui.stream.model import GAP_ROLE, ROW_ROLE, WIDE_GAP_ROLE, Column
from fal_studio.ui.stream.rows import Row
from fal_studio.ui.tokens import HEIGHTS, Role

_TONES: dict[str, Role] = {"quiet": "text.3", "good": "good", "bad": "bad", "ask": "ask"}
_GAP_BAR_PX = 24
_GAP_FULL_MS = 300.0
Index = QModelIndex | QPersistentModelIndex


class EventDelegate(QStyledItemDelegate):
    """Draws the cells of the events list."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Return the wanted size."""
        return QSize(40, theme.current().px(HEIGHTS["event"]))

    @mirroring.row
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one cell."""
        area = QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue, reportArgumentType]
        painter.save()
        _paint_ground(painter, option, area, index)
        inner = area.adjusted(theme.current().px(8), 0, -theme.current().px(8), 0)  # as the head's words
        match index.column():
            case Column.KIND:
                _paint_kind(painter, inner, index.data(ROW_ROLE))
            case Column.GAP:
                _paint_gap(painter, inner, index)
            case Column.PREVIEW:
                _paint_preview(painter, inner, index.data(ROW_ROLE))
            case _:
                colour: Role = "text.1" if index.column() == Column.TIME else "text.3"
                _text(painter, inner, index.data(), "cell", theme.current().color(colour), right=True)
        painter.restore()


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem, area: QRect, index: Index) -> None:
    colours = theme.current()
    state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
    if state & QStyle.StateFlag.State_Selected:
        active = bool(state & QStyle.StateFlag.State_Active)
        paint.fill(painter, area, colours.color("accent.tint" if active else "bg.chosen"))
        if index.column() == 0:
            paint.fill(
                painter, QRect(area.left(), area.top(), 2, area.height()), colours.color("accent.line")
            )
    elif state & QStyle.StateFlag.State_MouseOver:
        paint.fill(painter, area, colours.color("bg.hover"))


def _paint_kind(painter: QPainter, area: QRect, row: Row) -> None:
    colours, box = theme.current(), theme.current().px(14)
    if row.arrow:
        name, role = ("arrow-right", "accent.text") if row.arrow == "out" else ("arrow-left", "text.3")
        spot = QRect(area.left(), area.center().y() - box // 2 + 1, box, box)
        icons.draw(painter, spot, name, colours.color(role))  # pyright: ignore[reportArgumentType] - two roles above
    rest = area.adjusted(box + colours.px(6), 0, 0, 0)
    _text(painter, rest, row.kind, "cell", colours.color(_TONES.get(row.tone, "text.1")))


def _paint_gap(painter: QPainter, area: QRect, index: Index) -> None:
    colours, wide = theme.current(), bool(index.data(WIDE_GAP_ROLE))
    gap = float(index.data(GAP_ROLE))
    bar = colours.px(_GAP_BAR_PX)
    words = area.adjusted(0, 0, -bar - colours.px(6), 0)
    style, role = ("chosen", "text.1") if wide else ("cell", "text.2")
    _text(painter, words, index.data(), style, colours.color(role), right=True)  # pyright: ignore[reportArgumentType]
    if gap >= 1:
        width = max(1, round(bar * min(1.0, gap / _GAP_FULL_MS)))
        spot = QRect(area.right() - bar + 1, area.center().y() - 2, width, colours.px(6))
        paint.fill(painter, spot, colours.color("text.1" if wide else "line.strong"))


def _paint_preview(painter: QPainter, area: QRect, row: Row) -> None:
    colours = theme.current()
    left = area.left()
    for chip in row.chips[:3]:
        metrics = QFontMetrics(colours.font("caption"))
        width = metrics.horizontalAdvance(chip) + colours.px(30)
        if left + width > area.right():
            break
        spot = QRect(left, area.center().y() - colours.px(9), width, colours.px(19))
        paint.frame(painter, QRectF(spot), 4, fill=colours.color("bg.hover"))
        picture = QRect(
            spot.left() + colours.px(5), spot.center().y() - colours.px(6) + 1, colours.px(12), colours.px(12)
        )
        icons.draw(painter, picture, _icon_of(chip), colours.color("text.3"))
        _text(painter, spot.adjusted(colours.px(22), 0, 0, 0), chip, "caption", colours.color("text.2"))
        left += width + colours.px(6)
    rest = QRect(left, area.top(), area.right() - left, area.height())
    role: Role = _TONES.get(row.tone, "text.2")
    _text(painter, rest, row.preview, "log", colours.color(role))


def _icon_of(chip: str) -> str:
    for name in ("image", "video", "audio"):
        if chip.startswith(name):
            return name
    return "mesh" if chip.startswith(("model", "mesh")) else "file"


def _text(
    painter: QPainter, area: QRect, text: str, style: str, colour: QColor, *, right: bool = False
) -> None:
    if area.width() <= 0 or not text:
        return
    font = theme.current().font(style)
    painter.setFont(font)
    painter.setPen(colour)
    short = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    paint.words_in(painter, area, int(side | Qt.AlignmentFlag.AlignVCenter), short)
