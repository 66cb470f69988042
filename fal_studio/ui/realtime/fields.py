"""The fields under the desk: the prompt and a few numbers; one whose bolt is on is sent as soon as it changes."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QWidget

from fal_studio.core.schema.field import Field, FieldKind, Schema
from fal_studio.ui import icons, paint
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.fields import ChoiceBox, Slider, SpinBox, TextField
from fal_studio.ui.widgets.labels import Label

HEIGHT = 44
MOST = 4
"""Fields beside the prompt; there is one row."""
_STEPS = 100
_KINDS = (FieldKind.NUMBER, FieldKind.SEED, FieldKind.INTEGER, FieldKind.CHOICE)
_WANTED = ("strength", "seed", "num_inference_steps", "guidance_scale")
_LARGEST = 2**31 - 1
_SHORT = {"num_inference_steps": "steps", "guidance_scale": "guidance"}


class LiveFields(QWidget):
    """One row. Values are of the kinds that the schema names."""

    changed = Signal()
    """A field whose bolt is on has another value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        px = current().px
        self._values: dict[str, Any] = {}
        self.bolts: dict[str, Bolt] = {}
        self.boxes: dict[str, QWidget] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(px(12), px(6), px(12), px(6))
        self._row.setSpacing(px(8))
        self.setFixedHeight(px(HEIGHT))

    @property
    def values(self) -> dict[str, Any]:
        """The arguments, without those that are empty."""
        return {name: value for name, value in self._values.items() if value not in ("", None)}

    def show_schema(self, schema: Schema, values: Mapping[str, Any]) -> None:
        """Offer the fields of an endpoint, with values to begin with."""
        while item := self._row.takeAt(0):
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.bolts, self.boxes = {}, {}
        self._values = dict(values)
        prompt = schema.prompt
        name = prompt.name if prompt is not None else "prompt"
        if prompt is not None or not schema.fields:
            self._add(name, self._text(name, str(values.get(name) or "")), wide=True)
        for field in chosen(schema):
            value = values.get(field.name, field.default)
            self._add(field.name, self._box(field, value))

    def set_value(self, name: str, value: Any) -> None:
        """Give a field another value, as if it had been typed."""
        box = self.boxes.get(name)
        match box:
            case TextField():
                box.setText(str(value))
            case SpinBox():
                box.setValue(int(value))
            case ChoiceBox():
                box.setCurrentText(str(value))
                self._set(name, value)
            case _:
                self._set(name, value)

    def _add(self, name: str, box: QWidget, *, wide: bool = False) -> None:
        bolt = Bolt(name, self)
        self.bolts[name], self.boxes[name] = bolt, box
        self._row.addWidget(bolt)
        label = Label(_SHORT.get(name, name.replace("_", " ")), "control", "2")
        label.setToolTip(name)
        self._row.addWidget(label)
        self._row.addWidget(box, 1 if wide else 0)
        if not wide:
            self._row.addSpacing(current().px(6))

    def _set(self, name: str, value: Any) -> None:
        if self._values.get(name) != value:
            self._values[name] = value
            if self.bolts[name].isChecked():
                self.changed.emit()

    def _choose(self, name: str, by_text: Mapping[str, Any], text: str) -> None:
        self._set(name, by_text[text])

    def _set_seed(self, name: str, text: str) -> None:
        self._set(name, int(text) if text.isdigit() else None)

    def _text(self, name: str, value: str) -> TextField:
        box = TextField(value, "What it shall show", name=name)
        box.textChanged.connect(partial(self._set, name))
        self._values[name] = value
        return box

    def _box(self, field: Field, value: Any) -> QWidget:
        name = field.name
        if field.kind is FieldKind.CHOICE:
            by_text = {str(choice): choice for choice in field.choices}
            box = ChoiceBox(list(by_text), "" if value is None else str(value), name=name)
            box.textActivated.connect(partial(self._choose, name, by_text))
            return box
        if field.kind is FieldKind.SEED:
            line = TextField("" if value is None else str(value), "by chance", name=name)
            line.setFixedWidth(current().px(92))
            line.textChanged.connect(partial(self._set_seed, name))
            return line
        low, high = field.minimum or 0, field.maximum
        if field.kind is FieldKind.INTEGER:
            spin = SpinBox(int(value or low), int(low), int(high or _LARGEST), name=name)
            spin.valueChanged.connect(partial(self._set, name))
            return spin
        return _Slide(name, float(value or low), float(low), float(1 if high is None else high), self._set)


class Bolt(QAbstractButton):
    """Whether a field is sent as soon as it changes, or with the next input."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setCheckable(True)
        self.setChecked(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.toggled.connect(self._say)
        self._say(is_on=True)

    def sizeHint(self) -> QSize:
        """Return a small square."""
        return QSize(current().px(18), current().px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bolt: blue when it is on."""
        del event
        theme = current()
        painter = QPainter(self)
        side = theme.px(16)
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        icons.draw(painter, box, "live", theme.color("accent.text" if self.isChecked() else "text.off"))
        if self.hasFocus():
            paint.frame(painter, QRectF(self.rect()), theme.px(4), None, theme.color("focus"), 1.5)

    def _say(self, is_on: bool) -> None:
        words = "is sent as soon as it changes" if is_on else "goes out with the next input"
        self.setToolTip(f"{self._name} {words}")
        self.setAccessibleName(f"{self._name} {words}")


class _Slide(QWidget):
    """A slider with its number."""

    def __init__(self, name: str, value: float, low: float, high: float, tell: Any) -> None:
        super().__init__()
        px = current().px
        self._name, self._low, self._high, self._tell = name, low, high, tell
        self._slider = Slider(self._place(value), 0, _STEPS, sent=True, name=name)
        self._slider.setFixedWidth(px(84))
        self._number = Label(f"{value:.2f}", "value", "1")
        self._number.setMinimumWidth(px(34))
        self._slider.valueChanged.connect(self._on_moved)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        row.addWidget(self._slider)
        row.addWidget(self._number)
        self.setFocusProxy(self._slider)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def _place(self, value: float) -> int:
        wide = self._high - self._low
        return round((value - self._low) / wide * _STEPS) if wide else 0

    def _on_moved(self, place: int) -> None:
        value = round(self._low + place / _STEPS * (self._high - self._low), 4)
        self._number.setText(f"{value:.2f}")
        self._tell(self._name, value)


def chosen(schema: Schema) -> list[Field]:
    """Return the fields that stand beside the prompt: the usual ones first, then whatever is a number or a choice."""
    fitting = [
        field
        for field in schema.fields
        if field.kind in _KINDS and not (field.kind is FieldKind.CHOICE and not field.choices)
    ]
    usual = [field for name in _WANTED for field in fitting if field.name == name]
    return (usual or [field for field in fitting if not field.is_advanced])[:MOST]


def picture_field(schema: Schema) -> str:
    """Return the name of the field that takes the drawing; bytes where the model has such a field."""
    known = {field.name for field in schema.fields}
    for name in ("image_bytes", "image_url", "image"):
        if name in known:
            return name
    files = [field for field in schema.fields if field.kind is FieldKind.FILE]
    return files[0].name if files else ""
