"""The base of the form's controls: shows a value, tells what is wanted of it, marks what is wrong with it."""

from collections.abc import Sequence
from typing import TypeAlias

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, Path
from fal_studio.core.schema.fit import fits
from fal_studio.ui import theme
from fal_studio.ui.request.inputs.intents import Intent, SetValue, Unset
from fal_studio.ui.widgets.fields import mark_error

Problems: TypeAlias = Sequence[tuple[Path, str]]
"""Places below a control, and what is wrong there."""


class Input(QWidget):
    """One control, or a group of them, for one field."""

    intended = Signal(object)
    """An Intent; its path begins below this field."""
    grown = Signal()
    """Controls came or went: the order of the keyboard has to be set anew."""
    troubled = Signal(str)
    """Why what is typed or chosen here cannot be sent as it is, empty when it can."""
    is_tall = False
    """Whether it stands under the field's name, over the whole width, and not beside it."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self._is_showing = False

    def focus_widget(self) -> QWidget:
        """Return the widget that takes the keyboard."""
        raise NotImplementedError

    def head_widget(self) -> QWidget | None:
        """Return what a tall control wants beside its name, None for nothing."""
        return None

    def value_widget(self) -> QWidget:
        """Return the widget that shows the value, where a mistake is marked."""
        return self.focus_widget()

    def can_show(self, value: Json) -> bool:
        """Say whether the value has the field's shape; what has not is shown as JSON."""
        return value is not None and fits(self.field, value)

    def show_value(self, value: Json, *, sent: bool) -> None:
        """Show what is sent, or the default in a quieter tone; tells nothing."""
        self._is_showing = True
        try:
            self._show(value, sent)
        finally:
            self._is_showing = False

    def show_problems(self, problems: Problems) -> Problems:
        """Mark what is wrong inside and return what has no place there."""
        return problems

    def mark(self, message: str) -> None:
        """Mark the value as wrong, or take the mark away."""
        mark_error(self.value_widget(), message)

    def reveal(self, path: Path) -> QWidget:
        """Open what hides a place and return the widget to go to."""
        del path
        return self.focus_widget()

    def _show(self, value: Json, sent: bool) -> None:
        raise NotImplementedError

    def _tell(self, intent: Intent) -> None:
        if not self._is_showing:
            self.intended.emit(intent)

    def _tell_value(self, value: Json) -> None:
        self._tell(SetValue((), value))

    def _tell_text(self, text: str) -> None:
        """Send a text; an emptied one is not sent, unless that would bring a default back."""
        has_own_meaning = bool(text) or self.field.required or self.field.has_default
        self._tell(SetValue((), text) if has_own_meaning else Unset(()))


def line_in(widget: QWidget, gap_px: int = 8) -> QHBoxLayout:
    """Give a control the layout that all of one line have."""
    row = QHBoxLayout(widget)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.current().px(gap_px))
    return row
