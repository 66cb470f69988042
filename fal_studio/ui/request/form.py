"""The form: the prompt first, then the simple arguments; lists and objects stay with the JSON."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fal_studio.core.events import FieldProblem
from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, FieldKind, Schema
from fal_studio.ui import theme
from fal_studio.ui.request.document import Document
from fal_studio.ui.request.form_row import FormRow
from fal_studio.ui.request.prompt import PromptEdit
from fal_studio.ui.surface import laid
from fal_studio.ui.widgets.labels import Divider, ElidedLabel, Label

_SIMPLE = {
    FieldKind.TEXT,
    FieldKind.INTEGER,
    FieldKind.NUMBER,
    FieldKind.BOOLEAN,
    FieldKind.CHOICE,
    FieldKind.FILE,
    FieldKind.SEED,
    FieldKind.SIZE,
    FieldKind.SUGGESTION,
}
HELP_PX = 58
_FIRST = (
    "image_size", "aspect_ratio", "image_url", "num_images", "duration", "voice", "seed", "num_inference_steps",
    "guidance_scale", "strength",
)  # fmt: skip
"""Arguments that people change most stand first; the others keep the document's order."""


class Form(QWidget):
    """Edits the document through its fields."""

    json_wanted = Signal(str)
    """Somebody wants to see an argument in the JSON."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self._document = document
        self._schema = Schema()
        self._rows: dict[str, FormRow] = {}
        self._prompt_name = Label("prompt", "control", "1", parent=self)
        self._prompt_note = Label("", "control", "3", parent=self)
        self.prompt = PromptEdit(document, self)
        self._more = Label("", "caption", "3", parent=self)
        self._help = _Help(self)
        self._fields = QVBoxLayout()
        self._lay_out()
        self.prompt.installEventFilter(self)
        document.changed.connect(self._on_document_changed)

    def set_schema(self, schema: Schema) -> None:
        """Show another endpoint's fields."""
        if schema == self._schema and self._rows:
            return
        self._schema = schema
        while (item := self._fields.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._rows = {}
        prompt = schema.prompt
        self._document.set_prompt_key(prompt.name if prompt else "")
        for field in sorted(schema.fields, key=_rank):
            is_text = field.kind is FieldKind.PROMPT and field is not prompt
            if field.kind in _SIMPLE or is_text:
                self._add_row(field)
        rest = [field.name for field in schema.fields if field.kind is FieldKind.JSON]
        self._more.setText(f"In JSON only: {', '.join(rest)}" if rest else "")
        self._on_document_changed(None)

    def show_problems(self, problems: Sequence[FieldProblem]) -> None:
        """Mark the fields that the model complained about."""
        by_name = {str(problem.loc[0]): problem.message for problem in problems if problem.loc}
        for name, row in self._rows.items():
            row.show_error(by_name.get(name, ""))

    def go_to(self, name: str) -> bool:
        """Put the keyboard into a field; False if it is not in the form."""
        if name == self._document.prompt_key:
            self.prompt.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        row = self._rows.get(name)
        if row is not None:
            row.control.focus_widget().setFocus(Qt.FocusReason.OtherFocusReason)
        return row is not None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show a field's help when the keyboard comes to it."""
        if event.type() == QEvent.Type.FocusIn:
            if watched is self.prompt:
                self._show_help(self._document.prompt_key)
            else:
                self._show_help(str(watched.property("fieldName") or ""))
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        px = theme.current().px
        inner = laid(QWidget(), "panel")
        column = QVBoxLayout(inner)
        column.setContentsMargins(px(16), px(14), px(16), px(12))
        column.setSpacing(px(8))
        head = QHBoxLayout()
        head.setSpacing(px(4))
        head.addWidget(self._prompt_name)
        head.addWidget(self._prompt_note)
        head.addStretch(1)
        column.addLayout(head)
        column.addWidget(self.prompt, 1)
        column.addSpacing(px(4))
        self._fields.setSpacing(px(8))
        column.addLayout(self._fields)
        column.addWidget(self._more)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(area, 1)
        whole.addWidget(Divider())
        whole.addWidget(self._help)

    def _add_row(self, field: Field) -> None:
        row = FormRow(field, self)
        row.value_set.connect(self._on_value_set)
        row.unset_wanted.connect(self._on_unset_wanted)
        target = row.control.focus_widget()
        target.setProperty("fieldName", field.name)
        target.installEventFilter(self)
        self._rows[field.name] = row
        self._fields.addWidget(row)

    def _on_value_set(self, name: str, value: Json) -> None:
        self._document.set_value(name, value, self)

    def _on_unset_wanted(self, name: str) -> None:
        self._document.unset(name, self)

    def _on_document_changed(self, _source: object) -> None:
        arguments = self._document.arguments
        key = self._document.prompt_key
        self._prompt_name.setText(key or "no prompt")
        field = self._schema.field(key)
        self._prompt_note.setText("required" if field and field.required else "")
        self.prompt.setVisible(bool(key) or not self._schema.fields)
        self.prompt.setAccessibleName(key or "Prompt")
        if arguments is None:
            self._prompt_note.setText("the JSON is broken, mend it there first")
            return
        for name, row in self._rows.items():
            sent = name in arguments
            row.show_value(arguments[name] if sent else row.field.default, sent=sent)
        if self.prompt.hasFocus():
            self._show_help(key)

    def _show_help(self, name: str) -> None:
        field = self._schema.field(name)
        if field is None:
            return
        kind = "text" if field.kind in (FieldKind.PROMPT, FieldKind.TEXT) else field.kind.value
        parts = [kind]
        if field.minimum is not None and field.maximum is not None:
            parts.append(f"{field.minimum:g} to {field.maximum:g}")
        if field.has_default and field.default not in (None, ""):
            parts.append(f"default {field.default}")
        value = (self._document.arguments or {}).get(name)
        if field.kind is FieldKind.PROMPT and isinstance(value, str):
            parts.append(f"{len(value)} characters, sent as typed")
        self._help.show_help(name, field.help.split("\n")[0], ", ".join(parts))


def _rank(field: Field) -> int:
    return _FIRST.index(field.name) if field.name in _FIRST else len(_FIRST)


class _Help(QWidget):
    """Two lines about the field in focus; its room is always there."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        px = theme.current().px
        self._first = ElidedLabel("", "cell", "2", parent=self)
        self._second = ElidedLabel("", "cell", "3", parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(16), px(8), px(16), px(8))
        column.setSpacing(0)
        column.addWidget(self._first)
        column.addWidget(self._second)
        self.setFixedHeight(px(HELP_PX))

    def show_help(self, name: str, about: str, more: str) -> None:
        self._first.set_text(f"{name} – {about}" if about else name)
        self._second.set_text(more)
