"""The walk through earlier prompts in one request: which one stands there, and what is said about it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from fal_studio.ui.request.editor import Editor
from fal_studio.ui.request.undo import RequestUndo
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.request.document import Document
    from fal_studio.ui.request.prompt_walk import PromptWalk


class WalkedPrompt:
    """Puts earlier prompts where the prompt stands, each as a step of undo of its own."""

    def __init__(self, document: "Document", editor: Editor, undo: RequestUndo, source: QObject) -> None:
        """`source` is told as the source of changes (`Document.set_value`)."""
        self._document, self._form, self._undo, self._source = document, editor.form, undo, source
        self.walk: PromptWalk | None = None
        """The walk that goes on."""

    @property
    def prompt(self) -> str:
        """The main prompt as it is sent, "" for none."""
        value = self._document.value_at((self._form.prompt_name,))
        return value if isinstance(value, str) else ""

    def go(self, walk: "PromptWalk") -> bool:
        """Show the prompt at which a walk is; False while the JSON is broken."""
        name = self._form.prompt_name
        self.walk = walk
        self._undo.name_next(tr("an earlier prompt"))
        if walk.place or walk.was_there:
            return self._document.set_value(name, walk.text, self._source)
        return self._document.unset(name, self._source)

    def tell(self, walk: "PromptWalk | None", words: str) -> None:
        """Say where in the earlier prompts this is; None ends the walk."""
        self.walk = walk
        tip = tr("Alt+Up goes to earlier prompts, Alt+Down back to what was typed")
        self._form.prompt_row.show_hint(words, tip)

    def note_edit(self) -> None:
        """End the walk where somebody typed another prompt."""
        if self.walk is not None and self.prompt != self.walk.text:
            self.tell(None, "")
