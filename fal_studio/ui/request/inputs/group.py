"""An object: a row for each of its fields."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field
from fal_studio.ui import mirroring, theme
from fal_studio.ui.request.inputs.base import Input
from fal_studio.ui.request.inputs.container import Container, Maker
from fal_studio.ui.request.inputs.row import INNER_GUTTER_PX, Row, relay
from fal_studio.ui.widgets.labels import Label
from fal_studio.words import tr


class GroupInput(Container):
    """The fields of an object, required first; what its schema does not name stays as it is and is told."""

    def __init__(self, field: Field, maker: Maker, depth: int) -> None:
        super().__init__(field, maker, depth)
        px = theme.current().px
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(8))
        self._rows: dict[str | int, Row] = {}
        for part in sorted(field.fields, key=lambda part: not part.required):
            row = maker.row(part, depth + 1)
            relay(row, part.name, self._hand_on)
            row.grown.connect(self.grown)
            row.setParent(self)
            row.build()
            self._rows[part.name] = row
            column.addWidget(row)
        self._others = Label("", "caption", "3", parent=self)
        self._others.setWordWrap(True)
        mirroring.margins(self._others, px(INNER_GUTTER_PX), 0, 0, 0)  # under the names of the rows
        self._others.hide()
        column.addWidget(self._others)

    def focus_widget(self) -> QWidget:
        """Return the first field's."""
        return next(iter(self._rows.values())).focus_widget() if self._rows else self

    def children_at(self) -> dict[str | int, Row | Input]:
        """Return the rows by their names."""
        return dict(self._rows)

    def _show(self, value: Json, sent: bool) -> None:
        self._sent, self._value = sent, value
        known = value if isinstance(value, dict) else {}
        for name, row in self._rows.items():
            is_there = name in known
            row.show_value(known[name] if is_there else row.field.default, sent=sent and is_there)
        others = [key for key in known if key not in self._rows]
        self._others.setText(
            tr("Also sent: {others}").format(others=", ".join(others)) if others and sent else ""
        )
        self._others.setVisible(bool(others) and sent)
