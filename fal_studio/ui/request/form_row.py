"""One argument as a row: its name, whether it will be sent, and a control that fits its kind."""

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QAction, QEnterEvent, QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, FieldKind
from fal_studio.ui import paint, theme
from fal_studio.ui.widgets.fields import ChoiceBox, FieldError, Slider, SpinBox, TextField, mark_error
from fal_studio.ui.widgets.labels import Label

SLIDER_STEPS = 200
_SMALL_RANGE = 12


class FormRow(QWidget):
    """Shows an argument's value, or its default in a quieter tone while it is not sent."""

    value_set = Signal(str, object)
    unset_wanted = Signal(str)
    focused = Signal(str)

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._sent = False
        self._name = Label(field.name, "control", "2", parent=self)
        self._name.setToolTip(field.help)
        self.control = _control(field)
        self.control.changed.connect(self._on_control_changed)
        self._name.setBuddy(self.control.focus_widget())
        self._reset = QAction("Use the &default", self)
        self._reset.setShortcut("Ctrl+Backspace")
        self._reset.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self._reset.triggered.connect(lambda: self.unset_wanted.emit(field.name))
        self.addAction(self._reset)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._error = FieldError("", self)
        # A long form has no room to keep an empty line under each field.
        policy = self._error.sizePolicy()
        policy.setRetainSizeWhenHidden(False)
        self._error.setSizePolicy(policy)
        self._error.hide()
        px = theme.current().px
        row = QHBoxLayout()
        row.setSpacing(px(8))
        self._name.setFixedWidth(px(130))
        self._name.setFixedHeight(px(28))
        row.addWidget(self._name)
        row.addWidget(self.control, 1)
        below = QHBoxLayout()
        below.addSpacing(px(138))
        below.addWidget(self._error, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(10), 0, 0, 0)
        column.setSpacing(px(4))
        column.addLayout(row)
        column.addLayout(below)

    def _on_control_changed(self, value: Json) -> None:
        self.value_set.emit(self.field.name, value)

    def show_value(self, value: Json, *, sent: bool) -> None:
        """Show what will be sent, or the default."""
        self._sent = sent
        self._name.set_tone("1" if sent else "2")
        self._reset.setEnabled(sent and not self.field.required)
        how = "is sent. Ctrl+Backspace: use the default" if sent else "is not sent: the default holds"
        self._name.setToolTip(f"{self.field.name} {how}")
        self.control.show_value(value, sent=sent)
        self.update()

    def show_error(self, message: str) -> None:
        """Mark the control, or take the mark away."""
        mark_error(self.control.value_widget(), message)
        short = message.removeprefix("Input should be ")
        self._error.set_message(f"Must be {short}" if short != message else message)
        self._error.setVisible(bool(message))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dot of a value that will be sent."""
        del event
        if self._sent:
            px = theme.current().px
            spot = QRect(0, 0, px(5), px(28)).toRectF().center()
            paint.dot(QPainter(self), spot, px(5), theme.current().color("accent.line"))

    def enterEvent(self, event: QEnterEvent) -> None:
        """Notice the pointer."""
        super().enterEvent(event)
        self.focused.emit(self.field.name)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Notice the keyboard."""
        super().focusInEvent(event)
        self.focused.emit(self.field.name)


class Control(QWidget):
    """Base of the controls: shows a value, tells a new one."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.current().px(8))
        self._is_showing = False

    def focus_widget(self) -> QWidget:
        """Return the widget that takes the keyboard."""
        raise NotImplementedError

    def value_widget(self) -> QWidget:
        """Return the widget that shows the value as text, where a mistake is marked."""
        return self.focus_widget()

    def show_value(self, value: Json, *, sent: bool) -> None:
        """Show a value without telling it."""
        self._is_showing = True
        self._show(value, sent)
        self._is_showing = False

    def _show(self, value: Json, sent: bool) -> None:
        raise NotImplementedError

    def _tell(self, value: Json) -> None:
        if not self._is_showing:
            self.changed.emit(value)


class _Choice(Control):
    def __init__(self, field: Field) -> None:
        super().__init__()
        self._choices = field.choices
        self._box = ChoiceBox([str(choice) for choice in field.choices], name=field.name)
        # The longest choice must not make the form wider than its pane.
        self._box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._box.setMinimumContentsLength(8)
        self._box.activated.connect(self._on_activated)
        self._row.addWidget(self._box, 1)

    def _on_activated(self, index: int) -> None:
        self._tell(self._choices[index])

    def focus_widget(self) -> QWidget:
        return self._box

    def _show(self, value: Json, sent: bool) -> None:
        self._box.setProperty("sent", sent)
        index = self._choices.index(value) if value in self._choices else -1
        self._box.setCurrentIndex(index)
        if index < 0:
            self._box.setPlaceholderText("own value, see JSON" if value is not None else "default")


class _Check(Control):
    def __init__(self, field: Field) -> None:
        super().__init__()
        self._box = QCheckBox("off")
        self._box.setAccessibleName(field.name)
        self._box.toggled.connect(self._on_toggled)
        self._row.addWidget(self._box, 1)

    def focus_widget(self) -> QWidget:
        return self._box

    def _on_toggled(self, is_on: bool) -> None:
        self._box.setText("on" if is_on else "off")
        self._tell(is_on)

    def _show(self, value: Json, sent: bool) -> None:
        self._box.setProperty("sent", sent)
        self._box.setChecked(bool(value))


class _Text(Control):
    """A line of text; numbers without bounds and seeds of any length as well."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._kind = field.kind
        self._line = TextField(
            "", str(field.default) if field.default not in (None, "") else "not sent", name=field.name
        )
        self._line.textEdited.connect(self._on_edited)
        self._row.addWidget(self._line, 1)

    def focus_widget(self) -> QWidget:
        return self._line

    def _on_edited(self, text: str) -> None:
        value = read_number(text, self._kind)
        mark_error(self._line, "" if value is not None else "This is not a number.")
        if value is not None:
            self._tell(value)

    def _show(self, value: Json, sent: bool) -> None:
        text = str(value) if sent and value is not None else ""
        if read_number(self._line.text(), self._kind) != value or not sent:
            self._line.setText(text if len(text) < 2000 else text[:60] + "…")
        mark_error(self._line, "")


