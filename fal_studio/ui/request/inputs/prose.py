"""A long text in the form: an editor that grows with its text."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field
from fal_studio.ui import theme
from fal_studio.ui.request.inputs.base import Input
from fal_studio.ui.request.inputs.text import placeholder
from fal_studio.ui.request.prompt import PromptEdit

_LEAST_PX, _MOST_PX = 60, 140
"""The least has room for two lines."""


class ProseInput(Input):
    """Edits a long text over the whole width."""

    is_tall = True

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._edit = PromptEdit(_LEAST_PX, self)
        self._edit.setAccessibleName(field.name)
        self._edit.typed.connect(self._tell_text)
        self._edit.textChanged.connect(self._grow)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._edit)

    def focus_widget(self) -> QWidget:
        """Return the editor."""
        return self._edit

    def _show(self, value: Json, sent: bool) -> None:
        self._edit.setPlaceholderText(placeholder(self.field))
        self._edit.take(value if sent and isinstance(value, str) else "")

    def _grow(self) -> None:
        px = theme.current().px
        high = min(px(_MOST_PX), max(px(_LEAST_PX), self._edit.text_height()))
        if high != self._edit.height():
            self._edit.setFixedHeight(high)
