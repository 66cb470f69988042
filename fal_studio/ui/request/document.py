"""The arguments being edited: one text, which the prompt, the fields and the JSON editor all show."""

from PySide6.QtCore import QObject, Signal

from fal_studio.core.request import Json
from fal_studio.ui.request import json_text
from fal_studio.ui.request.json_text import Reading, TextProblem

PROMPT_KEYS = ("prompt", "text", "input_text")


class Document(QObject):
    """A request's arguments as JSON text, read after every change."""

    changed = Signal(object)
    """The text changed; carries who changed it, so that a view does not echo its own edit."""

    def __init__(self, text: str = "{}", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self._reading: Reading = json_text.read(text)
        self._prompt_key = ""

    @property
    def text(self) -> str:
        """The JSON as it was typed."""
        return self._text

    @property
    def arguments(self) -> dict[str, Json] | None:
        """The arguments, or None while the text cannot be sent."""
        return self._reading.arguments

    @property
    def problems(self) -> tuple[TextProblem, ...]:
        """What is wrong with the text."""
        return self._reading.problems

    @property
    def prompt_key(self) -> str:
        """The argument that the prompt editor edits, "" if the endpoint has none."""
        if self._prompt_key:
            return self._prompt_key
        arguments = self._reading.arguments or {}
        return next((key for key in PROMPT_KEYS if isinstance(arguments.get(key), str)), "")

    def set_prompt_key(self, key: str) -> None:
        """Name the argument that is the prompt; "" finds it by its name."""
        self._prompt_key = key
        self.changed.emit(self)

    def set_text(self, text: str, source: object = None) -> None:
        """Replace the whole text."""
        if text != self._text:
            self._text = text
            self._reading = json_text.read(text)
            self.changed.emit(source)

    def set_value(self, key: str, value: Json, source: object = None) -> bool:
        """Set one argument in place; False while the text is broken, since nothing may be lost."""
        arguments = self._reading.arguments
        if arguments is None:
            return False
        if key not in arguments or arguments[key] != value or type(arguments[key]) is not type(value):
            self.set_text(json_text.with_value(self._text, key, value), source)
        return True

    def unset(self, key: str, source: object = None) -> bool:
        """Take one argument out, so that the endpoint's default holds; False while the text is broken."""
        arguments = self._reading.arguments
        if arguments is None:
            return False
        if key in arguments:
            self.set_text(json_text.without_value(self._text, key), source)
        return True
