"""The request as code: a language, the code as it would run now, and a button that copies it."""

import re

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QFontMetricsF, QShowEvent, QTextBlockFormat, QTextCursor, QTextOption
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTextEdit, QVBoxLayout, QWidget

from fal_studio.core.data_uris import named
from fal_studio.core.request import Request
from fal_studio.core.snippets.snippet import Language, Snippet
from fal_studio.core.snippets.write import snippet
from fal_studio.figures import number
from fal_studio.ui import mirroring, theme
from fal_studio.ui.code_colours import CodeColours
from fal_studio.ui.request.code_choice import CodeChoice
from fal_studio.ui.surface import grounded, laid
from fal_studio.ui.tokens import SMALL
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.labels import Divider
from fal_studio.ui.widgets.notice_line import NoticeLine
from fal_studio.ui.widgets.segmented import Part, SegmentedControl
from fal_studio.words import tr

WRITE_AFTER_MS = 60
"""Typing is followed a moment later, so that no key waits for code."""
LONGEST_WORD = 400
"""Longer words (data URIs) are cut on screen; copying gives all of it."""
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD},}}")
_SHORT = {Language.PYTHON_ASYNC: tr("Async")}
_HELP = {
    Language.PYTHON: tr("Python with fal-client"),
    Language.PYTHON_ASYNC: tr("Asynchronous Python with fal-client"),
    Language.JAVASCRIPT: tr("JavaScript with @fal-ai/client"),
    Language.CURL: tr("cURL, in a shell"),
}


class CodePane(QWidget):
    """Shows one request as code and follows its changes while it is on screen."""

    copy_wanted = Signal()
    """Copy this request in the chosen language."""

    def __init__(self, choice: CodeChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self._choice = choice
        self._request: Request | None = None
        self._why = ""
        self._shown = ""
        self._shown_in = choice.language
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WRITE_AFTER_MS)
        self._timer.timeout.connect(self._write)
        parts = [
            Part(language, _SHORT.get(language, language.title), tooltip=_HELP[language])
            for language in Language
        ]
        self.languages = SegmentedControl(parts, choice.language, scale="s", name=tr("Language"), parent=self)
        self.languages.chosen.connect(self._on_language_chosen)
        self._copy = Button(
            tr("Copy"), icon="copy", scale="s", tooltip=tr("Copy the code  (Ctrl+Shift+C)"), parent=self
        )
        self._copy.clicked.connect(self.copy_wanted)
        self.notice = NoticeLine("", parent=self)
        self.view = QTextEdit(self)
        self._colours = CodeColours(self.view.document())
        self._lay_out()
        choice.changed.connect(self._on_choice_changed)
        theme.current().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    def show_request(self, request: Request | None, why: str = "") -> None:
        """Show a request; None leaves the last code and says why there is no newer one."""
        self._request, self._why = request, why
        self._soon()

    @property
    def text(self) -> str:
        """The code as it stands on screen."""
        return self._shown

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what changed while it was hidden."""
        super().showEvent(event)
        self._write()

    def _soon(self) -> None:
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def _write(self) -> None:
        self._timer.stop()
        code = code_of(self._request, self._choice)
        why = (
            self._why
            if self._request is None
            else ""
            if code is not None
            else tr("The emulator is starting.")
        )
        self.notice.set_text(why)
        self.notice.setVisible(bool(why))
        self._copy.setEnabled(code is not None)
        if code is None or code.text == self._shown:
            return
        self._shown = code.text
        text = _LONG_WORD.sub(_cut, named(code.text)).rstrip("\n")
        self._colours.expect(text, self._choice.language)
        bar = self.view.verticalScrollBar()
        before = bar.value() if self._shown_in is self._choice.language else 0
        self._shown_in = self._choice.language
        self.view.setPlainText(text)
        self._hang_wrapped_lines()
        bar.setValue(before)

    def _hang_wrapped_lines(self) -> None:
        """Let what does not fit on a line go on below, a little deeper than the line began."""
        wide = QFontMetricsF(self.view.font()).horizontalAdvance(" ")
        cursor = QTextCursor(self.view.document())
        cursor.beginEditBlock()
        while True:
            line = cursor.block().text()
            depth = (len(line) - len(line.lstrip(" ")) + 2) * wide
            form = QTextBlockFormat()
            form.setLeftMargin(depth)
            form.setTextIndent(-depth)
            cursor.setBlockFormat(form)
            if not cursor.movePosition(QTextCursor.MoveOperation.NextBlock):
                break
        cursor.endEditBlock()

    def _lay_out(self) -> None:
        px = theme.current().px
        self.view.setReadOnly(True)
        self.view.setAccessibleName(tr("Code"))
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setTabChangesFocus(True)
        self.view.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.view.setUndoRedoEnabled(False)
        grounded(self.view, "panel")
        head = QWidget(self)
        row = QHBoxLayout(head)
        mirroring.margins(row, px(16), px(10), px(12), px(10))
        row.setSpacing(px(8))
        row.addWidget(self.languages)
        row.addStretch(1)
        row.addWidget(self._copy)
        head.setFixedHeight(px(SMALL + 20))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        column.addWidget(Divider())
        column.addWidget(self.notice)
        column.addWidget(self.view, 1)
        self.notice.hide()

    def _on_language_chosen(self, key: str) -> None:
        self._choice.set_language(Language(key))

    def _on_choice_changed(self) -> None:
        self.languages.set_chosen(self._choice.language)
        if self.isVisible():
            self._write()

    def _on_theme_changed(self) -> None:
        self.view.setFont(theme.current().font("mono"))
        self.view.document().setDocumentMargin(theme.current().px(16))
        self._hang_wrapped_lines()


def code_of(request: Request | None, choice: CodeChoice, language: Language | None = None) -> Snippet | None:
    """Return a request as code in the chosen language, or another; None without a request or its hosts."""
    profile = choice.profile(request.profile) if request is not None else None
    if request is None or profile is None:
        return None
    return snippet(request, profile, language or choice.language)


def _cut(found: "re.Match[str]") -> str:
    word = found[0]
    return tr("{word}… {count} more characters …{word_2}").format(
        word=word[:80], count=number(len(word) - 110), word_2=word[-30:]
    )
