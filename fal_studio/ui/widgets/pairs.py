"""Names with values, a row each: headers, query parameters. The empty row at the end takes the next one."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.fields import TextField, mark_error
from fal_studio.words import tr

Check = Callable[[str, str], str]
"""Says what is wrong with a name and a value, "" for nothing."""


class Pairs(QWidget):
    """Edits a mapping of texts. `changed` carries the new one: the rows that are complete and right."""

    changed = Signal(object)

    def __init__(
        self, noun: str, check: Check, *, may_be_empty: bool = True, parent: QWidget | None = None
    ) -> None:
        """`may_be_empty`: a name without a value counts."""
        super().__init__(parent)
        self._noun = noun
        self._may_be_empty = may_be_empty
        self._check = check
        self._rows: list[_Row] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(current().px(6))
        self._add("", "")

    def value(self) -> dict[str, str]:
        """Return the names with their values; rows that are half written or wrong are left out."""
        found: dict[str, str] = {}
        for row in self._rows:
            name, value = row.name.text().strip(), row.value.text()
            if name and (value or self._may_be_empty) and not self._check(name, value):
                found.setdefault(name, value)
        return found

    def show_value(self, value: Mapping[str, str]) -> None:
        """Show other names and values; what stands there already stays as it was typed."""
        if dict(value) != self.value():
            self.show_rows(list(value.items()))

    def rows(self) -> list[tuple[str, str]]:
        """Return what is written, also what is half written or wrong; without empty rows."""
        written = [(row.name.text(), row.value.text()) for row in self._rows]
        return [row for row in written if any(row)]

    def show_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        """Show other rows as they were written."""
        if list(rows) == self.rows():
            return
        for row in self._rows:
            row.hide()
            row.deleteLater()
        self._rows = []
        for name, content in rows:
            self._add(name, content)
        self._add("", "")

    def problem(self) -> str:
        """Mark every row that is wrong and return what is wrong with the first."""
        first = ""
        seen: set[str] = set()
        for row in self._rows:
            name, value = row.name.text().strip(), row.value.text()
            message = ""
            if name or value:
                message = tr("It is there twice.") if name.lower() in seen else self._check(name, value)
                seen.add(name.lower())
            mark_error(row.name, message)
            first = first or message
        return first

    def focus_first(self) -> None:
        """Put the keyboard into the first name."""
        self._rows[0].name.setFocus()

    def _add(self, name: str, value: str) -> None:
        row = _Row(self._noun, name, value, self)
        row.edited.connect(self._on_row_edited)
        row.remove_wanted.connect(lambda: self._remove(row))
        self._rows.append(row)
        self._column.addWidget(row)
        row.setVisible(True)  # now, not when the layout comes round to it
        row.show_removable(removable=bool(name or value))

    def _remove(self, row: "_Row") -> None:
        self._rows.remove(row)
        row.hide()
        row.deleteLater()
        self._rows[-1].name.setFocus()
        self.changed.emit(self.value())

    def _on_row_edited(self) -> None:
        last = self._rows[-1]
        if last.name.text() or last.value.text():
            last.show_removable(removable=True)
            self._add("", "")
        self.changed.emit(self.value())


class _Row(QWidget):
    edited = Signal()
    remove_wanted = Signal()

    def __init__(self, noun: str, name: str, value: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.name = TextField(name, tr("name"), name=tr("{noun} name").format(noun=noun), parent=self)
        self.value = TextField(value, tr("value"), name=tr("{noun} value").format(noun=noun), parent=self)
        self._remove = IconButton("close", tr("Remove this {noun}").format(noun=noun), parent=self)
        self._remove.clicked.connect(self.remove_wanted)
        policy = self._remove.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._remove.setSizePolicy(policy)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(current().px(6))
        row.addWidget(self.name, 2)
        row.addWidget(self.value, 3)
        row.addWidget(self._remove)
        for field in (self.name, self.value):
            field.textEdited.connect(self.edited)

    def show_removable(self, *, removable: bool) -> None:
        self._remove.setVisible(removable)
