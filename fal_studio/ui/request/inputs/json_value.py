"""A value as JSON: for whatever has no control of its own, and for values that do not fit the control of their field."""

import json

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout, QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field
from fal_studio.ui import theme
from fal_studio.ui.request import json_text
from fal_studio.ui.request.inputs.base import Input
from fal_studio.ui.request.inputs.intents import Unset
from fal_studio.ui.widgets.fields import mark_error
from fal_studio.words import tr

_FEW, _MANY = 2, 10
"""Lines of the field: it grows with its text."""
_SHOWN_CHARS = 200_000


class JsonInput(Input):
    """Edits a value as JSON. While the text is no JSON nothing is sent, and the mistake is named."""

    is_tall = True

    def __init__(self, field: Field) -> None:
        super().__init__(field)
        self._edit = _Edit(self)
        self._edit.setAccessibleName(tr("{name}, as JSON").format(name=field.name))
        self._edit.textChanged.connect(self._on_text_changed)
        self._problem = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._edit)

    def focus_widget(self) -> QWidget:
        """Return the field."""
        return self._edit

    def can_show(self, value: Json) -> bool:
        """Say yes: everything is JSON."""
        return True

    def problem(self) -> str:
        """Return why the text is no JSON, empty if it is."""
        return self._problem

    def mark(self, message: str) -> None:
        """Mark what is wrong with the value; a text that is no JSON is told first."""
        mark_error(self._edit, self._problem or message)

    def _on_text_changed(self) -> None:
        self._edit.updateGeometry()
        if self._is_showing:
            return
        text = self._edit.toPlainText()
        if not text.strip():
            self._problem = ""
            self._tell(Unset(()))
        else:
            value, self._problem = json_text.read_value(text)
            if not self._problem:
                self._tell_value(value)
        self.troubled.emit(
            tr("{problem} Until then it is not sent.").format(problem=self._problem) if self._problem else ""
        )

    def _show(self, value: Json, sent: bool) -> None:
        default = (
            json.dumps(self.field.default, ensure_ascii=False) if self.field.has_default else tr("not sent")
        )
        self._edit.setPlaceholderText(default[:2000])
        if not sent:
            if self._edit.toPlainText().strip() and not self._problem:
                self._edit.clear()
            return
        shown, problem = json_text.read_value(self._edit.toPlainText())
        if problem or type(shown) is not type(value) or shown != value:
            text = json.dumps(value, ensure_ascii=False, indent=2)
            is_long = len(text) > _SHOWN_CHARS
            self._edit.setReadOnly(is_long)
            self._edit.setPlainText(f"{text[:2000]}…" if is_long else text)
            if self._problem:
                self._problem = ""
                self.troubled.emit("")


class _Edit(QPlainTextEdit):
    """Some lines of code that grow with their text up to a bound."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._follow_theme()
        theme.current().changed.connect(self._follow_theme)

    def sizeHint(self) -> QSize:
        """Return room for the lines."""
        lines = min(_MANY, max(_FEW, self.blockCount()))
        high = lines * self.fontMetrics().lineSpacing() + theme.current().px(16)
        return QSize(theme.current().px(120), high)

    def minimumSizeHint(self) -> QSize:
        """Return the same: fewer lines would hide what was typed."""
        return self.sizeHint()

    def _follow_theme(self) -> None:
        self.setFont(theme.current().font("mono"))
        self.document().setDocumentMargin(theme.current().px(4))
        self.updateGeometry()
