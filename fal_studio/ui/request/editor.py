"""What is asked: the form and the JSON of one request, two views of one document."""

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent, QTextCursor, QUndoStack
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fal_studio.core import options as rules
from fal_studio.core.request import Mode, Options, Request
from fal_studio.core.schema.field import Path, Schema
from fal_studio.ui import theme
from fal_studio.ui.request import json_text
from fal_studio.ui.request.code_choice import CodeChoice
from fal_studio.ui.request.document import Document
from fal_studio.ui.request.form import Form
from fal_studio.ui.request.undo_keys import UndoKeys
from fal_studio.ui.surface import laid
from fal_studio.ui.tokens import LARGE
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.labels import Divider
from fal_studio.ui.widgets.tabs import Tab, TabStrip
from fal_studio.words import tr, trn

if TYPE_CHECKING:
    from fal_studio.ui.request.code_pane import CodePane
    from fal_studio.ui.request.json_editor import JsonEditor
    from fal_studio.ui.request.json_page import JsonPage
    from fal_studio.ui.request.options_pane import OptionsPane

BEHIND = (
    "fal_studio.ui.request.inputs.make",
    "fal_studio.core.schema.checking",
    "fal_studio.ui.request.json_page",
    "fal_studio.ui.request.code_pane",
    "fal_studio.ui.request.options_pane",
    "fal_studio.ui.request.json_completion",
    "fal_studio.ui.widgets.finding",
)
"""What the first endpoint's fields need, and the pages that are built when they are first looked at: loaded behind the open window."""


_TITLES = (tr("Form"), "JSON", tr("Code"), tr("Options"))
BESIDES_WORDS_PX = 240
"""What stands in the row of tabs besides words: distances, numbers and buttons."""


