"""Text that a model wrote, rendered as Markdown and growing while it streams."""

import re
import time

from PySide6.QtCore import QMimeData, QTimer, QUrl, Signal
from PySide6.QtGui import QImage, QTextCursor
from PySide6.QtWidgets import QFrame, QTextBrowser, QWidget

from fal_studio.core.data_uris import named
from fal_studio.ui import theme
from fal_studio.ui.widgets.markdown import show_markdown
from fal_studio.words import tr

RENDER_EVERY_MS = 60
"""Markdown is laid out anew at most this often, since a stream brings hundreds of pieces a second."""
REST = 4
"""Between two layouts the window has at least this many times as long for itself as the last one took."""
MARKDOWN_UP_TO_CHARS = 60_000
"""Longer texts are shown plain, and only the newest end of them."""
_BREAK = "\u200b"
_ENDLESS_WORD = re.compile(r"\S{200}(?=\S{200})")
"""Qt needs a second to find where a word of 60,000 letters may be broken."""


class WordsView(QTextBrowser):
    """Shows text; keeps its place unless it stood at the end."""

    rendered = Signal()

    def __init__(self, parent: QWidget | None = None, *, margin_px: int = 20) -> None:
        super().__init__(parent)
        self._margin_px = margin_px
        self.setObjectName("wordsView")
        self.setAccessibleName(tr("Text result"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenExternalLinks(False)
        self.setOpenLinks(False)
        self.setTabChangesFocus(True)
        self._text = ""
        self._shown = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(RENDER_EVERY_MS)
        self._timer.timeout.connect(self.render_now)
        theme.current().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def text(self) -> str:
        """The text as the model wrote it."""
        return self._text

    def set_text(self, text: str) -> None:
        """Replace the text; laid out soon."""
        self._text = text
        if not self._timer.isActive():
            self._timer.start()

    def add_text(self, text: str) -> None:
        """Continue the text."""
        self.set_text(self._text + text)

    def clear_text(self) -> None:
        """Show nothing."""
        self._text = self._shown = ""
        self._timer.stop()
        self.clear()

    def render_now(self) -> None:
        """Lay out the newest text."""
        self._timer.stop()
        if self._text == self._shown:
            return
        bar = self.verticalScrollBar()
        at_end, before = bar.value() >= bar.maximum() - 4, bar.value()
        begun = time.perf_counter()
        text = named(self._text)
        if len(text) <= MARKDOWN_UP_TO_CHARS:
            show_markdown(self.document(), _breakable(text))
        else:
            self.setPlainText("…" + _breakable(text[-MARKDOWN_UP_TO_CHARS:]))
        took_ms = 1000 * (time.perf_counter() - begun)
        self._timer.setInterval(max(RENDER_EVERY_MS, round(REST * took_ms)))
        self._shown = self._text
        if at_end and bar.maximum() > 0:
            self.moveCursor(QTextCursor.MoveOperation.End)
        else:
            bar.setValue(before)
        self.rendered.emit()

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy the text as the model wrote it."""
        data = super().createMimeDataFromSelection()
        if _BREAK in data.text() and _BREAK not in self._text:
            plain = QMimeData()
            plain.setText(data.text().replace(_BREAK, ""))
            return plain
        return data

    def loadResource(self, kind: int, name: QUrl) -> object:
        """Load nothing: a text must not fetch pictures, or read them from the disk, behind the user's back."""
        return QImage(1, 1, QImage.Format.Format_Alpha8)  # for nothing at all, Qt looks on the disk

    def _on_theme_changed(self) -> None:
        self.setFont(theme.current().font("body"))
        self.document().setDefaultFont(theme.current().font("body"))
        self.document().setDocumentMargin(theme.current().px(self._margin_px))
        self._shown = ""
        if self.isVisible():
            self.render_now()  # the grounds of code are part of the text: old ones must not stand under new letters
        else:
            self.set_text(self._text)


def _breakable(text: str) -> str:
    return _ENDLESS_WORD.sub(rf"\g<0>{_BREAK}", text)
