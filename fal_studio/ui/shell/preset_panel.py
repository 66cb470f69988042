"""Asks for a preset's title and which arguments it holds."""

import json
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fal_studio.core.presets import Choice
from fal_studio.core.request import Json
from fal_studio.ui import mirroring
from fal_studio.ui.surface import grounded, laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.fields import TextField
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.labels import ElidedLabel, Label
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr

WIDE_PX, TOP_PX = 440, 88
ROW_PX, MOST_ROWS = 28, 9
_SHOWN = 120


class PresetPanel(FloatingPanel):
    """Title, and a row for each argument that is not the endpoint's default."""

    save_wanted = Signal(str, object)
    """A title and the arguments."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(tr("Save as preset"), window)
        self._window = window
        self._choices: Sequence[Choice] = ()
        self.title = TextField("", tr("How it makes things"), name=tr("Title"), parent=self)
        self.checks: list[QCheckBox] = []
        self._words = ElidedLabel("", "caption", "3", parent=self)
        self._problem = Paragraph("", "cell", "bad", parent=self)
        self._save = Button(tr("Save"), "primary", parent=self)
        self._area = QScrollArea(self)
        self._fill()
        self.title.textEdited.connect(self._show_state)
        self.title.returnPressed.connect(self._on_save)
        self._save.clicked.connect(self._on_save)

    def ask(self, endpoint: str, choices: Sequence[Choice]) -> None:
        """Offer these arguments of an endpoint; those that are usual are ticked."""
        self._choices = choices
        self.title.clear()
        inner = laid(QWidget(), "float")
        grid = QGridLayout(inner)
        px = current().px
        mirroring.margins(grid, 0, 0, px(8), 0)
        grid.setHorizontalSpacing(px(8))
        grid.setVerticalSpacing(0)
        grid.setColumnStretch(1, 1)
        self.checks = []
        for row, choice in enumerate(choices):
            check = QCheckBox(choice.name, inner)
            check.setChecked(choice.is_usual)
            check.toggled.connect(self._show_state)
            value = ElidedLabel(in_short(choice.value), "cell", "3", parent=inner)
            check.setAccessibleDescription(value.text())
            grid.addWidget(check, row, 0)
            grid.addWidget(value, row, 1)
            grid.setRowMinimumHeight(row, px(ROW_PX))
            self.checks.append(check)
        grid.setRowStretch(len(choices), 1)
        self._area.setWidget(inner)
        self._area.setFixedHeight(px(ROW_PX) * min(max(1, len(choices)), MOST_ROWS))
        self._for.set_text(endpoint)
        self._show_state()
        self._place()
        self.open()
        self.title.setFocus(Qt.FocusReason.PopupFocusReason)

    @property
    def problem(self) -> str:
        """Why it could not be saved, as it stands there."""
        return self._problem.text()

    def show_problem(self, message: str) -> None:
        """Say why it could not be saved."""
        self._problem.set_text(message)
        self._problem.setVisible(bool(message))
        self._place()

    def _fill(self) -> None:
        px = current().px
        line = QHBoxLayout()
        line.setSpacing(px(8))
        label = Label(tr("title"), "control", "2")
        label.setBuddy(self.title)
        line.addWidget(label)
        line.addWidget(self.title, 1)
        self._for = ElidedLabel("", "cell", "3", quiet_until="/", parent=self)
        head = QHBoxLayout()
        head.addWidget(Label(tr("Holds"), "section", "1"))
        head.addStretch(1)
        head.addWidget(self._for)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        grounded(self._area, "float")
        body = QVBoxLayout()
        body.setSpacing(px(6))
        body.addLayout(line)
        body.addSpacing(px(8))
        body.addLayout(head)
        body.addWidget(self._area)
        body.addWidget(self._problem)
        self._problem.hide()
        self.body.addLayout(body)
        self.foot.addWidget(self._words, 1)
        self.foot.addWidget(self._save)

    def _place(self) -> None:
        px = current().px
        self.place_high(px(WIDE_PX), px(TOP_PX))

    def _chosen(self) -> dict[str, Json]:
        return {
            choice.name: choice.value
            for choice, check in zip(self._choices, self.checks, strict=True)
            if check.isChecked()
        }

    def _show_state(self) -> None:
        self.show_problem("")
        count = len(self._chosen())
        why = "" if self.title.text().strip() else tr("Give it a title first.")
        why = why or ("" if count else tr("Tick what it shall hold."))
        self._words.set_text(
            tr("{count} of {count_2} that are not the default").format(
                count=count, count_2=len(self._choices)
            )
        )
        self._save.setEnabled(not why)
        self._save.setToolTip(why)

    def _on_save(self) -> None:
        if self._save.isEnabled():
            self.save_wanted.emit(self.title.text().strip(), self._chosen())


def in_short(value: Json) -> str:
    """Return a value on one line."""
    if isinstance(value, str):
        return " ".join(value[:_SHOWN].split()) if not value.startswith("data:") else tr("a file in the text")
    return json.dumps(value, ensure_ascii=False)[:_SHOWN]
