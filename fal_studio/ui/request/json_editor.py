"""The arguments as JSON, with line numbers, colours, folding, matching brackets, and a mark on every line that cannot be sent."""

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QResizeEvent,
    QShowEvent,
    QTextBlock,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QToolTip, QWidget

from fal_studio.core.schema.field import Schema
from fal_studio.ui import theme
from fal_studio.ui.request import json_edit
from fal_studio.ui.request.document import READ_AT_ONCE, Document
from fal_studio.ui.request.json_folds import Folds
from fal_studio.ui.request.json_gutter import Gutter
from fal_studio.ui.request.remark import Remark
from fal_studio.ui.widgets.json_view import JsonView
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.ui.request.json_completion import Completion

_PAIRS = {"{": "}", "[": "]", '"': '"'}
_CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_FOLD_KEYS = (Qt.Key.Key_BracketLeft, Qt.Key.Key_BraceLeft)
_UNFOLD_KEYS = (Qt.Key.Key_BracketRight, Qt.Key.Key_BraceRight)

MOST_PLACED, MOST_PLACED_IN_LONG = 30, 3
"""Remarks whose places are looked for; in megabytes each takes some ten milliseconds."""


class _Placed(NamedTuple):
    """A remark and where in the text its value stands."""

    start: int
    end: int
    line: int
    remark: Remark


