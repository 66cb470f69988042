"""What is painted by hand stands mirrored where writing runs from right to left.

A row or a widget counts its places from the left, as everywhere in the code. While it is painted inside `mirrored`, all of
`paint` and `icons.draw` put things to the other side. Time axes, charts and pictures are not mirrored: their widgets do not use
this. Nor are words inside one line of code, an address or an id: `paint.run` keeps those together.
"""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar, overload

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLayout, QStyle, QStyleOptionViewItem, QWidget

_P = ParamSpec("_P")
_Self = TypeVar("_Self", bound=QWidget)
_axes: list[float | None] = [None]
"""Left and right edge together, of what is painted now; None: it is not mirrored."""
_RTL = Qt.LayoutDirection.RightToLeft
_OTHER_WAY = {"chevron-right": "chevron-left", "chevron-left": "chevron-right"}
"""Icons that point to where something opens."""


@contextmanager
def mirrored(area: QRect | QRectF, direction: Qt.LayoutDirection) -> Generator[None]:
    """Mirror what is painted meanwhile within an area, if that is the direction of writing."""
    box = QRectF(area)
    _axes.append(box.left() + box.right() if direction is _RTL else None)
    try:
        yield
    finally:
        _axes.pop()


def is_on() -> bool:
    """Whether what is painted now stands mirrored."""
    return _axes[-1] is not None


@overload
def placed(rect: QRect) -> QRect: ...
@overload
def placed(rect: QRectF) -> QRectF: ...
def placed(rect: QRect | QRectF) -> QRect | QRectF:
    """Return where a rectangle that was counted from the left lies."""
    axis = _axes[-1]
    if axis is None:
        return rect
    if isinstance(rect, QRect):
        return QRect(round(axis) - rect.left() - rect.width(), rect.top(), rect.width(), rect.height())
    return QRectF(axis - rect.right(), rect.top(), rect.width(), rect.height())


def point(at: QPointF) -> QPointF:
    """Return where a point lies that was counted from the left."""
    axis = _axes[-1]
    return at if axis is None else QPointF(axis - at.x(), at.y())


def aligned(flags: int) -> int:
    """Return flags of alignment with left and right in each other's place, if it is mirrored."""
    left, right = int(Qt.AlignmentFlag.AlignLeft), int(Qt.AlignmentFlag.AlignRight)
    if not is_on() or not flags & (left | right):
        return flags
    return flags ^ (left | right)


def icon(name: str) -> str:
    """Return the icon that points the same way in a mirrored row."""
    return _OTHER_WAY.get(name, name) if is_on() else name


class _Painted(Protocol):
    def __call__(self, delegate: Any, painter: Any, option: QStyleOptionViewItem, index: Any, /) -> None: ...


def row(paint: _Painted) -> _Painted:
    """Mirror what a delegate's `paint` draws, cell by cell."""

    def wrapped(delegate: Any, painter: Any, option: QStyleOptionViewItem, index: Any, /) -> None:
        with mirrored(option.rect, option.direction):
            paint(delegate, painter, option, index)

    wrapped.__doc__ = paint.__doc__
    return wrapped


def widget(
    paint: Callable[Concatenate[_Self, _P], None],
) -> Callable[Concatenate[_Self, _P], None]:
    """Mirror what a widget's `paintEvent` draws."""

    def wrapped(self: _Self, /, *args: _P.args, **kwargs: _P.kwargs) -> None:
        with mirrored(self.rect(), self.layoutDirection()):
            paint(self, *args, **kwargs)

    wrapped.__doc__ = paint.__doc__
    return wrapped


def seen(rect: QRect, area: QRect, direction: Qt.LayoutDirection) -> QRect:
    """Return where something painted by a mirrored row or widget can be pressed."""
    return QStyle.visualRect(direction, area, rect)


def margins(layout: QLayout | QWidget, begin: int, top: int, end: int, bottom: int) -> None:
    """Set the margins of a layout or widget, in pixels, before where lines begin and behind where they end: Qt counts left and right."""
    sides = (end, begin) if QGuiApplication.layoutDirection() is _RTL else (begin, end)
    layout.setContentsMargins(sides[0], top, sides[1], bottom)
