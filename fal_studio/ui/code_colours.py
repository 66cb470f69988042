"""Colours in code, by Pygments, which is loaded when the first code is shown."""

import importlib
from typing import Any

from PySide6.QtGui import QSyntaxHighlighter, QTextCharFormat, QTextDocument

from fal_studio.core.snippets.snippet import Language
from fal_studio.ui import theme
from fal_studio.ui.tokens import Role

_LEXERS = {
    Language.PYTHON: ("pygments.lexers.python", "PythonLexer"),
    Language.PYTHON_ASYNC: ("pygments.lexers.python", "PythonLexer"),
    Language.JAVASCRIPT: ("pygments.lexers.javascript", "JavascriptLexer"),
    Language.CURL: ("pygments.lexers.shell", "BashLexer"),
}
_ROLES: tuple[tuple[str, Role], ...] = (
    ("Token.Comment", "text.3"),
    ("Token.Literal.String.Interpol", "ask"),
    ("Token.Literal.String", "good"),
    ("Token.Literal.Number", "accent.text"),
    ("Token.Name.Tag", "text.1"),
    ("Token.Name.Variable", "ask"),
    ("Token.Keyword.Constant", "ask"),
    ("Token.Keyword", "accent.text"),
    ("Token.Operator.Word", "accent.text"),
    ("Token.Punctuation", "text.3"),
    ("Token.Operator", "text.3"),
)
"""The first that a token's kind begins with; what has none is the text's own colour."""
_LONGEST = 60_000
"""Characters; longer code stays plain."""

Span = tuple[int, int, Role]
"""Begin and length in a line, in UTF-16 units as Qt counts, and the colour."""


class CodeColours(QSyntaxHighlighter):
    """Colours the lines of one document that is replaced as a whole."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._lines: list[list[Span]] = []
        theme.current().changed.connect(self.rehighlight)

    def expect(self, text: str, language: Language) -> None:
        """Prepare the colours of a text that is going to be set."""
        self._lines = spans(text, language) if len(text) <= _LONGEST else []

    def highlightBlock(self, _text: str) -> None:
        """Colour one line."""
        number = self.currentBlock().blockNumber()
        if number >= len(self._lines):
            return
        for begin, length, role in self._lines[number]:
            form = QTextCharFormat()
            form.setForeground(theme.current().color(role))
            self.setFormat(begin, length, form)


def spans(text: str, language: Language) -> list[list[Span]]:
    """Return the coloured parts of each line."""
    lines: list[list[Span]] = [[]]
    column = 0
    for kind, part in _tokens(text, language):
        role = _role(kind)
        for number, piece in enumerate(part.split("\n")):
            if number:
                lines.append([])
                column = 0
            length = len(piece.encode("utf-16-le", "surrogatepass")) // 2
            if role is not None and length:
                lines[-1].append((column, length, role))
            column += length
    return lines


def _role(kind: str) -> Role | None:
    return next((role for name, role in _ROLES if kind.startswith(name)), None)


def _tokens(text: str, language: Language) -> list[tuple[str, str]]:
    module, name = _LEXERS[language]
    found: list[tuple[str, str]] = []
    for kind, part in _lexer(module, name).get_tokens(text):
        word = str(kind)
        # A body in cURL's quotes is JSON, and is easier to read as such.
        if language is Language.CURL and word == "Token.Literal.String.Single" and part.startswith("'{\n"):
            inner = _lexer("pygments.lexers.data", "JsonLexer").get_tokens(part[1:-1])
            found += [(word, "'"), *((str(kind), piece) for kind, piece in inner), (word, "'")]
        else:
            found.append((word, part))
    return found


def _lexer(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)(stripnl=False, ensurenl=False)
