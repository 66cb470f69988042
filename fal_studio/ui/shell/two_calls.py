"""Two calls against each other: their numbers, where their inputs and results differ, and what came out of them."""

import datetime as dt
from typing import NamedTuple

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.core.call import CallState
from fal_studio.core.differences import Change, Difference
from fal_studio.core.history import CallRow
from fal_studio.core.request import Json, Request
from fal_studio.core.stages import Step
from fal_studio.ui import mirroring
from fal_studio.ui.compare.outputs import Given, Outputs
from fal_studio.ui.queue.inputs_view import DiffView, shortened
from fal_studio.ui.queue.words import exact, started_of
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import HEIGHTS
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.labels import Divider, ElidedLabel, Label
from fal_studio.ui.widgets.notice_line import NoticeLine
from fal_studio.ui.widgets.segmented import Part, SegmentedControl
from fal_studio.words import told, tr

EARLIER, LATER = tr("Earlier"), tr("Later")
_HEADS = (
    "",
    tr("endpoint"),
    tr("started"),
    tr("mode"),
    tr("state"),
    tr("total"),
    told(Step.QUEUE),
    told(Step.RUN),
    tr("cost"),
)
TURNED_BELOW_PX = 640
_SEEN_ROWS = 4
"""Differences that are seen without scrolling."""


class Side(NamedTuple):
    """One of the two."""

    row: CallRow
    cost: str
    state: CallState | None = None
    """None while it is being read."""
    request: Request | None = None
    """None where it can no longer be read."""

    @property
    def inputs(self) -> Json:
        """What it was given."""
        return self.request.arguments if self.request is not None else None

    @property
    def result(self) -> Json:
        """What it gave: its output, or the last answer of a session."""
        if self.state is None:
            return None
        return self.state.output if self.state.output is not None else self.state.latest


