"""How the request is sent: fal's options and ours, each with a line of help; what the mode does not use says why."""

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import msgspec
from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fal_studio.core import options as rules
from fal_studio.core import typed
from fal_studio.core.request import Mode, Options, Priority, StatusUpdates
from fal_studio.ui import mirroring, paint, theme
from fal_studio.ui.request.option_controls import (
    ChoiceControl,
    CountControl,
    OptionControl,
    PairsControl,
    PathControl,
    TextControl,
    TimeControl,
)
from fal_studio.ui.request.private_row import PrivateRow
from fal_studio.ui.surface import laid
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.labels import Divider, Label, Mark
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr

_NAME_PX = 104
_LONGEST_NAME_PX = 160
_CONTROLS: dict[str, Callable[[str], OptionControl]] = {
    "start_timeout_s": lambda name: TimeControl(name, tr("none")),
    "client_timeout_s": lambda name: TimeControl(name, tr("none")),
    "priority": lambda name: ChoiceControl(
        name, {tr("default"): None, tr("normal"): Priority.NORMAL, tr("low"): Priority.LOW}
    ),
    "no_retry": lambda name: ChoiceControl(name, {tr("default"): False, tr("none"): True}),
    "webhook_url": lambda name: TextControl(name, tr("https://… or here")),
    "status_updates": lambda name: ChoiceControl(
        name, {tr("stream"): StatusUpdates.STREAM, tr("ask"): StatusUpdates.POLL}
    ),
    "poll_every_s": lambda name: TimeControl(name, "0.5 s", empty=Options().poll_every_s),
    "hint": lambda name: TextControl(name, tr("none")),
    "object_lifetime_s": lambda name: TimeControl(name, tr("fal's default"), is_whole=True),
    "store_io": lambda name: ChoiceControl(
        name, {tr("default"): None, tr("keep"): True, tr("do not keep"): False}
    ),
    "max_buffering": lambda name: CountControl(name, tr("fal's default"), None),
    "reconnect_limit": lambda name: CountControl(name, "5", Options().reconnect_limit),
    "path": lambda name: PathControl(name, ""),
    "headers": lambda name: PairsControl(tr("header"), rules.header_problem, may_be_empty=False),
    "query": lambda name: PairsControl(tr("parameter"), lambda name, _value: rules.query_problem(name)),
}
_HELP = {
    "start_timeout_s": tr(
        "fal's clock: it gives up if no runner has begun by then. A run that began goes on."
    ),
    "client_timeout_s": tr(
        "Our clock, from Run to the result: then the call is given up, and cancelled at fal."
    ),
    "priority": tr("Low lets other requests of your account go first."),
    "no_retry": tr("fal tries again up to ten times when a runner breaks down."),
    "webhook_url": tr("The result is posted there. “here” is fal Studio itself, see Request > Webhooks."),
    "status_updates": tr("One connection that tells every change, or a question again and again."),
    "poll_every_s": tr("Between two questions; also where a status stream does not work."),
    "hint": tr("Requests with the same hint go to the same runner where possible."),
    "object_lifetime_s": tr("How long the files that the model makes are kept, for example 1 h or 7 days."),
    "store_io": tr("Whether fal keeps what is sent and what comes back, usually for 30 days."),
    "max_buffering": tr("How many inputs may wait at fal, 1 to 60; the oldest are dropped. 2 suits drawing."),
    "reconnect_limit": tr("How often a broken session is opened again by itself."),
    "path": tr("Where it is below the endpoint. Empty is the usual place, / is the endpoint itself."),
    "headers": tr("Sent with the first request. Keys belong into the profile, not here."),
    "query": tr("Added to the address of the first request."),
}
_SECTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (tr("Two clocks"), "", ("start_timeout_s", "client_timeout_s")),
    (
        tr("Queue"),
        tr("subscribe and submit"),
        ("priority", "no_retry", "webhook_url", "status_updates", "poll_every_s"),
    ),
    (tr("Runner and files"), "", ("hint", "object_lifetime_s", "store_io")),
    (tr("Session"), tr("realtime"), ("max_buffering", "reconnect_limit")),
    (tr("Address and headers"), "", ("path", "query", "headers")),
)
"""Title, the modes that a section is for when it is for few, and its options."""


