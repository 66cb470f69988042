"""The size of a picture among the fields of the live desk: the control of the form, which tells values and not wishes."""

from typing import Any

from PySide6.QtWidgets import QVBoxLayout

from fal_studio.core.schema.field import Field
from fal_studio.ui.realtime.field_boxes import Tell, ValueBox
from fal_studio.ui.request.inputs.intents import Intent, SetValue
from fal_studio.ui.request.inputs.size import SizeInput


class LiveSize(ValueBox):
    """Presets with their shape, or width and height of one's own."""

    def __init__(self, field: Field, value: Any, tell: Tell) -> None:
        super().__init__()
        self._name, self._tell = field.name, tell
        self._value = value
        self.input = SizeInput(field)
        self.input.intended.connect(self._on_intended)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.input)
        self.setFocusProxy(self.input.focus_widget())
        self._show()

    def set_value(self, value: Any) -> None:
        """Show another value."""
        self._take(value)

    def _on_intended(self, intent: Intent) -> None:
        if isinstance(intent, SetValue) and intent.path:
            sides = self._value if isinstance(self._value, dict) else {}
            self._take({**sides, str(intent.path[0]): intent.value})
        else:
            self._take(intent.value if isinstance(intent, SetValue) else None)

    def _take(self, value: Any) -> None:
        self._value = value
        self._show()
        self._tell(self._name, value)

    def _show(self) -> None:
        self.input.show_value(self._value, sent=self._value is not None)