class Editor(QWidget):
    """The left half of a request."""

    tab_changed = Signal(str)
    copy_code_wanted = Signal()
    options_edited = Signal(object, object)
    """The new Options, and what was typed among them and is no value, by field name."""

    def __init__(self, document: Document, choice: CodeChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self._document = document
        self._choice = choice
        self._tabs = TabStrip(
            [
                Tab("form", _TITLES[0]),
                Tab("json", _TITLES[1]),
                Tab("code", _TITLES[2]),
                Tab("options", _TITLES[3]),
            ],
            parent=self,
        )
        self._tabs.setAccessibleName(tr("Editor"))
        self._tabs.chosen.connect(self._on_tab_chosen)
        self.form = Form(document, self)
        self._json: JsonPage | None = None
        """Made when it is first looked at, as the others."""
        UndoKeys(self)
        self._tidy = IconButton("sort-down", tr("Tidy the JSON"), parent=self)
        self._tidy.setToolTip(tr("Tidy: one field a line, two spaces deep"))
        self._tidy.clicked.connect(self.tidy)
        self.presets_button = IconButton("layers", tr("Presets"), parent=self)
        self.presets_button.setToolTip(tr("Presets: arguments with a name, laid over these"))
        self.undo_button = IconButton("undo", tr("Undo"), parent=self)
        self.redo_button = IconButton("redo", tr("Redo"), parent=self)
        self._pages = QStackedWidget(self)
        self._pages.addWidget(self.form)
        self.code: CodePane | None = None
        """Made when it is first looked at."""
        self._is_narrow = False
        self._coded: tuple[Request | None, str] = (None, "")
        self.options: OptionsPane | None = None
        self._sent_with: tuple[Options, Mode, Mapping[str, str]] = (Options(), Mode.RUN, {})
        self._lay_out()
        self.form.json_wanted.connect(lambda: self.show_tab("json"))
        document.changed.connect(self._on_document_changed)
        self._on_document_changed(None)

    def set_schema(self, schema: Schema) -> None:
        """Show the fields of another endpoint."""
        self.form.set_schema(schema)
        if self._json is not None:
            self._json.set_schema(schema)

    def show_tab(self, key: str) -> None:
        """Show "form", "json", "code" or "options"."""
        self._tabs.set_chosen(key)
        self._on_tab_chosen(key)

    def show_code(self, request: Request | None, why: str = "") -> None:
        """Let the Code page show a request; None says why there is none."""
        self._coded = request, why
        if self.code is not None:
            self.code.show_request(request, why)

    def show_options(self, options: Options, mode: Mode, typed: Mapping[str, str]) -> None:
        """Show how the request is sent; `typed`: what was typed and is no value, by field name."""
        self._sent_with = options, mode, typed
        self._show_options_count()
        if self.options is not None:
            self.options.show_options(options, mode, typed)

    def go_to_option(self, name: str) -> None:
        """Show one option."""
        self.show_tab("options")
        if self.options is not None:
            self.options.go_to(name)

    @property
    def json(self) -> "JsonEditor":
        """The arguments as text."""
        return self._json_page().editor

    @property
    def tab(self) -> str:
        """Which view is shown."""
        return self._tabs.current_key()

    @property
    def tab_words(self) -> str:
        """What stands on the tabs."""
        return " | ".join(self._tabs.accessibleTabName(index) for index in range(self._tabs.count()))

    def focus_main(self) -> None:
        """Put the keyboard where one types: the prompt, or the JSON if that is shown."""
        first = None if self.tab == "json" else self.form.first_widget()
        (first or self.json).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def offer_main(self, *, was_asked_for: bool = False) -> None:
        """Put the keyboard into the prompt with its text chosen: it is only an example, and typing replaces it.

        `was_asked_for`: somebody opened this very example; the caret stands behind it, to go on with it.
        """
        self.focus_main()
        if self.form.first_widget() is self.form.prompt:
            if not was_asked_for:
                self.form.prompt.selectAll()
                return
            self.form.prompt.moveCursor(QTextCursor.MoveOperation.End)
            self.form.prompt_row.offer_example()

    def go_to_line(self, line: int) -> None:
        """Show a line of the JSON."""
        self.show_tab("json")
        self.json.go_to(line)

    def go_to_field(self, path: Path) -> None:
        """Show an argument: in the form if it is there, otherwise its line in the JSON."""
        if self.form.go_to(path):
            self.show_tab("form")
            self.form.go_to(path)
            return
        while path:
            line = json_text.line_of(self._document.text, path)
            if line is not None:
                self.go_to_line(line)
                return
            path = path[:-1]
        self.go_to_line(1)

    def tidy(self) -> None:
        """Write the JSON anew, one field a line."""
        if (arguments := self._document.arguments) is not None:
            self._document.set_text(json_text.dump(arguments), self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the tabs whole where there is little room."""
        super().resizeEvent(event)
        words = sum(theme.text_width("control", title) for title in _TITLES)
        words += theme.text_width("caption", tr("sent"))
        # Narrower, the tabs tell numbers alone: how narrow that is depends on the words of the language.
        is_narrow = self.width() < theme.current().px(BESIDES_WORDS_PX) + words
        if is_narrow is not self._is_narrow:
            self._is_narrow = is_narrow
            self._show_options_count()
            self._on_document_changed(None)

    def follow_undo(self, stack: QUndoStack) -> None:
        """Let the buttons take steps of a stack back, and again, and name them."""
        for button, press, able in (
            (self.undo_button, stack.undo, stack.canUndoChanged),
            (self.redo_button, stack.redo, stack.canRedoChanged),
        ):
            button.setEnabled(False)
            button.clicked.connect(press)
            able.connect(button.setEnabled)
        stack.undoTextChanged.connect(self._on_undo_text_changed)
        stack.redoTextChanged.connect(self._on_redo_text_changed)

    def _show_options_count(self) -> None:
        options, mode, _typed = self._sent_with
        count = len(rules.set_in(options, mode))
        self._tabs.set_count("options", self._counted(count, tr("set")) if count else "")

    def _counted(self, count: int, word: str) -> str:
        return str(count) if self._is_narrow else f"{count} {word}"

    def complete(self) -> None:
        """Offer what could stand at the cursor of the JSON."""
        self.show_tab("json")
        self.json.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.json.completion.open()

    def open_find(self) -> None:
        """Look for words in the JSON."""
        self.show_tab("json")
        self._json_page().open_find()

    def find_step(self, step: int) -> None:
        """Go to the next place in the JSON with the words, or with -1 to the one before."""
        self.show_tab("json")
        self._json_page().find_step(step)

    def _on_undo_text_changed(self, step: str) -> None:
        self.undo_button.setToolTip(tr("Undo {step}").format(step=step).rstrip())

    def _on_redo_text_changed(self, step: str) -> None:
        self.redo_button.setToolTip(tr("Redo {step}").format(step=step).rstrip())

    def _lay_out(self) -> None:
        px = theme.current().px
        head = QHBoxLayout()
        head.setContentsMargins(px(8), 0, px(8), 0)
        head.addWidget(self._tabs)
        head.addStretch(1)
        head.addWidget(self._tidy)
        head.addWidget(self.presets_button)
        head.addWidget(self.undo_button)
        head.addWidget(self.redo_button)
        bar = laid(QWidget(self), "panel")
        bar.setLayout(head)
        bar.setFixedHeight(px(LARGE))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(Divider())
        column.addWidget(self._pages, 1)
        self._tidy.hide()

    def _on_tab_chosen(self, key: str) -> None:
        self._pages.setCurrentWidget(self._page(key))
        self._tidy.setVisible(key == "json")
        self.presets_button.setVisible(
            key != "json"
        )  # that has a button of its own; presets are in the menu, too
        self.tab_changed.emit(key)

    def _page(self, key: str) -> QWidget:
        if key == "code":
            return self.code or self._code_page()
        if key == "options":
            return self.options or self._options_page()
        return self._json_page() if key == "json" else self.form

    def _json_page(self) -> "JsonPage":
        if self._json is None:
            module: Any = importlib.import_module("fal_studio.ui.request.json_page")
            page: JsonPage = module.JsonPage(self._document, self)
            self._json = page
            page.set_schema(self.form.schema)
            page.set_problems(self.form.remarks)
            self.form.marked.connect(lambda: page.set_problems(self.form.remarks))
            self._pages.addWidget(page)
            QWidget.setTabOrder(self._tabs, page.editor)
        return self._json

    def _options_page(self) -> "OptionsPane":
        module: Any = importlib.import_module("fal_studio.ui.request.options_pane")
        options: OptionsPane = module.OptionsPane(self)
        self.options = options
        self.options.edited.connect(self.options_edited)
        self.options.show_options(*self._sent_with)
        self._pages.addWidget(self.options)
        return self.options

    def _code_page(self) -> "CodePane":
        module: Any = importlib.import_module("fal_studio.ui.request.code_pane")
        code: CodePane = module.CodePane(self._choice, self)
        self.code = code
        self.code.copy_wanted.connect(self.copy_code_wanted)
        self.code.show_request(*self._coded)
        self._pages.addWidget(self.code)
        return self.code

    def _on_document_changed(self, _source: object) -> None:
        arguments = self._document.arguments
        self._tabs.set_count(
            "form", self._counted(len(arguments), tr("sent")) if arguments is not None else ""
        )
        count = 0 if self._document.is_reading else len(self._document.problems)
        word = trn("problem", "problems", count)
        self._tabs.set_count("json", self._counted(count, word) if count else "")
        self._tidy.setEnabled(arguments is not None)
