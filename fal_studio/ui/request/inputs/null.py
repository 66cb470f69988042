"""A field whose value is null: nothing to edit, only to take away."""

from PySide6.QtWidgets import QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field
from fal_studio.ui.request.inputs.base import Input, line_in
from fal_studio.ui.request.inputs.intents import Unset
from fal_studio.ui.widgets.buttons import Button
from fal_studio.words import tr


class NullInput(Input):
    """Says that null is sent; a press gives the field back."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._button = Button("null", icon="close", tooltip=tr("null is sent. Press to set a value again."))
        self._button.setAccessibleName(
            tr("{name}: null is sent. Press to set a value again").format(name=field.name)
        )
        self._button.clicked.connect(lambda: self._tell(Unset(())))
        row = line_in(self)
        row.addWidget(self._button)
        row.addStretch(1)

    def focus_widget(self) -> QWidget:
        """Return the button."""
        return self._button

    def can_show(self, value: Json) -> bool:
        """Say yes to null only."""
        return value is None

    def _show(self, value: Json, sent: bool) -> None:
        del value, sent
