"""Folding: the lines between a bracket and its partner are hidden; the text is not touched."""

from PySide6.QtGui import QTextBlock, QTextDocument

from fal_studio.ui.widgets import json_brackets

_WHOLE = 1 << 30


class Folds:
    """What is folded in a document."""

    def __init__(self, document: QTextDocument) -> None:
        self._document = document

    def can_fold(self, block: QTextBlock) -> bool:
        """Say whether a line opens a bracket that a later line closes."""
        return json_brackets.opened(block.text()) is not None and block.next().isValid()

    def is_folded(self, block: QTextBlock) -> bool:
        """Say whether lines are hidden behind this one."""
        following = block.next()
        return following.isValid() and block.isVisible() and not following.isVisible()

    def fold(self, block: QTextBlock, text: str, index: int) -> bool:
        """Hide what the last open bracket of a line holds; `text` is what is shown, `index` where the line begins in it."""
        place = json_brackets.opened(block.text())
        if place is None:
            return False
        end = json_brackets.partner(text, index + place, most=_WHOLE)
        if end is None:
            return False
        lines = text.count("\n", index + place, end) - 1
        return self._show(block.next(), lines, is_shown=False) if lines > 0 else False

    def unfold(self, block: QTextBlock) -> bool:
        """Show what is hidden behind a line."""
        lines = 0
        following = block.next()
        while following.isValid() and not following.isVisible():
            lines += 1
            following = following.next()
        return self._show(block.next(), lines, is_shown=True) if lines else False

    def reveal(self, block: QTextBlock) -> bool:
        """Show a line that is hidden, with all that is hidden around it."""
        if block.isVisible():
            return False
        head = block
        while head.isValid() and not head.isVisible():
            head = head.previous()
        return self.unfold(head)

    def _show(self, block: QTextBlock, lines: int, *, is_shown: bool) -> bool:
        start = block.position()
        last = block
        for _ in range(lines):
            if not block.isValid():
                break
            block.setVisible(is_shown)
            block.setLineCount(1 if is_shown else 0)
            last, block = block, block.next()
        self._document.markContentsDirty(start, last.position() + last.length() - start)
        return True
