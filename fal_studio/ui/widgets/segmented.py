"""A row of choices in one frame: modes with their capability, or any few words of which one is chosen."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from fal_studio import words
from fal_studio.ui import icons, paint, tokens
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Role
from fal_studio.ui.widgets.buttons import Scale
from fal_studio.words import mark


class Capability(StrEnum):
    """Whether an endpoint can do something, as far as is known."""

    SUPPORTED = mark("supported")
    UNKNOWN = mark("unknown")
    UNSUPPORTED = mark("not supported")


class Part(msgspec.Struct, frozen=True):
    """One choice. `icon` replaces the words on screen; they stay the accessible name."""

    key: str
    text: str
    capability: Capability | None = None
    tooltip: str = ""
    icon: str = ""
    enabled: bool = True


_HEIGHTS = {"s": tokens.SMALL, "": tokens.CONTROL, "l": tokens.LARGE}
_DOT = 7
_SIDE, _SIDE_COMPACT = 9, 7


class SegmentedControl(QWidget):
    """Choices side by side, one chosen. Left and right arrows walk; `chosen` tells the key of the new one.

    `chosen` fires for the user's choice only, not for `set_chosen`.
    """

    chosen = Signal(str)

    def __init__(
        self,
        parts: Sequence[Part],
        chosen: str = "",
        *,
        scale: Scale = "",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._scale: Scale = scale
        self._is_compact = False
        self._group = QButtonGroup(self)
        self._buttons: dict[str, _PartButton] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self._group.buttonClicked.connect(self._on_group_button_clicked)
        self.set_parts(parts, chosen)

    def set_parts(self, parts: Sequence[Part], chosen: str = "") -> None:
        """Show other choices, or the same ones with new capabilities; the chosen one stays when it can."""
        before = chosen or self.current()
        if [part.key for part in parts] == list(self._buttons):
            for part in parts:
                self._buttons[part.key].set_part(part)
        else:
            self._rebuild(parts)
        if before in self._buttons:
            self.set_chosen(before)
        elif parts:
            self.set_chosen(parts[0].key)

    def current(self) -> str:
        """Return the key of the chosen part, empty when there is none."""
        return next((key for key, button in self._buttons.items() if button.isChecked()), "")

    def set_chosen(self, key: str) -> None:
        """Choose a part without telling. Raises KeyError for a key that is not here."""
        self._buttons[key].setChecked(True)

    @property
    def whole_width(self) -> int:
        """How wide it is with all it can show, in pixels."""
        return sum(button.width_of(is_compact=False) for button in self._buttons.values())

    def set_compact(self, *, is_compact: bool) -> None:
        """Leave out the capability dots, which the words' ink and tooltips tell too, where there is little room."""
        if is_compact is not self._is_compact:
            self._is_compact = is_compact
            for button in self._buttons.values():
                button.set_compact(is_compact=is_compact)

    def _rebuild(self, parts: Sequence[Part]) -> None:
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._row.removeWidget(button)
            button.deleteLater()
        self._buttons.clear()
        for index, part in enumerate(parts):
            button = _PartButton(
                part, self._scale, first=index == 0, last=index == len(parts) - 1, parent=self
            )
            button.set_compact(is_compact=self._is_compact)
            button.toggled.connect(self.update)
            button.before = list(self._buttons.values())[-1] if self._buttons else None
            self._buttons[part.key] = button
            self._group.addButton(button)
            self._row.addWidget(button)

    def _on_group_button_clicked(self, button: QAbstractButton) -> None:
        if isinstance(button, _PartButton):
            self.chosen.emit(button.part.key)


