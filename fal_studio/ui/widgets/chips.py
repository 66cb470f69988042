"""Small facts in a box: chips, and the keys of a keyboard."""

from typing import Literal

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from fal_studio.ui import icons, mirroring, paint, tokens
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.tokens import Role
from fal_studio.words import tr

ChipTone = Literal["plain", "outlined", "ask", "good", "bad"]
_FILLS: dict[str, tuple[Role | None, Role | None, Role]] = {
    "plain": ("bg.hover", None, "text.2"),
    "outlined": (None, "line.control", "text.2"),
    "ask": ("ask.tint", None, "ask"),
    "good": ("good.tint", None, "good"),
    "bad": ("bad.tint", None, "bad"),
}
_SIDE, _GAP, _ICON = 6, 4, 14
_KEY_HEIGHT, _KEY_SIDE = 18, 5


class Chip(QWidget):
    """A fact in 11 px: a seed, a picture's type and size, a filter. A closable one tells `close_wanted`."""

    close_wanted = Signal()

    def __init__(
        self,
        text: str,
        tone: ChipTone = "plain",
        *,
        icon: str = "",
        closable: bool = False,
        tooltip: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text = text
        self._tone = tone
        self._icon = icon
        self._closable = closable
        self.setProperty("radius", tokens.RADIUS_SMALL)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(text)
        self.setToolTip(tooltip)
        if closable:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.setAccessibleDescription(tr("Delete takes it away"))
            self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def text(self) -> str:
        """Return the words."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show other words."""
        self._text = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the words, icon and cross."""
        px = current().px
        # A chip that can be pressed is as tall as the smallest target.
        height = px(tokens.SMALL if self._closable else tokens.CHIP)
        extra = (px(_ICON + _GAP) if self._icon else 0) + (px(_GAP + _ICON) if self._closable else 0)
        return QSize(round(text_width("caption", self._text) + 2 * px(_SIDE) + extra + 0.5), height)

    @mirroring.widget
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chip."""
        del event
        theme = current()
        painter = QPainter(self)
        fill, border, ink = _FILLS[self._tone]
        high = theme.px(tokens.CHIP)
        area = QRectF(0, (self.height() - high) / 2, self.width(), high)
        paint.frame(
            painter, area, tokens.RADIUS_SMALL,
            theme.color(fill) if fill else None, theme.color(border) if border else None,
        )  # fmt: skip
        x = area.left() + theme.px(_SIDE)
        side = theme.px(_ICON)
        if self._icon:
            icons.draw(
                painter, QRectF(x, area.center().y() - side / 2, side, side), self._icon, theme.color(ink)
            )
            x += side + theme.px(_GAP)
        behind = side + theme.px(_GAP + _SIDE) if self._closable else 0
        room = QRectF(x, area.top(), area.right() - behind - x, area.height())
        paint.text(painter, room, self._text, theme.font("caption"), theme.color(ink))
        if self._closable:
            box = QRectF(area.right() - theme.px(_SIDE) - side + 2, area.center().y() - side / 2, side, side)
            icons.draw(painter, box, "close", theme.color("text.1" if self.underMouse() else "text.2"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take it away on Delete, Backspace or Enter."""
        keys = {Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Space}
        if self._closable and event.key() in keys:
            self.close_wanted.emit()
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Take it away on a press of the cross."""
        side = current().px(tokens.SMALL)
        cross = mirroring.seen(
            QRect(self.width() - side, 0, side, self.height()), self.rect(), self.layoutDirection()
        )
        if self._closable and cross.contains(event.position().toPoint()):
            self.close_wanted.emit()
            return
        super().mouseReleaseEvent(event)


class KeyCap(QWidget):
    """One key of a keyboard, or several in a row: `KeyCap("Ctrl", "K")`."""

    def __init__(self, *keys: str, large: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys = keys
        self._large = large
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(" ".join(keys))

    def set_keys(self, *keys: str) -> None:
        """Show others."""
        self._keys = keys
        self.setAccessibleName(" ".join(keys))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the keys."""
        width = sum(key_width(key, large=self._large) for key in self._keys)
        width += current().px(4) * (len(self._keys) - 1)
        return QSize(round(width + 0.5), key_height(large=self._large))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the keys."""
        del event
        painter = QPainter(self)
        x = 0.0
        for key in self._keys:
            x += draw_key(painter, x, self.height() / 2, key, large=self._large) + current().px(4)


def key_height(*, large: bool = False) -> int:
    """Return the height of a key cap."""
    return current().px(_KEY_HEIGHT + (10 if large else 0))


def key_width(key: str, *, large: bool = False) -> float:
    """Return the width of a key cap."""
    words = text_width("body" if large else "caption", key)
    return max(words + 2 * current().px(_KEY_SIDE + (4 if large else 0)), key_height(large=large))


def draw_key(painter: QPainter, x: float, middle: float, key: str, *, large: bool = False) -> float:
    """Draw a key cap around the height `middle` and return its width."""
    theme = current()
    width, high = key_width(key, large=large), key_height(large=large)
    area = QRectF(round(x), round(middle - high / 2), round(width), high)
    radius = tokens.RADIUS if large else tokens.RADIUS_SMALL
    paint.frame(painter, area, radius, theme.color("bg.raised"), theme.color("line.control"))
    font = theme.font("body" if large else "caption")
    role: Role = "text.1" if large else "text.2"
    paint.text(painter, area, key, font, theme.color(role), Qt.AlignmentFlag.AlignHCenter)
    return width
