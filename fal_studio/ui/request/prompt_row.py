"""The main prompt of a form: its name, what is to be said about it, and an editor that takes the room that is left."""

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, FieldKind
from fal_studio.ui import mirroring, theme
from fal_studio.ui.request.inputs.base import Problems
from fal_studio.ui.request.inputs.complaint import Complaint
from fal_studio.ui.request.inputs.facts import facts_of
from fal_studio.ui.request.inputs.intents import SetValue, Unset
from fal_studio.ui.request.inputs.row import EDGE_PX, FieldName, Row
from fal_studio.ui.request.prompt import PromptEdit
from fal_studio.ui.widgets.fields import describe, mark_error
from fal_studio.ui.widgets.labels import Label
from fal_studio.words import tr

LEAST_PX = 92
_INVITATION = tr("What should it make?")


class PromptRow(Row):
    """Stays when another endpoint is chosen, so that nothing flickers while one types."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Field("prompt", FieldKind.PROMPT), 0, parent)
        px = theme.current().px
        self.edit = PromptEdit(LEAST_PX, self)
        self.edit.setAccessibleName("prompt")
        self.edit.setPlaceholderText(_INVITATION)
        self.edit.typed.connect(self._on_typed)
        self._name = FieldName("prompt", self)
        self._name.setBuddy(self.edit)
        self._hint = Label("", "caption", "3", parent=self)
        self._example: str | None = None
        """The text that is still the example that it began with."""
        self._complaint = Complaint(self)
        self._complaint.hide()
        head = QHBoxLayout()
        mirroring.margins(head, self.gutter, 0, px(EDGE_PX), 0)
        head.addWidget(self._name, 1)
        head.addWidget(self._hint)
        body = QVBoxLayout()
        mirroring.margins(body, px(EDGE_PX), 0, px(EDGE_PX), 0)
        body.setSpacing(px(4))
        body.addWidget(self.edit, 1)
        body.addWidget(self._complaint)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(body, 1)

    def set_field(self, field: Field) -> None:
        """Edit another endpoint's prompt."""
        self.field = field
        self._name.set_name(field.name, tr("required") if field.required else "")
        self._name.setToolTip(field.help[:600])
        self.edit.setAccessibleName(field.name)
        describe(self.edit, ", ".join(facts_of(field, None, sent=False)))
        default = str(field.default) if field.has_default else ""
        self.edit.setPlaceholderText(default or _INVITATION)

    def show_value(self, value: Json, *, sent: bool) -> None:
        """Show the text that is sent."""
        self._set_sent(sent)
        self._name.set_sent(sent=sent)
        text = value if sent and isinstance(value, str) else ""
        self.edit.take(text)
        if self._example is not None and text != self._example:
            self._example = None
            self.show_hint("")

    def offer_example(self) -> None:
        """Say how the text is replaced, until it is another one."""
        if text := self.edit.toPlainText():
            key = QKeySequence(QKeySequence.StandardKey.SelectAll)
            keys = key.toString(QKeySequence.SequenceFormat.NativeText)
            self.show_hint(tr("example, {keys} to replace").format(keys=keys))
            self._example = text

    def take_example(self) -> None:
        """Say no more that it is an example: it was run as it stands."""
        if self._example is not None:
            self.show_hint("")

    def show_hint(self, words: str, tip: str = "") -> None:
        """Say something about the text, at the right of its name."""
        self._example = None
        self._hint.setText(words)
        self._hint.setToolTip(tip)

    @property
    def hint(self) -> str:
        """What is said about the text."""
        return self._hint.text()

    def show_problems(self, problems: Problems) -> None:
        """Mark what is wrong with it."""
        message = " ".join(dict.fromkeys(words for _, words in problems))
        mark_error(self.edit, message)
        self._complaint.set_text(message)
        self._complaint.setVisible(bool(message))

    def complaint(self) -> str:
        """Return what is shown to be wrong."""
        return "" if self._complaint.isHidden() else self._complaint.text()

    def focus_widget(self) -> QWidget:
        """Return the editor."""
        return self.edit

    def _on_typed(self, text: str) -> None:
        has_own_meaning = bool(text) or self.field.required or self.field.has_default
        self.intended.emit(SetValue((), text) if has_own_meaning else Unset(()))
