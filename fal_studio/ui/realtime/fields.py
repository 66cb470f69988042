"""The fields under the desk: the prompt, the usual numbers, and all others when wanted; one whose bolt is on is sent at once."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from fal_studio.core.schema.field import Field, FieldKind, Schema
from fal_studio.ui.realtime.bolt import Bolt
from fal_studio.ui.realtime.field_boxes import box_of, set_in
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.fields import ChoiceBox, TextField
from fal_studio.ui.widgets.flow import TwoRows
from fal_studio.ui.widgets.labels import Divider, Label
from fal_studio.words import tr

HEIGHT = 44
MOST = 3
"""Fields beside the prompt; the others unfold under them."""
_OPEN_PX = 128
_COLUMNS = 3
_KINDS = (FieldKind.NUMBER, FieldKind.SEED, FieldKind.INTEGER, FieldKind.CHOICE)
_WANTED = ("strength", "seed", "num_inference_steps", "guidance_scale")
_SHORT = {"num_inference_steps": tr("steps"), "guidance_scale": tr("guidance")}
_OURS = ("image_bytes", "image_url", "image", "request_id")
"""What the desk fills in by itself."""


class LiveFields(QWidget):
    """One row, and under it the rest. Values are of the kinds that the schema names."""

    changed = Signal()
    """A field whose bolt is on has another value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self._values: dict[str, Any] = {}
        self.bolts: dict[str, Bolt] = {}
        self.boxes: dict[str, QWidget] = {}
        row = TwoRows(HEIGHT, parent=self, edge_px=6)
        row.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._first, self._row = row.first, row.second
        """The prompt, and what stands beside it or, where large words need the room, under it."""
        self.more = Button(tr("More"), "quiet", icon="chevron-right", scale="s", checkable=True)
        self.more.toggled.connect(self._on_more)
        self._line = Divider()
        self.rest = QScrollArea(self)
        self.rest.setAccessibleName(tr("All other fields"))
        self.rest.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rest.setFrameShape(QFrame.Shape.NoFrame)
        self.rest.setWidgetResizable(True)
        self.rest.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rest.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(row)
        column.addWidget(self._line)
        column.addWidget(self.rest)
        self._on_more(is_open=False)

    @property
    def values(self) -> dict[str, Any]:
        """The arguments, without those that are empty."""
        return {name: value for name, value in self._values.items() if value not in ("", None)}

    def show_schema(self, schema: Schema, values: Mapping[str, Any], takes: str = "") -> None:
        """Offer the fields of an endpoint, with values to begin with; `takes`: the one that the drawing fills."""
        self._empty_row()
        self.bolts, self.boxes = {}, {}
        self._values = dict(values)
        prompt = schema.prompt
        name = prompt.name if prompt is not None else "prompt"
        if prompt is not None or not schema.fields:
            self._values[name] = str(values.get(name) or "")
            self._add(name, self._prompt(name), wide=True)
        else:
            self._first.addStretch(1)
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

    def _empty_row(self) -> None:
        self._row.removeWidget(self.more)
        while item := self._first.takeAt(0) or self._row.takeAt(0):
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _show_rest(self, fields: list[Field]) -> None:
        px = current().px
        inner = QWidget()
        laid(inner, "panel")
        grid = QGridLayout(inner)
        grid.setContentsMargins(px(12), px(8), px(12), px(8))
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(px(6))
        for place, field in enumerate(fields):
            row, column = place // _COLUMNS, place % _COLUMNS * 4
            box = self._box(field)
            bolt = self.bolts[field.name] = Bolt(field.name, inner)
            self.boxes[field.name] = box
            label = Label(field.name, "control", "2", of=box)
            label.setToolTip(field.help or field.name)
            grid.addWidget(bolt, row, column)
            grid.addWidget(label, row, column + 1)
            is_wide = isinstance(box, TextField) and box.maximumWidth() > px(200)
            grid.addWidget(
                box, row, column + 2, Qt.AlignmentFlag(0) if is_wide else Qt.AlignmentFlag.AlignLeft
            )
            grid.setColumnStretch(column + 2, 1)
            grid.setColumnMinimumWidth(column + 3, px(12))
        grid.setRowStretch(len(fields) // _COLUMNS + 1, 1)
        self.rest.setWidget(inner)
        self.rest.setFixedHeight(min(px(_OPEN_PX), inner.sizeHint().height()))
        self.more.setText(tr("{count} more").format(count=len(fields)))
        self.more.setToolTip(tr("All other fields of the endpoint; each can be sent as soon as it changes"))
        self._row.addWidget(self.more)
        self.more.setVisible(bool(fields))
        self._on_more(is_open=self.more.isChecked() and bool(fields))

    def _on_more(self, is_open: bool) -> None:
        self.more.set_icon_name("chevron-down" if is_open else "chevron-right")
        for widget in (self._line, self.rest):
            widget.setVisible(is_open)

    def _add(self, name: str, box: QWidget, *, wide: bool = False) -> None:
        bolt = Bolt(name, self)
        self.bolts[name], self.boxes[name] = bolt, box
        row = self._first if wide else self._row
        row.addWidget(bolt)
        label = Label(_SHORT.get(name, name.replace("_", " ")), "control", "2", of=box)
        label.setToolTip(name)
        row.addWidget(label)
        row.addWidget(box, 1 if wide else 0)
        if not wide:
            row.addSpacing(current().px(6))

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
        return box_of(field, self._values.get(field.name, field.default), self._set)


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
