"""A line of text."""

from PySide6.QtWidgets import QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field
from fal_studio.ui.request.inputs.base import Input, line_in
from fal_studio.ui.widgets.fields import TextField
from fal_studio.words import tr

_EXAMPLE_CHARS = 72
_SHOWN_CHARS = 2000
"""A longer text is shown by its beginning: a line edit lays out all of it at every key."""


class TextInput(Input):
    """Edits a text; the default stands in it as long as nothing is sent."""

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._line = TextField("", name=field.name, mono=field.format.startswith("uuid"))
        self._line.textEdited.connect(self._tell_text)
        if field.max_length:
            # One more than allowed can be typed: a paste that is cut without a word would be worse than a mark.
            self._line.setMaxLength(max(field.max_length * 4, 4096))
        line_in(self).addWidget(self._line, 1)

    def focus_widget(self) -> QWidget:
        """Return the line."""
        return self._line

    def _show(self, value: Json, sent: bool) -> None:
        self._line.setPlaceholderText(placeholder(self.field))
        text = value if sent and isinstance(value, str) else ""
        is_long = len(text) > _SHOWN_CHARS
        self._line.setReadOnly(is_long)
        shown = f"{text[:60]}…" if is_long else text
        if shown != self._line.text():
            self._line.setText(shown)
            self._line.setCursorPosition(0)


def placeholder(field: Field) -> str:
    """Return what stands in an empty line: the default, or that nothing is sent."""
    if field.has_default:
        return str(field.default)[:_SHOWN_CHARS]
    if field.required:
        return tr("required")
    if isinstance(field.example, str) and field.example:
        example = " ".join(field.example[:_SHOWN_CHARS].split())
        if len(example) > _EXAMPLE_CHARS:
            example = f"{example[:_EXAMPLE_CHARS].rstrip()}…"
        return tr("for example: {example}").format(example=example)
    return tr("not sent")
