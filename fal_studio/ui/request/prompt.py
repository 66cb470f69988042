"""The prompt: plain text at reading size, bound to one argument of the document."""

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QTextBlockFormat, QTextCursor
from PySide6.QtWidgets import QTextEdit, QWidget

from fal_studio.ui import theme
from fal_studio.ui.request.document import Document


class PromptEdit(QTextEdit):
    """Edits the prompt argument; shows what the JSON says, and changes nothing while the JSON is broken."""

    edited = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("promptEdit")
        self.setAccessibleName("Prompt")
        self.setPlaceholderText("What should it make?")
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setMinimumHeight(92)
        self._source = document
        self._is_taking = False
        self.textChanged.connect(self._on_text_changed)
        document.changed.connect(self._on_document_changed)
        theme.current().changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._on_document_changed(None)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste text without its form, also its paragraph separators."""
        if source.hasText():
            self.insertPlainText(source.text().replace("\u2029", "\n"))

    def _on_text_changed(self) -> None:
        if not self._is_taking and (key := self._source.prompt_key):
            self._source.set_value(key, self.toPlainText(), self)
            self.edited.emit()

    def _on_document_changed(self, source: object) -> None:
        key, arguments = self._source.prompt_key, self._source.arguments
        self.setReadOnly(arguments is None)
        if source is self or arguments is None:
            return
        value = arguments.get(key, "") if key else ""
        text = value if isinstance(value, str) else ""
        if text != self.toPlainText():
            self._take(text)

    def _take(self, text: str) -> None:
        self._is_taking = True
        cursor = self.textCursor()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.insertText(text)
        self._set_line_height()
        self._is_taking = False

    def _set_line_height(self) -> None:
        form = QTextBlockFormat()
        height = theme.current().line_px("prompt")
        form.setLineHeight(height, int(QTextBlockFormat.LineHeightTypes.FixedHeight.value))
        cursor = QTextCursor(self.document())
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(form)

    def _on_theme_changed(self) -> None:
        self.setFont(theme.current().font("prompt"))
        self.document().setDocumentMargin(theme.current().px(4))
        self._is_taking = True
        self._set_line_height()
        self._is_taking = False
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
