"""Colours in JSON text, from the theme as it is now."""

import re
from collections.abc import Iterator

from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument, QTextLayout

from fal_studio.ui import theme, utf16

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
        for start, length, name in _parts(text):
            self.setFormat(start, length, self._formats[name])

    def _on_theme_changed(self) -> None:
        self._formats = _formats()
        self.rehighlight()


def ranges(text: str) -> list[QTextLayout.FormatRange]:
    """Return the colours of one line, for whoever colours only the lines that are seen."""
    formats = _formats()
    found: list[QTextLayout.FormatRange] = []
    for start, length, name in _parts(text[:_LONGEST_LINE]):
        each = QTextLayout.FormatRange()
        each.start = start  # pyright: ignore[reportAttributeAccessIssue] - writable in Qt
        each.length = length  # pyright: ignore[reportAttributeAccessIssue]
        each.format = formats[name]  # pyright: ignore[reportAttributeAccessIssue]
        found.append(each)
    return found


def _parts(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield where each part begins and how long it is, as Qt counts: in UTF-16 units, of which an emoji has two."""
    is_plain = text.isascii() or max(text) <= "\uffff"
    at = units = 0
    for part in _PART.finditer(text):
        start, length = part.start(), part.end() - part.start()
        if not is_plain:
            units += utf16.units(text[at:start])
            at, start, length = part.end(), units, utf16.units(part.group())
            units += length
        yield start, length, part.lastgroup or "punct"


def _formats() -> dict[str, QTextCharFormat]:
    formats: dict[str, QTextCharFormat] = {}
    for name, role in _ROLES.items():
        form = QTextCharFormat()
        form.setForeground(theme.current().color(role))  # pyright: ignore[reportArgumentType] - roles of the table above
        formats[name] = form
    return formats
