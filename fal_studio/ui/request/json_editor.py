"""The arguments as JSON, with line numbers, colours, and a mark on every line that cannot be sent."""

from PySide6.QtCore import QRect, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
)
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit, QWidget

from fal_studio.ui import theme
from fal_studio.ui.highlight import JsonHighlighter
from fal_studio.ui.request.document import Document

HIGHLIGHT_UP_TO_CHARS = 400_000
"""Longer texts stay plain: colours would make typing wait."""


class JsonEditor(QPlainTextEdit):
    """Edits the text of a document."""

    problem_shown = Signal(str)
    """The problem on the cursor's line, "" when there is none."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("jsonEditor")
        self.setAccessibleName("Arguments as JSON")
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.setTabChangesFocus(True)
        self._source = document
        self._numbers = _Numbers(self)
        self._highlighter: JsonHighlighter | None = None
        self.setPlainText(document.text)
        self._colour(document.text)
        self._on_theme_changed()
        self.blockCountChanged.connect(self._make_room)
        self.updateRequest.connect(self._on_update_request)
        self.textChanged.connect(self._on_text_changed)
        self.cursorPositionChanged.connect(self._on_cursor_moved)
        document.changed.connect(self._on_document_changed)
        theme.current().changed.connect(self._on_theme_changed)
        self._make_room()

    def go_to(self, line: int) -> None:
        """Put the cursor at the end of a line, from 1, and show it."""
        block = self.document().findBlockByNumber(max(0, line - 1))
        if block.isValid():
            cursor = QTextCursor(block)
            cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
            self.setTextCursor(cursor)
            self.centerCursor()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrow keys."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self._break_line()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the new size."""
        super().resizeEvent(event)
        area = self.contentsRect()
        self._numbers.setGeometry(QRect(area.left(), area.top(), self.numbers_width(), area.height()))

    def numbers_width(self) -> int:
        """Return the width of the line number column."""
        digits = max(2, len(str(self.blockCount())))
        return self.fontMetrics().horizontalAdvance("0") * digits + theme.current().px(20)

    def paint_numbers(self, event: QPaintEvent) -> None:
        """Paint the line numbers beside the text; lines with a problem carry a bar and its colour."""
        colours = theme.current()
        painter = QPainter(self._numbers)
        painter.fillRect(event.rect(), colours.color("bg.field"))
        painter.setFont(self.font())
        wrong = {problem.line for problem in self._source.problems}
        block, offset = self.firstVisibleBlock(), self.contentOffset()
        width = self._numbers.width()
        while block.isValid():
            area = self.blockBoundingGeometry(block).translated(offset)
            if area.top() > event.rect().bottom():
                break
            number = block.blockNumber() + 1
            if number in wrong:
                painter.fillRect(QRect(0, int(area.top()), 3, int(area.height())), colours.color("bad"))
            painter.setPen(colours.color("bad" if number in wrong else "text.off"))
            line = QRect(0, int(area.top()), width - colours.px(10), self.fontMetrics().height())
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, str(number))
            block = block.next()
        painter.end()

    def _break_line(self) -> None:
        """Break the line and keep its indent; one step deeper behind an opening bracket."""
        cursor = self.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        indent = before[: len(before) - len(before.lstrip())]
        cursor.insertText("\n" + indent + ("  " if before.rstrip().endswith(("{", "[")) else ""))
        self.setTextCursor(cursor)

    def _on_text_changed(self) -> None:
        self._source.set_text(self.toPlainText(), self)
        self._mark()

    def _on_document_changed(self, source: object) -> None:
        if source is not self and self.toPlainText() != self._source.text:
            with QSignalBlocker(self):
                self._replace(self._source.text)
            self._make_room()
        self._mark()

    def _replace(self, text: str) -> None:
        """Take over another text as one undoable step; the cursor stays where it can."""
        self._colour(text)
        place = self.textCursor().position()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        cursor.endEditBlock()
        cursor.setPosition(min(place, len(text)))
        self.setTextCursor(cursor)

    def _colour(self, text: str) -> None:
        wanted = len(text) <= HIGHLIGHT_UP_TO_CHARS
        if wanted and self._highlighter is None:
            self._highlighter = JsonHighlighter(self.document())
        elif not wanted and self._highlighter is not None:
            self._highlighter.setDocument(None)  # pyright: ignore[reportArgumentType] - Qt takes null
            self._highlighter.deleteLater()
            self._highlighter = None

    def _mark(self) -> None:
        """Underline what cannot be read and tint its line."""
        marks: list[QTextEdit.ExtraSelection] = []
        for problem in self._source.problems:
            block = self.document().findBlockByNumber(problem.line - 1)
            if block.isValid():
                marks += _marks(block.position(), problem.column, len(block.text()), QTextCursor(block))
        self.setExtraSelections(marks)
        self._numbers.update()
        self._on_cursor_moved()

    def _on_cursor_moved(self) -> None:
        line = self.textCursor().blockNumber() + 1
        here = next((p.message for p in self._source.problems if p.line == line), "")
        self.problem_shown.emit(here)

    def _make_room(self) -> None:
        self.setViewportMargins(self.numbers_width(), 0, 0, 0)
        area = self.contentsRect()
        self._numbers.setGeometry(QRect(area.left(), area.top(), self.numbers_width(), area.height()))

    def _on_update_request(self, area: QRect, scrolled: int) -> None:
        if scrolled:
            self._numbers.scroll(0, scrolled)
        else:
            self._numbers.update(0, area.y(), self._numbers.width(), area.height())

    def _on_theme_changed(self) -> None:
        self.setFont(theme.current().font("mono"))
        self.document().setDocumentMargin(theme.current().px(8))
        self._make_room()
        self._mark()


class _Numbers(QWidget):
    """The column of line numbers."""

    def __init__(self, editor: JsonEditor) -> None:
        super().__init__(editor)
        self._editor = editor

    def sizeHint(self) -> QSize:
        """Return the wanted size."""
        return QSize(self._editor.numbers_width(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        self._editor.paint_numbers(event)


def _marks(position: int, column: int, length: int, line: QTextCursor) -> list[QTextEdit.ExtraSelection]:
    tint = QTextEdit.ExtraSelection()
    tint.cursor = line  # pyright: ignore[reportAttributeAccessIssue] - writable in Qt
    form = QTextCharFormat()
    form.setBackground(theme.current().color("bad.tint"))
    form.setProperty(QTextFormat.Property.FullWidthSelection, True)  # noqa: FBT003 - a property value
    tint.format = form  # pyright: ignore[reportAttributeAccessIssue]
    wave = QTextEdit.ExtraSelection()
    cursor = QTextCursor(line)
    start = position + min(max(0, column - 1), max(0, length - 1))
    cursor.setPosition(start)
    cursor.setPosition(min(start + max(1, 2), position + length), QTextCursor.MoveMode.KeepAnchor)
    wave.cursor = cursor  # pyright: ignore[reportAttributeAccessIssue]
    under = QTextCharFormat()
    under.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
    under.setUnderlineColor(QColor(theme.current().color("bad")))
    wave.format = under  # pyright: ignore[reportAttributeAccessIssue]
    return [tint, wave]
