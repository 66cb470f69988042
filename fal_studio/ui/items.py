"""How rows of lists and heads of tables are drawn; the style calls these with Qt's options."""

from typing import cast

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyleOptionHeader, QStyleOptionViewItem, QWidget

from fal_studio.ui import paint, tokens
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Role

_SIDE = 8
_EDGE = 12
"""Room at the left of a table's first column: that of the panes around it."""
_HEAD_INSET = 2
"""Pixels that Qt has taken off a head when its words are drawn."""
_State = QStyle.StateFlag


_BEGINNINGS = {
    QStyleOptionViewItem.ViewItemPosition.Beginning,
    QStyleOptionViewItem.ViewItemPosition.OnlyOne,
    QStyleOptionViewItem.ViewItemPosition.Invalid,
}
"""The first cell of a row, and the only one of a list."""


def row_size(size: QSize) -> QSize:
    """Return the size of a row; `size` is the room its content needs."""
    px = current().px
    return QSize(size.width() + 2 * px(_SIDE), max(size.height(), px(tokens.HEIGHTS["list"])))


def inner(option: QStyleOptionViewItem, margin: int) -> QStyleOptionViewItem:
    """Return the option of what lies inside a row's padding; Qt itself keeps `margin` pixels around words and icons."""
    inside = QStyleOptionViewItem(option)
    side = current().px(_SIDE)
    position = option.viewItemPosition  # pyright: ignore[reportAttributeAccessIssue] - not in the stubs
    first = current().px(_EDGE) if position == QStyleOptionViewItem.ViewItemPosition.Beginning else side
    box = _rect(option).adjusted(first - margin, 0, margin - side, 0)
    inside.rect = QStyle.visualRect(option.direction, _rect(option), box)  # pyright: ignore[reportAttributeAccessIssue] - not in the stubs
    return inside


def row(painter: QPainter, option: QStyleOptionViewItem, *, floats: bool) -> None:
    """Draw the ground of a row; `floats` for the list of a choice."""
    state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue] - not in the stubs
    chosen = bool(state & _State.State_Selected)
    if not chosen and not (state & _State.State_MouseOver and state & _State.State_Enabled):
        return
    theme = current()
    fill: Role = "bg.hover"
    if chosen:
        active: Role = "bg.pressed" if floats else "accent.tint"
        fill = active if floats or state & _State.State_Active else "bg.chosen"
    paint.frame(painter, _rect(option), tokens.RADIUS_SMALL if floats else 0, theme.color(fill))
    view = cast("QWidget | None", option.widget)  # pyright: ignore[reportAttributeAccessIssue] - see above
    begins = option.viewItemPosition in _BEGINNINGS  # pyright: ignore[reportAttributeAccessIssue] - see above
    if chosen and begins and not floats and view is not None and view.hasFocus():
        area = QRectF(_rect(option))
        paint.box(painter, QRectF(area.left(), area.top(), 2, area.height()), theme.color("accent.line"))


def _rect(option: QStyleOptionViewItem) -> QRect:
    return QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue, reportArgumentType] - not in the stubs


def head_size(size: QSize) -> QSize:
    """Return the size of a column's head; `size` is the room its words need."""
    px = current().px
    return QSize(size.width() + 2 * px(_SIDE) + 2, px(23) + 1)  # an f leans out of its box


def head_ground(painter: QPainter, rect: QRect) -> None:
    """Draw the ground of a column's head with the line below it."""
    theme = current()
    paint.box(painter, rect, theme.color("bg.panel"))
    paint.box(painter, QRectF(rect.left(), rect.bottom(), rect.width(), 1), theme.color("line.subtle"))


def head_words(painter: QPainter, option: QStyleOptionHeader) -> None:
    """Draw the words of a column's head."""
    theme = current()
    lively = bool(option.state & _State.State_MouseOver) and bool(option.state & _State.State_Enabled)
    side = theme.px(_SIDE)
    first = theme.px(_EDGE) if option.position == QStyleOptionHeader.SectionPosition.Beginning else side
    painter.setPen(theme.color("text.1" if lively else "text.3"))
    inset = _HEAD_INSET
    box = QRect(option.rect).adjusted(first - inset, 0, inset - side, -1)
    box = QStyle.visualRect(option.direction, QRect(option.rect), box)
    side = QStyle.visualAlignment(option.direction, option.textAlignment)
    paint.words_in(painter, box, int(side | Qt.TextFlag.TextSingleLine), option.text)
