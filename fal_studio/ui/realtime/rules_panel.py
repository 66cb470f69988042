"""The numbers behind a session: policies, limits, pauses, reconnects; each with its help, in force at once, kept per endpoint."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from fal_studio import figures
from fal_studio.core.realtime.rules import Rules
from fal_studio.core.settings import declared_in
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.labels import Label
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.ui.widgets.setting_controls import check, number
from fal_studio.words import tr

WIDE_PX = 720
_TWO_FROM_PX = 640
"""A narrower panel has one column."""
_ROWS = 7
"""In each of two columns."""


class RulesPanel(FloatingPanel):
    """A form; nothing is to be confirmed."""

    changed = Signal(str, object)
    """The name of a rule and its new value."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(tr("Rules of the session"), window)
        px = current().px
        self.controls: dict[str, QWidget] = {}
        self._put: dict[str, Callable[[Any], None]] = {}
        self._is_showing = False
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(px(12))
        self._grid.setVerticalSpacing(px(2))
        self._cells: list[tuple[Label, QWidget, Paragraph]] = []
        self._columns = 0
        for rule in declared_in(Rules()):
            make = check if isinstance(rule.default, bool) else number
            control, self._put[rule.key] = make(rule, partial(self._tell, rule.key))
            self.controls[rule.key] = control
            control.setAccessibleDescription(rule.help)
            name = Label(rule.title, "control", "1", of=control)
            self._cells.append((name, control, Paragraph(rule.help, "caption", "3")))
        boxes = [box for box in self.controls.values() if not isinstance(box, QCheckBox)]
        wide = max(px(124), *(box.minimumSizeHint().width() for box in boxes))
        for box in boxes:
            box.setFixedWidth(wide)
        self._lay_rules(2)
        self.body.addLayout(self._grid)
        self.body.addStretch(1)
        self._said = Paragraph("", "caption", "3")
        self.foot.addWidget(self._said, 1)

    def show_in(self, window: QWidget) -> None:
        """Open it in the middle of the window."""
        px = current().px
        wide = min(px(WIDE_PX), window.width() - px(48))
        self._lay_rules(2 if wide >= px(_TWO_FROM_PX) else 1)
        high = min(self.height_at(wide), window.height() - px(32))
        self.place(QRect((window.width() - wide) // 2, (window.height() - high) // 2, wide, high))
        self.open()
        self.controls["interval_ms"].setFocus(Qt.FocusReason.PopupFocusReason)

    def _lay_rules(self, columns: int) -> None:
        """Put the rules into two columns, or one where large words need the width."""
        if columns == self._columns:
            return
        self._columns = columns
        px, rows = current().px, _ROWS if columns > 1 else len(self._cells)
        for place, (name, control, help_) in enumerate(self._cells):
            side, row = divmod(place, rows)
            self._grid.addWidget(name, 3 * row, 3 * side)
            self._grid.addWidget(control, 3 * row, 3 * side + 1, Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(help_, 3 * row + 1, 3 * side, 1, 2)
        for row in range(len(self._cells)):
            self._grid.setRowMinimumHeight(3 * row + 2, px(6) if row < rows else 0)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(3, columns - 1)
        self._grid.setColumnMinimumWidth(2, px(20) if columns > 1 else 0)

    def show_rules(self, rules: Rules, endpoint: str, stop_usd: float | None) -> None:
        """Show what holds now; `stop_usd`: what the profile allows at most, None when it has no stop."""
        self._is_showing = True
        for key, put in self._put.items():
            put(getattr(rules, key))
        self._is_showing = False
        words = tr(
            "Kept for {endpoint}. Tokens, buffer, pings and reconnects hold from the next start on."
        ).format(endpoint=endpoint)
        if stop_usd is not None:
            words += tr(" The profile's stop of ${stop_usd} holds whatever stands here.").format(
                stop_usd=figures.number(stop_usd, ".2f")
            )
        self._said.set_text(words)

    def _tell(self, key: str, value: Any) -> None:
        if not self._is_showing:
            self.changed.emit(key, msgspec.convert(value, type(getattr(Rules(), key)), strict=False))
