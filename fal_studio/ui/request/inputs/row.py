"""What every row of the form has: a dot if its field will be sent, and a name."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QMenu, QSizePolicy, QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, Path
from fal_studio.ui import icons, mirroring, paint, theme, tokens
from fal_studio.ui.request.inputs.base import Input, Problems
from fal_studio.ui.request.inputs.intents import Intent, SetValue, Unset
from fal_studio.words import tr

GUTTER_PX, INNER_GUTTER_PX = 26, 20
"""Room for the dot, at the edge of the form and inside a group; the whole of it can be pressed."""
EDGE_PX = 16
NAME_PX, NAME_NARROW_PX, NARROW_BELOW_PX = 122, 112, 380
_INSET_PX = 16
_LEAST_NAME_PX = 64
RESET_KEY = "Ctrl+Shift+Backspace"


class Row(QWidget):
    """What the form and its groups need of every kind of row. Paths begin below the row's field."""

    intended = Signal(object)
    grown = Signal()

    def __init__(self, field: Field, depth: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._depth = depth
        self._sent = False
        self._lively = False
        self.nudge_px = 0
        """How much further right than its depth says the row begins."""
        self.setMouseTracking(True)

    @property
    def is_sent(self) -> bool:
        """Whether the field is in the arguments."""
        return self._sent

    @property
    def can_reset(self) -> bool:
        """Whether the field can be left out."""
        return self._sent and (not self.field.required or self.field.has_default)

    @property
    def can_be_null(self) -> bool:
        """Whether null can be sent."""
        return self.field.nullable and not self.field.choices.count(None)

    def build(self) -> None:
        """Make the controls, if that was not done before."""

    def show_value(self, value: Json, *, sent: bool) -> None:
        """Show what is sent, or the default."""
        raise NotImplementedError

    def show_problems(self, problems: Problems) -> None:
        """Mark what is wrong; no problems take the marks away."""
        raise NotImplementedError

    def focus_widget(self) -> QWidget:
        """Return what takes the keyboard."""
        raise NotImplementedError

    def reveal(self, path: Path) -> QWidget:
        """Open what hides a place and return the widget to go to."""
        del path
        return self.focus_widget()

    def reset(self) -> None:
        """Leave the field out, so that the default holds."""
        if self.can_reset:
            self.intended.emit(Unset(()))

    def send_null(self) -> None:
        """Send null."""
        if self.can_be_null:
            self.intended.emit(SetValue((), None))

    @property
    def gutter(self) -> int:
        """Pixels in front of the name."""
        return theme.current().px(INNER_GUTTER_PX if self._depth else GUTTER_PX)

    def name_px(self) -> int:
        """Return the width of the name, so that the controls of all depths stand in one column."""
        px = theme.current().px
        wide = NAME_NARROW_PX if self.window_of_rows() < px(NARROW_BELOW_PX) else NAME_PX
        return max(px(_LEAST_NAME_PX), px(wide) - self._depth * px(_INSET_PX) - px(self.nudge_px))

    def window_of_rows(self) -> int:
        """Return the width of the rows at the edge of the form."""
        outer = (self._depth * _INSET_PX + GUTTER_PX - INNER_GUTTER_PX + EDGE_PX) if self._depth else 0
        return self.width() + theme.current().px(outer)

    def menu(self) -> QMenu:
        """Return what can be done with the field as a whole."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        reset = menu.addAction(
            tr("Use the default") if self.field.has_default else tr("Do not send"), self.reset
        )
        reset.setEnabled(self.can_reset)
        if self.can_be_null:
            menu.addAction(tr("Send null"), self.send_null)
        if self.field.has_default and not self._sent:
            menu.addAction(
                tr("Send the default"), lambda: self.intended.emit(SetValue((), self.field.default))
            )
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Offer it."""
        self.menu().popup(event.globalPos())
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Offer the cross at the dot, and explain it."""
        is_at_dot = self._is_at_dot(event.position().toPoint())
        self.setToolTip(self._dot_words() if is_at_dot else "")
        self._set_lively(lively=self.can_reset and is_at_dot)

    def leaveEvent(self, event: QEvent) -> None:
        """Show the dot again."""
        super().leaveEvent(event)
        self._set_lively(lively=False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Leave the field out on a press on its dot."""
        if event.button() == Qt.MouseButton.LeftButton and self._is_at_dot(event.position().toPoint()):
            self.reset()
            return
        super().mousePressEvent(event)

    @mirroring.widget
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dot of a field that will be sent, or the cross that takes it out."""
        del event
        if not self._sent:
            return
        px, colours = theme.current().px, theme.current()
        middle = QPointF(self.gutter - px(7.5), px(tokens.CONTROL) / 2)
        if self._lively:
            side = px(12)
            box = QRect(round(middle.x() - side / 2), round(middle.y() - side / 2), side, side)
            icons.draw(QPainter(self), box, "close", colours.color("text.1"))
        else:
            paint.dot(QPainter(self), middle, px(5), colours.color("accent.line"))

    def _set_sent(self, sent: bool) -> None:
        if sent != self._sent:
            self._sent = sent
            self._lively = False
            self.update()

    def _set_lively(self, *, lively: bool) -> None:
        if lively != self._lively:
            self._lively = lively
            self.setCursor(Qt.CursorShape.PointingHandCursor if lively else Qt.CursorShape.ArrowCursor)
            self.update()

    def _is_at_dot(self, at: QPoint) -> bool:
        dot = QRect(0, 0, self.gutter, theme.current().px(tokens.CONTROL))
        return mirroring.seen(dot, self.rect(), self.layoutDirection()).contains(at)

    def _dot_words(self) -> str:
        name = self.field.name
        if not self._sent:
            return tr("{name} is not sent: the endpoint's default holds").format(name=name)
        if not self.can_reset:
            return tr("{name} is sent; it is required").format(name=name)
        return tr("{name} is sent. Press: use the default ({reset_key})").format(
            name=name, reset_key=RESET_KEY
        )


class FieldName(QLabel):
    """The name of a field, elided in its column; its buddy is the control."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(text.replace("&", "&&"), parent)
        self._words = text
        self._sent = False
        self._note = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFixedHeight(theme.current().px(tokens.CONTROL))
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_sent(self, *, sent: bool) -> None:
        """Show it louder if the field will be sent."""
        if sent != self._sent:
            self._sent = sent
            self.update()

    def set_note(self, note: str) -> None:
        """Add a quiet word behind it."""
        self._note = note
        self.update()

    def set_name(self, text: str, note: str = "") -> None:
        """Name another field."""
        self._words, self._note = text, note
        self.setText(text.replace("&", "&&"))
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for name and note."""
        words = f"{self._words} {self._note}" if self._note else self._words
        return QSize(round(theme.text_width("control", words)) + 2, theme.current().px(tokens.CONTROL))

    def minimumSizeHint(self) -> QSize:
        """Return room for a few letters."""
        return QSize(theme.current().px(40), theme.current().px(tokens.CONTROL))

    @mirroring.widget
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        del event
        colours = theme.current()
        painter = QPainter(self)
        area = self.rect()
        role = "text.1" if self._sent else "text.2"
        used = paint.text(painter, area, self._words, colours.font("control"), colours.color(role))
        if self._note:
            area.setLeft(round(used) + colours.px(4))
            paint.text(painter, area, self._note, colours.font("control"), colours.color("text.3"))


def relay(child: Row | Input, step: str | int, to: Callable[[str | int, Intent], None]) -> None:
    """Hand on what a child wants, together with its step."""
    child.intended.connect(partial(to, step))
