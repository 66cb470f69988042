"""One field of the form: a dot if it will be sent, its name, its control, and what is wrong with it."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, Path
from fal_studio.ui import icons, paint, theme, tokens
from fal_studio.ui.request.inputs.base import Input, Problems
from fal_studio.ui.request.inputs.complaint import Complaint
from fal_studio.ui.request.inputs.intents import Intent, SetValue, Unset
from fal_studio.ui.request.inputs.json_value import JsonInput
from fal_studio.ui.request.inputs.null import NullInput

GUTTER_PX, INNER_GUTTER_PX = 26, 20
"""Room for the dot, at the edge of the form and inside a group; the whole of it can be pressed."""
EDGE_PX = 16
NAME_PX, NAME_NARROW_PX, NARROW_BELOW_PX = 122, 112, 380
_INSET_PX = 16
_LEAST_NAME_PX, _LEAST_CONTROL_PX = 64, 140
"""Where the control would be narrower, it stands under its name."""
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
        reset = menu.addAction("Use the default" if self.field.has_default else "Do not send", self.reset)
        reset.setEnabled(self.can_reset)
        if self.can_be_null:
            menu.addAction("Send null", self.send_null)
        if self.field.has_default and not self._sent:
            menu.addAction("Send the default", lambda: self.intended.emit(SetValue((), self.field.default)))
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
        return at.x() < self.gutter and at.y() < theme.current().px(tokens.CONTROL)

    def _dot_words(self) -> str:
        name = self.field.name
        if not self._sent:
            return f"{name} is not sent: the endpoint's default holds"
        if not self.can_reset:
            return f"{name} is sent; it is required"
        return f"{name} is sent. Press: use the default ({RESET_KEY})"


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


class FieldRow(Row):
    """A row whose control stands beside its name, or below it where it needs the width."""

    def __init__(
        self, field: Field, make: Callable[[Field], Input], depth: int = 0, parent: QWidget | None = None
    ) -> None:
        super().__init__(field, depth, parent)
        self._make = make
        self._input: Input | None = None
        self._stand_in: Input | None = None
        self._value: Json = None
        self._problems: Problems = ()
        self._trouble = ""
        self._name: FieldName | None = None
        self._complaint: Complaint | None = None
        self._line: QBoxLayout | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    @property
    def is_built(self) -> bool:
        """Whether the controls are there."""
        return self._line is not None

    @property
    def input(self) -> Input:
        """The control that shows the value now."""
        self.build()
        shown = self._stand_in or self._input
        assert shown is not None
        return shown

    def sizeHint(self) -> QSize:
        """Return the size of the controls, or a line's for those that are not there yet."""
        if self._line is None:
            return QSize(theme.current().px(200), theme.current().px(tokens.CONTROL))
        return super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the least size."""
        return self.sizeHint() if self._line is None else super().minimumSizeHint()

    def build(self) -> None:
        """Make the controls."""
        if self._line is not None:
            return
        px = theme.current().px
        column = QVBoxLayout(self)
        column.setContentsMargins(self.gutter, 0, 0 if self._depth else px(EDGE_PX), 0)
        column.setSpacing(px(4))
        self._name = FieldName(self.field.name, self)
        self._name.setToolTip(self.field.help[:600])
        self._line = QHBoxLayout()
        self._line.setSpacing(px(8))
        self._line.addWidget(self._name, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(self._line)
        self._input = self._make(self.field)
        self._place(self._input)
        self._name.setBuddy(self._input.focus_widget())
        if self.field.required and self._input.is_tall:
            self._name.set_note("required")
        self._arrange()
        self.show_value(self._value, sent=self._sent)
        self.show_problems(self._problems)

    def _place(self, control: Input) -> None:
        assert self._line is not None
        control.intended.connect(self.intended)
        control.grown.connect(self._on_grown)
        control.troubled.connect(self._on_troubled)
        control.setParent(self)
        head = control.head_widget()
        if head is not None:
            self._line.addWidget(head, 1)
        if control.is_tall:
            self._column().insertWidget(1, control, 1)
        else:
            self._line.addWidget(control, 1, Qt.AlignmentFlag.AlignTop)
        control.show()

    def _column(self) -> QVBoxLayout:
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        return layout

    def show_value(self, value: Json, *, sent: bool) -> None:
        """Show what is sent, or the default; as JSON if it has another shape than the field."""
        self._set_sent(sent)
        self._value = value
        if self._input is None or self._name is None:
            return
        self._name.set_sent(sent=sent)
        self._stand_in_for(value, sent)
        self.input.show_value(value, sent=sent)

    def _stand_in_for(self, value: Json, sent: bool) -> None:
        """Put another control in the place of the field's own, or take it away."""
        assert self._input is not None
        wanted: type[JsonInput | NullInput] | None = None
        if sent and not self._input.can_show(value):
            wanted = NullInput if value is None else JsonInput
        before = self._stand_in
        if (
            before is not None
            and wanted is None
            and isinstance(before, JsonInput)
            and before.focus_widget().hasFocus()
        ):
            return  # somebody types in it: a control must not vanish under the fingers
        if (type(before) if before is not None else None) is wanted:
            return
        if before is not None:
            before.hide()
            before.deleteLater()
            self._stand_in = None
        self._input.setVisible(wanted is None)
        if wanted is not None:
            self._stand_in = wanted(self.field)
            self._place(self._stand_in)
        self._on_grown()

    def show_problems(self, problems: Problems) -> None:
        """Mark what is wrong with the value or inside it."""
        self._problems = problems
        if self._input is None:
            return
        left = self.input.show_problems(problems)
        message = " ".join(dict.fromkeys(_placed(path, words) for path, words in left))
        self.input.mark(message)
        self._complain(self._trouble or message)

    def _complain(self, message: str) -> None:
        if self._complaint is None:
            if not message:
                return
            self._complaint = Complaint(self)
            self._column().addWidget(self._complaint)
            self._arrange()
        self._complaint.set_text(message)
        self._complaint.setVisible(bool(message))

    def complaint(self) -> str:
        """Return what is shown to be wrong."""
        return (
            self._complaint.text() if self._complaint is not None and not self._complaint.isHidden() else ""
        )

    def focus_widget(self) -> QWidget:
        """Return what takes the keyboard."""
        return self.input.focus_widget()

    def reveal(self, path: Path) -> QWidget:
        """Return the widget at a place."""
        return self.input.reveal(path)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the control under the name where there is no room beside it."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        if self._line is None or self._name is None:
            return
        px = theme.current().px
        name = self.name_px()
        edge = 0 if self._depth else px(EDGE_PX)
        is_beside = not self.input.is_tall or self.input.head_widget() is not None
        is_narrow = is_beside and self.width() - self.gutter - name - px(8) - edge < px(_LEAST_CONTROL_PX)
        way = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        if self._line.direction() != way:
            self._line.setDirection(way)
            self._line.setSpacing(0 if is_narrow else px(8))
        if is_beside and not is_narrow:
            self._name.setMinimumWidth(name)
            self._name.setMaximumWidth(name)
        else:
            self._name.setMinimumWidth(0)
            self._name.setMaximumWidth(px(2000))
        if self._complaint is not None:
            inset = name + px(8) if is_beside and not is_narrow and not self.input.is_tall else 0
            self._complaint.set_inset(inset)

    def _on_grown(self) -> None:
        self._arrange()
        self.grown.emit()

    def _on_troubled(self, message: str) -> None:
        self._trouble = message
        self.show_problems(self._problems)


def _placed(path: Path, words: str) -> str:
    """Name the place of a problem that has no control of its own."""
    return f"{'.'.join(map(str, path))}: {words}" if path else words


def relay(child: Row | Input, step: str | int, to: Callable[[str | int, Intent], None]) -> None:
    """Hand on what a child wants, together with its step."""
    child.intended.connect(partial(to, step))
