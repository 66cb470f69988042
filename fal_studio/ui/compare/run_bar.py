"""The bar over the lanes: which request, what differs from lane to lane, how often, and Run."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fal_studio.core.comparing.plan import Kind, Plan
from fal_studio.ui.compare.words import counted
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import HEIGHTS
from fal_studio.ui.widgets.buttons import Button, IconButton
from fal_studio.ui.widgets.fields import ChoiceBox, SpinBox
from fal_studio.ui.widgets.flow import TwoRows
from fal_studio.ui.widgets.labels import Label
from fal_studio.ui.widgets.run_button import RunButton
from fal_studio.ui.widgets.segmented import Part, SegmentedControl
from fal_studio.words import tr

MOST_RUNS, MOST_WARM_UPS = 999, 20
HINT_FROM_PX = 1120
"""Below this width there is no room for Run's key."""
_PARTS = (
    Part("modes", tr("Modes"), tooltip=tr("The same input by every way of calling")),
    Part("requests", tr("Requests"), tooltip=tr("Every open request against the others")),
)


class Choice(NamedTuple):
    """A request that can be compared."""

    key: str
    words: str


class CompareBar(TwoRows):
    """Tells what was chosen; what is shown comes from outside."""

    request_chosen = Signal(str)
    """Key of an open request."""
    kind_chosen = Signal(str)
    """One of `Kind`."""
    runs_changed = Signal(int)
    warm_ups_changed = Signal(int)
    random_changed = Signal(bool)
    equal_changed = Signal(bool)
    run_wanted = Signal()
    stop_wanted = Signal()
    kept_wanted = Signal()
    """List the comparisons that are kept."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(HEIGHTS["run bar"], parent=parent)
        laid(self, "panel")
        self._choices: tuple[Choice, ...] = ()
        self.requests = ChoiceBox(name=tr("Request that is compared"), parent=self)
        self.requests.setProperty("scale", "l")
        self.requests.setMinimumWidth(current().px(96))
        self.requests.setMaximumWidth(current().px(280))
        self.requests.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.requests.activated.connect(self._on_request_activated)
        self.kinds = SegmentedControl(_PARTS, "modes", scale="l", name=tr("What differs"), parent=self)
        self.kinds.chosen.connect(self.kind_chosen)
        self.runs = SpinBox(10, 1, MOST_RUNS, name=tr("Runs of each lane"), scale="l", parent=self)
        self.warm_ups = SpinBox(1, 0, MOST_WARM_UPS, name=tr("Warm-ups of each lane"), scale="l", parent=self)
        self.warm_ups.setToolTip(tr("Calls of each lane before the runs; they count in no number"))
        self.random = QCheckBox(tr("random order"), self)
        self.random.setAccessibleName(tr("Random order"))
        self.random.setToolTip(
            tr("In each round the lanes are called in another order, so that none is favoured")
        )
        self.equal = QCheckBox(tr("equal polling"), self)
        self.equal.setAccessibleName(tr("Equal polling"))
        self.equal.setToolTip(tr("Every lane that polls asks at the same interval, 0.5 s"))
        self.runs.valueChanged.connect(self.runs_changed)
        self.warm_ups.valueChanged.connect(self.warm_ups_changed)
        self.random.clicked.connect(self.random_changed)
        self.equal.clicked.connect(self.equal_changed)
        self._calls = Label("", "caption", "3", parent=self)
        self._price = Label("", "value", "1", parent=self)
        self.run = RunButton(tr("Run all"), parent=self)
        self.run.run_wanted.connect(self.run_wanted)
        self.run.blocked_clicked.connect(self.run_wanted)
        self.stop = Button(tr("Stop"), "danger", icon="stop", scale="l", hint="Esc", parent=self)
        self.stop.setToolTip(tr("Call no more; what is done is kept"))
        self.stop.clicked.connect(self.stop_wanted)
        self.stop.hide()
        self.kept = IconButton("history", tr("Kept comparisons"), scale="l", parent=self)
        self.kept.clicked.connect(self.kept_wanted)
        self._lay_out()

    def show_requests(self, choices: Sequence[Choice], chosen: str) -> None:
        """Show the open requests."""
        if tuple(choices) != self._choices:
            self._choices = tuple(choices)
            self.requests.clear()
            self.requests.addItems([choice.words for choice in choices])
        at = next((n for n, choice in enumerate(choices) if choice.key == chosen), -1)
        self.requests.setCurrentIndex(at)
        self.requests.setToolTip(self.requests.currentText())

    def show_plan(self, plan: Plan, price: str, *, is_running: bool, is_again: bool) -> None:
        """Show what a press of Run does."""
        self.kinds.set_chosen(plan.kind.value)
        self.requests.setEnabled(plan.kind is Kind.MODES and not is_running)
        for box, value in ((self.runs, plan.runs), (self.warm_ups, plan.warm_ups)):
            before = box.blockSignals(True)  # noqa: FBT003 - Qt's own
            box.setValue(value)
            box.blockSignals(before)
        self.random.setChecked(plan.random_order)
        self.equal.setChecked(plan.poll_every_s is not None)
        for widget in (self.kinds, self.runs, self.warm_ups, self.random, self.equal):
            widget.setEnabled(not is_running)
        self._calls.setText(counted(plan.calls, "call"))
        self._price.setText(price)
        self.run.setText(tr("Run again") if is_again else tr("Run all"))
        self.run.setAccessibleName(self.run.text())
        self.run.updateGeometry()
        self.run.setVisible(not is_running)
        self.stop.setVisible(is_running)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out what has no room."""
        super().resizeEvent(event)
        is_wide = self.width() >= current().px(HINT_FROM_PX)
        self.run.set_hint_shown(shown=is_wide)
        self.random.setText(tr("random order") if is_wide else tr("random"))
        self.equal.setText(tr("equal polling") if is_wide else tr("equal polls"))

    def _lay_out(self) -> None:
        px = current().px
        money = QVBoxLayout()
        money.setContentsMargins(px(4), 0, px(4), 0)
        money.setSpacing(0)
        money.addStretch(1)
        for label in (self._calls, self._price):
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            money.addWidget(label)
        money.addStretch(1)
        which, often = QHBoxLayout(), QHBoxLayout()
        for row in (which, often):
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(px(8))
            self.first.addLayout(row)
        self.first.setStretchFactor(which, 1)  # the name of the request takes the room first
        which.addWidget(self.requests, 1)
        which.addWidget(self.kinds)
        for words, box in ((tr("runs"), self.runs), (tr("warm-up"), self.warm_ups)):
            often.addSpacing(px(4))
            often.addWidget(Label(words, "control", "2"))
            often.addWidget(box)
        often.addStretch(1)
        self.fold_first()
        self.second.addWidget(self.random)
        self.second.addWidget(self.equal)
        self.second.addStretch(1)
        self.second.addLayout(money)
        for button in (self.run, self.stop, self.kept):
            self.second.addWidget(button)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def _on_request_activated(self, index: int) -> None:
        self.request_chosen.emit(self._choices[index].key)
