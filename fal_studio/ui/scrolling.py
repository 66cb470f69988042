"""How scroll bars and the lines between panes are drawn; the style calls these with Qt's options."""

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyleOption, QStyleOptionSlider

from fal_studio.ui import paint
from fal_studio.ui.theme import current

EXTENT = 10
"""Pixels a scroll bar is wide; it does not grow with the text zoom."""
SHORTEST = 32
"""Pixels of the shortest handle."""
_MARGIN = 2
_State = QStyle.StateFlag
_Sub = QStyle.SubControl


def part(option: QStyleOptionSlider, which: QStyle.SubControl) -> QRect:
    """Return where a part of a scroll bar lies. There are no arrows."""
    area = QRect(option.rect)
    lies = option.orientation == Qt.Orientation.Horizontal
    length = area.width() if lies else area.height()
    at, size = _handle(option, length)
    begin, wide = {
        _Sub.SC_ScrollBarGroove: (0, length),
        _Sub.SC_ScrollBarSlider: (at, size),
        _Sub.SC_ScrollBarSubPage: (0, at),
        _Sub.SC_ScrollBarAddPage: (at + size, length - at - size),
    }.get(which, (0, 0))
    if not wide:
        return QRect()
    if not lies:
        return QRect(area.left(), area.top() + begin, area.width(), wide)
    return QStyle.visualRect(
        option.direction, area, QRect(area.left() + begin, area.top(), wide, area.height())
    )


def _handle(option: QStyleOptionSlider, length: int) -> tuple[int, int]:
    span = option.maximum - option.minimum
    size = length
    if span > 0:
        size = min(length, max(SHORTEST, length * option.pageStep // max(1, span + option.pageStep)))
    at = QStyle.sliderPositionFromValue(
        option.minimum, option.maximum, option.sliderPosition, length - size, option.upsideDown
    )
    return at, size


def bar(painter: QPainter, option: QStyleOptionSlider) -> None:
    """Draw the handle of a scroll bar; the bar itself has no ground."""
    held = bool(option.activeSubControls & _Sub.SC_ScrollBarSlider)
    lively = held and bool(option.state & (_State.State_MouseOver | _State.State_Sunken))
    box = part(option, _Sub.SC_ScrollBarSlider).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    paint.frame(painter, box, 3, current().color("line.strong" if lively else "line.control"))


def edge(painter: QPainter, option: QStyleOption) -> None:
    """Draw the line between two panes, which can be dragged."""
    state = option.state
    felt = bool(state & (_State.State_MouseOver | _State.State_Sunken))
    lively = felt and bool(state & _State.State_Enabled)
    paint.box(painter, QRectF(option.rect), current().color("accent.line" if lively else "line.subtle"))
