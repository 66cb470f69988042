"""The fields under the desk: the prompt, the usual numbers, and all others when wanted; one whose bolt is on is sent at once."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.core.schema.field import Field, FieldKind, Schema
from fal_studio.ui.realtime.bolt import Bolt
from fal_studio.ui.realtime.field_boxes import MakeBox, box_of, set_in
from fal_studio.ui.realtime.field_grid import Cell, FieldGrid
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.fields import ChoiceBox, TextField
from fal_studio.ui.widgets.flow import FlowRow
from fal_studio.ui.widgets.labels import Divider, Label
from fal_studio.words import tr

MOST = 3
"""Fields beside the prompt; the others unfold under them."""
_PROMPT_PX = 200
"""The least width of a prompt, at 100 %."""
_KINDS = (FieldKind.NUMBER, FieldKind.SEED, FieldKind.INTEGER, FieldKind.CHOICE)
_WANTED = ("strength", "seed", "num_inference_steps", "guidance_scale")
_SHORT = {"num_inference_steps": tr("steps"), "guidance_scale": tr("guidance")}
_OURS = ("image_bytes", "image_url", "image", "request_id")
"""What the desk fills in by itself."""


class LiveFields(QWidget):
    """One row, and under it the rest. Values are of the kinds that the schema names."""

    changed = Signal()
    """A field whose bolt is on has another value."""

    def __init__(self, size_box: MakeBox, parent: QWidget | None = None) -> None:
        """`size_box` makes the box for the size of a picture."""
        super().__init__(parent)
        laid(self, "panel")
        self._size_box = size_box
        self._values: dict[str, Any] = {}
        self.bolts: dict[str, Bolt] = {}
        self.boxes: dict[str, QWidget] = {}
        px = current().px
        self._row = FlowRow(10, self)
        self.more = Button(tr("More"), "quiet", icon="chevron-right", scale="s", checkable=True)
        self.more.toggled.connect(self._on_more)
        self._line = Divider()
        self.rest = FieldGrid(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        first = QHBoxLayout()
        first.setContentsMargins(px(12), px(6), px(12), px(6))
        first.addWidget(self._row)
        column.addLayout(first)
        column.addWidget(self._line)
        column.addWidget(self.rest)
        self._on_more(is_open=False)

    @property
    def values(self) -> dict[str, Any]:
        """The arguments, without those that are empty."""
        return {name: value for name, value in self._values.items() if value not in ("", None)}

    def show_schema(self, schema: Schema, values: Mapping[str, Any], takes: str = "") -> None:
        """Offer the fields of an endpoint, with values to begin with; `takes`: the one that the drawing fills."""
        self._row.remove(self.more)
        self._row.clear()
        self.bolts, self.boxes = {}, {}
        self._values = dict(values)
        prompt = schema.prompt
        name = prompt.name if prompt is not None else "prompt"
        if prompt is not None or not schema.fields:
            self._values[name] = str(values.get(name) or "")
            self._add(name, self._prompt(name), fills=1)
        first = chosen(schema)
        for field in first:
            self._add(field.name, self._box(field))
        shown = {*self.boxes, *_OURS, takes}
        self._show_rest([field for field in schema.fields if field.name not in shown])

    def set_value(self, name: str, value: Any) -> None:
        """Give a field another value, as if it had been typed."""
        box = self.boxes.get(name)
        if isinstance(box, ChoiceBox):
            box.setCurrentText(str(value))
        if not set_in(box, value):
            self._set(name, value)

    def _show_rest(self, fields: list[Field]) -> None:
        cells: list[Cell] = []
        for field in fields:
            box, bolt = self._box(field), Bolt(field.name, self.rest)
            self.bolts[field.name], self.boxes[field.name] = bolt, box
            label = Label(field.name, "control", "2", of=box)
            label.setToolTip(field.help or field.name)
            cells.append((bolt, label, box))
        self.rest.show_fields(cells)
        self.more.setText(tr("{count} more").format(count=len(fields)))
        self.more.setToolTip(tr("All other fields of the endpoint; each can be sent as soon as it changes"))
        self._row.add(self.more)
        self.more.setVisible(bool(fields))
        self._on_more(is_open=self.more.isChecked() and bool(fields))

    def _on_more(self, is_open: bool) -> None:
        self.more.set_icon_name("chevron-down" if is_open else "chevron-right")
        for widget in (self._line, self.rest):
            widget.setVisible(is_open)

    def _add(self, name: str, box: QWidget, *, fills: int = 0) -> None:
        group = QWidget()
        bolt = Bolt(name, group)
        self.bolts[name], self.boxes[name] = bolt, box
        label = Label(_SHORT.get(name, name.replace("_", " ")), "control", "2", of=box)
        label.setToolTip(name)
        if fills:
            box.setMinimumWidth(current().px(_PROMPT_PX))
        row = QHBoxLayout(group)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(current().px(8))
        row.addWidget(bolt)
        row.addWidget(label)
        row.addWidget(box, 1)
        self._row.add(group, fills)

    def _set(self, name: str, value: Any) -> None:
        if self._values.get(name) != value:
            self._values[name] = value
            if self.bolts[name].isChecked():
                self.changed.emit()

    def _prompt(self, name: str) -> TextField:
        box = TextField(self._values[name], tr("What it shall show"), name=name)
        box.setCursorPosition(0)  # its beginning is what one knows it by
        box.textChanged.connect(partial(self._set, name))
        return box

    def _box(self, field: Field) -> QWidget:
        return box_of(field, self._values.get(field.name, field.default), self._set, self._size_box)


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