class _PartButton(QAbstractButton):
    """One part; it paints its share of the frame."""

    def __init__(self, part: Part, scale: Scale, *, first: bool, last: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.part = part
        self.before: _PartButton | None = None
        self._scale: Scale = scale
        self._is_first = first
        self._is_last = last
        self._is_compact = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("scale", scale)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_part(part)

    def set_part(self, part: Part) -> None:
        """Show another capability or reason."""
        self.part = part
        self.setText(part.text)
        self.setEnabled(part.enabled)
        told = f"{part.text}, {words.told(part.capability)}" if part.capability is not None else part.text
        self.setAccessibleName(told)
        self.setToolTip(part.tooltip or (part.text if part.icon else ""))
        self.updateGeometry()
        self.update()

    def set_compact(self, *, is_compact: bool) -> None:
        """Leave out the capability and some of the room around the words."""
        self._is_compact = is_compact
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return the width of the words when chosen, so that choosing moves nothing."""
        return QSize(self.width_of(is_compact=self._is_compact), current().px(_HEIGHTS[self._scale]))

    def width_of(self, *, is_compact: bool) -> int:
        """Return its width with or without what can be left out, in pixels."""
        theme = current()
        if self.part.icon:
            return theme.px(16) + 2 * theme.px(7)
        words = QFontMetricsF(self._font(chosen=True)).horizontalAdvance(self.part.text)
        side = _SIDE_COMPACT if is_compact else 8 if self._scale == "s" else _SIDE
        return round(words + (0 if is_compact else self._mark()) + 2 * theme.px(side) + 0.5)

    def _mark(self) -> int:
        return current().px(_DOT + 6) if self.part.capability is not None else 0

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw fill, border, capability and word."""
        del event
        painter = QPainter(self)
        self._paint_frame(painter)
        theme = current()
        area = QRectF(self.rect())
        chosen = self.isChecked()
        ink = theme.color(self._ink())
        if self.part.icon:
            side = theme.px(16)
            box = QRectF(area.center().x() - side / 2, area.center().y() - side / 2, side, side)
            icons.draw(painter, box, self.part.icon, ink)
            return
        font = self._font(chosen=chosen)
        words = QFontMetricsF(font).horizontalAdvance(self.part.text)
        mark = 0 if self._is_compact else self._mark()
        box = QRectF(area.left() + (area.width() - words - mark) / 2, area.top(), words + mark, area.height())
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        if mark and self.part.capability is not None:
            half = theme.px(_DOT) / 2
            x = box.right() - half if is_mirrored else box.left() + half
            draw_capability(painter, QPointF(x, area.center().y()), self.part.capability)
        box.setLeft(box.left() + (0 if is_mirrored else mark))
        box.setWidth(words + 1)
        paint.text(painter, box, self.part.text, font, ink)

    def _ink(self) -> Role:
        if not self.isEnabled() or (self.part.capability is Capability.UNSUPPORTED and not self.isChecked()):
            return "text.off"
        return "text.1" if self.isChecked() or self.underMouse() else "text.2" if self.part.icon else "text.1"

    def _font(self, *, chosen: bool) -> QFont:
        style = "chosen" if chosen else "control"
        font = current().font(style)
        if self._scale == "s":
            font.setPixelSize(max(11, current().px(11)))
        return font

    def _paint_frame(self, painter: QPainter) -> None:
        theme = current()
        radius = theme.px(tokens.RADIUS)
        area = QRectF(self.rect())
        chosen = self.isChecked()
        hover = self.isEnabled() and self.underMouse() and not chosen
        # The outer box reaches beyond the inner edges; the clip leaves this part's share of one common frame.
        wide = 2 * radius
        is_mirrored = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        at_left, at_right = (
            (self._is_last, self._is_first) if is_mirrored else (self._is_first, self._is_last)
        )
        outer = area.adjusted(0 if at_left else -wide, 0, 0 if at_right else wide, 0)
        painter.save()
        painter.setClipRect(self.rect())
        paint.frame(
            painter,
            outer,
            radius,
            theme.color("bg.hover" if hover else "bg.field"),
            theme.color("line.control"),
        )
        after_chosen = self.before is not None and self.before.isChecked()
        if not self._is_first and not chosen and not after_chosen:
            edge = QRectF(
                area.right() - 1 if is_mirrored else area.left(), area.top() + 1, 1, area.height() - 2
            )
            paint.box(painter, edge, theme.color("line.subtle"))
        if chosen:
            paint.frame(painter, area, radius, theme.color("accent.tint"), theme.color("accent.line"))
        painter.restore()


def draw_capability(painter: QPainter, middle: QPointF, capability: Capability) -> None:
    """Draw the capability dot of 7 px: filled, ring, or dash."""
    theme = current()
    size = theme.px(_DOT)
    if capability is Capability.SUPPORTED:
        paint.dot(painter, middle, size, theme.color("good"))
    elif capability is Capability.UNKNOWN:
        paint.circle(painter, middle, size, theme.color("ask"))
    else:
        half = size / 2
        start, end = QPointF(middle.x() - half, middle.y()), QPointF(middle.x() + half, middle.y())
        paint.line(painter, start, end, theme.color("text.off"))
