"""The runner's log of one call: filtered by level, searched, and followed until somebody scrolls."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPalette, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from fal_studio.core import events as e
from fal_studio.core.data_uris import named
from fal_studio.core.events import Event
from fal_studio.ui.key_choice import hears
from fal_studio.ui.surface import grounded
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Role
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.finding import Finder
from fal_studio.ui.widgets.labels import Label
from fal_studio.ui.widgets.segmented import Part, SegmentedControl
from fal_studio.words import tr

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
        self._text.find_wanted.connect(self.open_find)
        self._column = QVBoxLayout(self)
        self.finder = Finder(self._text, tr("the log"), lambda bar: self._column.insertWidget(0, bar))
        self._why_empty = ""
        self._nothing = Label("", "cell", "3")
        self._jump = Button(tr("Jump to the end"), "quiet", icon="arrow-down", scale="s", parent=self)
        self.tools = QWidget(self)
        self._levels = SegmentedControl(self._parts(), "", scale="s", name=tr("Level"), parent=self.tools)
        self._lens = IconButton(
            "search", tr("Find in the log"), scale="s", shortcut_text="Ctrl+F", parent=self.tools
        )
        self._lay_out()
        self._levels.chosen.connect(self._on_level_chosen)
        self._lens.clicked.connect(self.open_find)
        self.finder.moved.connect(self._on_found)
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

    @property
    def words(self) -> str:
        """What stands there instead of lines, "" if there are some."""
        return "" if self._nothing.isHidden() else self._nothing.text()

    def show_log(self, events: Sequence[Event], began_s: float, why_empty: str = "") -> None:
        """Show the log of another call from its beginning; `why_empty` is said where it has no lines."""
        self.show_lines(lines_of(events, began_s), why_empty)

    def show_lines(self, lines: Sequence[LogLine], why_empty: str = "") -> None:
        """Show other lines from their beginning."""
        self._lines = list(lines)
        self._why_empty = why_empty
        self._fill()
        self.follow()

    def say_why_empty(self, words: str) -> None:
        """Say something else where there are no lines, for example when the call has ended."""
        self._why_empty = words
        self._show_counts()

    def append(self, events: Sequence[Event], began_s: float) -> None:
        """Put new lines at the end."""
        self.append_lines(lines_of(events, began_s))

    def append_lines(self, fresh: Sequence[LogLine]) -> None:
        """Put more lines at the end."""
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

    def open_find(self) -> None:
        """Look for words."""
        self.finder.open()

    def find_step(self, step: int) -> None:
        """Go to the next place with the words, or with -1 to the one before."""
        self.finder.step(step)

    def _lay_out(self) -> None:
        px = current().px
        tools = QHBoxLayout(self.tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(px(4))
        tools.addWidget(self._levels)
        tools.addWidget(self._lens)
        inside = QVBoxLayout(self._text.viewport())
        inside.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignCenter)
        self._nothing.setForegroundRole(
            QPalette.ColorRole.WindowText
        )  # inside a text Qt would take that of texts
        self._nothing.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._text, 1)
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
        names = {"info": tr("Info"), "warn": tr("Warn"), "error": tr("Error")}
        return [
            Part("", tr("All")),
            *(Part(level, f"{names[level]} {count}", enabled=count > 0) for level, count in counts.items()),
        ]

    def _show_counts(self) -> None:
        self._levels.set_parts(self._parts(), self._level)
        self._nothing.setText(self._why_empty)
        self._nothing.setVisible(not self._lines and bool(self._why_empty))
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

    def _on_found(self) -> None:
        """Stay where something was found, although new lines come."""
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
    """Text to read and copy; "/" begins a search."""

    find_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        grounded(self, "field")
        self.setAccessibleName(tr("Log"))
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setMaximumBlockCount(LINES)
        self.setUndoRedoEnabled(False)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    @hears("queue.log_view")
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Begin a search."""
        if event.key() == Qt.Key.Key_Slash:
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
            found += log_lines(when, level, event.fact.message)
    return found


def log_lines(when: str, level: str, message: str) -> list[LogLine]:
    """Return a message as lines, without control characters."""
    text = _ESCAPES.sub("", named(message).replace("\r\n", "\n").replace("\t", "    "))
    return [LogLine(when, level, part) for part in text.rstrip().split("\n")]


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
