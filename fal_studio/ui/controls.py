"""How buttons, fields, checks and sliders are drawn; the style calls these with Qt's options."""

import msgspec
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QIcon, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyleOption, QStyleOptionButton, QWidget

from fal_studio.ui import icons, paint, tokens
from fal_studio.ui.theme import Theme, current
from fal_studio.ui.tokens import Role

_State = QStyle.StateFlag
_TONED: dict[str, tuple[Role, Role, Role]] = {
    "moving": ("accent.tint", "accent.line", "accent.text"),
    "good": ("good.tint", "good", "good"),
    "ask": ("ask.tint", "ask", "ask"),
}
"""Buttons that show a live state: fill, border, word."""
_GROUNDS: dict[str, Role] = {"bg.panel": "bg.panel", "bg.window": "bg.window"}
"""What a button that lies over something else puts behind itself."""
GROUNDS: dict[str, Role] = {
    "window": "bg.window",
    "rail": "bg.rail",
    "panel": "bg.panel",
    "float": "bg.float",
    "field": "bg.field",
    "stage": "bg.stage",
    "ask": "ask.tint",
    "bad": "bad.tint",
}
"""Colour roles of the surfaces a pane can be laid on."""
_HEIGHTS = {"s": tokens.SMALL, "": tokens.CONTROL, "l": tokens.LARGE}
_SIDES = {"s": 8, "": 10, "l": 12}
_GAP = 6
_ICON = 16
_CHEVRON = 12


class Look(msgspec.Struct, frozen=True):
    """What a control shows now. `kind` and `scale` are the widget's dynamic properties."""

    kind: str
    scale: str
    enabled: bool
    hover: bool
    pressed: bool
    checked: bool

    @classmethod
    def of(cls, option: QStyleOption, widget: QWidget | None) -> "Look":
        """Read the widget's properties and Qt's state."""
        state = option.state
        enabled = bool(state & _State.State_Enabled)
        return cls(
            kind=prop(widget, "kind") or "default",
            scale=prop(widget, "scale"),
            enabled=enabled,
            hover=enabled and bool(state & _State.State_MouseOver),
            pressed=enabled and bool(state & _State.State_Sunken),
            checked=bool(state & _State.State_On),
        )

    @property
    def radius(self) -> int:
        """Corner radius in pixels."""
        return tokens.RADIUS_SMALL if self.scale == "s" else tokens.RADIUS

    @property
    def type_style(self) -> str:
        """Name of the type style of the words."""
        if self.scale == "l" and self.kind in {"primary", "run"}:
            return "value"
        return "chosen" if self.kind in {"primary", "run", "workspace", *_TONED} else "control"


def prop(widget: QWidget | None, name: str) -> str:
    """Return a dynamic property as text, empty when it is not set."""
    value = widget.property(name) if widget is not None else None
    return value if isinstance(value, str) else ""


# Buttons


def button_size(option: QStyleOptionButton, widget: QWidget | None) -> QSize:
    """Return the size of a push button: its words, icon, key hint and arrow at the height of its scale."""
    look = Look.of(option, widget)
    theme = current()
    height = theme.px(_HEIGHTS.get(look.scale, tokens.CONTROL))
    parts = _parts(option, widget, look, theme)
    if not option.text and len(parts) == 1:
        return QSize(height, height)
    width = sum(parts) + theme.px(_GAP) * (len(parts) - 1) + 2 * theme.px(_side(look))
    return QSize(round(width + 0.5), height)


def _side(look: Look) -> int:
    """Return the room at each side of a button's words: a link has no edge, so its words stand where the pane's do."""
    return 0 if look.kind == "link" else _SIDES.get(look.scale, 10)


def _parts(option: QStyleOptionButton, widget: QWidget | None, look: Look, theme: Theme) -> list[float]:
    parts: list[float] = []
    if not option.icon.isNull():
        parts.append(theme.px(_ICON))
    if option.text:
        parts.append(QFontMetricsF(theme.font(look.type_style)).horizontalAdvance(_plain(option.text)))
    if hint := prop(widget, "hint"):
        parts.append(QFontMetricsF(theme.font("caption")).horizontalAdvance(hint) + theme.px(2))
    if option.features & QStyleOptionButton.ButtonFeature.HasMenu:
        parts.append(theme.px(_CHEVRON))
    return parts


