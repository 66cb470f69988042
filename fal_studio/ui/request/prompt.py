"""An editor for prompts: plain text at reading size."""

from PySide6.QtCore import QMimeData, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QInputMethodEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QTextBlockFormat,
    QTextCursor,
    QTextLayout,
)
from PySide6.QtWidgets import QTextEdit, QWidget

from fal_studio.core.artifacts import in_bytes
from fal_studio.ui import theme, utf16
from fal_studio.ui.widgets.splice import splice_of
from fal_studio.words import tr

LONGEST = 50_000
"""Characters that are edited here; Qt lays out each paragraph whole, and megabytes would stop the window."""


class PromptEdit(QTextEdit):
    """Plain text with a line height for reading; `typed` tells what a person changed, `take` shows another text."""

    typed = Signal(str)

    def __init__(self, least_px: int = 92, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("promptEdit")
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)  # the request has an undo for all of its fields
        self._least_px = least_px
        self._is_taking = False
        self._is_long = False
        self._hint = ""
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.textChanged.connect(self._on_text_changed)
        theme.current().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def take(self, text: str) -> None:
        """Show another text without telling it; only what differs is changed, and the cursor goes there."""
        self._hold(text)
        text = text if len(text) <= LONGEST else ""
        before = self.toPlainText()
        if text == before:
            return
        self._is_taking = True
        splice = splice_of(before, text)
        cursor = self.textCursor()
        cursor.setPosition(utf16.units(before[: splice.at]))
        end = utf16.units(before[: splice.at + len(splice.removed)])
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(splice.inserted)
        self.setTextCursor(cursor)
        self._set_line_height()
        self._is_taking = False

    def _hold(self, text: str) -> None:
        """Say of a text that is too long to be edited here where it can be."""
        was_long, self._is_long = self._is_long, len(text) > LONGEST
        if self._is_long:
            self._hint = self._hint if was_long else self.placeholderText()
            size = in_bytes(len(text))
            self.setPlaceholderText(
                tr("{size} of text: too long to be shown here. Edit it under JSON.").format(size=size)
            )
        elif was_long:
            self.setPlaceholderText(self._hint)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Type, unless the text is not all here."""
        if self._is_long and event.text():
            event.ignore()
            return
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """The same for letters that are composed."""
        if self._is_long:
            event.ignore()
            return
        super().inputMethodEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Leave files to the window: their names are no part of a prompt."""
        return not any(url.isLocalFile() for url in source.urls()) and super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste text without its form, also its paragraph separators."""
        if source.hasText() and not self._is_long:
            self.insertPlainText(source.text().replace("\u2029", "\n"))

    def sizeHint(self) -> QSize:
        """Return the least height: whoever gives more room decides how much."""
        return QSize(theme.current().px(160), self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        """Return the least height."""
        return QSize(theme.current().px(80), self.minimumHeight())

    def text_height(self) -> int:
        """Return the height that shows all of the text."""
        return round(self.document().size().height()) + theme.current().px(12)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text; what stands in an empty field goes on over as many lines as it takes: Qt draws the first one only."""
        super().paintEvent(event)
        if self.placeholderText() and self.document().isEmpty():
            self._paint_further_lines()

    def _paint_further_lines(self) -> None:
        colours, edge = theme.current(), self.document().documentMargin()
        layout = QTextLayout(self.placeholderText(), colours.font("prompt"))
        painter = QPainter(self.viewport())
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        at = edge
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(self.viewport().width() - 2 * edge)
            if at > edge:
                line.draw(painter, QPointF(edge, at))
            at += colours.line_px("prompt")
        layout.endLayout()

    def _on_text_changed(self) -> None:
        if not self._is_taking and not self._is_long:
            self.typed.emit(self.toPlainText())

    def _set_line_height(self) -> None:
        form = QTextBlockFormat()
        height = theme.current().line_px("prompt")
        form.setLineHeight(height, int(QTextBlockFormat.LineHeightTypes.FixedHeight.value))
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(form)

    def _on_theme_changed(self) -> None:
        self.setFont(theme.current().font("prompt"))
        self.setMinimumHeight(theme.current().px(self._least_px))
        self.document().setDocumentMargin(theme.current().px(7))
        self._is_taking = True
        self._set_line_height()
        self._is_taking = False