_PRIVATE = ("store_io", "object_lifetime_s")
"""What a private run decides."""


def _name_px() -> int:
    """Return the width of the column of names: some languages have longer ones."""
    longest = max(theme.text_width("control", name) for name in rules.NAMES.values())
    return max(
        theme.current().px(_NAME_PX), min(math.ceil(longest) + 1, theme.current().px(_LONGEST_NAME_PX))
    )


class OptionsPane(QWidget):
    """Edits the options of one request."""

    edited = Signal(object, object)
    """The new Options, and what was typed and is no value: field names with texts."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self._options = Options()
        self._mode = Mode.RUN
        self._typed: dict[str, str] = {}
        self.rows: dict[str, OptionRow] = {}
        self._sections: list[tuple[Label, tuple[str, ...], str]] = []
        self.private = PrivateRow(_NAME_PX, self)
        self.private.chosen.connect(self._on_private_chosen)
        self.reset = Button(tr("Set none of them"), "link", scale="s", parent=self)
        self.reset.clicked.connect(self._on_reset_clicked)
        self._lay_out()

    def show_options(self, options: Options, mode: Mode, typed_texts: Mapping[str, str]) -> None:
        """Show options as a mode uses them, and what was typed and is no value in the place of those."""
        self._options, self._mode, self._typed = options, mode, dict(typed_texts)
        wrong = rules.problems(options, mode) | typed.problems(typed_texts)
        for name, row in self.rows.items():
            is_used = rules.used_by(name, mode)
            is_set = getattr(options, name) != getattr(Options(), name)
            row.show_state(
                getattr(options, name),
                is_set=is_set and is_used,
                reason=rules.why_unused(name, mode),
                problem=wrong.get(name, "") if is_used else "",
                typed=self._typed.get(name),
            )
        for note, names, only in self._sections:
            unused = bool(only) and not any(rules.used_by(name, mode) for name in names)
            note.setText(tr("only {only}").format(only=only) if unused else "")
            for name in names:
                self.rows[name].show_help(shown=not unused)
        self.private.show_options(options, mode)
        usual = {Mode.STREAM: "/stream", Mode.REALTIME: "/realtime"}.get(mode, "")
        path = self.rows["path"].control
        assert isinstance(path, TextControl)
        path.set_placeholder(usual)
        self.reset.setVisible(options != Options() or bool(self._typed))

    def go_to(self, name: str) -> None:
        """Put the keyboard into an option."""
        row = self.rows[name]
        self._area.ensureWidgetVisible(row)
        row.control.focus()

    def _lay_out(self) -> None:
        px = theme.current().px
        inner = laid(QWidget(), "panel")
        column = QVBoxLayout(inner)
        mirroring.margins(column, px(16), px(12), px(12), px(16))
        column.setSpacing(px(12))
        column.addWidget(self.private)
        for title, only, names in _SECTIONS:
            column.addWidget(Divider())
            column.addLayout(self._head(title, names, only))
            for name in names:
                self.rows[name] = row = OptionRow(name, _CONTROLS[name](rules.NAMES[name]), inner)
                row.control.changed.connect(partial(self._on_changed, name))
                row.control.typed.connect(partial(self._on_typed, name))
                row.control.partly.connect(partial(self._on_partly, name))
                column.addWidget(row)
        column.addWidget(self.reset)
        column.addStretch(1)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._area)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put names over their controls where long ones leave those no room."""
        super().resizeEvent(event)
        px = theme.current().px
        room = self.width() - px(10 + 16 + 10 + 12) - _name_px() - px(8)
        need = max(row.control.minimumSizeHint().width() for row in self.rows.values())
        for row in self.rows.values():
            row.set_stacked(is_stacked=room < need)

    def _head(self, title: str, names: tuple[str, ...], only: str) -> QHBoxLayout:
        head = QHBoxLayout()
        head.addWidget(Label(title, "section", "2"))
        note = Label("", "caption", "3")
        head.addStretch(1)
        head.addWidget(note)
        self._sections.append((note, names, only))
        return head

    def _on_changed(self, name: str, value: Any) -> None:
        texts = {other: text for other, text in self._typed.items() if other != name}
        self.edited.emit(msgspec.structs.replace(self._options, **{name: value}), texts)

    def _on_typed(self, name: str, text: str) -> None:
        self.edited.emit(self._options, self._typed | {name: text})

    def _on_partly(self, name: str, value: Any, text: str) -> None:
        options = msgspec.structs.replace(self._options, **{name: value})
        self.edited.emit(options, self._typed | {name: text})

    def _on_private_chosen(self, options: Options) -> None:
        texts = {name: text for name, text in self._typed.items() if name not in _PRIVATE}
        self.edited.emit(options, texts)

    def _on_reset_clicked(self) -> None:
        self.edited.emit(Options(), {})


