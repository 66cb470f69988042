"""Finding words in a text that is shown: the bar above it, the places marked, and the ways between them.

All places are counted in the text itself; only those in sight are marked, so that a text of megabytes stays quick.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QTextBlock, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from fal_studio.ui import theme
from fal_studio.ui.widgets.find_bar import FindBar

MOST = 10_000
"""Places that are counted."""
LONG = 200_000
"""Characters from which a search waits until the hand rests."""
LATER_MS = 120
_LONGEST_WORDS = 200
_MOST_MARKS = 400
TextView = QPlainTextEdit | QTextEdit


class Searched(Protocol):
    """A text as a Finder needs it. Places are those of its characters in Python."""

    def found_text(self) -> str:
        """Return the whole text."""
        ...

    def found_at(self) -> tuple[int, int]:
        """Return where the selection begins and ends."""
        ...

    def show_found(self, start: int, end: int) -> None:
        """Select a part and bring it into sight."""
        ...

    def mark_found(self, marks: list[QTextEdit.ExtraSelection]) -> None:
        """Show marks."""
        ...


class Finder(QObject):
    """Looks for words in one text. `put` is given the bar once, to put it above the text."""

    moved = Signal()
    """A place that was found was brought into sight."""

    def __init__(
        self, view: TextView, what: str, put: Callable[[QWidget], None], searched: Searched | None = None
    ) -> None:
        super().__init__(view)
        self._view, self._what, self._put = view, what, put
        self._searched: Searched = searched or _Plain(view)
        self._bar: FindBar | None = None
        self._starts: list[int] = []
        self._length = 0
        self._begin = 0
        """Where the search began: typing on does not run away from there."""
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._search_and_go)
        self._anew = QTimer(self)
        self._anew.setSingleShot(True)
        self._anew.setInterval(LATER_MS)
        self._anew.timeout.connect(self._search)
        self._marking = QTimer(self)
        self._marking.setSingleShot(True)
        self._marking.setInterval(0)
        self._marking.timeout.connect(self._mark)
        view.textChanged.connect(self._on_text_changed)
        view.verticalScrollBar().valueChanged.connect(self._mark_soon)
        view.verticalScrollBar().rangeChanged.connect(self._mark_soon)
        view.cursorPositionChanged.connect(self._on_cursor_moved)
        theme.current().changed.connect(self._mark_soon)

    @property
    def bar(self) -> FindBar | None:
        """The bar, once it was opened."""
        return self._bar

    @property
    def is_open(self) -> bool:
        """Whether the bar is there."""
        return self._bar is not None and not self._bar.isHidden()

    def open(self) -> None:
        """Open the bar with the words that are selected, or go to it."""
        if self._bar is None:
            self._bar = FindBar(self._what, self._view.parentWidget())
            self._bar.changed.connect(self._on_words_changed)
            self._bar.step_wanted.connect(self.step)
            self._bar.closed.connect(self.close)
            self._put(self._bar)
        start, end = self._searched.found_at()
        self._begin = start
        self._bar.show()
        words = self._searched.found_text()[start : min(end, start + _LONGEST_WORDS + 1)]
        if words and "\n" not in words and len(words) <= _LONGEST_WORDS:
            self._bar.field.setText(words)
        self._bar.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._bar.field.selectAll()
        self._search()

    def close(self) -> None:
        """Take the bar and the marks away, and give the keyboard back to the text."""
        if self._bar is None:
            return
        had_focus = self._bar.isAncestorOf(self._bar.window().focusWidget() or self._view)
        self._bar.hide()
        self._starts = []
        self._searched.mark_found([])
        if had_focus:
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, step: int) -> None:
        """Go to the next place, or with -1 to the one before; from the last to the first."""
        if self._bar is None or not self._bar.words:
            self.open()
            return
        if not self.is_open:
            self._bar.show()
        self._search()
        if not self._starts:
            return
        start, end = self._searched.found_at()
        if step > 0:
            number = bisect_left(self._starts, start + 1 if end > start else start)
        else:
            number = bisect_left(self._starts, start) - 1
        self._go(number % len(self._starts))

    def _on_words_changed(self) -> None:
        self._later.start(LATER_MS if len(self._searched.found_text()) > LONG else 0)

    def _on_text_changed(self) -> None:
        if self.is_open:
            self._anew.start()

    def _on_cursor_moved(self) -> None:
        if self.is_open:
            self._show_count()

    def _search_and_go(self) -> None:
        self._search()
        if self._starts:
            self._go(bisect_left(self._starts, self._begin) % len(self._starts))

    def _search(self) -> None:
        self._anew.stop()
        if self._bar is None:
            return
        self._length = len(self._bar.words)
        self._starts = places(
            self._searched.found_text(), self._bar.words, matches_case=self._bar.matches_case
        )
        self._show_count()
        self._mark()

    def _go(self, number: int) -> None:
        start = self._starts[number]
        self._searched.show_found(start, start + self._length)
        self.moved.emit()
        self._show_count()
        self._mark_soon()

    def _show_count(self) -> None:
        assert self._bar is not None
        start, end = self._searched.found_at()
        at = bisect_left(self._starts, start)
        is_there = at < len(self._starts) and self._starts[at] == start and end > start
        count = min(len(self._starts), MOST)
        self._bar.show_count(at + 1 if is_there else 0, count, is_more=len(self._starts) > MOST)

    def _mark_soon(self) -> None:
        if self.is_open:
            self._marking.start()

    def _mark(self) -> None:
        if self._bar is None or not self.is_open:
            return
        marks: list[QTextEdit.ExtraSelection] = []
        if self._starts:
            form = QTextCharFormat()
            form.setBackground(theme.current().color("ask.tint"))
            form.setForeground(theme.current().color("ask"))
            for block in self._seen():
                marks += marks_in(block, self._bar.words, form, matches_case=self._bar.matches_case)
                if len(marks) > _MOST_MARKS:
                    break
        self._searched.mark_found(marks)

    def _seen(self) -> list[QTextBlock]:
        """Return the lines in sight."""
        area = self._view.viewport().rect()
        block = self._view.cursorForPosition(QPoint(0, 0)).block()
        last = self._view.cursorForPosition(QPoint(area.right(), area.bottom())).block()
        found: list[QTextBlock] = []
        while block.isValid():
            if block.isVisible():
                found.append(block)
            if block == last:
                break
            block = block.next()
        return found


def places(text: str, words: str, *, matches_case: bool) -> list[int]:
    """Return where words stand in a text, not more than one beyond `MOST`."""
    if not words:
        return []
    if not matches_case:
        small, small_words = text.lower(), words.lower()
        if len(small) != len(text) or len(small_words) != len(
            words
        ):  # a letter of which the small one is two
            return _places_of(re.compile(re.escape(words), re.IGNORECASE), text)
        text, words = small, small_words
    found: list[int] = []
    at = text.find(words)
    while at >= 0 and len(found) <= MOST:
        found.append(at)
        at = text.find(words, at + len(words))
    return found


def _places_of(pattern: "re.Pattern[str]", text: str) -> list[int]:
    found: list[int] = []
    for match in pattern.finditer(text):
        found.append(match.start())
        if len(found) > MOST:
            break
    return found


def marks_in(
    block: QTextBlock, words: str, form: QTextCharFormat, *, matches_case: bool
) -> Sequence[QTextEdit.ExtraSelection]:
    """Return marks for the words in one line of a text, not many more than are of use."""
    text = block.text()
    marks: list[QTextEdit.ExtraSelection] = []
    for start in places(text, words, matches_case=matches_case):
        mark = QTextEdit.ExtraSelection()
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + units(text[:start]))
        cursor.setPosition(
            cursor.position() + units(text[start : start + len(words)]), QTextCursor.MoveMode.KeepAnchor
        )
        mark.cursor = cursor  # pyright: ignore[reportAttributeAccessIssue] - writable in Qt
        mark.format = form  # pyright: ignore[reportAttributeAccessIssue]
        marks.append(mark)
        if len(marks) > _MOST_MARKS:
            break
    return marks


def units(text: str) -> int:
    """Return the length of a text as Qt counts it, in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


class _Plain:
    """A view that shows its text as it is."""

    def __init__(self, view: TextView) -> None:
        self._view = view

    def found_text(self) -> str:
        return self._view.toPlainText()

    def found_at(self) -> tuple[int, int]:
        cursor = self._view.textCursor()
        return self._index(cursor.selectionStart()), self._index(cursor.selectionEnd())

    def show_found(self, start: int, end: int) -> None:
        text = self.found_text()
        cursor = self._view.textCursor()
        cursor.setPosition(units(text[:start]))
        cursor.setPosition(units(text[:end]), QTextCursor.MoveMode.KeepAnchor)
        self._view.setTextCursor(cursor)
        self._view.ensureCursorVisible()

    def mark_found(self, marks: list[QTextEdit.ExtraSelection]) -> None:
        self._view.setExtraSelections(marks)

    def _index(self, at: int) -> int:
        text = self.found_text()
        if text.isascii() or max(text, default="") <= "\uffff":
            return at
        return len(text.encode("utf-16-le", "surrogatepass")[: 2 * at].decode("utf-16-le", "surrogatepass"))
