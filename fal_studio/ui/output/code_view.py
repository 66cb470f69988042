"""A value as coloured JSON, or plain text, to read, search and copy: all of it, however long it is."""

from PySide6.QtCore import Qt, QThreadPool, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.core.request import Json
from fal_studio.ui import mirroring, theme
from fal_studio.ui.output.json_copying import Copying
from fal_studio.ui.output.json_writing import MOST_SHOWN, SHOWN_OF_MORE, Writing, is_large, json_of
from fal_studio.ui.surface import grounded, laid
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.finding import Finder
from fal_studio.ui.widgets.json_display import Shown
from fal_studio.ui.widgets.json_view import JsonView
from fal_studio.words import tr


class CodeView(QWidget):
    """Read-only text with a copy button in its corner. What is encoded stands as a chip, long texts open step by step."""

    copy_wanted = Signal(str)
    written = Signal()
    """A large value is there to be read, or its beginning."""

    def __init__(self, name: str, parent: QWidget | None = None, *, coloured: bool = True) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self._text = JsonView(self, read_only=True, coloured=coloured)
        grounded(self._text, "panel")
        self._text.setAccessibleName(name)
        self._text.setFrameShape(QFrame.Shape.NoFrame)
        self._text.setTabChangesFocus(True)
        self._value: Json = None
        self._writing: Writing | None = None
        self._is_cut = False
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._copy = IconButton("copy", tr("Copy {name}").format(name=name), parent=self)
        self._copy.clicked.connect(self.copy_all)
        self.copying = Copying(self)
        """Copies large values."""
        self._top = QVBoxLayout()
        self._finder = Finder(self._text, tr("the text"), self._top.addWidget, self._text)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        grid.addLayout(self._top, 0, 0)
        grid.addWidget(self._text, 1, 0)
        px = theme.current().px
        corner = QHBoxLayout()
        mirroring.margins(corner, 0, px(8), px(16), 0)
        corner.addWidget(self._copy)
        grid.addLayout(corner, 1, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight)
        self._copy.raise_()
        theme.current().changed.connect(self._on_theme_changed)
        self._on_theme_changed()

    @property
    def text(self) -> str:
        """All of the text, also while it is still being written or only its beginning is shown."""
        is_whole = self._writing is None and not self._is_cut
        return self._text.text if is_whole else json_of(self._value)

    @property
    def is_writing(self) -> bool:
        """Whether a large value is still being written."""
        return self._writing is not None

    @property
    def is_cut(self) -> bool:
        """Whether only the beginning is shown, because laying out all of it would take too long; `text` is all of it."""
        return self._is_cut

    @property
    def view(self) -> JsonView:
        """What shows it."""
        return self._text

    @property
    def finder(self) -> Finder:
        """What looks for words in it."""
        return self._finder

    def copy_all(self) -> None:
        """Copy all of it; what is large is written in a thread first."""
        if self._value is not None:
            self.copying.copy(self._value)
        else:
            self.copy_wanted.emit(self.text)

    def show_value(self, value: Json, empty: str) -> None:
        """Show a JSON value; None shows `empty`. A large one is written behind the window, and shown when it is ready."""
        self._stop_writing()
        self._value = None
        if value is None:
            self._text.show_text(empty)
        elif not is_large(value):
            self._text.show_text(json_of(value))
        else:
            self._value = value
            self._writing = Writing(value)
            self._writing.answers.ready.connect(self._on_written)
            self._text.show_text(tr("Writing a large result …"))
            self._pool.start(self._writing)

    def show_text(self, text: str) -> None:
        """Show text."""
        self._stop_writing()
        self._value = None
        self._text.show_text(text)

    def _stop_writing(self) -> None:
        if self._writing is not None:
            self._writing.is_wanted = False
            self._writing.answers.ready.disconnect(self._on_written)
            self._writing = None
        self._is_cut = False

    def _on_written(self, shown: Shown | None) -> None:
        value = self._value
        self._is_cut = self._writing is not None and self._writing.is_cut and shown is not None
        self._writing = None
        if shown is None:
            text = json_of(value)
            self._is_cut = len(text) > MOST_SHOWN
            self._text.show_text(text[:SHOWN_OF_MORE] if self._is_cut else text)
        else:
            self._text.show_ready(shown)
        self.written.emit()

    def open_find(self) -> None:
        """Look for words."""
        self._finder.open()

    def find_step(self, step: int) -> None:
        """Go to the next place with the words, or with -1 to the one before."""
        self._finder.step(step)

    def _on_theme_changed(self) -> None:
        self._text.setFont(theme.current().font("mono"))
        self._text.document().setDocumentMargin(theme.current().px(12))