def _plain(text: str) -> str:
    return text.replace("&&", "\0").replace("&", "").replace("\0", "&")


def button_panel(option: QStyleOption, painter: QPainter, widget: QWidget | None) -> None:
    """Draw the fill and border of a button."""
    look = Look.of(option, widget)
    theme = current()
    fill, border = _button_roles(look)
    radius = theme.px(look.radius)
    if ground := _GROUNDS.get(prop(widget, "ground")):
        paint.box(painter, option.rect, theme.color(ground))
        if ground == "bg.window":  # the line under the open requests goes on
            line = QRectF(0, option.rect.bottom(), option.rect.right() + 1, 1)
            paint.box(painter, line, theme.color("line.subtle"))
    if fill is None and border is None:
        return
    paint.frame(
        painter,
        option.rect,
        radius,
        theme.color(fill) if fill else None,
        theme.color(border) if border else None,
    )


def _button_roles(look: Look) -> tuple[Role | None, Role | None]:
    if look.kind in _TONED and look.enabled:
        fill, border, _ = _TONED[look.kind]
        return fill, border
    if look.kind in {"quiet", "workspace", "link"}:
        return _quiet_fill(look), None
    if not look.enabled:
        return None, "line.subtle"
    if look.kind in {"primary", "run"}:
        fill = "accent.press" if look.pressed else "accent.hover" if look.hover else "accent.fill"
        return fill, None
    border: Role = "bad" if look.kind == "danger" else "line.control"
    if look.pressed or look.checked:
        return ("bg.pressed" if look.pressed else "bg.selected"), border
    return ("bg.hover" if look.hover else "bg.raised"), border


def _quiet_fill(look: Look) -> Role | None:
    if look.kind == "link" or not look.enabled:
        return None
    if look.pressed:
        return "bg.pressed"
    if look.checked:
        return "bg.selected"
    return "bg.hover" if look.hover else None


def button_ink(look: Look) -> Role:
    """Return the colour of a button's words."""
    if not look.enabled:
        return "text.off"
    if look.kind in _TONED:
        return _TONED[look.kind][2]
    if look.kind in {"primary", "run"}:
        return "on.accent"
    if look.kind == "danger":
        return "bad"
    if look.kind == "link":
        return "accent.text"
    if look.kind in {"quiet", "workspace"} and not (look.hover or look.pressed or look.checked):
        return "text.2"
    return "text.1"


def button_label(option: QStyleOptionButton, painter: QPainter, widget: QWidget | None) -> None:
    """Draw icon, words, key hint and menu arrow of a button, centred as a group."""
    look = Look.of(option, widget)
    theme = current()
    parts = _parts(option, widget, look, theme)
    gap = theme.px(_GAP)
    area = QRectF(option.rect if widget is None else widget.rect())  # Qt takes some of it off for a frame
    total = sum(parts) + gap * max(0, len(parts) - 1)
    x = area.left() + (area.width() - total) / 2
    is_narrow = total > area.width() - 8 and len(parts) > 1  # an icon alone is always in the middle
    if is_narrow or prop(widget, "align") == "left":
        x = area.left() + theme.px(_side(look))
    ink = theme.color(button_ink(look))
    widths = iter(parts)
    if not option.icon.isNull():
        side = next(widths)
        mode = QIcon.Mode.Normal if look.enabled else QIcon.Mode.Disabled
        option.icon.paint(
            painter,
            QRect(round(x), round(area.center().y() - side / 2 + 0.01), round(side), round(side)),
            mode=mode,
        )
        x += side + gap
    if option.text:
        width = next(widths)
        room = min(width, area.right() - x)
        paint.text(
            painter,
            QRectF(x, area.top(), room, area.height()),
            _plain(option.text),
            theme.font(look.type_style),
            ink,
        )
        if look.kind == "link" and look.hover:
            bottom = area.center().y() + theme.px(7)
            paint.line(painter, QPointF(x, bottom), QPointF(x + room, bottom), ink, 1)
        x += width + gap
    if hint := prop(widget, "hint"):
        width = next(widths)
        role = button_ink(look) if look.kind in {"primary", "run"} or not look.enabled else "text.3"
        paint.text(
            painter,
            QRectF(x + 2, area.top(), width, area.height()),
            hint,
            theme.font("caption"),
            theme.color(role),
        )
        x += width + gap
    if option.features & QStyleOptionButton.ButtonFeature.HasMenu:
        side = theme.px(_CHEVRON)
        icons.draw(painter, QRectF(x, area.center().y() - side / 2, side, side), "chevron-down", ink)


