"""The JSON of a result: as text, or as a tree to walk and search; a large one opens as a tree."""

from typing import Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fal_studio.core.request import Json
from fal_studio.ui.output.code_view import CodeView
from fal_studio.ui.output.json_copying import Copying
from fal_studio.ui.output.json_writing import is_large, json_of
from fal_studio.ui.output.tree_pane import TreePane
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.finding import Finder
from fal_studio.ui.widgets.json_view import JsonView
from fal_studio.ui.widgets.labels import Divider, Label
from fal_studio.ui.widgets.notice_line import NoticeLine
from fal_studio.ui.widgets.segmented import Part, SegmentedControl
from fal_studio.words import tr

Form = Literal["tree", "text"]
TREE_VALUES = 200_000
"""From so many values a result opens as a tree,"""
TREE_CHARACTERS = 4_000_000
"""and from so many characters in strings."""
_CUT = tr(
    "Too long to show as text: this is its beginning, and search looks no further. The tree and Copy have all of it."
)


class JsonPage(QWidget):
    """Tree and text of one value. Either is made when it is first looked at."""

    copy_wanted = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self._value: Json = None
        self._empty = ""
        self._wanted: Form = "text"
        """What a person chose for results that are not large."""
        self._is_large = False
        self._stale: set[Form] = set()
        self.code = CodeView(name, self)
        self.tree = TreePane(self)
        self.forms = SegmentedControl(
            [Part("tree", tr("Tree")), Part("text", tr("Text"))],
            "text",
            scale="s",
            name=tr("Shown as"),
            parent=self,
        )
        self._notice = NoticeLine(_CUT, parent=self)
        self._notice.hide()
        self._copied = Label("", "caption", "2", parent=self)
        self._stop = Button(tr("Stop"), "quiet", scale="s", hint="Esc", parent=self)
        self._copying = Copying(self)
        self._stack = QStackedWidget(self)
        self._head = QWidget(self)
        self._lay_out()
        self.forms.chosen.connect(self._on_chosen)
        self.code.copy_wanted.connect(self.copy_wanted)
        self.code.written.connect(self._show_notice)
        self.tree.copy_wanted.connect(self.copy_wanted)
        for copying in (self._copying, self.code.copying, self.tree.copying):
            copying.told.connect(self._show_copying)
        self._stop.clicked.connect(self._stop_copying)
        self._show_copying("")
        self._show_form()

    @property
    def form(self) -> Form:
        """Which of the two is in front."""
        return "tree" if self.forms.current() == "tree" else "text"

    @property
    def text(self) -> str:
        """All of it as JSON text."""
        if "text" in self._stale:
            return self._empty if self._value is None else json_of(self._value)
        return self.code.text

    @property
    def view(self) -> JsonView:
        """What shows the text."""
        return self.code.view

    @property
    def finder(self) -> Finder:
        """What looks for words in the text."""
        return self.code.finder

    def show_value(self, value: Json, empty: str) -> None:
        """Show a JSON value; None shows `empty`."""
        self._value, self._empty = value, empty
        for copying in (self._copying, self.code.copying, self.tree.copying):
            copying.let_go()
        self._is_large = is_large(value, TREE_VALUES, TREE_CHARACTERS)
        self._stale = {"tree", "text"}
        self.tree.clear()
        if self._is_large:
            self.code.show_text("")
        self._head.setVisible(value is not None)
        self.forms.set_chosen("text" if value is None else "tree" if self._is_large else self._wanted)
        self._show_form()

    def copy_all(self) -> None:
        """Copy all of the value as JSON; a large one is written in a thread first, and that is told here."""
        if is_large(self._value):
            self._copying.copy(self._value)
        else:
            self.copy_wanted.emit(self.text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc stops copying."""
        if event.key() == Qt.Key.Key_Escape and not self._stop.isHidden():
            self._stop_copying()
        else:
            super().keyPressEvent(event)

    def _stop_copying(self) -> None:
        for copying in (self._copying, self.code.copying, self.tree.copying):
            copying.stop()

    def _show_copying(self, words: str) -> None:
        self._copied.setText(words)
        self._copied.setVisible(bool(words))
        is_busy = any(each.is_busy for each in (self._copying, self.code.copying, self.tree.copying))
        self._stop.setVisible(is_busy)

    def open_find(self) -> None:
        """Look for words."""
        (self.tree if self.form == "tree" else self.code).open_find()

    def find_step(self, step: int) -> None:
        """Go to the next place with the words, or with -1 to the one before."""
        (self.tree if self.form == "tree" else self.code).find_step(step)

    def show_form(self, form: Form) -> None:
        """Bring one of the two to the front, as a person would."""
        self.forms.set_chosen(form)
        self._on_chosen(form)

    def _on_chosen(self, _key: str) -> None:
        if not self._is_large:
            self._wanted = self.form
        self._show_form()

    def _show_form(self) -> None:
        form = self.form
        if form in self._stale:
            self._stale.discard(form)
            if form == "tree":
                self.tree.show_value(self._value)
            else:
                self.code.show_value(self._value, self._empty)
        self._stack.setCurrentWidget(self.tree if form == "tree" else self.code)
        for part in (self.tree.path, self.tree.told):
            part.setVisible(form == "tree")
        self._show_notice()

    def _show_notice(self) -> None:
        self._notice.setVisible(self.form == "text" and self.code.is_cut)

    def _lay_out(self) -> None:
        px = current().px
        row = QHBoxLayout()
        row.setContentsMargins(px(12), px(6), px(12), px(6))
        row.setSpacing(px(8))
        row.addWidget(self.forms)
        row.addWidget(self.tree.path, 1)
        row.addWidget(self.tree.told)
        row.addStretch(0)
        row.addWidget(self._copied)
        row.addWidget(self._stop)
        head = QVBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(0)
        head.addLayout(row)
        head.addWidget(Divider())
        self._stack.addWidget(self.code)
        self._stack.addWidget(self.tree)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._notice)
        column.addWidget(self._stack, 1)
