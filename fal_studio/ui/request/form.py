"""The form: every argument of an endpoint as a row; the prompt and what is required first, the rarely used folded."""

import importlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from fal_studio.core.events import FieldProblem
from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, FieldKind, Path, Schema
from fal_studio.core.schema.fit import is_written_alike
from fal_studio.ui import mirroring, theme
from fal_studio.ui.request.broken_note import BrokenNote
from fal_studio.ui.request.document import Document
from fal_studio.ui.request.form_checks import FormChecks
from fal_studio.ui.request.form_rows import FormRows
from fal_studio.ui.request.help_room import HelpRoom
from fal_studio.ui.request.help_strip import HelpStrip
from fal_studio.ui.request.inputs.complaint import Complaint
from fal_studio.ui.request.inputs.intents import (
    DropFile,
    Intent,
    Move,
    Rename,
    SetValue,
    Unset,
    WantFile,
    under,
)
from fal_studio.ui.request.inputs.row import EDGE_PX, GUTTER_PX, Row
from fal_studio.ui.request.prompt import PromptEdit
from fal_studio.ui.request.prompt_row import PromptRow
from fal_studio.ui.request.remark import Remark
from fal_studio.ui.request.tab_walk import set_tab_order
from fal_studio.ui.surface import laid
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.fold import FoldHead
from fal_studio.ui.widgets.labels import Divider, Label
from fal_studio.words import tr, trn

if TYPE_CHECKING:
    from fal_studio.ui.request.inputs.file import FileInput
    from fal_studio.ui.request.inputs.seed import SeedInput

CHECK_AFTER_MS = 120
"""Arguments are checked when typing pauses."""


