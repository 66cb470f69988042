"""The runner's log of one call: filtered by level, searched, and followed until somebody scrolls."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from fal_studio.core import events as e
from fal_studio.core.events import Event
from fal_studio.ui.surface import grounded
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Role
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.fields import SearchField
from fal_studio.ui.widgets.labels import Label
from fal_studio.ui.widgets.segmented import Part, SegmentedControl

LINES = 20_000
"""More lines than this are forgotten from the top, on screen only."""
LEVELS = ("info", "warn", "error")
_ROLES: dict[str, Role] = {"info": "text.3", "warn": "ask", "error": "bad"}
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")
_TIME = re.compile(r"T\d\d:(\d\d:\d\d)(\.\d{1,3})?")


class LogLine(NamedTuple):
    """One line as it is shown."""

    when: str
    level: str
    text: str


class LogView(QWidget):
    """Lines of a log. `tools` is the row of filter and search, to be put where the pane has room for it."""

    counted = Signal()
    """Other lines, or more of them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[LogLine] = []
        self._level = ""
        self._follows = True
        self._is_filling = False
        self._text = _LogText(self)
        self._text.find_wanted.connect(self.open_search)
        self._search = SearchField("Search in the log", scale="s", parent=self)
        self._found = Label("", "caption", "3", parent=self)
        self._jump = Button("Jump to the end", "quiet", icon="arrow-down", scale="s", parent=self)
        self.tools = QWidget(self)
        self._levels = SegmentedControl(self._parts(), "", scale="s", name="Level", parent=self.tools)
        self._lens = IconButton("search", "Search in the log", scale="s", checkable=True, parent=self.tools)
        self._lay_out()
        self._levels.chosen.connect(self._on_level_chosen)
        self._lens.toggled.connect(self._on_lens_toggled)
        self._search.textChanged.connect(self._on_search_changed)
        self._search.returnPressed.connect(self.find_next)
        self._jump.clicked.connect(self.follow)
        self._text.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        current().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def count(self) -> int:
        """How many lines there are, shown or not."""
        return len(self._lines)

    @property
    def text(self) -> str:
        """What is shown."""
        return self._text.toPlainText()

    @property
    def follows(self) -> bool:
        """Whether the newest line is kept in sight."""
        return self._follows

    def show_log(self, events: Sequence[Event], began_s: float) -> None:
        """Show the log of another call from its beginning."""
        self._lines = lines_of(events, began_s)
        self._fill()
        self.follow()

    def append(self, events: Sequence[Event], began_s: float) -> None:
        """Put new lines at the end."""
        fresh = lines_of(events, began_s)
        if not fresh:
            return
        self._lines += fresh
        self._write([line for line in fresh if self._fits(line)])
        self._show_counts()

    def follow(self) -> None:
        """Keep the newest line in sight from now on."""
        self._follows = True
        self._jump.hide()
        bar = self._text.verticalScrollBar()
        bar.setValue(bar.maximum())

    def show_level(self, level: str) -> None:
        """Show only lines of a level: info, warn, error; "" for all."""
        self._levels.set_chosen(level)
        self._on_level_chosen(level)

    def open_search(self) -> None:
        """Put the keyboard into the search field."""
        self._lens.setChecked(True)
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def find_next(self) -> bool:
        """Go to the next place with the searched words, from the top again after the last; False if there is none."""
        words = self._search.text()
        if not words:
            return False
        if self._text.find(words):
            return True
        cursor = self._text.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.Start)
        self._text.setTextCursor(cursor)
        return self._text.find(words, QTextDocument.FindFlag(0))

    def _lay_out(self) -> None:
        px = current().px
        tools = QHBoxLayout(self.tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(px(4))
        tools.addWidget(self._levels)
        tools.addWidget(self._lens)
        self._bar = QWidget(self)
        bar = QHBoxLayout(self._bar)
        bar.setContentsMargins(px(12), px(4), px(12), px(4))
        bar.setSpacing(px(8))
        bar.addWidget(self._search, 1)
        bar.addWidget(self._found)
        self._bar.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(self._text, 1)
        self._jump.hide()

    def resizeEvent(self, event: object) -> None:
        """Keep the way to the end in its corner."""
        super().resizeEvent(event)  # pyright: ignore[reportArgumentType] - Qt's own
        size = self._jump.sizeHint()
        self._jump.setGeometry(
            self.width() - size.width() - 16, self.height() - size.height() - 8, size.width(), size.height()
        )
        self._jump.raise_()

    def _parts(self) -> list[Part]:
        counts: dict[str, int] = dict.fromkeys(LEVELS, 0)
        for line in self._lines:
            counts[line.level] += 1
        names = {"info": "Info", "warn": "Warn", "error": "Error"}
        return [
            Part("", "All"),
            *(Part(level, f"{names[level]} {count}", enabled=count > 0) for level, count in counts.items()),
        ]

    def _show_counts(self) -> None:
        self._levels.set_parts(self._parts(), self._level)
        self.counted.emit()

    def _fits(self, line: LogLine) -> bool:
        return not self._level or line.level == self._level

    def _fill(self) -> None:
        if self._level and not any(self._fits(line) for line in self._lines):
            self._level = ""
        self._text.clear()
        self._write([line for line in self._lines if self._fits(line)][-LINES:])
        self._show_counts()

    def _write(self, lines: Sequence[LogLine]) -> None:
        if not lines:
            return
        bar = self._text.verticalScrollBar()
        at = bar.value()
        self._is_filling = True
        cursor = QTextCursor(self._text.document())
        cursor.beginEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.End)
        for line in lines:
            if not self._text.document().isEmpty() or cursor.position():
                cursor.insertBlock()
            cursor.insertText(f"{line.when}  ", self._format("text.3"))
            cursor.insertText(f"{line.level:<7}", self._format(_ROLES[line.level]))
            cursor.insertText(line.text, self._format("text.1" if line.level != "info" else "text.2"))
        cursor.endEditBlock()
        self._is_filling = False
        if self._follows:
            bar.setValue(bar.maximum())
        else:
            bar.setValue(at)
            self._jump.show()

    def _format(self, role: Role) -> QTextCharFormat:
        form = QTextCharFormat()
        form.setForeground(current().color(role))
        return form

    def _on_level_chosen(self, level: str) -> None:
        self._level = level
        self._fill()
        self.follow()

    def _on_lens_toggled(self, is_on: bool) -> None:
        self._bar.setVisible(is_on)
        if is_on:
            self._search.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._search.clear()

    def _on_search_changed(self, words: str) -> None:
        count = self.text.lower().count(words.lower()) if words else 0
        self._found.setText("" if not words else f"{count} found" if count else "not found")
        cursor = self._text.textCursor()
        cursor.setPosition(cursor.selectionStart())
        self._text.setTextCursor(cursor)
        if self.find_next():
            self._follows = False

    def _on_scrolled(self, value: int) -> None:
        if self._is_filling:
            return
        at_end = value >= self._text.verticalScrollBar().maximum() - 2
        if at_end:
            self._follows = True
            self._jump.hide()
        elif self._text.underMouse() or self._text.hasFocus():
            self._follows = False

    def _on_theme_changed(self) -> None:
        self._text.setFont(current().font("log"))
        self._text.document().setDocumentMargin(current().px(10))
        self._fill()


