"""How menus, menu bars and tooltips are drawn; the style calls these with Qt's options."""

from math import hypot

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPalette, QRegion
from PySide6.QtWidgets import QMenu, QStyle, QStyleOptionMenuItem

from fal_studio.ui import icons, paint, tokens
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Role

EDGE = 4
"""Pixels between the frame of a menu and its rows; they do not scale with the text zoom."""
_LEFT, _RIGHT, _ARROW, _MARK = 8, 12, 24, 16
_ICON_LEFT, _ICON_GAP = 4, 8
_BETWEEN = 16
"""Pixels between words and shortcut."""
_State = QStyle.StateFlag
_Kind = QStyleOptionMenuItem.MenuItemType
_Check = QStyleOptionMenuItem.CheckType
_LINE = Qt.TextFlag.TextSingleLine | Qt.AlignmentFlag.AlignVCenter


def item_size(option: QStyleOptionMenuItem, size: QSize) -> QSize:
    """Return the size of a row; `size` is the room its words need."""
    if option.menuItemType == _Kind.Separator:
        return QSize(size.width(), 1 + 2 * EDGE)
    px = current().px
    between = px(_BETWEEN) if "\t" in option.text else 0
    width = _before_words(option) + size.width() + between + px(_right(option))
    return QSize(width, px(16) + 2 * px(6))


def _right(option: QStyleOptionMenuItem) -> int:
    return _ARROW if option.menuItemType == _Kind.SubMenu else _RIGHT


def _before_words(option: QStyleOptionMenuItem) -> int:
    px = current().px
    if option.maxIconWidth > 0:
        return px(_ICON_LEFT) + px(_MARK) + px(_ICON_GAP)
    return px(_LEFT) + (px(_MARK) if option.menuHasCheckableItems else 0)


def panel(painter: QPainter, rect: QRect) -> None:
    """Draw the ground of a menu."""
    theme = current()
    paint.frame(painter, rect, tokens.RADIUS_FLOAT, theme.color("bg.float"), theme.color("line.control"))


def shape(size: QSize) -> QRegion:
    """Return what `panel` fills of a menu, in whole pixels: what lies outside its round corners is left out."""
    region = QRegion(QRect(QPoint(0, 0), size))
    radius = tokens.RADIUS_FLOAT
    for y in range(radius):
        # A pixel that the edge only grazes is left out: it would be nearly black.
        out = next(x for x in range(radius) if hypot(radius - x - 0.5, radius - y - 0.5) < radius + 0.2)
        for top in (y, size.height() - 1 - y):
            region -= QRegion(0, top, out, 1)
            region -= QRegion(size.width() - out, top, out, 1)
    return region


class Corners(QObject):
    """Cuts the corners off a menu: on X without a compositor nothing shines through there, and they would be black."""

    def __init__(self, menu: QMenu) -> None:
        super().__init__(menu)
        menu.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the menu's size."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QMenu):
            watched.setMask(shape(watched.size()))
        return False


def item(painter: QPainter, option: QStyleOptionMenuItem, *, underlined: bool) -> None:
    """Draw a row of a menu: mark or icon, words, shortcut, arrow."""
    theme = current()
    area = QRect(option.rect)
    if option.menuItemType == _Kind.Separator:
        # The line reaches the frame at both sides.
        line = QRectF(area.left() - EDGE, area.top() + EDGE, area.width() + 2 * EDGE, 1)
        paint.box(painter, line, theme.color("line.subtle"))
        return
    if option.state & _State.State_Selected:
        paint.frame(painter, area, tokens.RADIUS_SMALL, theme.color("bg.pressed"))
    _words(painter, option, underlined=underlined)
    _mark(painter, option)
    if option.menuItemType == _Kind.SubMenu:
        left_to_right = option.direction == Qt.LayoutDirection.LeftToRight
        mark = theme.px(14)
        box = QRect(area.right() - theme.px(8) - mark + 1, area.center().y() - mark // 2 + 1, mark, mark)
        arrow = "chevron-right" if left_to_right else "chevron-left"
        icons.draw(painter, _placed(option, box), arrow, theme.color(_ink(option, "text.2")))


def _words(painter: QPainter, option: QStyleOptionMenuItem, *, underlined: bool) -> None:
    theme = current()
    room = QRect(option.rect).adjusted(_before_words(option), 0, -theme.px(_right(option)), 0)
    box = _placed(option, room)
    words, _, shortcut = option.text.partition("\t")
    shown = Qt.TextFlag.TextShowMnemonic if underlined else Qt.TextFlag.TextHideMnemonic
    painter.save()
    painter.setFont(option.font)
    painter.setPen(theme.color(_ink(option, "text.1")))
    paint.words_in(painter, box, int(_LINE | shown | _side(option, Qt.AlignmentFlag.AlignLeft)), words)
    if shortcut:
        keys = shortcut.replace("Return", "Enter")  # as it is written everywhere else, and on the key
        paint.words_in(painter, box, int(_LINE | _side(option, Qt.AlignmentFlag.AlignRight)), keys)
    painter.restore()


def _mark(painter: QPainter, option: QStyleOptionMenuItem) -> None:
    theme = current()
    area = QRect(option.rect)
    if not option.icon.isNull():
        side = theme.px(_MARK)
        box = QRect(area.left() + theme.px(_ICON_LEFT), area.center().y() - side // 2 + 1, side, side)
        enabled = bool(option.state & _State.State_Enabled)
        mode = QIcon.Mode.Normal if enabled else QIcon.Mode.Disabled
        option.icon.paint(painter, _placed(option, box), mode=mode)
    elif option.checkType != _Check.NotCheckable and option.checked:
        side = theme.px(14)
        box = QRect(area.left() + theme.px(1), area.center().y() - side // 2 + 1, side, side)
        icons.draw(painter, _placed(option, box), "check", theme.color(_ink(option, "text.2")))


def _ink(option: QStyleOptionMenuItem, usual: Role) -> Role:
    return usual if option.state & _State.State_Enabled else "text.off"


def _placed(option: QStyleOptionMenuItem, box: QRect) -> QRect:
    return QStyle.visualRect(option.direction, option.rect, box)


def _side(option: QStyleOptionMenuItem, side: Qt.AlignmentFlag) -> Qt.AlignmentFlag:
    return QStyle.visualAlignment(option.direction, side)


def bar_item_size(size: QSize) -> QSize:
    """Return the size of a title in the menu bar."""
    px = current().px
    return QSize(size.width() + 2 * px(8), size.height() + 2 * px(4))


def bar_item(painter: QPainter, option: QStyleOptionMenuItem, *, underlined: bool) -> None:
    """Draw a title of the menu bar."""
    state = option.state
    if state & _State.State_Selected:
        fill: Role = "bg.pressed" if state & _State.State_Sunken else "bg.hover"
        paint.frame(painter, option.rect, tokens.RADIUS_SMALL, current().color(fill))
    group = QPalette.ColorGroup.Normal if state & _State.State_Enabled else QPalette.ColorGroup.Disabled
    shown = Qt.TextFlag.TextShowMnemonic if underlined else Qt.TextFlag.TextHideMnemonic
    painter.setPen(option.palette.color(group, QPalette.ColorRole.WindowText))
    paint.words_in(painter, option.rect, int(_LINE | shown | Qt.AlignmentFlag.AlignHCenter), option.text)


def tip(painter: QPainter, rect: QRect) -> None:
    """Draw the square ground of a tooltip or of the list of a choice."""
    theme = current()
    paint.frame(painter, rect, 0, theme.color("bg.float"), theme.color("line.control"))
