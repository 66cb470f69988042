"""One field of the form: a dot if it will be sent, its name, its control, and what is wrong with it."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, Path
from fal_studio.ui import mirroring, theme, tokens
from fal_studio.ui.request.inputs.base import Input, Problems
from fal_studio.ui.request.inputs.complaint import Complaint
from fal_studio.ui.request.inputs.facts import facts_of
from fal_studio.ui.request.inputs.json_value import JsonInput
from fal_studio.ui.request.inputs.null import NullInput
from fal_studio.ui.request.inputs.row import EDGE_PX, FieldName, Row
from fal_studio.ui.widgets.fields import describe
from fal_studio.words import tr

_LEAST_CONTROL_PX = 140
"""Where the control would be narrower, it stands under its name."""


class FieldRow(Row):
    """A row whose control stands beside its name, or below it where it needs the width."""

    def __init__(
        self, field: Field, make: Callable[[Field], Input], depth: int = 0, parent: QWidget | None = None
    ) -> None:
        super().__init__(field, depth, parent)
        self._make = make
        self._input: Input | None = None
        self._stand_in: Input | None = None
        self._value: Json = None
        self._problems: Problems = ()
        self._trouble = ""
        self._name: FieldName | None = None
        self._complaint: Complaint | None = None
        self._line: QBoxLayout | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    @property
    def is_built(self) -> bool:
        """Whether the controls are there."""
        return self._line is not None

    @property
    def input(self) -> Input:
        """The control that shows the value now."""
        self.build()
        shown = self._stand_in or self._input
        assert shown is not None
        return shown

    def sizeHint(self) -> QSize:
        """Return the size of the controls, or a line's for those that are not there yet."""
        if self._line is None:
            return QSize(theme.current().px(200), theme.current().px(tokens.CONTROL))
        return super().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Return the least size."""
        return self.sizeHint() if self._line is None else super().minimumSizeHint()

    def build(self) -> None:
        """Make the controls."""
        if self._line is not None:
            return
        px = theme.current().px
        column = QVBoxLayout(self)
        mirroring.margins(column, self.gutter, 0, 0 if self._depth else px(EDGE_PX), 0)
        column.setSpacing(px(4))
        self._name = FieldName(self.field.name, self)
        self._name.setToolTip(self.field.help[:600])
        self._line = QHBoxLayout()
        self._line.setSpacing(px(8))
        self._line.addWidget(self._name, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(self._line)
        self._input = self._make(self.field)
        self._place(self._input)
        self._name.setBuddy(self._input.focus_widget())
        describe(self._input.value_widget(), ", ".join(facts_of(self.field, None, sent=False)))
        if self.field.required and self._input.is_tall:
            self._name.set_note(tr("required"))
        self._arrange()
        self.show_value(self._value, sent=self._sent)
        self.show_problems(self._problems)

    def _place(self, control: Input) -> None:
        assert self._line is not None
        control.intended.connect(self.intended)
        control.grown.connect(self._on_grown)
        control.troubled.connect(self._on_troubled)
        control.setParent(self)
        head = control.head_widget()
        if head is not None:
            self._line.addWidget(head, 1)
        if control.is_tall:
            self._column().insertWidget(1, control, 1)
        else:
            self._line.addWidget(control, 1, Qt.AlignmentFlag.AlignTop)
        control.show()

    def _column(self) -> QVBoxLayout:
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        return layout

    def show_value(self, value: Json, *, sent: bool) -> None:
        """Show what is sent, or the default; as JSON if it has another shape than the field."""
        self._set_sent(sent)
        self._value = value
        if self._input is None or self._name is None:
            return
        self._name.set_sent(sent=sent)
        self._stand_in_for(value, sent)
        self.input.show_value(value, sent=sent)

    def _stand_in_for(self, value: Json, sent: bool) -> None:
        """Put another control in the place of the field's own, or take it away."""
        assert self._input is not None
        wanted: type[JsonInput | NullInput] | None = None
        if sent and not self._input.can_show(value):
            wanted = NullInput if value is None else JsonInput
        before = self._stand_in
        if (
            before is not None
            and wanted is None
            and isinstance(before, JsonInput)
            and before.focus_widget().hasFocus()
        ):
            return  # somebody types in it: a control must not vanish under the fingers
        if (type(before) if before is not None else None) is wanted:
            return
        if before is not None:
            before.hide()
            before.deleteLater()
            self._stand_in = None
        self._input.setVisible(wanted is None)
        if wanted is not None:
            self._stand_in = wanted(self.field)
            self._place(self._stand_in)
        self._on_grown()

    def show_problems(self, problems: Problems) -> None:
        """Mark what is wrong with the value or inside it."""
        self._problems = problems
        if self._input is None:
            return
        left = self.input.show_problems(problems)
        message = " ".join(dict.fromkeys(_placed(path, words) for path, words in left))
        self.input.mark(message)
        self._complain(self._trouble or message)

    def _complain(self, message: str) -> None:
        if self._complaint is None:
            if not message:
                return
            self._complaint = Complaint(self)
            self._column().addWidget(self._complaint)
            self._arrange()
        self._complaint.set_text(message)
        self._complaint.setVisible(bool(message))

    def complaint(self) -> str:
        """Return what is shown to be wrong."""
        return (
            self._complaint.text() if self._complaint is not None and not self._complaint.isHidden() else ""
        )

    def focus_widget(self) -> QWidget:
        """Return what takes the keyboard."""
        return self.input.focus_widget()

    def reveal(self, path: Path) -> QWidget:
        """Return the widget at a place."""
        return self.input.reveal(path)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the control under the name where there is no room beside it."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        if self._line is None or self._name is None:
            return
        px = theme.current().px
        name = self.name_px()
        edge = 0 if self._depth else px(EDGE_PX)
        is_beside = not self.input.is_tall or self.input.head_widget() is not None
        is_narrow = is_beside and self.width() - self.gutter - name - px(8) - edge < px(_LEAST_CONTROL_PX)
        way = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        if self._line.direction() != way:
            self._line.setDirection(way)
            self._line.setSpacing(0 if is_narrow else px(8))
        if is_beside and not is_narrow:
            self._name.setMinimumWidth(name)
            self._name.setMaximumWidth(name)
        else:
            self._name.setMinimumWidth(0)
            self._name.setMaximumWidth(px(2000))
        if self._complaint is not None:
            inset = name + px(8) if is_beside and not is_narrow and not self.input.is_tall else 0
            self._complaint.set_inset(inset)

    def _on_grown(self) -> None:
        self._arrange()
        self.grown.emit()

    def _on_troubled(self, message: str) -> None:
        self._trouble = message
        self.show_problems(self._problems)


def _placed(path: Path, words: str) -> str:
    """Name the place of a problem that has no control of its own."""
    return f"{'.'.join(map(str, path))}: {words}" if path else words
