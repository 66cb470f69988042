"""Markdown of a model: code stands on a ground of its own, however much of it there is."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument

from fal_studio.ui.theme import Theme
from fal_studio.ui.widgets.markdown import show_markdown


def boxes(document: QTextDocument) -> int:
    return len(document.rootFrame().childFrames())


def grounds(document: QTextDocument) -> int:
    """Return how many lines have a ground of their own."""
    count, block = 0, document.begin()
    while block.isValid():
        count += block.blockFormat().background().style() is not Qt.BrushStyle.NoBrush
        block = block.next()
    return count


@pytest.mark.parametrize("text", ["a\n\n```\nx = 1\n```\n\nb", "a\n\n    x = 1\n    y = 2\n\nb"])
def test_code_stands_in_a_box(theme: Theme, text: str) -> None:
    document = QTextDocument()
    show_markdown(document, text)
    assert (boxes(document), grounds(document)) == (1, 0)
    assert document.begin().text() == "a"
    assert document.lastBlock().text() == "b"


def test_thousands_of_pieces_of_code_do_not_all_have_a_box(theme: Theme) -> None:
    """Each takes Qt longer than the one before: six seconds for what a text may hold."""
    document = QTextDocument()
    show_markdown(document, "```\nx\n```\ny\n" * 1000)
    assert 100 < boxes(document) <= 300
    assert boxes(document) + grounds(document) == 1000, "the others have a ground"