class TwoCallsPanel(FloatingPanel):
    """Shows both, the earlier one at the left."""

    show_wanted = Signal(str)
    """A call that is to be shown in a request tab."""
    copy_wanted = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(tr("Two calls"), window)
        self.sides: tuple[Side, Side] | None = None
        self._is_turned = False
        self.problem = NoticeLine("", "bad", icon="failed", parent=self)
        self.numbers = QGridLayout()
        self.kinds = SegmentedControl(
            (Part("inputs", tr("Inputs")), Part("results", tr("Results as JSON"))),
            "inputs",
            scale="s",
            name=tr("What is compared place by place"),
            parent=self,
        )
        self.diff = DiffView(self)
        self.outputs = Outputs(self)
        self.copy = Button(tr("Copy as text"), "quiet", icon="copy", parent=self)
        self.earlier = Button(tr("Show the earlier call"), parent=self)
        self.later = Button(tr("Show the later call"), parent=self)
        self.kinds.chosen.connect(self._show_differences)
        self.copy.clicked.connect(self._on_copy)
        self.earlier.clicked.connect(self._on_earlier)
        self.later.clicked.connect(self._on_later)
        self.outputs.call_wanted.connect(self._show_call)
        self._lay_out()

    def place_in(self, window: QWidget) -> None:
        """Take most of the window, and leave its edge in sight."""
        px, size = current().px, window.size()
        wide = min(px(1080), size.width() - 2 * px(24))
        high = min(px(720), size.height() - 2 * px(24))
        self.place(QRect((size.width() - wide) // 2, (size.height() - high) // 2, wide, high))

    def show_calls(self, earlier: Side, later: Side) -> None:
        """Show what is known of both; again when more is."""
        self.sides = (earlier, later)
        self._show_numbers(earlier, later)
        self._show_differences()
        if earlier.state is not None and later.state is not None:
            self.outputs.show_two(_given(EARLIER, earlier), _given(LATER, later))

    def show_problem(self, problem: str) -> None:
        """Say what cannot be shown; "" for nothing."""
        self.problem.set_text(problem)
        self.problem.setVisible(bool(problem))

    def told(self) -> str:
        """Return numbers and differences as text, to be copied."""
        if self.sides is None:
            return ""
        lines = ["\t".join(_HEADS).strip()]
        lines += ["\t".join(cells) for cells in rows_of(*self.sides)]
        lines += ["", self.diff.words, *(_told(one) for one in self.diff.found)]
        return "\n".join(lines)

    def _show_numbers(self, earlier: Side, later: Side) -> None:
        while (item := self.numbers.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for column, head in enumerate(_HEADS):
            self._put(Label(head, "caption", "3", parent=self), 0, column)
        for at, cells in enumerate(rows_of(earlier, later), 1):
            is_difference = at == 3
            for column, text in enumerate(cells):
                self._put(self._cell(text, column, is_difference=is_difference), at, column)
        self.numbers.setColumnStretch(1, 1)
        self.numbers.setColumnStretch(2, int(self._is_turned))

    def _put(self, part: QWidget, call: int, number: int) -> None:
        """Put a cell where it belongs: a line for each call, or, where that is too wide, for each number."""
        self.numbers.addWidget(part, *((number, call) if self._is_turned else (call, number)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn the numbers where there is no room for all of them side by side."""
        super().resizeEvent(event)
        is_turned = self.width() < current().px(TURNED_BELOW_PX)
        if is_turned is not self._is_turned:
            self._is_turned = is_turned
            for column in range(self.numbers.columnCount()):
                self.numbers.setColumnStretch(column, 0)
            if self.sides is not None:
                self._show_numbers(*self.sides)

    def _cell(self, text: str, column: int, *, is_difference: bool) -> QWidget:
        if column == 0:
            return Label(
                text, "cell" if is_difference else "value", "3" if is_difference else "1", parent=self
            )
        if column == 1:
            return ElidedLabel(text, "cell", "2", quiet_until="/", parent=self)
        label = Label(text, "cell", "3" if is_difference or text == "–" else "2", parent=self)
        label.setAccessibleName(f"{_HEADS[column]}: {text}")
        return label

    def _show_differences(self) -> None:
        """Tell where the inputs, or the results, differ."""
        if self.sides is None:
            return
        earlier, later = self.sides
        is_inputs = self.kinds.current() == "inputs"
        if words := _why_not(earlier, later, is_inputs=is_inputs):
            self.diff.show_words(words)
        elif is_inputs:
            same = tr("Both were given the same.")
            self.diff.compare(earlier.inputs, later.inputs, EARLIER, LATER, same)
        else:
            self.diff.compare(earlier.result, later.result, EARLIER, LATER, tr("Both gave the same."))
        count = min(len(self.diff.found), _SEEN_ROWS)
        px = current().px
        rows = px(HEIGHTS["header"]) + count * px(HEIGHTS["event"]) + px(4) if count else 0
        self.diff.setFixedHeight(px(8) + current().line_px("cell") + px(8) + rows)

    def _on_copy(self) -> None:
        self.copy_wanted.emit(self.told())

    def _on_earlier(self) -> None:
        self._show_side(0)

    def _on_later(self) -> None:
        self._show_side(1)

    def _show_side(self, at: int) -> None:
        if self.sides is not None:
            self._show_call(self.sides[at].row.call)

    def _show_call(self, call: str) -> None:
        self.dismiss()
        self.show_wanted.emit(call)

    def _lay_out(self) -> None:
        px = current().px
        self.problem.hide()
        mirroring.margins(self.numbers, px(12), px(10), px(16), px(10))
        self.numbers.setHorizontalSpacing(px(20))
        self.numbers.setVerticalSpacing(px(4))
        head = QHBoxLayout()
        head.setContentsMargins(px(12), px(6), px(12), 0)
        head.addWidget(self.kinds)
        head.addStretch(1)
        inputs = QVBoxLayout()
        inputs.setSpacing(0)
        inputs.addLayout(head)
        inputs.addWidget(self.diff)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self.body.addWidget(self.problem)
        self.body.addLayout(self.numbers)
        self.body.addWidget(Divider())
        self.body.addLayout(inputs)
        self.body.addWidget(Divider())
        self.body.addWidget(self.outputs, 1)
        hint = tr("← → choose, + and − zoom, 0 fits, Space flips, Shift ← → moves the slider")
        self.foot.addWidget(ElidedLabel(hint, "caption", "3", parent=self), 1)
        for button in (self.copy, self.earlier, self.later):
            self.foot.addWidget(button)


def rows_of(earlier: Side, later: Side) -> tuple[tuple[str, ...], ...]:
    """Return a row of words for each call, and one for what differs in their numbers."""
    now = dt.datetime.now().astimezone()
    times = [(one.row.elapsed_s, one.row.queue_s, one.row.run_s) for one in (earlier, later)]
    cells = [
        (
            name, one.row.endpoint, started_of(one.row, now), one.row.mode.value, told(one.row.phase),
            *("–" if value is None else exact(value) for value in shown), one.cost or "–",
        )
        for name, one, shown in zip((EARLIER, LATER), (earlier, later), times, strict=True)
    ]  # fmt: skip
    apart = (_apart(left, right) for left, right in zip(*times, strict=True))
    costs = earlier.row.cost_usd, later.row.cost_usd
    is_same_cost = costs[0] is not None and costs[0] == costs[1]
    return (*cells, (tr("Difference"), "", "", "", "", *apart, tr("same") if is_same_cost else ""))


def _apart(left: float | None, right: float | None) -> str:
    if left is None or right is None:
        return ""
    if round(left, 3) == round(right, 3):
        return tr("same")
    return f"{'+' if right > left else '−'}{exact(abs(right - left))}"


def _given(name: str, side: Side) -> Given:
    why = "" if side.result is not None else _nothing(side)
    return Given(name, name, "" if why else side.row.call, side.row.thumbnail, why)


def _nothing(side: Side) -> str:
    said = side.row.message
    return (
        f"{told(side.row.phase)}: {said}"
        if said
        else tr("{phase}, without a result").format(phase=told(side.row.phase))
    )


def _why_not(earlier: Side, later: Side, *, is_inputs: bool) -> str:
    """Return why nothing is compared place by place, "" if it is."""
    for name, side in ((EARLIER, earlier), (LATER, later)):
        if side.state is None:
            return tr("Reading…")
        if is_inputs and side.request is None:
            return tr("The inputs of the {name} call can no longer be read.").format(name=name.lower())
        if not is_inputs and side.result is None:
            return tr("The {name} call gave no result.").format(name=name.lower())
    return ""


def _told(one: Difference) -> str:
    left = "" if one.change is Change.ADDED else shortened(one.left)
    right = "" if one.change is Change.REMOVED else shortened(one.right)
    return f"{one.change.value}\t{one.path or tr('everything')}\t{left}\t{right}"
