"""Controls of the options: each shows a value, tells a new one, and says when what was typed is none."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fal_studio.core import options as rules
from fal_studio.core import typed
from fal_studio.ui.widgets.fields import TextField, mark_error
from fal_studio.ui.widgets.pairs import Check, Pairs
from fal_studio.ui.widgets.segmented import Part, SegmentedControl


class OptionControl(QWidget):
    """Base of the controls."""

    changed = Signal(object)
    """The new value."""
    typed = Signal(str)
    """What was typed is no value: the text."""
    partly = Signal(object, str)
    """A new value, and the text that it is only the right part of."""

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)

    def show_value(self, value: Any) -> None:
        """Show a value without telling it."""
        raise NotImplementedError

    def show_typed(self, text: str) -> None:
        """Show what was typed and is no value."""
        raise NotImplementedError

    def show_problem(self, message: str) -> None:
        """Mark the control as wrong, or not."""

    def focus(self) -> None:
        """Take the keyboard."""
        raise NotImplementedError


class TextControl(OptionControl):
    """One line of text."""

    def __init__(self, name: str, placeholder: str) -> None:
        super().__init__()
        self._field = TextField("", placeholder, name=name, parent=self)
        self._field.textEdited.connect(self._on_text_edited)
        self._row.addWidget(self._field)

    def show_value(self, value: Any) -> None:
        """Show a value; a text that already means it stays as it was typed."""
        try:
            is_there = self._read(self._field.text()) == value
        except ValueError:
            is_there = False
        if not is_there:
            self._field.setText(self._written(value))

    def show_typed(self, text: str) -> None:
        """Show what was typed."""
        if self._field.text() != text:
            self._field.setText(text)

    def show_problem(self, message: str) -> None:
        """Mark the field."""
        mark_error(self._field, message)

    def set_placeholder(self, text: str) -> None:
        """Say what holds while the field is empty."""
        self._field.setPlaceholderText(text)

    def focus(self) -> None:
        """Take the keyboard."""
        self._field.setFocus()

    def _read(self, text: str) -> Any:
        return text.strip()

    def _written(self, value: Any) -> str:
        return value or ""

    def _on_text_edited(self, text: str) -> None:
        try:
            value = self._read(text)
        except ValueError:
            self.typed.emit(text)
        else:
            self.changed.emit(value)


class PathControl(TextControl):
    """A sub-path; empty is the usual one, a lone slash is none."""

    def _read(self, text: str) -> Any:
        text = text.strip()
        return None if not text else "" if text == "/" else text

    def _written(self, value: Any) -> str:
        return "" if value is None else value or "/"


class TimeControl(TextControl):
    """A time in seconds; an empty field means `empty`."""

    def __init__(
        self, name: str, placeholder: str, *, is_whole: bool = False, empty: float | None = None
    ) -> None:
        super().__init__(name, placeholder)
        self._is_whole, self._empty = is_whole, empty

    def _read(self, text: str) -> Any:
        value = rules.parse_seconds(text)
        if value is None:
            return self._empty
        if self._is_whole:
            if value != int(value):
                raise ValueError(text)
            return int(value)
        return value

    def _written(self, value: Any) -> str:
        return "" if value == self._empty else rules.seconds(value)


class CountControl(TextControl):
    """A whole number; empty is the default."""

    def __init__(self, name: str, placeholder: str, empty: int | None) -> None:
        super().__init__(name, placeholder)
        self._empty = empty

    def _read(self, text: str) -> Any:
        return int(text) if text.strip() else self._empty

    def _written(self, value: Any) -> str:
        return "" if value == self._empty else str(value)


class ChoiceControl(OptionControl):
    """A few words, one of them chosen."""

    def __init__(self, name: str, choices: Mapping[str, Any]) -> None:
        super().__init__()
        self._values = dict(choices)
        self._choice = SegmentedControl([Part(word, word) for word in choices], name=name, parent=self)
        self._choice.chosen.connect(self._on_chosen)
        self._row.addWidget(self._choice)
        self._row.addStretch(1)

    def show_value(self, value: Any) -> None:
        """Choose the word of a value."""
        self._choice.set_chosen(next((word for word, one in self._values.items() if one == value), ""))

    def show_typed(self, text: str) -> None:
        """Nothing is typed here."""

    def focus(self) -> None:
        """Take the keyboard."""
        self._choice.setFocus()

    def _on_chosen(self, word: str) -> None:
        self.changed.emit(self._values[word])


class PairsControl(OptionControl):
    """Names with values."""

    def __init__(self, noun: str, check: Check, *, may_be_empty: bool = True) -> None:
        super().__init__()
        self._pairs = Pairs(noun, check, may_be_empty=may_be_empty, parent=self)
        self._pairs.changed.connect(self._on_changed)
        self._row.addWidget(self._pairs)

    def show_value(self, value: Any) -> None:
        """Show names and values."""
        if self._pairs.rows() != list(value.items()):
            self._pairs.show_rows(list(value.items()))

    def show_typed(self, text: str) -> None:
        """Show rows that are not all complete and right."""
        self._pairs.show_rows(typed.rows_of(text))

    def show_problem(self, message: str) -> None:
        """Mark the rows that are wrong."""
        del message
        self._pairs.problem()

    def focus(self) -> None:
        """Take the keyboard."""
        self._pairs.focus_first()

    def _on_changed(self, value: Any) -> None:
        rows = self._pairs.rows()
        if rows == list(value.items()):
            self.changed.emit(value)
        else:
            self.partly.emit(value, typed.rows_text(rows))
