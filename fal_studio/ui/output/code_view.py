"""A value as coloured JSON, or plain text, to read and copy."""

import json
import re
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QPlainTextEdit, QWidget

from fal_studio.core.request import Json
from fal_studio.ui import theme
from fal_studio.ui.highlight import JsonHighlighter
from fal_studio.ui.surface import grounded, laid
from fal_studio.ui.widgets.buttons import IconButton

SHOW_CHARS = 400_000
"""A longer text is cut on screen; copying gives all of it."""
SHOW_LINES = 10_000
SHOW_LINE_CHARS = 4_000
"""A longer line is cut on screen: Qt lays a line out whole, and takes seconds for one of megabytes."""
_LONG_LINE = re.compile(rf"([^\n]{{{SHOW_LINE_CHARS}}})([^\n]+)")


class CodeView(QWidget):
    """Read-only text with a copy button in its corner."""

    copy_wanted = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None, *, coloured: bool = True) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self._shown = ""
        self._whole: Callable[[], str] = lambda: ""
        self._text = QPlainTextEdit(self)
        grounded(self._text, "panel")
        self._text.setReadOnly(True)
        self._text.setAccessibleName(name)
        self._text.setFrameShape(QFrame.Shape.NoFrame)
        self._text.setTabChangesFocus(True)
        self._highlighter = JsonHighlighter(self._text.document()) if coloured else None
        self._copy = IconButton("copy", f"Copy {name}", parent=self)
        self._copy.clicked.connect(lambda: self.copy_wanted.emit(self.text))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addWidget(self._text, 0, 0)
        theme.current().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def text(self) -> str:
        """All of the text."""
        return self._whole()

    def show_value(self, value: Json, empty: str) -> None:
        """Show a JSON value; None shows `empty`."""
        if value is None:
            self.show_text(empty)
            return
        self._whole = lambda: "".join(_ENCODER.iterencode(value))
        self._show(_beginning(value))

    def show_text(self, text: str) -> None:
        """Show text."""
        self._whole = lambda: text
        self._show(text)

    def _show(self, text: str) -> None:
        if text == self._shown:
            return
        self._shown = text
        lines = text[:SHOW_CHARS].split("\n", SHOW_LINES)[:SHOW_LINES]
        shown = "\n".join(lines)
        more = "" if len(shown) == len(text) else "\n… cut here; copying gives all of it"
        self._text.setPlainText(_LONG_LINE.sub(_cut, shown) + more)

    def resizeEvent(self, event: object) -> None:
        """Follow the new size."""
        super().resizeEvent(event)  # pyright: ignore[reportArgumentType] - Qt's own
        px = theme.current().px
        self._copy.move(self.width() - self._copy.sizeHint().width() - px(16), px(8))
        self._copy.raise_()

    def _on_theme_changed(self) -> None:
        self._text.setFont(theme.current().font("mono"))
        self._text.document().setDocumentMargin(theme.current().px(12))


_ENCODER = json.JSONEncoder(ensure_ascii=False, indent=2, default=str)


def _beginning(value: Json) -> str:
    """Return as much of the JSON as is shown, and a little more if there is more."""
    parts: list[str] = []
    size = 0
    for part in _ENCODER.iterencode(value):
        parts.append(part)
        size += len(part)
        if size > SHOW_CHARS:
            break
    return "".join(parts)


def _cut(line: "re.Match[str]") -> str:
    return f"{line[1]}… {len(line[2]):,} more characters; copying gives all of them"
