"""One of several values: a list to choose from, a list one may also type into, and on or off."""

import re
from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QFocusEvent, QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, FieldKind
from fal_studio.core.schema.fit import index_of
from fal_studio.ui import theme
from fal_studio.ui.request.inputs.base import Input, line_in
from fal_studio.ui.request.inputs.number import parsed
from fal_studio.ui.request.inputs.text import placeholder
from fal_studio.ui.request.inputs.words import label
from fal_studio.ui.tokens import CONTROL
from fal_studio.ui.widgets.aspect import AspectMark
from fal_studio.ui.widgets.picker import Pick, Picker
from fal_studio.words import tr

_RATIO = re.compile(r"(\d{1,5})\s*[:x×/]\s*(\d{1,5})$")


class ChoiceInput(Input):
    """Chooses one of the values that the endpoint knows; each keeps its JSON type."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._box = Picker(
            [Pick(label(each), ratio=ratio_of(each)) for each in field.choices], name=field.name
        )
        self._box.picked.connect(self._on_picked)
        row = line_in(self)
        row.addWidget(self._box, 1)
        self._shape: AspectMark | None = None
        if is_shaped(field.choices):
            self._shape = AspectMark(self)
            row.addWidget(self._shape)

    def focus_widget(self) -> QWidget:
        """Return the list."""
        return self._box

    def _on_picked(self, index: int) -> None:
        self._tell_value(self.field.choices[index])

    def _show(self, value: Json, sent: bool) -> None:
        index = index_of(self.field.choices, value) if value is not None or sent else -1
        self._box.set_sent(sent=sent)
        self._box.show_pick(index, "choose" if self.field.required else tr("not sent"))
        if self._shape is not None:
            self._shape.set_ratio(ratio_of(value))


class SuggestionInput(Input):
    """Offers values and takes others, too."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._box = _Editable(self)
        self._box.setAccessibleName(field.name)
        self._line = self._box.lineEdit()
        assert self._line is not None
        self._line.textEdited.connect(self._on_edited)
        self._box.offer([label(choice) for choice in field.choices])
        self._box.activated.connect(self._on_activated)
        row = line_in(self)
        row.addWidget(self._box, 1)
        self._shape: AspectMark | None = None
        if is_shaped(field.choices):
            self._shape = AspectMark(self)
            row.addWidget(self._shape)

    def focus_widget(self) -> QWidget:
        """Return the box."""
        return self._box

    def can_show(self, value: Json) -> bool:
        """Say yes to what is offered, to what may be typed, and to what was typed here and is wrong."""
        return super().can_show(value) or (isinstance(value, str) and self._is_numeric())

    def _is_numeric(self) -> bool:
        return self.field.item is not None and self.field.item.kind in (FieldKind.INTEGER, FieldKind.NUMBER)

    def _on_activated(self, index: int) -> None:
        self._tell_value(self.field.choices[index])

    def _on_edited(self, text: str) -> None:
        named = next((choice for choice in self.field.choices if label(choice) == text), None)
        if named is not None:
            self._tell_value(named)
        elif text and self._is_numeric() and self.field.item is not None:
            value = parsed(text, self.field.item.kind)
            self._tell_value(text if value is None else value)
        else:
            self._tell_text(text)

    def _show(self, value: Json, sent: bool) -> None:
        assert self._line is not None
        self._line.setPlaceholderText(
            label(value) if value is not None and not sent else placeholder(self.field)
        )
        words = label(value) if sent else ""
        if self._line.text() != words:
            with QSignalBlocker(self._box):
                self._box.setEditText(words)
            self._line.setCursorPosition(0)
        if self._shape is not None:
            self._shape.set_ratio(ratio_of(value))


class _Editable(QComboBox):
    """A list one may type into; filled when it gets the keyboard or is opened."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._offered: Sequence[str] = ()
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setCompleter(None)  # pyright: ignore[reportArgumentType] - Qt takes null: nothing completes by itself
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def offer(self, choices: Sequence[str]) -> None:
        """Name what the list holds."""
        self._offered = choices

    def fill(self) -> None:
        """Fill the list, if that was not done before; the text stays."""
        if self.count() == 0:
            text = self.currentText()
            with QSignalBlocker(self):
                self.addItems(list(self._offered))
                self.setCurrentIndex(-1)
                self.setEditText(text)

    def showPopup(self) -> None:
        """Open the list."""
        self.fill()
        super().showPopup()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Be ready for the arrow keys."""
        self.fill()
        super().focusInEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let a pane scroll under the pointer."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class CheckInput(Input):
    """On or off, in a word as well."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._box = QCheckBox(tr("off"))
        self._box.setAccessibleName(field.name)
        self._box.clicked.connect(self._tell_value)
        row = line_in(self)
        row.addWidget(self._box)
        row.addStretch(1)
        self._box.setMinimumHeight(theme.current().px(CONTROL))

    def focus_widget(self) -> QWidget:
        """Return the box."""
        return self._box

    def _show(self, value: Json, sent: bool) -> None:
        is_on = value is True
        default = tr(", default") if self.field.has_default else tr(", not sent")
        self._box.setProperty("sent", sent)
        self._box.setChecked(is_on)
        self._box.setText((tr("on") if is_on else tr("off")) + ("" if sent else default))
        self._box.update()


def ratio_of(value: Json) -> float:
    """Return width by height of a text like 16:9, 0 for everything else."""
    found = _RATIO.match(value) if isinstance(value, str) else None
    if found is None or not int(found[2]):
        return 0.0
    return int(found[1]) / int(found[2])


def is_shaped(choices: Sequence[Json]) -> bool:
    """Say whether most of the choices are ratios."""
    return sum(ratio_of(choice) > 0 for choice in choices) * 2 > len(choices)
