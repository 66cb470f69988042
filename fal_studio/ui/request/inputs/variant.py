"""A value that may have one of several forms: which one is chosen first, then its control."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, FieldKind, Path, beginning
from fal_studio.core.schema.fit import fits, form_of
from fal_studio.ui.request.inputs.base import Input, Problems
from fal_studio.ui.request.inputs.container import Maker
from fal_studio.ui.request.inputs.intents import SetValue, Unset
from fal_studio.ui.request.inputs.row import INNER_GUTTER_PX, Row
from fal_studio.ui.widgets.picker import Pick, Picker
from fal_studio.words import tr

_BEFORE_PX = INNER_GUTTER_PX - 16


class VariantInput(Input):
    """The forms in a list beside the name, the chosen form's control below."""

    is_tall = True

    def __init__(self, field: Field, maker: Maker, depth: int) -> None:
        super().__init__(field)
        self._maker, self._depth = maker, depth
        self._form = -1
        self._body: Input | None = None
        self._value: Json = None
        self._sent = False
        self._forms = Picker(
            [Pick(words) for words in form_words(field)], name=tr("{name}, form").format(name=field.name)
        )
        self._forms.picked.connect(self._on_picked)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    def head_widget(self) -> QWidget:
        """Return the list of forms."""
        return self._forms

    def focus_widget(self) -> QWidget:
        """Return the list of forms."""
        return self._forms

    def reveal(self, path: Path) -> QWidget:
        """Go to a place in the chosen form."""
        return self._body.reveal(path) if self._body is not None else self._forms

    def mark(self, message: str) -> None:
        """Mark the control of the chosen form."""
        if self._body is not None:
            self._body.mark(message)

    def show_problems(self, problems: Problems) -> Problems:
        """Mark what is wrong inside the chosen form."""
        return self._body.show_problems(problems) if self._body is not None else problems

    def _show(self, value: Json, sent: bool) -> None:
        self._value, self._sent = value, sent
        chosen = self._form
        if value is not None and (chosen < 0 or not _is_at_home(self.field, chosen, value)):
            chosen = form_of(self.field, value)
        self._set_form(max(0, chosen))
        self._forms.set_sent(sent=sent)
        assert self._body is not None
        self._body.show_value(value, sent=sent)

    def _set_form(self, form: int) -> None:
        if form == self._form:
            return
        self._form = form
        self._forms.show_pick(form)
        if self._body is not None:
            self._body.hide()
            self._column.removeWidget(self._body)
            self._body.deleteLater()
        self._body = self._maker.input(self.field.fields[form], self._depth)
        self._body.intended.connect(self.intended)
        self._body.grown.connect(self.grown)
        self._body.troubled.connect(self.troubled)
        self._body.setParent(self)
        self._body.focus_widget().setAccessibleName(self.field.name)
        if self._body.is_tall and self._body.head_widget() is None:
            # Rows of a group begin with their dot; their controls stand in the column of all others.
            for row in self._body.findChildren(Row, options=Qt.FindChildOption.FindDirectChildrenOnly):
                row.nudge_px = _BEFORE_PX
        self._column.addWidget(self._body)
        self._body.show()
        self.grown.emit()

    def _on_picked(self, form: int) -> None:
        if form == self._form:
            return
        chosen = self.field.fields[form]
        self._set_form(form)
        value = as_form(self._value, chosen) if self._sent else beginning(chosen)
        is_nothing = value in ("", [], {}) and not self.field.required
        self._tell(Unset(()) if is_nothing and not self._sent else SetValue((), value))
        assert self._body is not None
        if not self._sent:
            self._body.show_value(None, sent=False)


def as_form(value: Json, form: Field) -> Json:
    """Return a value in another form, keeping what can be kept: "x" becomes ["x"] and back."""
    if value is not None and fits(form, value):
        return value
    if form.kind is FieldKind.LIST and form.item is not None and value is not None and fits(form.item, value):
        return [value]
    if isinstance(value, list) and value and fits(form, value[0]):
        return value[0]
    if form.kind in (FieldKind.TEXT, FieldKind.PROMPT) and isinstance(value, int | float):
        return str(value)
    return beginning(form)


def form_words(field: Field) -> list[str]:
    """Return a name for each form: its title, or what it is; two alike get numbers."""
    words = [_words(form) for form in field.fields]
    return [
        f"{word} {words[: place + 1].count(word)}" if words.count(word) > 1 else word
        for place, word in enumerate(words)
    ]


def _words(form: Field) -> str:
    if form.kind is FieldKind.OBJECT and form.title:
        return form.title
    if form.kind is FieldKind.LIST and form.item is not None:
        inner = form.item.title if form.item.kind is FieldKind.OBJECT else ""
        return tr("list of {inner}").format(inner=inner or _PLURALS.get(form.item.kind, tr("values")))
    if form.kind is FieldKind.FILE:
        return "URL"
    if form.kind is FieldKind.CHOICE and len(form.choices) == 1:
        return str(form.choices[0])
    return form.kind.value


_PLURALS = {
    FieldKind.TEXT: tr("texts"), FieldKind.PROMPT: tr("texts"), FieldKind.INTEGER: tr("numbers"), FieldKind.NUMBER: tr("numbers"),
    FieldKind.FILE: tr("URLs"), FieldKind.OBJECT: tr("objects"), FieldKind.VARIANT: tr("parts"), FieldKind.LIST: tr("lists"),
}  # fmt: skip


def _is_at_home(field: Field, form: int, value: Json) -> bool:
    """Say whether the form that is shown is one that the value can keep: typing must not switch it."""
    return fits(field.fields[form], value) and (
        field.fields[form].kind is not FieldKind.OBJECT or form_of(field, value) == form
    )
