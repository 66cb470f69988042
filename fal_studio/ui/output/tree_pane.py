"""A JSON value as a tree with its search, its JSONPath, and the place that is chosen."""

from time import perf_counter

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fal_studio import figures
from fal_studio.core.json_paths import Path, path_text
from fal_studio.core.request import Json
from fal_studio.ui import mirroring
from fal_studio.ui.output.json_copying import Copying
from fal_studio.ui.output.json_writing import is_large, json_of
from fal_studio.ui.output.path_asking import Asking
from fal_studio.ui.output.path_naming import MOST
from fal_studio.ui.output.tree_model import TreeModel
from fal_studio.ui.output.tree_search import Search
from fal_studio.ui.output.tree_view import TreeView
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.fields import TextField, mark_error
from fal_studio.ui.widgets.find_bar import FindBar
from fal_studio.ui.widgets.labels import Divider, ElidedLabel
from fal_studio.words import tr

SLICE_S = 0.004
"""How long a search holds the window at a time."""
_TELL_EVERY_S = 0.1
"""How often it says how far it is: painting that takes longer than the slice."""


class TreePane(QWidget):
    """Walks through one value. `field` and `told` are put where the owner wants them."""

    copy_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self._value: Json = None
        self.model = TreeModel(self)
        self.view = TreeView(self.model, self)
        self.bar = FindBar(tr("the tree"), self)
        self.bar.hide()
        self.path = PathField(self)
        self.told = ElidedLabel("", "caption", "3", parent=self)
        self._place = ElidedLabel("", "mono", "2", parent=self)
        self._copy_path = Button(tr("Copy path"), "quiet", scale="s", hint="P", parent=self)
        self._copy_value = Button(tr("Copy value"), "quiet", icon="copy", scale="s", parent=self)
        self._search: Search | None = None
        self._slices = QTimer(self)
        self._slices.setInterval(0)
        self._found: list[Path] = []
        self._at = -1
        self._counted = 0
        self._asked = ""
        self._asking = Asking(self)
        self.copying = Copying(self)
        """Copies large values."""
        self._tell_at = 0.0
        self._lay_out()
        self._connect()

    @property
    def found(self) -> list[Path]:
        """The places that were found, in their order."""
        return self._found

    @property
    def is_searching(self) -> bool:
        """Whether more may be found."""
        return self._slices.isActive() or self._asking.is_busy

    def show_value(self, value: Json) -> None:
        """Show a value."""
        self._forget()
        self._value = value
        self.model.show(value)
        self.view.open_up()
        if self.bar.isVisible():
            self._on_words_changed()

    def clear(self) -> None:
        """Let go of the value."""
        self._forget()
        self._value = None
        self.model.clear()
        self._show_place()

    def open_find(self) -> None:
        """Look for words."""
        self.bar.show()
        self.bar.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.bar.field.selectAll()
        self._on_words_changed()

    def find_step(self, step: int) -> None:
        """Go to the next place that was found, or with -1 to the one before; round the ends."""
        if self._found:
            self._go((self._at + step) % len(self._found) if self._at >= 0 else min(0, step))
        elif not self.is_searching:
            self.open_find()

    def ask(self, text: str) -> None:
        """Look for what a JSONPath names; "" for nothing."""
        self._forget()
        self._asked = text.strip()
        mark_error(self.path)
        if not self._asked:
            return
        self.bar.hide()
        self.told.set_text(tr("looking …"))
        self._asking.ask(self._asked, self._value)

    def copy_path(self) -> None:
        """Copy where the chosen value is."""
        if self.view.currentIndex().isValid():
            self.copy_wanted.emit(path_text(self.model.path_at(self.view.currentIndex())))

    def copy_value(self) -> None:
        """Copy the chosen value: words as they are, all else as JSON. A large one is written in a thread first."""
        if not self.view.currentIndex().isValid():
            return
        value = self.model.value_at(self.view.currentIndex())
        if isinstance(value, str):
            self.copy_wanted.emit(value)
        elif not is_large(value):
            self.copy_wanted.emit(json_of(value))
        else:
            self.copying.copy(value)

    def _forget(self) -> None:
        """Stop looking, and take away what was found."""
        self._slices.stop()
        self._search = None
        self._asking.stop()
        self._tell_at = 0.0
        self._found, self._at, self._asked = [], -1, ""
        self._counted = 0
        self.told.set_text("")
        if not self.bar.words:
            self.bar.show_count(0, 0)

    def _on_words_changed(self) -> None:
        self._forget()
        if self.bar.words:
            self._search = Search(self._value, self.bar.words, matches_case=self.bar.matches_case)
            self._found = self._search.found
            self._slices.start()

    def _on_slice(self) -> None:
        search = self._search
        if search is None:
            self._slices.stop()
            return
        search.go_on(SLICE_S)
        if search.found and self._at < 0:
            self._go(0)
        if search.is_done:
            self._slices.stop()
            del search.found[MOST + 1 :]
        elif (now := perf_counter()) < self._tell_at:
            return
        else:
            self._tell_at = now + _TELL_EVERY_S
        if search.is_done or len(search.found) != self._counted:
            self._counted = len(search.found)
            self._show_count()
        elif not search.found and search.looked:
            self.bar.show_looking(search.looked)

    def _on_named(self, answer: list[Path] | str) -> None:
        if isinstance(answer, str):
            self.told.set_text("")
            mark_error(self.path, answer)
            return
        self._found = answer
        if answer:
            self._go(0)
        else:
            self.told.set_text(tr("no match"))

    def _go(self, number: int) -> None:
        self._at = number
        self.view.go_to(self._found[number])
        self._show_count()

    def _show_count(self) -> None:
        count, is_more = min(len(self._found), MOST), len(self._found) > MOST
        if self._asked:
            self.told.set_text(
                tr("{at} of {count}{part}").format(
                    at=figures.number(self._at + 1), count=figures.number(count), part="+" if is_more else ""
                )
            )
        else:
            self.bar.show_count(self._at + 1, count, is_more=is_more)

    def _show_place(self) -> None:
        index = self.view.currentIndex()
        self._place.set_text(path_text(self.model.path_at(index)) if index.isValid() else "")
        for button in (self._copy_path, self._copy_value):
            button.setEnabled(index.isValid())

    def _on_closed(self) -> None:
        self._forget()
        self.bar.hide()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _connect(self) -> None:
        self._slices.timeout.connect(self._on_slice)
        self._asking.answered.connect(self._on_named)
        self.bar.changed.connect(self._on_words_changed)
        self.bar.step_wanted.connect(self.find_step)
        self.bar.closed.connect(self._on_closed)
        self.path.asked.connect(self._on_asked)
        self.view.find_wanted.connect(self.open_find)
        self.view.step_wanted.connect(self.find_step)
        self.view.copy_path_wanted.connect(self.copy_path)
        self.view.copy_value_wanted.connect(self.copy_value)
        self.view.chosen_changed.connect(self._show_place)
        self._copy_path.clicked.connect(self.copy_path)
        self._copy_value.clicked.connect(self.copy_value)

    def _on_asked(self, step: int) -> None:
        if self._asked and self._asked == self.path.text().strip() and self._found:
            self.find_step(step)
        else:
            self.ask(self.path.text())

    def _lay_out(self) -> None:
        px = current().px
        foot = QHBoxLayout()
        mirroring.margins(foot, px(12), px(4), px(8), px(4))
        foot.setSpacing(px(4))
        foot.addWidget(self._place, 1)
        foot.addWidget(self._copy_path)
        foot.addWidget(self._copy_value)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.view, 1)
        column.addWidget(Divider())
        column.addLayout(foot)


class PathField(TextField):
    """A JSONPath. Enter asks, and asked again goes on; Shift+Enter goes back."""

    asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        asked = tr("JSONPath: {example}").format(example="$.images[*].url")
        super().__init__("", asked, scale="s", mono=True, parent=parent)
        self.setAccessibleName(tr("JSONPath: what is shown in the tree"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ask on Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.asked.emit(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
            return
        super().keyPressEvent(event)