class JsonEditor(JsonView):
    """Edits the text of a document."""

    problem_shown = Signal(str)
    """The problem on the cursor's line, "" when there is none."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("jsonEditor")
        self.setAccessibleName(tr("Arguments as JSON"))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.setTabChangesFocus(True)
        self._source = document
        self._folds = Folds(self.document())
        self._gutter = Gutter(self, self.seen, self._fold_of, self._is_wrong)
        self._gutter.fold_wanted.connect(self._on_fold_wanted)
        self._schema = Schema()
        self._completion: Completion | None = None
        self._go_to: int | None = None
        self._remarks: tuple[Remark, ...] = ()
        self._placed: list[_Placed] = []
        self._placed_in = ""
        self._marked: tuple[int, ...] = ()
        self._found: list[QTextEdit.ExtraSelection] = []
        self._on_theme_changed()
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._on_update_request)
        self.edited.connect(self._on_edited)
        self.opened.connect(self._on_opened)
        self.cursorPositionChanged.connect(self._on_cursor_moved)
        document.changed.connect(self._on_document_changed)
        theme.current().changed.connect(self._on_theme_changed)
        self._make_room()

    def set_schema(self, schema: Schema) -> None:
        """Complete the names and values of another endpoint."""
        self._schema = schema
        if self._completion is not None:
            self._completion.set_schema(schema)

    @property
    def completion(self) -> "Completion":
        """What offers names and values; made when somebody types for the first time."""
        if self._completion is None:
            module: Any = importlib.import_module("fal_studio.ui.request.json_completion")
            completion: Completion = module.Completion(self, self)
            completion.set_schema(self._schema)
            self._completion = completion
        return self._completion

    def set_problems(self, remarks: Sequence[Remark]) -> None:
        """Mark what the schema or the model says against values, each at its place; what makes the text unreadable is marked anyway."""
        self._remarks = tuple(remarks)
        self._place_remarks()
        self._mark()

    def go_to_problem(self, step: int) -> bool:
        """Go to the next line with a problem, or with -1 to the one before; from the last to the first."""
        lines = sorted(self._marked)
        if not lines:
            return False
        here = self.textCursor().blockNumber() + 1
        ahead = (
            [line for line in lines if line > here] if step > 0 else [line for line in lines if line < here]
        )
        self.go_to((ahead or lines)[0] if step > 0 else (ahead or lines)[-1])
        return True

    def go_to(self, line: int) -> None:
        """Put the cursor at the end of a line, from 1, and show it."""
        self._catch_up()
        self._go_to = line
        if not self.is_opening:
            self._on_opened()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def fold(self) -> bool:
        """Hide what the cursor's line opens, or the nearest line above it that does."""
        block = self.textCursor().block()
        while block.isValid():
            if self._folds.can_fold(block) and not self._folds.is_folded(block):
                return self._fold(block)
            block = block.previous()
        return False

    def unfold(self) -> bool:
        """Show what is hidden behind the cursor's line, or more of a line that is cut."""
        if self._folds.unfold(self.textCursor().block()):
            self._after_fold()
            return True
        return self.show_more_here()

    def mark_found(self, marks: list[QTextEdit.ExtraSelection]) -> None:
        """Mark places that were looked for, among the other marks."""
        if marks or self._found:
            self._found = marks
            self._mark()

    def setPlainText(self, text: str) -> None:
        """Replace the whole text, as a person does who pastes over everything."""
        self._source.set_text(text)

    def toPlainText(self) -> str:
        """Return the exact text."""
        return self._source.text

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Indent new lines, close what is opened, fold, and complete."""
        if self.completion.takes_key(event):
            return
        if not self._is_own_key(event):
            super().keyPressEvent(event)
        self.completion.after_key(event)

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002 - Qt's name
        """Let Tab take what is offered; else it leads on."""
        if next and self._completion is not None and self._completion.take():
            return True
        return super().focusNextPrevChild(next)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the new size."""
        super().resizeEvent(event)
        self._place_gutter()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what was changed elsewhere: a hidden view costs nothing."""
        super().showEvent(event)
        self._catch_up()

    def viewportEvent(self, event: QEvent) -> bool:
        """Say in a tool tip what is wrong in a line."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            line = self.cursorForPosition(event.pos()).blockNumber() + 1
            message = self._message_of(line)
            QToolTip.showText(event.globalPos() if message else QPoint(), message)
            return True
        return super().viewportEvent(event)

    def _is_own_key(self, event: QKeyEvent) -> bool:
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        if modifiers == _CTRL_SHIFT and key in (*_FOLD_KEYS, *_UNFOLD_KEYS):
            (self.fold if key in _FOLD_KEYS else self.unfold)()
            return True
        if key == Qt.Key.Key_F8:
            return self.go_to_problem(-1 if modifiers & Qt.KeyboardModifier.ShiftModifier else 1)
        if self.isReadOnly():
            return False
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and modifiers in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
            Qt.KeyboardModifier.KeypadModifier,
        ):
            self._break_line()
            return True
        if key == Qt.Key.Key_Backspace and not modifiers:
            return self._take_pair_back()
        return bool(event.text()) and self._is_pair(event.text())

    def _break_line(self) -> None:
        """Break the line and keep its indent; one step deeper behind an opening bracket, its partner on a line of its own."""
        cursor = self.textCursor()
        block = cursor.block().text()
        before, after = block[: cursor.positionInBlock()], block[cursor.positionInBlock() :]
        indent = before[: len(before) - len(before.lstrip())]
        opens = before.rstrip()[-1:] in ("{", "[") and bool(before.strip())
        cursor.beginEditBlock()
        cursor.insertText("\n" + indent + ("  " if opens else ""))
        place = cursor.position()
        if opens and after.lstrip()[:1] in ("}", "]"):
            cursor.insertText("\n" + indent)
            cursor.setPosition(place)
        cursor.endEditBlock()
        self.setTextCursor(cursor)

    def _is_pair(self, typed: str) -> bool:
        """Close a bracket or quote that is opened; step over one that is there already."""
        cursor = self.textCursor()
        following = self._char(cursor.position())
        if (
            typed in ("}", "]", '"')
            and following == typed
            and not cursor.hasSelection()
            and not self._escapes()
        ):
            cursor.movePosition(QTextCursor.MoveOperation.Right)
            self.setTextCursor(cursor)
            return True
        if typed not in _PAIRS:
            return False
        if cursor.hasSelection():
            self.insert(typed + self.selected() + _PAIRS[typed])
            return True
        in_word = following not in ("", "\u2029", " ", "\t", ",", "}", "]", ":")
        if in_word or (typed == '"' and self._is_in_string()):
            return False
        cursor.insertText(typed + _PAIRS[typed])
        cursor.movePosition(QTextCursor.MoveOperation.Left)
        self.setTextCursor(cursor)
        return True

    def _take_pair_back(self) -> bool:
        """Delete both halves of an empty pair."""
        cursor = self.textCursor()
        at = cursor.position()
        if cursor.hasSelection() or _PAIRS.get(self._char(at - 1)) != self._char(at) or at == 0:
            return False
        cursor.setPosition(at - 1)
        cursor.setPosition(at + 1, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        return True

    def _char(self, at: int) -> str:
        return self.document().characterAt(at) if at >= 0 else ""

    def _escapes(self) -> bool:
        return self._char(self.textCursor().position() - 1) == "\\"

    def _is_in_string(self) -> bool:
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()].replace("\\\\", "").replace('\\"', "")
        return before.count('"') % 2 == 1

    def _on_edited(self) -> None:
        self._source.set_text(self.text, self)
        self._mark()

    def _on_document_changed(self, source: object) -> None:
        if source is not self:
            self._catch_up()
        self._place_remarks()
        self._mark()

    def _catch_up(self) -> None:
        if self.isVisible() or self._go_to is not None:
            self.show_text(self._source.text)

    def _place_remarks(self) -> None:
        """Find where in the text the values stand; while a long text is not read yet, nobody knows."""
        self._placed = []
        self._placed_in = text = self.text
        if (
            not self.isVisible()
            or self._source.is_reading
            or self._source.problems
            or text != self._source.text
        ):
            return
        most = MOST_PLACED if len(text) <= READ_AT_ONCE else MOST_PLACED_IN_LONG
        for remark in self._remarks[:most]:
            path = remark.path
            while path and json_edit.place_of(text, path) is None:
                path = path[:-1]  # what is missing is told at what should hold it
            if (place := json_edit.place_of(text, path)) is not None:
                self._placed.append(_Placed(*place, text.count("\n", 0, place[0]) + 1, remark))

    def _on_opened(self) -> None:
        """Go where somebody wanted to go while the text came in."""
        self._make_room()
        if self._go_to is not None:
            block = self.document().findBlockByNumber(max(0, self._go_to - 1))
            self._go_to = None
            if block.isValid():
                self._reveal(block)
                cursor = QTextCursor(block)
                cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
                self.setTextCursor(cursor)
                self.centerCursor()
        self._place_remarks()
        self._mark()

    def _mark(self) -> None:
        """Underline what cannot be read, tint its line, and show which brackets belong together."""
        marks: list[QTextEdit.ExtraSelection] = []
        problems = () if self._source.is_reading else self._source.problems
        for problem in problems:
            block = self.document().findBlockByNumber(problem.line - 1)
            if block.isValid():
                marks += _marks(block.position(), problem.column, len(block.text()), QTextCursor(block))
        if self._placed_in is not self.text:
            self._placed = []  # the text has changed since: they are placed anew in a moment
        marks += [self._wave(placed) for placed in self._placed]
        self.setExtraSelections(marks + self._found + self._bracket_marks())
        wrong = tuple(sorted({each.line for each in (*problems, *self._placed)}))
        if (
            wrong != self._marked
        ):  # painting the numbers anew with every move of the cursor would cost as much as the text
            self._marked = wrong
            self._gutter.update()
        self._tell_problem()

    def _wave(self, placed: "_Placed") -> QTextEdit.ExtraSelection:
        """Underline a value, no further than the end of its line."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(self.shown_at(placed.start))
        end = cursor.block().position() + cursor.block().length() - 1
        cursor.setPosition(min(self.shown_at(placed.end), end), QTextCursor.MoveMode.KeepAnchor)
        return _underlined(cursor, "ask" if placed.remark.is_hint else "bad")

    def _bracket_marks(self) -> list[QTextEdit.ExtraSelection]:
        cursor = self.textCursor()
        at = cursor.position()
        near = next((place for place in (at - 1, at) if self._char(place) in ("{", "}", "[", "]")), None)
        if near is None or cursor.hasSelection():
            return []
        other = self.partner(near)
        return [] if other is None else [self._bracket_mark(place) for place in (near, other)]

    def _bracket_mark(self, at: int) -> QTextEdit.ExtraSelection:
        mark = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(at)
        cursor.setPosition(at + 1, QTextCursor.MoveMode.KeepAnchor)
        mark.cursor = cursor  # pyright: ignore[reportAttributeAccessIssue] - writable in Qt
        form = QTextCharFormat()
        form.setBackground(theme.current().color("bg.chosen"))
        mark.format = form  # pyright: ignore[reportAttributeAccessIssue]
        return mark

    def _on_cursor_moved(self) -> None:
        self._reveal(self.textCursor().block())
        self._mark()

    def _tell_problem(self) -> None:
        self.problem_shown.emit(self._message_of(self.textCursor().blockNumber() + 1))

    def _message_of(self, line: int) -> str:
        if self._source.is_reading:
            return ""
        found = [problem.message for problem in self._source.problems if problem.line == line]
        for placed in self._placed:
            if placed.line == line:
                name = ".".join(str(step) for step in placed.remark.path)
                found.append(f"{name}: {placed.remark.message}" if name else placed.remark.message)
        return "  ".join(found)

    def _is_wrong(self, number: int) -> bool:
        return number + 1 in self._marked

    def _fold_of(self, block: QTextBlock) -> bool | None:
        if self._folds.is_folded(block):
            return True
        return False if self._folds.can_fold(block) else None

    def _on_fold_wanted(self, number: int) -> None:
        block = self.document().findBlockByNumber(number)
        if self._folds.is_folded(block):
            self._folds.unfold(block)
            self._after_fold()
        elif self._folds.can_fold(block):
            self._fold(block)

    def _fold(self, block: QTextBlock) -> bool:
        cursor = self.textCursor()
        cursor.setPosition(block.position() + block.length() - 1)
        self.setTextCursor(cursor)  # it must not stay in what is hidden
        is_done = self._folds.fold(block, *self.shown_from(block))
        if is_done:
            self._after_fold()
        return is_done

    def _after_fold(self) -> None:
        # A size that changes makes the scroll bar follow; Qt does not notice hidden lines by itself.
        layout = self.document().documentLayout()
        layout.documentSizeChanged.emit(layout.documentSize())
        self.viewport().update()
        self._gutter.update()

    def _reveal(self, block: QTextBlock) -> None:
        if self._folds.reveal(block):
            self._after_fold()

    def _make_room(self) -> None:
        self.setViewportMargins(self._gutter.wanted_px(), 0, 0, 0)
        self._place_gutter()

    def _place_gutter(self) -> None:
        area = self.contentsRect()
        self._gutter.setGeometry(QRect(area.left(), area.top(), self._gutter.wanted_px(), area.height()))

    def _on_update_request(self, area: QRect, scrolled: int) -> None:
        if scrolled:
            self._gutter.scroll(0, scrolled)
        else:
            self._gutter.update(0, area.y(), self._gutter.width(), area.height())

    def _on_theme_changed(self) -> None:
        self.setFont(theme.current().font("mono"))
        self.document().setDocumentMargin(theme.current().px(8))
        self._make_room()
        self._mark()


def _marks(position: int, column: int, length: int, line: QTextCursor) -> list[QTextEdit.ExtraSelection]:
    tint = QTextEdit.ExtraSelection()
    tint.cursor = line  # pyright: ignore[reportAttributeAccessIssue] - writable in Qt
    form = QTextCharFormat()
    form.setBackground(theme.current().color("bad.tint"))
    form.setProperty(QTextFormat.Property.FullWidthSelection, True)  # noqa: FBT003 - a property value
    tint.format = form  # pyright: ignore[reportAttributeAccessIssue]
    cursor = QTextCursor(line)
    start = position + min(max(0, column - 1), max(0, length - 1))
    cursor.setPosition(start)
    cursor.setPosition(min(start + max(1, 2), position + length), QTextCursor.MoveMode.KeepAnchor)
    return [tint, _underlined(cursor, "bad")]


def _underlined(cursor: QTextCursor, role: Literal["bad", "ask"]) -> QTextEdit.ExtraSelection:
    wave = QTextEdit.ExtraSelection()
    wave.cursor = cursor  # pyright: ignore[reportAttributeAccessIssue] - writable in Qt
    under = QTextCharFormat()
    under.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
    under.setUnderlineColor(QColor(theme.current().color(role)))
    wave.format = under  # pyright: ignore[reportAttributeAccessIssue]
    return wave
