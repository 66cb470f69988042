"""The size of a picture: presets with their shape and pixels, or width and height of one's own."""

import re
from collections.abc import Mapping
from functools import partial
from math import ceil
from types import MappingProxyType

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, Path
from fal_studio.core.schema.fit import index_of
from fal_studio.ui import theme
from fal_studio.ui.request.inputs.base import Input, Problems
from fal_studio.ui.request.inputs.intents import SetValue
from fal_studio.ui.request.inputs.number import parsed, show_number
from fal_studio.ui.request.inputs.words import label
from fal_studio.ui.theme import text_width
from fal_studio.ui.widgets.aspect import AspectMark
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.fields import describe, mark_error
from fal_studio.ui.widgets.labels import Label
from fal_studio.ui.widgets.number_box import NumberLine
from fal_studio.ui.widgets.picker import Pick, Picker
from fal_studio.words import tr

PRESETS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "square_hd": (1024, 1024),
        "square": (512, 512),
        "portrait_4_3": (768, 1024),
        "portrait_16_9": (576, 1024),
        "landscape_4_3": (1024, 768),
        "landscape_16_9": (1024, 576),
    }
)
"""Pixels of fal's presets, as its server toolkit makes them (protocol: model documents)."""
_WRITTEN = re.compile(r"([1-9]\d{1,4})[x×]([1-9]\d{1,4})")
_MOST = 1_000_000
"""Pixels from which on a side is no picture's any more; it is shown as the number that it is."""
_OWN = "custom"
_WORDS_FROM_PX = 200
"""Narrower, the pixels stand in the tooltip only."""
_FIRST = (1024, 1024)


class SizeInput(Input):
    """A preset and what it means; "custom" opens width and height below."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._own = {"width": 0, "height": 0}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.current().px(4))
        self._box: Picker | None = None
        self._shape = AspectMark(self)
        self._words = Label("", "caption", "3", parent=self)
        self._sides: _Sides | None = None
        self._is_whole_wrong = False
        if field.choices:
            self._box = self._presets(field)
            self._shape.setParent(self)
            line = QHBoxLayout()
            line.setSpacing(theme.current().px(8))
            line.addWidget(self._box, 1)
            line.addWidget(self._shape)
            line.addWidget(self._words)
            shown = [pixels for choice in field.choices if (pixels := _pixels(choice))]
            widest = max((text_width("caption", _measures(pixels)) for pixels in shown), default=0)
            self._words.setMinimumWidth(ceil(widest))  # the list keeps its width whatever is chosen
            self._column.addLayout(line)
        else:
            self._shape.hide()
            self._words.hide()
            self._open_sides()

    def focus_widget(self) -> QWidget:
        """Return the list of presets, or the width where there are none."""
        if self._box is not None:
            return self._box
        assert self._sides is not None
        return self._sides.line("width")

    def show_problems(self, problems: Problems) -> Problems:
        """Mark width and height by themselves."""
        if self._sides is None:
            return problems
        self._is_whole_wrong = any(not path for path, _ in problems)
        for name in ("width", "height"):
            message = next((words for path, words in problems if path[-1:] == (name,)), "")
            mark_error(self._sides.line(name), message)
        # One line under the control says it; a complaint about the whole stays one.
        return [((), f"{path[-1]}: {words}" if path else words) for path, words in problems]

    def mark(self, message: str) -> None:
        """Mark the whole only for what is wrong with the whole."""
        if self._box is not None:
            mark_error(self._box, message if self._sides is None or self._is_whole_wrong else "")

    def reveal(self, path: Path) -> QWidget:
        """Return the side that a path names."""
        if self._sides is not None and path and path[-1] in ("width", "height"):
            return self._sides.line(str(path[-1]))
        return self.focus_widget()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the pixels to the tooltip where there is no room."""
        super().resizeEvent(event)
        self._fit_words()

    def _fit_words(self) -> None:
        has_room = self._box is not None and self.width() >= theme.current().px(_WORDS_FROM_PX)
        self._words.setVisible(has_room and bool(self._words.text()))

    def _presets(self, field: Field) -> Picker:
        picks = [_pick(choice) for choice in field.choices]
        box = Picker([*picks, Pick(_OWN, tr("width × height"))], name=field.name, parent=self)
        box.picked.connect(self._on_picked)
        return box

    def _open_sides(self) -> "_Sides":
        if self._sides is None:
            self._sides = _Sides(self.field, self)
            self._sides.edited.connect(self._on_side_edited)
            self._sides.swap.clicked.connect(self._on_swapped)
            self._column.addWidget(self._sides)
            self.grown.emit()
        self._sides.show()
        return self._sides

    def _on_picked(self, index: int) -> None:
        if index < len(self.field.choices):
            self._tell_value(self.field.choices[index])
            return
        width, height = (self._own["width"], self._own["height"])
        self._tell_value({"width": width or _FIRST[0], "height": height or _FIRST[1]})

    def _on_side_edited(self, name: str, text: str) -> None:
        kind = self.field.fields[0].kind
        value = parsed(text, kind)
        self._tell(SetValue((name,), text if value is None else value))

    def _on_swapped(self) -> None:
        self._tell_value({"width": self._own["height"], "height": self._own["width"]})

    def can_show(self, value: Json) -> bool:
        """Say yes to presets and to objects of width and height, also with a text that was typed there."""
        is_half = isinstance(value, dict) and bool(value) and set(value) <= {"width", "height"}
        return super().can_show(value) or is_half

    def _show(self, value: Json, sent: bool) -> None:
        sides = value if isinstance(value, dict) else None
        pixels = _pixels(value)
        if pixels:
            self._own = {"width": pixels[0], "height": pixels[1]}
        self._shape.set_ratio(pixels[0] / pixels[1] if pixels else 0.0)
        words = _measures(pixels) if pixels else ""
        self._words.setText(words)
        self._shape.setToolTip(words)
        self._fit_words()
        if self._box is not None:
            self._shape.setVisible(bool(words))
            index = index_of(self.field.choices, value) if sides is None else len(self.field.choices)
            self._box.set_sent(sent=sent)
            self._box.show_pick(index, tr("not sent") if value is None else label(value))
            describe(self._box, words)
        if sides is not None or self._box is None:
            self._open_sides().show_sides(sides or {}, sent=sent)
        elif self._sides is not None:
            self._sides.hide()


