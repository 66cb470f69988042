"""How much room results and history take, and the trash, which can be emptied."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from fal_studio.core.artifacts import in_bytes
from fal_studio.core.disk_budget import Level
from fal_studio.core.history import Usage
from fal_studio.figures import number, percent
from fal_studio.ui.history import History
from fal_studio.ui.shell.space_bar import limit_of
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.labels import ElidedLabel, Label, TextTone
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr, trn

SIZE = QSize(440, 364)
_ABOUT = tr(
    "Emptying moves each removed call, with its record and the files that only it has, to the system's trash."
)
_MORE_ROOM = tr(
    "Nothing is deleted by itself. For more room remove calls in the history, then empty the trash; or set more space aside."
)
_TONES: dict[Level, TextTone] = {Level.ROOM: "1", Level.NEAR: "ask", Level.FULL: "bad"}
_BUDGET = tr("space for results")
_ROWS = (tr("results"), tr("history"), tr("trash"), tr("free on this disk"))


class SpacePanel(FloatingPanel):
    """Asks for the numbers whenever it is opened; they are counted meanwhile."""

    settings_wanted = Signal(str)
    """Show all settings, at the one with this key."""

    def __init__(self, history: History, window: QWidget) -> None:
        super().__init__(tr("Space"), window)
        self._history = history
        self._is_emptying = False
        self._values = {name: Label("…", "cell", "1", parent=self) for name in _ROWS}
        self._about = Paragraph(_ABOUT, "cell", "2")
        self._more_room = Paragraph(_MORE_ROOM, "cell", "2")
        self._budget = Label("", "cell", "1", parent=self)
        self.change = Button(tr("Change"), "link", scale="s", parent=self)
        self.change.setAccessibleName(tr("Change the space for results"))
        self._words = ElidedLabel("", "caption", "3", parent=self)
        self.empty = Button(tr("Empty the trash"), parent=self)
        self._fill()
        self._allow(tr("The trash is being looked at."))
        self.change.clicked.connect(self._on_change)
        self.empty.clicked.connect(self._on_empty)
        history.usage.connect(self._on_usage)
        history.emptied.connect(self._on_emptied)
        history.budget_changed.connect(self._show_budget)
        self._show_budget()

    @property
    def text(self) -> str:
        """All of it in words."""
        rows = (f"{name}: {label.text()}" for name, label in self._values.items())
        budget = f"{_BUDGET}: {self._budget.text()}"
        return ". ".join((*rows, budget, self._more_room.text(), self._about.text(), self._words.text()))

    def show_now(self) -> None:
        """Open it with the numbers of now."""
        self._about.set_text(_ABOUT)
        if not self._is_emptying:
            self._words.set_text("")
        self.open()
        self._history.usage_wanted.emit()

    def _fill(self) -> None:
        px = current().px
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(10))
        for row, (name, value) in enumerate(self._values.items()):
            grid.addWidget(Label(name, "control", "2"), row, 0)
            grid.addWidget(value, row, 1)
        grid.addWidget(Label(_BUDGET, "control", "2"), len(_ROWS), 0)
        meant = QHBoxLayout()
        meant.setSpacing(px(8))
        meant.addWidget(self._budget)
        meant.addWidget(self.change)
        meant.addStretch(1)
        grid.addLayout(meant, len(_ROWS), 1)
        grid.setColumnMinimumWidth(0, px(112))
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        self.body.addSpacing(px(8))
        self.body.addWidget(self._more_room)
        self.body.addWidget(self._about)
        self.body.addStretch(1)
        self.foot.addWidget(self._words, 1)
        self.foot.addWidget(self.empty)

    def _on_usage(self, usage: Usage) -> None:
        files = trn("{files} file", "{files} files", usage.files).format(files=number(usage.files))
        told = (
            tr("{files_bytes} in {files}").format(files_bytes=in_bytes(usage.files_bytes), files=files),
            f"{in_bytes(usage.ledger_bytes)}, {_calls(usage.calls)}",
            _calls(usage.trashed) if usage.trashed else tr("empty"),
            in_bytes(usage.free_bytes),
        )
        for label, text in zip(self._values.values(), told, strict=True):
            label.setText(text)
        if not self._is_emptying:
            self._allow("" if usage.trashed else tr("The trash is empty."))
        self.setAccessibleDescription(self.text)

    def _show_budget(self) -> None:
        budget = self._history.budget
        if budget is None:
            self._budget.setText(tr("none set aside") if self._history.is_budget_told else "…")
            self._budget.set_tone("1")
            return
        self._budget.setText(
            tr("{limit}, {share} used").format(limit=limit_of(budget), share=percent(budget.share))
        )
        self._budget.set_tone(_TONES[budget.level])

    def _on_change(self) -> None:
        self.dismiss()
        self.settings_wanted.emit("results_gb")

    def _on_empty(self) -> None:
        self._is_emptying = True
        self._allow(tr("The trash is being emptied."))
        self._about.set_text(_ABOUT)
        self._words.set_text(tr("Moving to the system's trash …"))
        self._history.empty_wanted.emit()

    def _on_emptied(self, _count: int, why: str) -> None:
        self._is_emptying = False
        self._about.set_text(why or _ABOUT)
        self._words.set_text(tr("Not emptied") if why else "")
        if self.isVisible():
            self._history.usage_wanted.emit()

    def _allow(self, why: str) -> None:
        self.empty.setEnabled(not why)
        self.empty.setToolTip(why)


def _calls(count: int) -> str:
    return trn("{count} call", "{count} calls", count).format(count=number(count))
