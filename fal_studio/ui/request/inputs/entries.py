"""A map: names of one's own, each with a value."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, Path, beginning
from fal_studio.ui import mirroring, theme
from fal_studio.ui.request.inputs.base import Input, Problems
from fal_studio.ui.request.inputs.complaint import Complaint
from fal_studio.ui.request.inputs.container import Container, Maker
from fal_studio.ui.request.inputs.intents import Intent, Rename, SetValue, Unset
from fal_studio.ui.request.inputs.json_value import JsonInput
from fal_studio.ui.request.inputs.row import INNER_GUTTER_PX, NAME_PX, Row
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.fields import TextField, mark_error
from fal_studio.words import tr

_MOST = 100


class MapInput(Container):
    """The entries of a map and a button that adds one."""

    def __init__(self, field: Field, maker: Maker, depth: int) -> None:
        super().__init__(field, maker, depth)
        px = theme.current().px
        assert field.item is not None
        self._item: Field = field.item
        self._entries: list[_Entry] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        self._stack = QVBoxLayout()
        self._stack.setSpacing(px(4))
        column.addLayout(self._stack)
        self._add = Button(tr("Add entry"), "quiet", icon="plus", scale="s", parent=self)
        self._add.setAccessibleName(tr("Add to {name}").format(name=field.name))
        self._add.clicked.connect(self.add)
        foot = QHBoxLayout()
        mirroring.margins(foot, px(INNER_GUTTER_PX - 8), 0, 0, 0)
        foot.addWidget(self._add)
        foot.addStretch(1)
        column.addLayout(foot)

    def add(self) -> None:
        """Add an entry under a free name and go to the name."""
        taken = set(self._value) if isinstance(self._value, dict) else set()
        name = next(
            each
            for each in ("name", *(tr("name {n}").format(n=n) for n in range(2, 10_000)))
            if each not in taken
        )
        self._hand_on(name, SetValue((), beginning(self._item)))
        entry = next((entry for entry in self._entries if entry.name == name), None)
        if entry is not None:
            entry.key.setFocus(Qt.FocusReason.OtherFocusReason)
            entry.key.selectAll()

    def focus_widget(self) -> QWidget:
        """Return the first name, or the button that adds one."""
        return self._entries[0].key if self._entries else self._add

    def children_at(self) -> dict[str | int, Row | Input]:
        """Return the entries by their names."""
        return {entry.name: entry for entry in self._entries}

    def _show(self, value: Json, sent: bool) -> None:
        self._sent, self._value = sent, value
        shown = list(value.items())[:_MOST] if isinstance(value, dict) else []
        is_other = len(shown) != len(self._entries)
        while len(self._entries) > len(shown):
            self._entries.pop().leave()
        while len(self._entries) < len(shown):
            self._make_entry()
        for entry, (name, each) in zip(self._entries, shown, strict=True):
            entry.set_name(name)
            entry.show_value(each, sent=sent)
        if is_other:
            self.grown.emit()

    def _make_entry(self) -> None:
        entry = _Entry(self._item, self._maker, self._depth + 1, self)
        entry.intended.connect(partial(self._on_entry_intended, entry))
        entry.rename_wanted.connect(partial(self._on_rename_wanted, entry))
        entry.remove_wanted.connect(partial(self._on_remove_wanted, entry))
        entry.grown.connect(self.grown)
        self._entries.append(entry)
        self._stack.addWidget(entry)

    def _on_entry_intended(self, entry: "_Entry", intent: Intent) -> None:
        self._hand_on(entry.name, intent)

    def _on_rename_wanted(self, entry: "_Entry", name: str) -> None:
        if any(other.name == name for other in self._entries if other is not entry):
            entry.refuse_name(tr("“{name}” is there already.").format(name=name))
        else:
            self._hand_on(entry.name, Rename((), name))

    def _on_remove_wanted(self, entry: "_Entry") -> None:
        index = self._entries.index(entry)
        self._entries.remove(entry)
        entry.leave()
        self._hand_on(entry.name, Unset(()))
        rest = self._entries
        target = rest[min(index, len(rest) - 1)].key if rest else self._add
        target.setFocus(Qt.FocusReason.OtherFocusReason)


class _Entry(Input):
    """A name, a value, and a button that takes both out."""

    rename_wanted = Signal(str)
    remove_wanted = Signal()

    def __init__(self, field: Field, maker: Maker, depth: int, parent: QWidget) -> None:
        super().__init__(field, parent)
        px = theme.current().px
        self.name = ""
        self._maker, self._depth = maker, depth
        self._complaint: Complaint | None = None
        self._problems: Problems = ()
        self._trouble = ""
        self._column = QVBoxLayout(self)
        mirroring.margins(self._column, px(INNER_GUTTER_PX), 0, 0, 0)
        self._column.setSpacing(px(4))
        self._line = QHBoxLayout()
        self._line.setSpacing(px(4))
        self._column.addLayout(self._line)
        self.key = TextField("", tr("name"), name="name", parent=self)
        self.key.editingFinished.connect(self._on_key_finished)
        self._line.addWidget(self.key)
        self._choice: QWidget | None = None
        self._body: Input = maker.input(field, depth)
        self._set_body(self._body)
        out = IconButton("close", tr("Take the entry out"), parent=self)
        out.clicked.connect(self.remove_wanted)
        self._line.addWidget(out)

    def set_name(self, name: str) -> None:
        """Show another name."""
        if name != self.name or not self.key.hasFocus():
            self.name = name
            self.key.setText(name)
            self.key.setAccessibleName(tr("name of {name}").format(name=name))
            self._body.focus_widget().setAccessibleName(name)
            mark_error(self.key, "")

    def refuse_name(self, why: str) -> None:
        """Say why a name cannot be taken."""
        mark_error(self.key, why)

    def leave(self) -> None:
        """Go away."""
        self.hide()
        self.deleteLater()

    def focus_widget(self) -> QWidget:
        """Return the value's."""
        return self._body.focus_widget()

    def reveal(self, path: Path) -> QWidget:
        """Go to a place in the value."""
        return self._body.reveal(path)

    def show_problems(self, problems: Problems) -> Problems:
        """Mark what is wrong with the value, and say it below."""
        self._problems = problems
        left = self._body.show_problems(problems)
        words = " ".join([self._trouble, *(told for _, told in left)]).strip()
        self._body.mark(words)
        if words and self._complaint is None:
            self._complaint = Complaint(self)
            self._column.addWidget(self._complaint)
        if self._complaint is not None:
            self._complaint.set_text(words)
            self._complaint.setVisible(bool(words))
        return ()

    def mark(self, message: str) -> None:
        """Do nothing: `show_problems` has said it."""

    def _on_troubled(self, message: str) -> None:
        self._trouble = message
        self.show_problems(self._problems)

    def can_show(self, value: Json) -> bool:
        """Say yes: what does not fit is shown as JSON."""
        del value
        return True

    def _on_key_finished(self) -> None:
        name = self.key.text()
        if name != self.name:
            self.rename_wanted.emit(name)

    def _show(self, value: Json, sent: bool) -> None:
        if not self._body.can_show(value):
            self._set_body(JsonInput(self.field))
        self._body.show_value(value, sent=sent)

    def _set_body(self, body: Input) -> None:
        if body is not self._body:
            self._body.hide()
            self._body.deleteLater()
            self._body = body
        body.intended.connect(self.intended)
        body.grown.connect(self.grown)
        body.troubled.connect(self._on_troubled)
        body.setParent(self)
        if self._choice is not None:
            self._choice.hide()
            self._choice.deleteLater()
        self._choice = body.head_widget()
        if self._choice is not None:
            self._line.insertWidget(1, self._choice, 1)
            self._choice.show()
        wide = 16_777_215 if body.is_tall and self._choice is None else theme.current().px(NAME_PX - 12)
        self.key.setMaximumWidth(wide)
        if body.is_tall:
            self._column.insertWidget(1, body)
        else:
            self._line.insertWidget(1, body, 1)
        body.show()
        self.grown.emit()