class _Sides(QWidget):
    """Width, height, and a button that swaps them."""

    edited = Signal(str, str)
    """A side and what was typed for it."""

    def __init__(self, field: Field, parent: QWidget) -> None:
        super().__init__(parent)
        px = theme.current().px
        self._fields = {part.name: part for part in field.fields}
        self._lines = {
            part.name: NumberLine("", name=f"{field.name}, {part.name}", parent=self) for part in field.fields
        }
        self.swap = IconButton("swap", tr("Swap width and height"), parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(4))
        for name, line in self._lines.items():
            line.textEdited.connect(partial(self.edited.emit, name))
            line.stepped.connect(partial(self._step, name))
            line.setMinimumWidth(px(48))
            if name == "height":
                row.addWidget(QLabel("×", self))
            row.addWidget(line, 1)
        row.addWidget(self.swap)

    def line(self, name: str) -> NumberLine:
        """Return the field of a side."""
        return self._lines[name]

    def show_sides(self, value: dict[str, Json], *, sent: bool) -> None:
        """Show both sides."""
        for name, line in self._lines.items():
            has_it = name in value
            shown = value[name] if has_it else self._fields[name].default
            show_number(line, shown, self._fields[name], sent=sent and has_it)
        self.swap.setEnabled(_pixels(value) is not None)

    def _step(self, name: str, steps: int) -> None:
        line = self._lines[name]
        value = parsed(line.text() or line.placeholderText(), self._fields[name].kind)
        if value is not None:
            # Sizes of pictures are multiples of 8 for most models.
            wanted = (int(value) // 8 + steps) * 8
            self.edited.emit(name, str(max(8, wanted)))


def _pick(choice: Json) -> Pick:
    pixels = _pixels(choice)
    if pixels is None:
        return Pick(label(choice))
    return Pick(label(choice), _measures(pixels), pixels[0] / pixels[1])


def _measures(pixels: tuple[int, int]) -> str:
    return f"{pixels[0]} × {pixels[1]}"


def _pixels(value: Json) -> tuple[int, int] | None:
    """Return width and height of a preset or a pair, None if they are not known."""
    if isinstance(value, str):
        written = _WRITTEN.fullmatch(value)
        return PRESETS.get(value) or ((int(written[1]), int(written[2])) if written else None)
    if isinstance(value, dict):
        wide, high = value.get("width"), value.get("height")
        if isinstance(wide, int) and isinstance(high, int) and 0 < wide < _MOST and 0 < high < _MOST:
            return wide, high
    return None
