"""A field with more inside: its head folds and unfolds it. What is inside is made when it is first opened."""

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, FieldKind, Path
from fal_studio.ui import mirroring, paint, theme
from fal_studio.ui.request.inputs.base import Input, Problems
from fal_studio.ui.request.inputs.complaint import Complaint
from fal_studio.ui.request.inputs.json_value import JsonInput
from fal_studio.ui.request.inputs.null import NullInput
from fal_studio.ui.request.inputs.row import EDGE_PX, GUTTER_PX, INNER_GUTTER_PX, Row
from fal_studio.ui.widgets.fold import FoldHead
from fal_studio.words import tr, trn

_INSET_PX = 16


class FoldRow(Row):
    """A list, an object or a map under its name."""

    def __init__(
        self, field: Field, make: Callable[[Field], Input], depth: int = 0, parent: QWidget | None = None
    ) -> None:
        super().__init__(field, depth, parent)
        self._make = make
        self._body: Input | None = None
        self._value: Json = None
        self._problems: Problems = ()
        self._complaint: Complaint | None = None
        self._was_turned = False
        px = theme.current().px
        self.head = FoldHead(field.name, "field", parent=self)
        self.head.toggled.connect(self._on_toggled)
        self.head.clicked.connect(self._on_turned)
        line = QHBoxLayout()
        line.setSpacing(px(4))
        line.addWidget(self.head, 1)
        self._line = line
        self._column = QVBoxLayout(self)
        mirroring.margins(self._column, 0, 0, 0 if depth else px(EDGE_PX), 0)
        self._column.setSpacing(px(8))
        mirroring.margins(line, self.gutter, 0, 0, 0)
        self._column.addLayout(line)

    def add_tool(self, button: QWidget) -> None:
        """Put a button at the end of the head."""
        self._line.addWidget(button)

    @property
    def body(self) -> Input:
        """What is inside; made now if it was not there."""
        if self._body is None:
            self._replace_body(self._make(self.field))
        assert self._body is not None
        return self._body

    @property
    def is_open(self) -> bool:
        """Whether it is unfolded."""
        return self.head.isChecked()

    def open(self) -> None:
        """Unfold it."""
        self.head.setChecked(True)

    def show_value(self, value: Json, *, sent: bool) -> None:
        """Show what is sent, or the default."""
        self._set_sent(sent)
        self._value = value
        self.head.set_sent(sent=sent)
        self.head.set_note(note_of(self.field, value, sent=sent))
        if not self._was_turned and _opens_by_itself(self.field, value, sent=sent):
            self.head.setChecked(True)
        if self.is_open:
            self._show_body()

    def show_problems(self, problems: Problems) -> None:
        """Mark what is wrong inside; a folded row says it in its head."""
        self._problems = problems
        if self._body is not None and self.is_open:
            left = self._body.show_problems(problems)
            words = " ".join(f"{'.'.join(map(str, path))}: {told}" if path else told for path, told in left)
            self._complain(words)
            self._body.mark(words)
            self.head.set_problem("")
            return
        self._complain("")
        count = len(problems)
        whole = [words for path, words in problems if not path]
        self.head.set_problem(
            ""
            if not count
            else whole[0]
            if whole
            else trn("{count} problem", "{count} problems", count).format(count=count)
        )

    def complaint(self) -> str:
        """Return what is shown to be wrong with the whole."""
        return (
            self._complaint.text() if self._complaint is not None and not self._complaint.isHidden() else ""
        )

    def focus_widget(self) -> QWidget:
        """Return the head."""
        return self.head

    def reveal(self, path: Path) -> QWidget:
        """Open it if the place is inside."""
        if not path:
            return self.head
        self.open()
        return self.body.reveal(path)

    @mirroring.widget
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line that holds what is inside together."""
        super().paintEvent(event)
        if self._body is not None and self.is_open:
            px = theme.current().px
            x = self.gutter + px(5.5)
            top = self.head.geometry().bottom() + px(2)
            line = QRectF(x, top, 1, self.height() - top)
            paint.box(QPainter(self), line, theme.current().color("line.subtle"))

    def _inset(self) -> int:
        px = theme.current().px
        return px(_INSET_PX) if self._depth else px(_INSET_PX + GUTTER_PX - INNER_GUTTER_PX)

    def _show_body(self) -> None:
        wanted: type[JsonInput | NullInput] | None = None
        if self._sent and not self._fits(self._value):
            wanted = NullInput if self._value is None else JsonInput
        is_stand_in = isinstance(self._body, NullInput | JsonInput) and self.field.kind is not FieldKind.JSON
        if wanted is not None and type(self._body) is not wanted:
            self._replace_body(wanted(self.field))
        elif (
            wanted is None
            and is_stand_in
            and self._body is not None
            and not self._body.focus_widget().hasFocus()
        ):
            self._replace_body(self._make(self.field))
        self.body.show_value(self._value, sent=self._sent)
        self.body.show()
        self.show_problems(self._problems)

    def _fits(self, value: Json) -> bool:
        is_object = self.field.kind in (FieldKind.OBJECT, FieldKind.MAP)
        return isinstance(value, dict) if is_object else isinstance(value, list)

    def _replace_body(self, body: Input) -> None:
        if self._body is not None:
            self._body.hide()
            self._column.removeWidget(self._body)
            self._body.deleteLater()
        self._body = body
        body.intended.connect(self.intended)
        body.grown.connect(self.grown)
        body.troubled.connect(self._complain)
        body.setParent(self)
        inset = self._inset() + (0 if not isinstance(body, NullInput | JsonInput) else self.gutter)
        mirroring.margins(body, inset, 0, 0, 0)
        self._column.addWidget(body)
        body.setVisible(self.is_open)
        self.grown.emit()

    def _complain(self, message: str) -> None:
        if self._complaint is None:
            if not message:
                return
            self._complaint = Complaint(self)
            self._complaint.set_inset(self.gutter + theme.current().px(_INSET_PX))
            self._column.addWidget(self._complaint)
        self._complaint.set_text(message)
        self._complaint.setVisible(bool(message))

    def _on_turned(self) -> None:
        self._was_turned = True

    def _on_toggled(self, is_open: bool) -> None:
        if is_open:
            self._show_body()
        elif self._body is not None:
            self._body.hide()
        self.show_problems(self._problems)
        self.update()
        self.grown.emit()


def note_of(field: Field, value: Json, *, sent: bool) -> str:
    """Return a word on what is inside: "2 items", "3 of 5 set", "not sent"."""
    how = "" if sent else tr(", default") if field.has_default else ""
    if not sent and value is None:
        return tr("required") if field.required else tr("not sent")
    if value is None:
        return "null"
    if field.kind is FieldKind.LIST:
        count = len(value) if isinstance(value, list) else 0
        return (
            trn("{count} item{how}", "{count} items{how}", count).format(count=count, how=how)
            if count
            else tr("none{how}").format(how=how)
        )
    if field.kind is FieldKind.OBJECT and isinstance(value, dict):
        return tr("{count} of {count_2} set{how}").format(
            count=len(value), count_2=len(field.fields), how=how
        )
    count = len(value) if isinstance(value, dict) else 0
    return (
        trn("{count} entry{how}", "{count} entries{how}", count).format(count=count, how=how)
        if count
        else tr("none{how}").format(how=how)
    )


def _opens_by_itself(field: Field, value: Json, *, sent: bool) -> bool:
    if field.kind is FieldKind.OBJECT:
        return field.required or sent
    return sent and bool(value)
