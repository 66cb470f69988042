"""The rows of a form: made for the fields of an endpoint, and filled with controls when they come into sight."""

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from fal_studio.core.schema.field import Field
from fal_studio.ui import theme
from fal_studio.ui.request.inputs.row import Row
from fal_studio.ui.request.section import Section

if TYPE_CHECKING:
    from fal_studio.ui.request.inputs.make import FormMaker

_AHEAD_PX = 160
"""Rows this far below what is seen have their controls already."""
_ROWS_AT_ONCE = 3
"""The other rows get theirs a few at a time, while nothing else is to do."""


class FormRows(QObject):
    """Holds them by the names of their arguments, in parts of the form that stand in its column."""

    intended = Signal(str, object)
    """The name of an argument, and the Intent of somebody who edits it."""
    built = Signal()
    """Some rows have controls that had none."""
    grown = Signal()
    """A row has other controls than before."""

    def __init__(self, area: QScrollArea, places: Mapping[str, QVBoxLayout], form: QWidget) -> None:
        """`area` is what scrolls them, `places` where the parts of the form stand."""
        super().__init__(form)
        self._area, self._places, self._form = area, places, form
        self._rows: dict[str, Row] = {}
        self._parts: dict[str, Section] = {}
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.setInterval(0)
        self._idle.timeout.connect(self._build_some)
        area.verticalScrollBar().valueChanged.connect(self.build_visible)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, name: str) -> Row | None:
        """Return the row of an argument; None if it has none yet."""
        return self._rows.get(name)

    @property
    def is_building(self) -> bool:
        """Whether some that are not in sight still wait for their controls."""
        return any(not part.is_built for part in self._parts.values() if not part.isHidden())

    def ordered(self, fields: Sequence[Field]) -> Sequence[Field]:
        """Return fields in the order in which they are shown."""
        return self._maker.ordered(fields) if fields else ()

    def clear(self) -> None:
        """Have none."""
        for part in self._parts.values():
            part.hide()
            part.deleteLater()
        self._rows, self._parts = {}, {}

    def fill(self, name: str, fields: Sequence[Field], show: Callable[[Row], None]) -> None:
        """Make the rows of a part of the form; `show` puts its value into each, and those in sight get their controls first."""
        if not fields:
            return
        part = Section()
        for field in fields:
            row = self._maker.row(field, 0)
            row.intended.connect(partial(self.intended.emit, field.name))
            row.grown.connect(self.grown)
            self._rows[field.name] = row
            part.add(row)
            show(row)
        self._parts[name] = part
        if self._form.isVisible():
            part.build_first(self._area.viewport().height())
        self._places[name].addWidget(part)
        part.show()

    def show_part(self, name: str, *, is_shown: bool) -> bool:
        """Show or hide a part; False: it was never filled."""
        part = self._parts.get(name)
        if part is not None:
            part.setVisible(is_shown)
        return part is not None

    def build_visible(self) -> None:
        """Make the controls of those in sight; the others come later, a few at a time."""
        if not self._form.isVisible():
            return
        bottom = self._area.verticalScrollBar().value() + self._area.viewport().height()
        limit = bottom + theme.current().px(_AHEAD_PX)
        for part in self._parts.values():
            if not part.isHidden() and not part.is_built:
                part.build_above(limit - part.y())
        self.built.emit()
        if self.is_building:
            self._idle.start()

    def _build_some(self) -> None:
        for part in self._parts.values():
            if self._form.isVisible() and not part.isHidden() and part.build_some(_ROWS_AT_ONCE):
                self.built.emit()
                self._idle.start()
                return

    @cached_property
    def _maker(self) -> "FormMaker":
        module: Any = importlib.import_module("fal_studio.ui.request.inputs.make")
        maker: FormMaker = module.FormMaker()
        return maker
