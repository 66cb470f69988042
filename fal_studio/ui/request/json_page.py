"""The page of the JSON: the editor, what is wrong on the line of the cursor below it, and the bar to find words above it."""

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.core.schema.field import Schema
from fal_studio.ui import theme
from fal_studio.ui.request.document import Document
from fal_studio.ui.request.help_strip import HELP_PX, READING
from fal_studio.ui.request.json_editor import JsonEditor
from fal_studio.ui.request.remark import Remark
from fal_studio.ui.surface import laid
from fal_studio.ui.widgets.fields import FieldError
from fal_studio.ui.widgets.labels import Divider, Label
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.widgets.finding import Finder


class JsonPage(QWidget):
    """Shows a document as text; made when it is first looked at."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self._document = document
        self.editor = JsonEditor(document, self)
        self.editor.setFrameShape(QFrame.Shape.NoFrame)
        self._finder: Finder | None = None
        self._problem = FieldError("", self, wraps=True)
        self._reading = Label(READING, "cell", "3", parent=self)
        self._reading.hide()
        self._column = QVBoxLayout(self)
        self._lay_out()
        self.editor.problem_shown.connect(self._on_problem_shown)
        document.changed.connect(self._show_reading)
        document.slow.connect(self._show_reading)
        self._show_reading()

    def set_schema(self, schema: Schema) -> None:
        """Complete the names and values of another endpoint."""
        self.editor.set_schema(schema)

    def set_problems(self, remarks: Sequence[Remark]) -> None:
        """Mark what the schema or the model says against values."""
        self.editor.set_problems(remarks)

    def open_find(self) -> None:
        """Look for words."""
        self._find().open()

    def find_step(self, step: int) -> None:
        """Go to the next place with the words, or with -1 to the one before."""
        self._find().step(step)

    def _find(self) -> "Finder":
        if self._finder is None:
            module: Any = importlib.import_module("fal_studio.ui.widgets.finding")
            finder: Finder = module.Finder(self.editor, tr("the JSON"), self._put_find_bar, self.editor)
            self._finder = finder
        return self._finder

    def _put_find_bar(self, bar: QWidget) -> None:
        self._column.insertWidget(0, bar)

    def _lay_out(self) -> None:
        px = theme.current().px
        foot = QWidget(self)
        line = QHBoxLayout(foot)
        line.setContentsMargins(px(16), 0, px(16), 0)
        line.addWidget(self._reading)
        line.addWidget(self._problem, 1)
        foot.setFixedHeight(px(HELP_PX))
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self.editor, 1)
        self._column.addWidget(Divider())
        self._column.addWidget(foot)

    def _on_problem_shown(self, message: str) -> None:
        problems = () if self._document.is_reading else self._document.problems
        text = message or (
            tr("Line {line}: {message}").format(line=problems[0].line, message=problems[0].message)
            if problems
            else ""
        )
        self._problem.set_message(text)

    def _show_reading(self) -> None:
        self._reading.setVisible(self._document.is_slow)