class OptionRow(QWidget):
    """One option: its name, a dot when it is set, its control, and a line about it."""

    def __init__(self, name: str, control: OptionControl, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.control = control
        self._is_set = False
        self._help_text = _HELP[name]
        parts = control.findChildren(QWidget)
        first = next((part for part in parts if part.focusPolicy() & Qt.FocusPolicy.TabFocus), None)
        self._name = Label(rules.NAMES[name], "control", "2", of=first, parent=self)
        self._help = Paragraph(self._help_text, "caption", "3", parent=self)
        self._error = _Complaint(self)
        px = theme.current().px
        self._name.setFixedSize(_name_px(), px(28))
        row = self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setSpacing(px(8))
        row.addWidget(self._name, 0, Qt.AlignmentFlag.AlignTop)
        beside = QVBoxLayout()
        beside.setSpacing(px(4))
        beside.addWidget(control)
        beside.addWidget(self._error)
        beside.addWidget(self._help)
        row.addLayout(beside, 1)
        mirroring.margins(row, px(10), 0, 0, 0)
        self.setLayout(row)
        control.setAccessibleDescription(self._help_text)

    def set_stacked(self, *, is_stacked: bool) -> None:
        """Put the name over its control, or beside it."""
        way = QBoxLayout.Direction
        self._row.setDirection(way.TopToBottom if is_stacked else way.LeftToRight)
        self._row.setSpacing(theme.current().px(2 if is_stacked else 8))

    def show_state(self, value: Any, *, is_set: bool, reason: str, problem: str, typed: str | None) -> None:
        """Show a value; `reason`: why the mode does not use it; `typed`: what stands there instead and is none."""
        self._is_set = is_set
        self._name.set_tone("1" if is_set else "2")
        self._name.setEnabled(not reason)
        self.control.setEnabled(not reason)
        if typed is None:
            self.control.show_value(value)
        else:
            self.control.show_typed(typed)
        self.control.show_problem(problem)
        self._help.set_text(reason or self._help_text)
        self.setToolTip(reason)
        self._error.say(problem)
        self.update()

    def show_help(self, *, shown: bool) -> None:
        """Show the line below the control; a problem stands in its place."""
        self._help.setVisible(shown and not self._error.text)

    @property
    def about(self) -> str:
        """The line below the control."""
        return self._help.text()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dot of an option that is set."""
        del event
        if self._is_set:
            px = theme.current().px
            spot = QRect(0, 0, px(5), px(28)).toRectF().center()
            paint.dot(QPainter(self), spot, px(5), theme.current().color("accent.line"))


class _Complaint(QWidget):
    """What is wrong, in as many lines as it takes."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._words = Paragraph("", "cell", "bad", parent=self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.current().px(6))
        row.addWidget(Mark("failed", "bad", 14, self), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        self.hide()

    @property
    def text(self) -> str:
        return self._words.text()

    def say(self, text: str) -> None:
        self._words.set_text(text)
        self.setVisible(bool(text))