class _LogText(QPlainTextEdit):
    """Text to read and copy; "/" and Ctrl+F begin a search."""

    find_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        grounded(self, "field")
        self.setAccessibleName("Log")
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setMaximumBlockCount(LINES)
        self.setUndoRedoEnabled(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Begin a search."""
        is_find = event.key() == Qt.Key.Key_F and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if is_find or event.key() == Qt.Key.Key_Slash:
            self.find_wanted.emit()
        else:
            super().keyPressEvent(event)


def lines_of(events: Sequence[Event], began_s: float) -> list[LogLine]:
    """Return the log lines among events; a line of several is several lines, and no control character survives."""
    found: list[LogLine] = []
    for event in events:
        if isinstance(event.fact, e.Log):
            when = _when(event.fact.server_time, event.t_ns)
            level = level_of(event.fact.level)
            text = _ESCAPES.sub("", event.fact.message.replace("\r\n", "\n").replace("\t", "    "))
            found += [LogLine(when, level, part) for part in text.rstrip().split("\n")]
    return found


def level_of(word: str) -> str:
    """Return one of our three levels for what a server calls one."""
    upper = word.upper()
    if upper in ("ERROR", "CRITICAL", "FATAL"):
        return "error"
    return "warn" if upper.startswith("WARN") else "info"


def _when(server_time: str, t_ns: int) -> str:
    """Return minutes, seconds and milliseconds: the server's if it told them, else since the call began."""
    if found := _TIME.search(server_time):
        return f"{found[1]}{(found[2] or '.').ljust(4, '0')[:4]}"
    seconds = t_ns / 1e9
    return f"{int(seconds // 60):02d}:{seconds % 60:06.3f}"
