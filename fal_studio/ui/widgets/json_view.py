"""A text edit for JSON of any size: what is long stands as a chip, only seen lines are coloured, large texts come in pieces.

It keeps the exact text beside what Qt shows; `edited` tells that a person changed it.
"""

from collections.abc import Iterator

from PySide6.QtCore import QMimeData, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QPaintEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from fal_studio.ui import highlight, theme
from fal_studio.ui.widgets import json_brackets
from fal_studio.ui.widgets.json_chips import KIND, Chips
from fal_studio.ui.widgets.json_display import LONG_STRING, MARK, Held, Piece, Shown, more_of, shortened
from fal_studio.ui.widgets.splice import Splice, splice_of

AT_ONCE = 100_000
"""Characters that are put into the document in one go; more than that comes in pieces, between which the window lives."""
_LINES_AT_ONCE = 4_000
"""The same for lines: each takes Qt some 8 µs, however short it is."""
_PIECE = 48_000
_PIECE_LINES = 1_500
_MOST_SHOWN = 100_000
"""Further inside what is held, a place is not shown: the mark of the held text is."""
_MOST_STEPS = 8
_AROUND = 400


class JsonView(QPlainTextEdit):
    """Shows a text and edits it."""

    edited = Signal()
    opened = Signal()
    """All of a large text is there."""

    def __init__(
        self, parent: QWidget | None = None, *, read_only: bool = False, coloured: bool = True
    ) -> None:
        super().__init__(parent)
        self._is_locked, self._is_plain = read_only, not coloured
        self._let_edit()
        self._shown = Shown("")
        self._chips = Chips(self)
        self.document().documentLayout().registerHandler(KIND, self._chips)
        self.setUndoRedoEnabled(False)  # the request has an undo for all of it
        self._is_ours = False
        self._is_edited = False
        self._coloured = 1
        self._left: Iterator[None] | None = None
        self._feed = QTimer(self)
        self._feed.setInterval(0)
        self._feed.timeout.connect(self._on_feed)
        self.document().contentsChange.connect(self._on_contents_change)
        self.textChanged.connect(self._on_text_changed)
        theme.current().changed.connect(self._forget_colours)

    @property
    def text(self) -> str:
        """The exact text."""
        return self._shown.text

    @property
    def held(self) -> tuple[Held, ...]:
        """What stands as chips."""
        return tuple(self._shown.held)

    @property
    def is_opening(self) -> bool:
        """Whether a large text is still coming in."""
        return self._left is not None

    def show_text(self, text: str) -> None:
        """Show another text; only what differs is changed, so that the cursor keeps its place."""
        before = self._shown.text
        if text == before:
            return
        if self._left is not None or not before or not self._show_difference(before, text):
            self._open(Shown(_lines(text)))

    def show_ready(self, shown: Shown) -> None:
        """Show another text that was made ready elsewhere."""
        self._open(shown)

    def finish_opening(self) -> None:
        """Put in at once what is still to come."""
        while self._left is not None:
            self._on_feed()

    def show_more(self, at: int, least: int = 0) -> bool:
        """Show the beginning of a held text or rest of a line, at least so much; False if there is none at this place."""
        held = self._shown.held_at(at)
        if held is None or not held.can_be_shown:
            return False
        cursor = QTextCursor(self.document())
        cursor.setPosition(at)
        cursor.setPosition(at + 1, QTextCursor.MoveMode.KeepAnchor)
        self._put(cursor, more_of(held, least))
        return True

    def found_text(self) -> str:
        """Return the exact text, for a search."""
        return self._shown.text

    def found_at(self) -> tuple[int, int]:
        """Return where in the text the selection begins and ends."""
        return self.here()[1:]

    def show_found(self, start: int, end: int) -> None:
        """Select a part of the text; what is held there is shown as far as that, if it is not too far."""
        self.finish_opening()
        for _ in range(_MOST_STEPS):
            first = self._shown.shown_at(start)
            missing = end - self._shown.text_index(first)
            if self._shown.text_index(first) == start and self._shown.held_at(first) is None:
                break
            if missing > _MOST_SHOWN or not self.show_more(first, missing + _AROUND):
                break
        cursor = self.textCursor()
        first, last = self._shown.shown_at(start), self._shown.shown_at(end)
        cursor.setPosition(first)
        is_hidden = self._shown.held_at(first) is not None
        cursor.setPosition(max(last, first + is_hidden), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def mark_found(self, marks: list[QTextEdit.ExtraSelection]) -> None:
        """Mark places."""
        self.setExtraSelections(marks)

    def insert(self, text: str) -> None:
        """Put text where the cursor is, as if it were typed."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.removeSelectedText()
        _insert(cursor, shortened(_lines(text)), self._chips)
        cursor.endEditBlock()
        self.setTextCursor(cursor)

    def here(self) -> tuple[str, int, int]:
        """Return the exact text, and where in it the selection begins and ends."""
        cursor = self.textCursor()
        shown = self._shown
        return shown.text, shown.text_index(cursor.selectionStart()), shown.text_index(cursor.selectionEnd())

    def write(self, start: int, end: int, text: str, selected: tuple[int, int]) -> bool:
        """Replace a part of the exact text, as a person would, and select some of the new; False if a chip is in the way."""
        cursor = self.textCursor()
        first, last = self._shown.shown_at(start), self._shown.shown_at(end)
        if (self._shown.text_index(first), self._shown.text_index(last)) != (start, end):
            return False
        cursor.setPosition(first)
        cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.insert(text)
        cursor = self.textCursor()
        cursor.setPosition(self._shown.shown_at(start + selected[0]))
        cursor.setPosition(self._shown.shown_at(start + selected[1]), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        return True

    def partner(self, at: int) -> int | None:
        """Return where the partner of the bracket at a shown place is shown."""
        index = self._shown.index(at)
        other = json_brackets.partner(self._shown.display, index)
        return None if other is None else self._shown.place(other)

    def shown_at(self, index: int) -> int:
        """Return where a place of the text is shown."""
        return self._shown.shown_at(index)

    def shown_from(self, block: QTextBlock) -> tuple[str, int]:
        """Return all that is shown, and where in it a line begins."""
        return self._shown.display, self._shown.index(block.position())

    def selected(self) -> str:
        """Return the selected text, exactly."""
        cursor = self.textCursor()
        start = self._shown.text_index(cursor.selectionStart())
        return self._shown.text[start : self._shown.text_index(cursor.selectionEnd())]

    def toPlainText(self) -> str:
        """Return the exact text, not Qt's own with its marks."""
        return self._shown.text

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy the exact text."""
        data = QMimeData()
        data.setText(self.selected())
        return data

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste text; what is long in it becomes a chip."""
        if source.hasText() and not self.isReadOnly():
            self.insert(source.text())

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show more of what is held and was pressed twice."""
        if not self._show_more_at(event.position().toPoint()):
            super().mouseDoubleClickEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Show more of what is held and was pressed, where nothing is edited."""
        super().mouseReleaseEvent(event)
        is_press = event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection()
        if self._is_locked and is_press:
            self._show_more_at(event.position().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show more of what is held at the cursor with Enter, where nothing is edited."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers()
        if self._is_locked and is_enter and self.show_more_here():
            return
        super().keyPressEvent(event)

    def show_more_here(self) -> bool:
        """Show more of what is held at the cursor, before or behind it."""
        at = self.textCursor().position()
        return self.show_more(at) or (at > 0 and self.show_more(at - 1))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Colour the lines that come into sight, then draw."""
        self._colour_seen()
        super().paintEvent(event)

    def seen(self, area: QRect | None = None) -> list[tuple[QTextBlock, float]]:
        """Return the lines in an area of the view, with their tops."""
        bottom = self.viewport().height() if area is None else area.bottom()
        top = 0 if area is None else area.top()
        found: list[tuple[QTextBlock, float]] = []
        block, offset = self.firstVisibleBlock(), self.contentOffset()
        while block.isValid():
            box = self.blockBoundingGeometry(block).translated(offset)
            if box.top() > bottom:
                break
            if block.isVisible() and box.bottom() >= top:
                found.append((block, box.top()))
            block = block.next()
        return found

    def _let_edit(self) -> None:
        self.setReadOnly(self._is_locked)
        if self._is_locked:  # with a cursor for the keyboard all the same
            flags = (
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            self.setTextInteractionFlags(flags)

    def _show_more_at(self, point: QPoint) -> bool:
        at = self.cursorForPosition(point).position()
        return self.show_more(at) or (at > 0 and self.show_more(at - 1))

    def _open(self, shown: Shown) -> None:
        self._shown = shown
        self._is_ours = True
        self.clear()
        self._is_ours = False
        self._chips.forget()
        display, held = self._shown.display, iter(self._shown.held)
        if len(display) <= AT_ONCE and display.count("\n") <= _LINES_AT_ONCE:
            self._add(display, held)
            self._tell_opened()
            return
        self._left = self._pieces(display, held)
        self.setReadOnly(True)  # until all of it is there
        self._on_feed()
        self._feed.start()

    def _pieces(self, display: str, held: Iterator[Held]) -> Iterator[None]:
        done = 0
        while done < len(display):
            end = min(len(display), done + _PIECE)
            line_end = display.rfind("\n", done, end) + 1
            end = line_end if line_end > done and end < len(display) else end
            lines = display[done:end].split("\n", _PIECE_LINES)
            if len(lines) > _PIECE_LINES:  # a list of numbers: it is the lines that take Qt's time
                end -= len(lines[-1])
            self._add(display[done:end], held)
            done = end
            yield

    def _on_feed(self) -> None:
        assert self._left is not None
        if next(self._left, self) is self:
            self._left = None
            self._feed.stop()
            self._let_edit()
            self._tell_opened()

    def _tell_opened(self) -> None:
        if self._is_locked:
            self.moveCursor(QTextCursor.MoveOperation.Start)  # one reads from the beginning
        self.opened.emit()

    def _add(self, display: str, held: Iterator[Held]) -> None:
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        marks = tuple(next(held) for _ in range(display.count(MARK)))
        self._put_quietly(cursor, Piece(display, marks))

    def _show_difference(self, before: str, text: str) -> bool:
        """Change what differs; False if that is too much, or cannot be told apart from what is held."""
        splice = splice_of(before, _lines(text))
        has_long = any(len(line) >= LONG_STRING for line in splice.inserted.split("\n"))
        # A part of a long string would not be known as one, and a part of a chip cannot be changed: the lines can.
        return (not has_long and self._splice(splice)) or self._splice(_whole_lines(splice, before))

    def _splice(self, splice: Splice) -> bool:
        end = splice.at + len(splice.removed)
        first, last = self._shown.shown_at(splice.at), self._shown.shown_at(end)
        if self._shown.text_index(first) != splice.at or self._shown.text_index(last) != end:
            return False
        piece = shortened(splice.inserted)
        if last - first + len(piece.display) > AT_ONCE:
            return False
        cursor = QTextCursor(self.document())
        cursor.setPosition(first)
        cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
        self._put(cursor, piece)
        return True

    def _put(self, cursor: QTextCursor, piece: Piece) -> None:
        """Replace a cursor's selection without that being somebody's edit."""
        start = cursor.selectionStart()
        self._shown.replace(start, cursor.selectionEnd() - start, piece)
        self._put_quietly(cursor, piece)

    def _put_quietly(self, cursor: QTextCursor, piece: Piece) -> None:
        start = cursor.selectionStart()
        self._is_ours = True
        cursor.beginEditBlock()
        cursor.removeSelectedText()
        _insert(cursor, piece, self._chips)
        cursor.endEditBlock()
        self._is_ours = False
        self._uncolour(start, cursor.position() - start)

    def _on_contents_change(self, at: int, removed: int, added: int) -> None:
        if self._is_ours:
            return
        length = self.document().characterCount() - 1
        over = max(0, at + added - length)  # Qt counts the end of the document in when all of it changes
        added, removed = added - over, max(0, removed - over)
        self._shown.replace(at, removed, self._piece(at, added))
        if self._shown.units != length:
            whole = self._piece(0, length)
            self._shown.replace(0, self._shown.units, whole)
        self._uncolour(at, added)
        self._is_edited = True

    def _on_text_changed(self) -> None:
        if self._is_edited and not self._is_ours:
            self._is_edited = False
            self.edited.emit()

    def _piece(self, at: int, length: int) -> Piece:
        """Return what stands in a part of the document, with the text behind its chips."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(at)
        cursor.setPosition(at + length, QTextCursor.MoveMode.KeepAnchor)
        display = cursor.selectedText().replace("\u2029", "\n")
        held: list[Held] = []
        place = -1
        units = display if MARK not in display else _in_units(display)
        while (place := units.find(MARK, place + 1)) >= 0:
            cursor.setPosition(at + place + 1)
            held.append(self._chips.held_by(cursor.charFormat()) or Held(MARK, "mark"))
        return Piece(display, tuple(held))

    def _uncolour(self, at: int, added: int) -> None:
        block = self.document().findBlock(at)
        last = self.document().findBlock(at + added)
        for _ in range(200):  # blocks that are new have no colours anyway
            block.setUserState(-1)
            if not block.isValid() or block == last:
                break
            block = block.next()
        last.setUserState(-1)

    def _forget_colours(self) -> None:
        self._coloured += 1
        self.viewport().update()

    def _colour_seen(self) -> None:
        if self._is_plain:
            return
        first: QTextBlock | None = None
        last: QTextBlock | None = None
        for block, _top in self.seen():
            if block.userState() != self._coloured:
                block.layout().setFormats(highlight.ranges(block.text()))
                block.setUserState(self._coloured)
                first, last = first or block, block
        if first is not None and last is not None:
            start = first.position()
            self._is_ours = True
            self.document().markContentsDirty(start, last.position() + last.length() - start)
            self._is_ours = False


def _insert(cursor: QTextCursor, piece: Piece, chips: Chips) -> None:
    plain = QTextCharFormat()
    parts = piece.display.split(MARK)
    cursor.insertText(parts[0], plain)
    for held, part in zip(piece.held, parts[1:], strict=True):
        cursor.insertText(MARK, chips.form_of(held))
        cursor.insertText(part, plain)


def _whole_lines(splice: Splice, before: str) -> Splice:
    """Return the same change as one of whole lines."""
    end = splice.at + len(splice.removed)
    first = before.rfind("\n", 0, splice.at) + 1
    last = before.find("\n", end)
    head, tail = before[first : splice.at], before[end : last if last >= 0 else len(before)]
    return Splice(first, head + splice.removed + tail, head + splice.inserted + tail)


def _lines(text: str) -> str:
    """Return the text with the line ends that Qt knows."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _in_units(text: str) -> str:
    """Return a text in which every UTF-16 unit is one character."""
    if text.isascii() or max(text) <= "\uffff":
        return text
    return "".join(char if char <= "\uffff" else "??" for char in text)
