"""Colours in JSON text, from the theme as it is now."""

import re

from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument, QTextLayout

from fal_studio.ui import theme

_PART = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*")(?=\s*:)|(?P<text>"(?:[^"\\]|\\.)*"?)'
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<word>\b(?:true|false|null)\b)|(?P<punct>[{}\[\],:])"
)
_ROLES: dict[str, str] = {
    "key": "text.1",
    "text": "good",
    "number": "accent.text",
    "word": "ask",
    "punct": "text.3",
}
_LONGEST_LINE = 20_000
"""Longer lines (data URIs) stay plain, so that typing never waits for colours."""


class JsonHighlighter(QSyntaxHighlighter):
    """Keys, strings, numbers and words of JSON."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats = _formats()
        theme.current().changed.connect(self._on_theme_changed)

    def highlightBlock(self, text: str) -> None:
        """Colour one line."""
        if len(text) > _LONGEST_LINE:
            return
        for part in _PART.finditer(text):
            self.setFormat(part.start(), part.end() - part.start(), self._formats[part.lastgroup or "punct"])

    def _on_theme_changed(self) -> None:
        self._formats = _formats()
        self.rehighlight()


def ranges(text: str) -> list[QTextLayout.FormatRange]:
    """Return the colours of one line, for whoever colours only the lines that are seen."""
    formats = _formats()
    found: list[QTextLayout.FormatRange] = []
    for part in _PART.finditer(text[:_LONGEST_LINE]):
        each = QTextLayout.FormatRange()
        each.start = part.start()  # pyright: ignore[reportAttributeAccessIssue] - writable in Qt
        each.length = part.end() - part.start()  # pyright: ignore[reportAttributeAccessIssue]
        each.format = formats[part.lastgroup or "punct"]  # pyright: ignore[reportAttributeAccessIssue]
        found.append(each)
    return found


def _formats() -> dict[str, QTextCharFormat]:
    formats: dict[str, QTextCharFormat] = {}
    for name, role in _ROLES.items():
        form = QTextCharFormat()
        form.setForeground(theme.current().color(role))  # pyright: ignore[reportArgumentType] - roles of the table above
        formats[name] = form
    return formats