class Form(QWidget):
    """Edits the document through its fields."""

    json_wanted = Signal(str)
    """Somebody wants to see an argument in the JSON; "" for all of it."""
    file_wanted = Signal(object, str)
    """A file is to be chosen for a place in the arguments (a Path), from a Source."""
    file_dropped = Signal(str, object)
    """A file of this machine was dropped on a place in the arguments."""
    marked = Signal()
    """Other places are marked than before; see `remarks`."""
    checked = Signal()
    """The arguments were checked; `problems` has changed."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self._document = document
        self._schema = Schema()
        self._shown: dict[str, tuple[bool, Json]] = {}
        self._checks = FormChecks(document)
        self._remarks: tuple[Remark, ...] = ()
        self._last_seed: int | None = None
        self._prompt = PromptRow(self)
        self._prompt.intended.connect(self._on_prompt_intended)
        self._help = HelpStrip(self)
        self._helped: Row | None = None
        self._guessed = ""
        """The argument under which a prompt was typed while the endpoint's fields were not known."""
        self._advanced = FoldHead(tr("Advanced"), parent=self)
        self._advanced.toggled.connect(self._on_advanced_toggled)
        self._check = self._later(CHECK_AFTER_MS, self.check)
        self._chain = self._later(0, self._set_tab_order)
        self._lay_out()
        self._rows.intended.connect(self._on_intended)
        self._rows.built.connect(self._on_built)
        self._rows.grown.connect(self._chain.start)
        document.changed.connect(self._on_document_changed)
        document.slow.connect(lambda: self._help.show_reading(is_reading=True))
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._on_focus_changed)
        self._show_document()  # not only when the endpoint is known: what is typed until then would replace the prompt

    @property
    def prompt(self) -> PromptEdit:
        """The editor of the main prompt."""
        return self._prompt.edit

    @property
    def prompt_row(self) -> PromptRow:
        """The row of the main prompt."""
        return self._prompt

    @property
    def has_prompt(self) -> bool:
        """Whether there is a main prompt to write in."""
        return not self._prompt.isHidden()

    @property
    def prompt_name(self) -> str:
        """The argument that it is."""
        return self._prompt_key or self._prompt.field.name

    @property
    def _prompt_key(self) -> str:
        """The argument that the main prompt edits; without a schema it is found by its name."""
        if not self._schema.fields:
            return self._document.prompt_key
        return self._schema.prompt.name if self._schema.prompt else ""

    @property
    def schema(self) -> Schema:
        """The endpoint whose fields are shown."""
        return self._schema

    @property
    def is_building(self) -> bool:
        """Whether some rows that are not in sight still wait for their controls."""
        return self._rows.is_building

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Every problem with its place: what fal refused, then what the schema says."""
        return self._remarks

    @property
    def problems(self) -> tuple[FieldProblem, ...]:
        """What the schema says against the arguments; a hint, since documents may be wrong."""
        return self._checks.problems

    def first_widget(self) -> QWidget | None:
        """Return where one begins to type: the prompt, or the first field; None if there is neither."""
        if not self._prompt.isHidden():
            return self.prompt
        return next((row.focus_widget() for row in self._rows if not row.isHidden()), None)

    def row(self, name: str) -> Row | None:
        """Return the row of an argument."""
        if name == self._prompt_key:
            return self._prompt
        return self._rows.get(name) or self._make_advanced(name)

    def set_schema(self, schema: Schema) -> None:
        """Show another endpoint's fields."""
        if schema == self._schema and (self._rows or not schema.fields):
            return
        self._schema = schema
        self._checks.begin(schema)
        self._last_seed = None
        prompt = schema.prompt
        self._put_guessed_where_it_belongs(schema)
        # Before the rows are there: every change of the document shows it in all of them.
        self._document.set_prompt_key(prompt.name if prompt else "")
        self._rows.clear()
        self._shown = {}
        self._prompt.set_field(prompt or Field(self._document.prompt_key or "prompt", FieldKind.PROMPT))
        self._prompt.show_problems(())
        shown = [field for field in schema.fields if field is not prompt and not field.is_advanced]
        shown = self._rows.ordered(shown)
        above = [field for field in shown if field.required and prompt is not None and not prompt.required]
        self._rows.fill("above", above, self._show_row)
        self._rows.fill("basic", [field for field in shown if field not in above], self._show_row)
        self._advanced.setChecked(False)
        for part in (self._divider, self._advanced):
            part.setVisible(any(self._is_folded(field.name) for field in schema.fields))
        self._show_document()
        self._check.start()  # what is open already may not fit
        self._rows.build_visible()
        self._helped = None
        self._show_help(QApplication.focusWidget())

    def _put_guessed_where_it_belongs(self, schema: Schema) -> None:
        """Move a prompt that was typed before the endpoint was known to the argument that it is."""
        guessed, self._guessed = self._guessed, ""
        known = {field.name for field in schema.fields}
        if not guessed or not known:
            self._guessed = guessed
        elif (
            schema.prompt is not None
            and guessed not in known
            and not self._document.has((schema.prompt.name,))
        ):
            text = self._document.value_at((guessed,))
            if isinstance(text, str) and self._document.set_value(schema.prompt.name, text, self):
                self._document.unset(guessed, self)

    def check(self) -> None:
        """Check the arguments now and mark what does not fit."""
        self._check.stop()
        if self._checks.check():
            self._mark()
            self.checked.emit()

    def show_problems(self, problems: Sequence[FieldProblem], sent: Json = None) -> None:
        """Mark the fields that the model complained about; each mark stays as long as its argument is what was sent.

        `sent`: the arguments that the model was given, None for those that are written now.
        """
        self._checks.refuse(problems, sent)
        self._mark()

    def go_to(self, path: Path | str) -> bool:
        """Put the keyboard into the field at a place; False if the form has none for it."""
        steps = (path,) if isinstance(path, str) else path
        row = self.row(str(steps[0])) if steps else None
        if row is None:
            return False
        if row is not self._prompt and self._is_folded(str(steps[0])):
            self._advanced.setChecked(True)
        row.build()
        target = row.reveal(tuple(steps[1:]))
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        self._area.ensureWidgetVisible(target, 0, theme.current().px(40))
        return True

    def reset_field(self) -> None:
        """Leave out the field that has the keyboard."""
        if (row := self._row_of(QApplication.focusWidget())) is not None:
            row.reset()

    def send_null(self) -> None:
        """Send null for the field that has the keyboard."""
        if (row := self._row_of(QApplication.focusWidget())) is not None:
            row.send_null()

    def set_last_seed(self, seed: int) -> None:
        """Say which seed the last result was made with."""
        if seed == self._last_seed:
            return
        self._last_seed = seed
        self._tell_seeds()

    def _tell_seeds(self) -> None:
        if self._last_seed is not None:
            module: Any = importlib.import_module("fal_studio.ui.request.inputs.seed")
            controls: list[SeedInput] = self.findChildren(module.SeedInput)
            for control in controls:
                control.set_last(self._last_seed)

    def file_input(self, path: Path) -> "FileInput | None":
        """Return the control of a file, to tell it how the upload goes; None if it is not on screen."""
        row = self.row(str(path[0])) if path else None
        if row is None:
            return None
        row.build()
        module: Any = importlib.import_module("fal_studio.ui.request.inputs.file")
        kind: type[FileInput] = module.FileInput
        place: QWidget | None = row.reveal(tuple(path[1:]))
        while place is not None and place is not self:
            if isinstance(place, kind):
                return place
            place = place.parentWidget()
        return None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make the controls that came into sight."""
        super().resizeEvent(event)
        self._rows.build_visible()

    def showEvent(self, event: QShowEvent) -> None:
        """Make the controls in sight."""
        super().showEvent(event)
        self._rows.build_visible()

    def _later(self, after_ms: int, work: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after_ms)
        timer.timeout.connect(work)
        return timer

    def _lay_out(self) -> None:
        px = theme.current().px
        inner = laid(QWidget(), "panel")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, px(10), 0, px(12))
        column.setSpacing(0)
        self._broken = BrokenNote(inner)
        self._broken.json_wanted.connect(self.json_wanted)
        places = {name: QVBoxLayout() for name in ("above", "basic", "rare")}
        self._divider = Divider(parent=inner)
        self._note = Label("", "caption", "3", parent=inner)
        self._note.setWordWrap(True)
        self._whole = Complaint(inner)
        self._whole.set_inset(px(GUTTER_PX))
        self._free = Button(tr("Write the arguments as JSON"), "link", parent=inner)
        self._free.clicked.connect(lambda: self.json_wanted.emit(""))
        column.addWidget(self._broken)
        column.addLayout(places["above"])
        column.addWidget(self._prompt, 3)
        column.addSpacing(px(12))
        column.addLayout(places["basic"])
        column.addSpacing(px(12))
        column.addWidget(self._divider)
        head = QVBoxLayout()
        head.setContentsMargins(px(EDGE_PX), px(4), px(EDGE_PX), px(4))
        head.addWidget(self._advanced)
        column.addLayout(head)
        column.addLayout(places["rare"])
        foot = QVBoxLayout()
        mirroring.margins(foot, px(GUTTER_PX), px(4), px(EDGE_PX), 0)
        foot.addWidget(self._note)
        foot.addWidget(self._free)
        column.addWidget(self._whole)
        column.addLayout(foot)
        column.addStretch(1)
        for part in (self._divider, self._advanced, self._note, self._whole, self._free):
            part.hide()
        self._inner = inner
        self._area = area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(area, 1)
        whole.addWidget(Divider())
        whole.addWidget(self._help)
        HelpRoom(area, inner, self._help)
        self._rows = FormRows(area, places, self)

    def _is_folded(self, name: str) -> bool:
        field = self._schema.field(name)
        return field is not None and field.is_advanced and field is not self._schema.prompt

    def _make_advanced(self, name: str) -> Row | None:
        """Return a folded row, making those behind the fold now if they were never opened."""
        if not self._is_folded(name):
            return None
        self._advanced.setChecked(True)
        return self._rows.get(name)

    def _on_advanced_toggled(self, is_open: bool) -> None:
        if not self._rows.show_part("rare", is_shown=is_open) and is_open:
            rare = [field for field in self._schema.fields if self._is_folded(field.name)]
            self._rows.fill("rare", rare, self._show_row)
        self._mark()
        self._rows.build_visible()
        self._chain.start()

    def _on_built(self) -> None:
        self._tell_seeds()
        self._chain.start()

    def _set_tab_order(self) -> None:
        set_tab_order(self._inner.layout())

    def _on_prompt_intended(self, intent: Intent) -> None:
        key = self._prompt_key
        if (
            not key and not self._schema.fields
        ):  # nobody knows yet what it takes: what is typed is sent all the same
            key = self._guessed = self._prompt.field.name
        if key:
            self._on_intended(key, intent)

    def _on_intended(self, name: str, intent: Intent) -> None:
        """Do what a row wants."""
        match under(intent, name):
            case SetValue(path=path, value=value):
                self._document.set_value(path, value, self)
            case Unset(path=path):
                self._document.unset(path, self)
            case Rename(path=path, name=other):
                self._document.rename(path, other, self)
            case Move(path=path, before=before, after=after):
                self._document.move(path, before, after, self)
            case WantFile(path=path, source=source):
                self.file_wanted.emit(path, source)
            case DropFile(path=path, file=file):
                self.file_dropped.emit(file, path)

    def _on_document_changed(self, _source: object) -> None:
        self._show_document()
        self._check.start()

    def _show_document(self) -> None:
        self._help.show_reading(is_reading=self._document.is_slow)
        arguments = self._document.arguments
        problems = self._document.problems
        self._broken.tell(problems[0].line if problems and not self._document.is_reading else 0)
        self.prompt.setReadOnly(arguments is None)
        for row in self._rows:
            row.setEnabled(arguments is not None)
        key = self._prompt_key
        self._prompt.setVisible(bool(key) or not self._schema.fields)
        if arguments is None:
            return
        if not self._schema.fields and key != self._prompt.field.name:
            self._prompt.set_field(Field(key or "prompt", FieldKind.PROMPT))
        self._prompt.show_value(arguments.get(key), sent=key in arguments)
        for row in self._rows:
            self._show_row(row)
        self._tell_folded(arguments)
        self._tell_others(arguments)
        if self._checks.drop_answered(arguments):
            self._mark()
        self._show_help(QApplication.focusWidget())

    def _show_row(self, row: Row) -> None:
        arguments = self._document.arguments or {}
        name = row.field.name
        sent = name in arguments
        value = arguments[name] if sent else row.field.default
        before = self._shown.get(name)
        if before is None or before[0] is not sent or not is_written_alike(before[1], value):
            self._shown[name] = sent, value
            row.show_value(value, sent=sent)

    def _tell_folded(self, arguments: dict[str, Json]) -> None:
        folded = [each for each in self._schema.fields if self._is_folded(each.name)]
        sent = sum(field.name in arguments for field in folded)
        count = trn("{count} field", "{count} fields", len(folded)).format(count=len(folded))
        self._advanced.set_note(
            tr("{count}, {sent} sent").format(count=count, sent=sent)
            if sent
            else tr("{count}, all default, not sent").format(count=count)
        )
        self._advanced.set_sent(sent=bool(sent))

    def _tell_others(self, arguments: dict[str, Json]) -> None:
        """Say what is sent that the form has no field for."""
        known = {field.name for field in self._schema.fields}
        others = [key for key in arguments if key not in known]
        is_free = self._schema.document is not None and not self._schema.fields
        words = (
            tr("Also sent, not in the endpoint's document: {others}").format(others=", ".join(others))
            if others and known
            else ""
        )
        self._note.setText(words)
        self._note.setVisible(bool(words))
        self._free.setVisible(is_free)

    def _mark(self) -> None:
        """Show every problem at its row; what fal said goes before what the schema says."""
        at, whole, remarks = self._checks.marks()
        self._whole.set_text(whole)
        self._whole.setVisible(bool(self._whole.text()))
        self._prompt.show_problems(at.get(self._prompt_key, []))
        for row in self._rows:
            row.show_problems(at.get(row.field.name, []))
        folded = [name for name in at if self._is_folded(name)]
        is_hidden = bool(folded) and not self._advanced.isChecked()
        count = len(folded)
        self._advanced.set_problem(
            trn("{count} field with a problem", "{count} fields with a problem", count).format(count=count)
            if is_hidden
            else ""
        )
        if remarks != self._remarks:
            self._remarks = remarks
            self.marked.emit()

    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and self._inner.isAncestorOf(new):
            self._show_help(new)
            if (layout := self.layout()) is not None:
                layout.activate()  # the help may take more room now, and the field shall be seen above it
            self._area.ensureWidgetVisible(new, 0, theme.current().px(24))

    def _show_help(self, widget: QWidget | None) -> None:
        """Tell of the field in focus, or, while the focus is elsewhere, of the one that had it: its value may be another now."""
        is_here = widget is not None and self._inner.isAncestorOf(widget)
        if is_here:
            self._helped = self._row_of(widget)
        if (row := self._helped) is None:
            self._help.clear()
            return
        arguments = self._document.arguments or {}
        name = row.field.name
        is_outer = row is self._prompt or self._rows.get(name) is row
        if not is_outer and not is_here:
            return
        value = arguments.get(name) if is_outer else None
        self._help.show_field(row.field, value, sent=is_outer and name in arguments)

    def _row_of(self, widget: QWidget | None) -> Row | None:
        """Return the innermost row around a widget of this form."""
        while widget is not None and widget is not self:
            if isinstance(widget, Row):
                return widget
            widget = widget.parentWidget()
        return None
