"""Numbers: typed without bounds, stepped in a small range, slid in a large one. What is typed is what is sent."""

import math

from PySide6.QtWidgets import QLineEdit, QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, FieldKind
from fal_studio.core.schema.wording import number
from fal_studio.ui import theme
from fal_studio.ui.request.inputs.base import Input, line_in
from fal_studio.ui.request.inputs.intents import SetValue, Unset
from fal_studio.ui.request.inputs.words import bounds_of
from fal_studio.ui.theme import text_width
from fal_studio.ui.widgets.fields import Slider
from fal_studio.ui.widgets.labels import Label
from fal_studio.ui.widgets.number_box import NumberBox, NumberLine
from fal_studio.words import tr

_SMALL_RANGE = 12
_WIDE_RANGE = 10_000
_STEPS = 200
_USUAL_PX, _WIDEST_PX = 56, 132
"""Of the number beside a slider."""


class NumberInput(Input):
    """A line for a number of any size."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._line = NumberLine("", name=field.name)
        self._line.textEdited.connect(self._on_edited)
        self._row = line_in(self)
        self._row.addWidget(self._line, 1)

    def focus_widget(self) -> QWidget:
        """Return the line."""
        return self._line

    def can_show(self, value: Json) -> bool:
        """Say yes to numbers, and to a text that is none: it was typed here."""
        return is_number(value) or (isinstance(value, str) and parsed(value, self.field.kind) is None)

    def _on_edited(self, text: str) -> None:
        self._tell(typed(text, self.field))

    def _show(self, value: Json, sent: bool) -> None:
        show_number(self._line, value, self.field, sent=sent)


class StepInput(Input):
    """A whole number of a small range: minus, plus, and its bounds behind it."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._box = NumberBox(name=field.name)
        self._box.setFixedWidth(theme.current().px(96))
        self._box.edited.connect(self._on_edited)
        self._box.stepped.connect(self._on_stepped)
        row = line_in(self)
        row.addWidget(self._box)
        row.addWidget(Label(bounds_of(field), "caption", "3"), 1)
        self._value: int | float = 0

    def focus_widget(self) -> QWidget:
        """Return the box."""
        return self._box

    def can_show(self, value: Json) -> bool:
        """Say yes to numbers, and to a text that is none: it was typed here."""
        return is_number(value) or (isinstance(value, str) and parsed(value, self.field.kind) is None)

    def _show(self, value: Json, sent: bool) -> None:
        show_number(self._box.line, value, self.field, sent=sent)
        low, high = self.field.minimum, self.field.maximum
        self._value = value if is_number(value) else (low or 0)
        self._box.set_possible(down=low is None or self._value > low, up=high is None or self._value < high)

    def _on_edited(self, text: str) -> None:
        self._tell(typed(text, self.field))

    def _on_stepped(self, steps: int) -> None:
        wanted = self._value + steps * (self.field.multiple_of or 1)
        low = self.field.minimum if self.field.minimum is not None else wanted
        high = self.field.maximum if self.field.maximum is not None else wanted
        self._tell_value(int(max(low, min(high, wanted))))


class SlideInput(NumberInput):
    """A number between two bounds: a slider, and the number itself."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._is_fitted = False
        self._low, self._high = float(field.minimum or 0), float(field.maximum or 1)
        self._unit = _unit(field, self._high - self._low)
        steps = max(1, round((self._high - self._low) / self._unit))
        self._slider = Slider(0, 0, steps, name=tr("{name}, slider").format(name=field.name))
        self._slider.setPageStep(max(1, steps // 10))
        self._slider.valueChanged.connect(self._on_slid)
        self._row.insertWidget(0, self._slider, 1)
        self._row.setStretch(1, 0)
        places = max(2, _decimals(self._unit))
        edges = (self._low + self._unit, self._high - self._unit, self._high, self._low)
        self._fit(max((number(round(edge, places)) for edge in edges), key=len))
        self._line.stepped.connect(self._on_stepped)

    def _fit(self, words: str) -> None:
        """Give the number as much room as it needs, and take none back: nothing may jump while somebody types."""
        px = theme.current().px
        wanted = px(24) + round(text_width("body", words))
        self._line.setFixedWidth(
            min(
                px(_WIDEST_PX),
                max(px(_USUAL_PX), wanted, self._line.maximumWidth() if self._is_fitted else 0),
            )
        )
        self._is_fitted = True

    def _on_edited(self, text: str) -> None:
        self._fit(text)
        super()._on_edited(text)

    def _on_stepped(self, steps: int) -> None:
        self._slider.setValue(self._slider.value() + steps)

    def _on_slid(self, step: int) -> None:
        if self._is_showing:
            return
        value = self._low + step * self._unit
        is_whole = self.field.kind is FieldKind.INTEGER
        value = round(value) if is_whole else round(value, _decimals(self._unit))
        self._tell_value(value)

    def _show(self, value: Json, sent: bool) -> None:
        super()._show(value, sent)
        self._fit(self._line.text() or self._line.placeholderText())
        self._slider.set_sent(sent=sent)
        if is_number(value):
            inside = min(self._high, max(self._low, value))
            self._slider.setValue(round((inside - self._low) / self._unit))


def show_number(line: QLineEdit, value: Json, field: Field, *, sent: bool) -> None:
    """Show a number in a line; what stands there already and means the same is left as it was typed."""
    words = number(value) if is_number(value) else ""
    unsent = tr("required") if field.required and not field.has_default else tr("not sent")
    if line.maximumWidth() < theme.current().px(96):
        unsent = "–"
    line.setPlaceholderText(words if words and not sent else unsent)
    if not sent:
        words = ""
    elif isinstance(value, str):
        words = value
    elif parsed(line.text(), field.kind) == value:
        return
    if line.text() != words:
        line.setText(words)


def typed(text: str, field: Field) -> SetValue | Unset:
    """Return what a typed number asks for; what is no number is sent as it stands, so that nothing else is sent unseen."""
    if not text.strip():
        return Unset(())
    value = parsed(text, field.kind)
    return SetValue((), text if value is None else value)


def parsed(text: str, kind: FieldKind) -> int | float | None:
    """Return a typed text as a number; None if it is none. A comma is a decimal point, too."""
    text = text.strip()
    try:
        return int(text) if text.isascii() and "_" not in text else None
    except ValueError:
        pass
    if kind in (FieldKind.INTEGER, FieldKind.SEED):
        return None
    try:
        value = float(text.replace(",", ".", 1))
    except ValueError:
        return None
    return value if math.isfinite(value) and "_" not in text else None


def is_number(value: Json) -> bool:
    """Say whether a value is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def number_input(field: Field) -> Input:
    """Return the control that suits a number's range."""
    low, high = field.minimum, field.maximum
    if low is None or high is None or high <= low or high - low > _WIDE_RANGE:
        return NumberInput(field)
    if field.kind is FieldKind.INTEGER and high - low <= _SMALL_RANGE * (field.multiple_of or 1):
        return StepInput(field)
    return SlideInput(field)


def _unit(field: Field, span: float) -> float:
    """Return the slider's step: the schema's, whole numbers, or a round part of the range."""
    if field.multiple_of:
        return float(field.multiple_of)
    if field.kind is FieldKind.INTEGER:
        return 1.0
    return 10.0 ** math.floor(math.log10(span / _STEPS) + 0.35)


def _decimals(unit: float) -> int:
    return max(0, -math.floor(math.log10(unit)) + (0 if math.log10(unit).is_integer() else 2))