# Fields


def field_frame(painter: QPainter, rect: QRect, option: QStyleOption, widget: QWidget | None) -> None:
    """Draw an inset field: what may be typed into. The dynamic property `state` = error marks a wrong value."""
    theme = current()
    state = option.state
    enabled = bool(state & _State.State_Enabled)
    role: Role = "line.control"
    width = 1.0
    if not enabled:
        role = "line.subtle"
    elif prop(widget, "state") == "error":
        role, width = "bad", 2.0 if state & _State.State_HasFocus else 1.0
    elif state & _State.State_HasFocus:
        role, width = "focus", 2.0
    elif state & _State.State_MouseOver:
        role = "line.strong"
    fill = theme.color("bg.field") if enabled else None
    paint.frame(painter, rect, theme.px(tokens.RADIUS), fill, theme.color(role), width)


def combo_frame(painter: QPainter, rect: QRect, option: QStyleOption, widget: QWidget | None) -> None:
    """Draw a raised field with an arrow: what opens a list."""
    theme = current()
    look = Look.of(option, widget)
    border: Role = "line.strong" if look.hover else "line.control"
    fill: Role = "bg.hover" if look.hover else "bg.raised"
    if prop(widget, "state") == "error":
        border = "bad"
    if not look.enabled:
        paint.frame(painter, rect, theme.px(tokens.RADIUS), None, theme.color("line.subtle"))
    else:
        paint.frame(painter, rect, theme.px(tokens.RADIUS), theme.color(fill), theme.color(border))
    side = theme.px(_ICON)
    ink = theme.color("text.2" if look.enabled else "text.off")
    arrow = QRectF(rect.right() + 1 - side - theme.px(8), rect.center().y() + 0.5 - side / 2, side, side)
    if option.direction == Qt.LayoutDirection.RightToLeft:
        arrow.moveLeft(rect.left() + theme.px(8))
    icons.draw(painter, arrow, "chevron-down", ink)


def stepper(painter: QPainter, rect: QRect, sign: str, *, hover: bool, pressed: bool, enabled: bool) -> None:
    """Draw the minus or plus part of a number field, with the line at its left."""
    theme = current()
    area = QRectF(rect)
    if hover or pressed:
        inner = area.adjusted(1, 1, -1, -1)
        paint.box(painter, inner, theme.color("bg.pressed" if pressed else "bg.hover"))
    edge = QRectF(area.left(), area.top() + 1, 1, area.height() - 2)
    paint.box(painter, edge, theme.color("line.subtle"))
    side = theme.px(12)
    box = QRectF(area.center().x() - side / 2, area.center().y() - side / 2, side, side)
    icons.draw(painter, box, sign, theme.color("text.2" if enabled else "text.off"))


# Checks, radios, sliders


