"""Fields of the desk: one box for each kind of value, as narrow as it can be."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QWidget

from fal_studio.core.schema.field import Field, FieldKind
from fal_studio.figures import number
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.fields import ChoiceBox, Slider, SpinBox, TextField, mark_error
from fal_studio.ui.widgets.labels import Label
from fal_studio.ui.widgets.setting_controls import Switch
from fal_studio.words import tr

Tell = Callable[[str, Any], None]
"""Takes the name of a field and its new value; None: it is not sent."""


class ValueBox(QWidget):
    """A box that is made elsewhere, for a field that takes more than a line."""

    def set_value(self, value: Any) -> None:
        """Show another value, and tell it."""
        raise NotImplementedError


MakeBox = Callable[[Field, Any, Tell], ValueBox]
"""Makes a box for a field, with a value to begin with."""
_STEPS = 100
_LARGEST = 2**31 - 1
_TEXTS = (FieldKind.TEXT, FieldKind.PROMPT, FieldKind.FILE)


def box_of(field: Field, value: Any, tell: Tell, size_box: MakeBox) -> QWidget:
    """Return the box for a field with a value to begin with; `size_box` makes that of a picture's size."""
    name = field.name
    match field.kind:
        case FieldKind.BOOLEAN:
            check = Switch()
            check.setChecked(bool(value))
            check.setAccessibleName(name)
            check.toggled.connect(partial(tell, name))
            return check
        case FieldKind.CHOICE if field.choices:
            return _choice(field, value, tell)
        case FieldKind.SEED:
            return _line(name, value, tell, _whole, tr("by chance"), 92)
        case FieldKind.INTEGER if _fits(field):
            low, high = int(field.minimum or 0), int(field.maximum or _LARGEST)
            spin = SpinBox(int(value or low), low, high, name=name)
            spin.valueChanged.connect(partial(tell, name))
            return spin
        case FieldKind.INTEGER:
            return _line(name, value, tell, _whole, tr("not sent"), 92)
        case FieldKind.NUMBER if field.minimum is not None and field.maximum is not None:
            low, high = float(field.minimum), float(field.maximum)
            return Slide(name, float(low if value is None else value), low, high, tell)
        case FieldKind.NUMBER:
            return _line(name, value, tell, float, tr("not sent"), 92)
        case kind if kind in _TEXTS:
            return _line(name, value, tell, str, tr("not sent"))
        case FieldKind.SIZE:
            return size_box(field, value, tell)
        case FieldKind.SUGGESTION:
            return _line(name, value, tell, _word_or_json, tr("not sent"))
        case _:
            return _line(name, value, tell, _json, tr("JSON, not sent"))


def set_in(box: QWidget | None, value: Any) -> bool:
    """Show another value in a box, which tells it; False: the box cannot."""
    match box:
        case TextField():
            box.setText(_text_of(value))
        case SpinBox():
            box.setValue(max(box.minimum(), min(box.maximum(), int(value))))
        case QCheckBox():
            box.setChecked(bool(value))
        case Slide():
            box.set_value(float(value))
        case ValueBox():
            box.set_value(value)
        case _:
            return False
    return True


def _choice(field: Field, value: Any, tell: Tell) -> ChoiceBox:
    by_text = {str(choice): choice for choice in field.choices}

    def choose(text: str) -> None:
        tell(field.name, by_text[text])

    box = ChoiceBox(list(by_text), "" if value is None else str(value), name=field.name)
    box.textActivated.connect(choose)
    return box


def _line(
    name: str, value: Any, tell: Tell, read: Callable[[str], Any], placeholder: str, width: int = 0
) -> TextField:
    line = TextField(_text_of(value), placeholder, name=name)
    if width:
        line.setFixedWidth(current().px(width))

    def take(text: str) -> None:
        try:
            found = read(text) if text.strip() else None
        except (ValueError, msgspec.DecodeError):
            mark_error(
                line,
                tr("This cannot be sent as {name}: the last value that could be stays.").format(name=name),
            )
            return
        mark_error(line, "")
        tell(name, found)

    line.textChanged.connect(take)
    return line


def _fits(field: Field) -> bool:
    """Whether a field for 32 bits can hold every number that is allowed."""
    low, high = field.minimum or 0, field.maximum
    return -_LARGEST <= low <= _LARGEST and (high is None or -_LARGEST <= high <= _LARGEST)


def _text_of(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return msgspec.json.encode(value).decode()


def _whole(text: str) -> int:
    return int(text.strip())


def _json(text: str) -> Any:
    return msgspec.json.decode(text)


def _word_or_json(text: str) -> Any:
    return _json(text) if text.strip()[:1] in ("{", "[") or text.strip().isdigit() else text


class Slide(QWidget):
    """A slider with its number."""

    def __init__(self, name: str, value: float, low: float, high: float, tell: Tell) -> None:
        super().__init__()
        px = current().px
        self._name, self._low, self._high, self._tell = name, low, high, tell
        self._slider = Slider(self._place(value), 0, _STEPS, sent=True, name=name)
        self._slider.setMinimumWidth(px(44))
        self._slider.setMaximumWidth(px(84))
        self._number = Label(number(value, ".2f"), "value", "1")
        self._number.setMinimumWidth(px(34))
        self._slider.valueChanged.connect(self._on_moved)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        row.addWidget(self._slider)
        row.addWidget(self._number)
        self.setFocusProxy(self._slider)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_value(self, value: float) -> None:
        """Show another value."""
        self._slider.setValue(self._place(value))

    def _place(self, value: float) -> int:
        wide = self._high - self._low
        return round((value - self._low) / wide * _STEPS) if wide else 0

    def _on_moved(self, place: int) -> None:
        value = round(self._low + place / _STEPS * (self._high - self._low), 4)
        self._number.setText(number(value, ".2f"))
        self._tell(self._name, value)