class _Spin(Control):
    def __init__(self, field: Field) -> None:
        super().__init__()
        self._box = SpinBox(0, int(field.minimum or 0), int(field.maximum or 99), name=field.name)
        self._box.setFixedWidth(theme.current().px(96))
        self._box.valueChanged.connect(self._tell)
        self._row.addWidget(self._box)
        bounds = f"{field.minimum:g} to {field.maximum:g}" if field.minimum is not None else ""
        self._row.addWidget(Label(bounds, "caption", "3"), 1)

    def focus_widget(self) -> QWidget:
        return self._box

    def _show(self, value: Json, sent: bool) -> None:
        self._box.setProperty("sent", sent)
        if isinstance(value, int):
            self._box.setValue(value)


class _Slide(Control):
    def __init__(self, field: Field) -> None:
        super().__init__()
        self._kind = field.kind
        self._low, self._high = float(field.minimum or 0), float(field.maximum or 1)
        is_whole = field.kind is FieldKind.INTEGER
        self._steps = int(self._high - self._low) if is_whole else SLIDER_STEPS
        self._slider = Slider(0, 0, self._steps, name=field.name)
        self._slider.valueChanged.connect(self._on_slid)
        self._line = TextField("", name=f"{field.name}, number")
        self._line.setFixedWidth(theme.current().px(52))
        self._line.textEdited.connect(self._on_edited)
        self._row.addWidget(self._slider, 1)
        self._row.addWidget(self._line)

    def focus_widget(self) -> QWidget:
        return self._slider

    def value_widget(self) -> QWidget:
        return self._line

    def _on_slid(self, step: int) -> None:
        if self._is_showing:
            return
        value = self._low + (self._high - self._low) * step / self._steps
        self._tell(round(value) if self._kind is FieldKind.INTEGER else round(value, 2))

    def _on_edited(self, text: str) -> None:
        value = read_number(text, self._kind)
        mark_error(self._line, "" if value is not None else "This is not a number.")
        if value is not None:
            self._tell(value)

    def _show(self, value: Json, sent: bool) -> None:
        self._slider.set_sent(sent=sent)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number:
            part = (value - self._low) / (self._high - self._low)
            self._slider.setValue(round(max(0.0, min(1.0, part)) * self._steps))
        self._line.setPlaceholderText("" if sent or not is_number else f"{value:g}")
        if not sent:
            self._line.clear()
        elif read_number(self._line.text(), self._kind) != value:
            self._line.setText(f"{value:g}" if is_number else str(value))


def _control(field: Field) -> Control:
    is_bounded = field.minimum is not None and field.maximum is not None and field.maximum > field.minimum
    if field.choices:
        return _Choice(field)
    if field.kind is FieldKind.BOOLEAN:
        return _Check(field)
    if is_bounded and field.name != "seed":
        assert field.minimum is not None
        assert field.maximum is not None
        span = field.maximum - field.minimum
        if field.kind is FieldKind.INTEGER and span <= _SMALL_RANGE:
            return _Spin(field)
        if field.kind in (FieldKind.INTEGER, FieldKind.NUMBER) and span <= 10_000:
            return _Slide(field)
    return _Text(field)


def read_number(text: str, kind: FieldKind) -> Json:
    """Return what was typed as the field's kind; None if it is not a number but should be."""
    if kind in (FieldKind.INTEGER, FieldKind.SEED):
        try:
            return int(text)
        except ValueError:
            return None
    if kind is FieldKind.NUMBER:
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            return None
        return value if value - value == 0 else None  # neither infinite nor not-a-number
    return text