def check(painter: QPainter, rect: QRect, option: QStyleOption, widget: QWidget | None = None) -> None:
    """Draw a checkbox; the dynamic property `sent` = false makes it grey: a default, not a choice."""
    theme = current()
    look = Look.of(option, None)
    area = _centred_square(rect, theme.px(16))
    radius = theme.px(tokens.RADIUS_SMALL)
    partly = bool(option.state & _State.State_NoChange)
    if not (look.checked or partly):
        border: Role = "line.strong" if look.enabled else "line.subtle"
        paint.frame(
            painter, area, radius, theme.color("bg.field") if look.enabled else None, theme.color(border)
        )
        if look.hover:
            paint.frame(painter, area, radius, None, theme.color("text.3"))
        return
    is_default = widget is not None and widget.property("sent") is False
    fill: Role = "text.3" if is_default else "accent.hover" if look.hover else "accent.fill"
    paint.frame(painter, area, radius, theme.color(fill if look.enabled else "bg.pressed"))
    ink = theme.color("text.off" if not look.enabled else "bg.panel" if is_default else "on.accent")
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(
        QPen(ink, area.width() / 9, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    )
    unit = area.width() / 16
    at = area.topLeft()
    tick = [(4.25, 8.25), (7, 11), (11.75, 5.5)] if not partly else [(4.5, 8), (11.5, 8)]
    painter.drawPolyline(QPolygonF([QPointF(at.x() + x * unit, at.y() + y * unit) for x, y in tick]))
    painter.restore()


def radio(painter: QPainter, rect: QRect, option: QStyleOption) -> None:
    """Draw a radio button."""
    theme = current()
    look = Look.of(option, None)
    area = _centred_square(rect, theme.px(16))
    if look.checked:
        paint.dot(
            painter, area.center(), area.width(), theme.color("accent.fill" if look.enabled else "bg.pressed")
        )
        paint.dot(
            painter,
            area.center(),
            area.width() * 0.375,
            theme.color("on.accent" if look.enabled else "text.off"),
        )
        return
    if look.enabled:
        paint.dot(painter, area.center(), area.width() - 1, theme.color("bg.field"))
    # One that cannot be chosen is seen all the same: where it lies, something could be.
    line: Role = "line.control" if not look.enabled else "text.3" if look.hover else "line.strong"
    paint.circle(painter, area.center(), area.width(), theme.color(line), 1.0)


def sign(painter: QPainter, rect: QRect, name: str, option: QStyleOption) -> None:
    """Draw an arrow or a menu's tick as an icon of 14 px in the middle of its box."""
    theme = current()
    enabled = bool(option.state & _State.State_Enabled)
    icons.draw(
        painter, _centred_square(rect, theme.px(14)), name, theme.color("text.2" if enabled else "text.off")
    )


def branch(painter: QPainter, rect: QRect, option: QStyleOption) -> None:
    """Draw the arrow of a tree's row that has rows below it; nothing for the others."""
    if option.state & _State.State_Children:
        sign(painter, rect, "chevron-down" if option.state & _State.State_Open else "chevron-right", option)


def _centred_square(rect: QRect, side: int) -> QRectF:
    area = QRectF(rect)
    return QRectF(round(area.center().x() - side / 2), round(area.center().y() - side / 2), side, side)


def slider(
    painter: QPainter,
    groove: QRect,
    knob: QRect,
    *,
    horizontal: bool,
    sent: bool,
    enabled: bool,
    reverse: bool,
) -> None:
    """Draw a slider; the filled part is grey for a default value and blue for one that will be sent."""
    theme = current()
    thick = theme.px(4)
    line = QRectF(groove)
    if horizontal:
        line = QRectF(line.left(), line.center().y() - thick / 2, line.width(), thick)
    else:
        line = QRectF(line.center().x() - thick / 2, line.top(), thick, line.height())
    # Not a ground: on the grey of a light stage that could not be seen.
    paint.frame(painter, line, thick / 2, theme.color("line.control"))
    middle = QRectF(knob).center()
    filled = QRectF(line)
    if not horizontal:
        filled.setTop(middle.y())
    elif reverse:
        filled.setLeft(middle.x())
    else:
        filled.setRight(middle.x())
    part: Role = "text.off" if not enabled else "accent.line" if sent else "text.3"
    paint.frame(painter, filled, thick / 2, theme.color(part))
    paint.dot(painter, middle, theme.px(12), theme.color("text.1" if enabled else "text.off"))
