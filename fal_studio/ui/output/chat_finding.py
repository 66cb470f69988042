"""Finding words in a conversation: one bar for all messages, what they fold away included."""

from bisect import bisect_left
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit, QWidget

from fal_studio.ui import theme
from fal_studio.ui.widgets.find_bar import FindBar
from fal_studio.ui.widgets.finding import LATER_MS, LONG, MOST, TextView, marks_in, places, units
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.output.chat_view import ChatView, Said

MOST_MARKS = 1000
"""Places that are marked, the first ones; all are counted and gone to."""


class Place(NamedTuple):
    """Where the words stand: in which text of the conversation, and where in it."""

    text: int
    start: int


class ChatFinder(QObject):
    """Looks for words in all that was said. `put` is given the bar once, to put it above the conversation."""

    def __init__(self, chat: "ChatView", put: Callable[[QWidget], None]) -> None:
        super().__init__(chat)
        self._chat, self._put = chat, put
        self.bar: FindBar | None = None
        """The bar, once it was opened."""
        self._texts: list[Said] = []
        self._places: list[Place] = []
        self._at = -1
        self._marked: list[TextView] = []
        self._chosen: TextView | None = None
        """Where the place is that was gone to."""
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LATER_MS)
        self._later.timeout.connect(self._search)
        self._length = 0
        """Characters that were looked through last."""
        self._typed = QTimer(self)
        self._typed.setSingleShot(True)
        self._typed.setInterval(LATER_MS)
        self._typed.timeout.connect(self._search_and_go)
        chat.changed.connect(self._on_chat_changed)
        theme.current().changed.connect(self._on_chat_changed)

    @property
    def is_open(self) -> bool:
        """Whether the bar is there."""
        return self.bar is not None and not self.bar.isHidden()

    def open(self) -> None:
        """Open the bar, or go to it."""
        if self.bar is None:
            self.bar = FindBar(tr("the conversation"), self._chat.parentWidget())
            self.bar.changed.connect(self._on_words_changed)
            self.bar.step_wanted.connect(self.step)
            self.bar.closed.connect(self.close)
            self._put(self.bar)
        self.bar.show()
        self.bar.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.field.selectAll()
        self._search()

    def close(self) -> None:
        """Take the bar and the marks away, and give the keyboard back to the conversation."""
        if self.bar is None or self.bar.isHidden():
            return
        had_focus = self.bar.isAncestorOf(self.bar.window().focusWidget() or self._chat)
        self.bar.hide()
        self._later.stop()
        self._typed.stop()
        self._places, self._at = [], -1
        self._mark()
        self._unchoose()
        if had_focus:
            self._chat.setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, step: int) -> None:
        """Go to the next place, or with -1 to the one before; from the last to the first."""
        if self.bar is None or not self.bar.words:
            self.open()
            return
        self.bar.show()
        self._typed.stop()
        self._find()
        first = 0 if step > 0 else len(self._places) - 1
        self._go_or_tell(self._at + step if self._at >= 0 else first)

    def _on_words_changed(self) -> None:
        self._at = -1
        if self._length > LONG:
            self._typed.start()
        else:
            self._search_and_go()

    def _search_and_go(self) -> None:
        self._find()
        self._go_or_tell(0)

    def _on_chat_changed(self) -> None:
        if not self._chat.messages:  # the views are gone, or about to
            self._texts, self._places, self._marked = [], [], []
            self._chosen, self._at = None, -1
        if self.is_open:
            self._later.start()

    def _search(self) -> None:
        """Look through everything, and show what was found."""
        if self.bar is not None:
            self._find()
            self._show_count()
            self._mark()

    def _find(self) -> None:
        """Look through everything; the place that was gone to stays the one."""
        assert self.bar is not None
        here = self._places[self._at] if 0 <= self._at < len(self._places) else None
        self._texts = self._chat.texts()
        self._places = []
        self._length = 0
        for number, said in enumerate(self._texts):
            text = said.text()
            self._length += len(text)
            found = places(text, self.bar.words, matches_case=self.bar.matches_case)
            self._places += [Place(number, start) for start in found]
            if len(self._places) > MOST:
                self._length = LONG + 1  # so much is long enough
                break
        self._at = bisect_left(self._places, here) if here is not None else -1
        if here is not None and (self._at >= len(self._places) or self._places[self._at] != here):
            self._at = -1

    def _go_or_tell(self, number: int) -> None:
        if self._places:
            self._go(number % len(self._places))
        else:
            self._show_count()
            self._mark()

    def _go(self, number: int) -> None:
        assert self.bar is not None
        self._at = number
        place = self._places[number]
        said = self._texts[place.text]
        view = said.shown()
        if self._chosen is not None and self._chosen is not view:
            self._unchoose()
        self._chosen = view
        text = said.text()
        cursor = view.textCursor()
        cursor.setPosition(units(text[: place.start]))
        end = units(text[: place.start + len(self.bar.words)])
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        view.setTextCursor(cursor)
        self._show_count()
        self._mark()
        self._chat.bring_into_sight(view)

    def _unchoose(self) -> None:
        """Two places that look chosen would be one too many."""
        if self._chosen is not None:
            cursor = self._chosen.textCursor()
            cursor.clearSelection()
            self._chosen.setTextCursor(cursor)
            self._chosen = None

    def _show_count(self) -> None:
        if self.bar is not None:
            count = min(len(self._places), MOST)
            self.bar.show_count(self._at + 1, count, is_more=len(self._places) > MOST)

    def _mark(self) -> None:
        for view in self._marked:
            view.setExtraSelections([])
        self._marked = []
        if self.bar is None or not self.is_open:
            return
        form = QTextCharFormat()
        form.setBackground(theme.current().color("ask.tint"))
        form.setForeground(theme.current().color("ask"))
        left = MOST_MARKS
        for number in dict.fromkeys(place.text for place in self._places):
            view = self._texts[number].view
            marks: list[QTextEdit.ExtraSelection] = []
            block = view.document().begin()
            while block.isValid() and len(marks) < left:
                marks += marks_in(block, self.bar.words, form, matches_case=self.bar.matches_case)
                block = block.next()
            view.setExtraSelections(marks)
            self._marked.append(view)
            left -= len(marks)
            if left <= 0:
                break
