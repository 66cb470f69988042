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
_ROWS = 7
"""In each of the two columns."""


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
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(12))
        grid.setVerticalSpacing(px(2))
        for place, rule in enumerate(declared_in(Rules())):
            side, row = divmod(place, _ROWS)
            make = check if isinstance(rule.default, bool) else number
            control, self._put[rule.key] = make(rule, partial(self._tell, rule.key))
            self.controls[rule.key] = control
            name = Label(rule.title, "control", "1")
            name.setBuddy(control)
            control.setAccessibleDescription(rule.help)
            grid.addWidget(name, 3 * row, 3 * side)
            grid.addWidget(control, 3 * row, 3 * side + 1, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(Paragraph(rule.help, "caption", "3"), 3 * row + 1, 3 * side, 1, 2)
            grid.setRowMinimumHeight(3 * row + 2, px(6))
            grid.setColumnStretch(3 * side, 1)
        boxes = [box for box in self.controls.values() if not isinstance(box, QCheckBox)]
        wide = max(px(124), *(box.minimumSizeHint().width() for box in boxes))
        for box in boxes:
            box.setFixedWidth(wide)
        grid.setColumnMinimumWidth(2, px(20))
        self.body.addLayout(grid)
        self.body.addStretch(1)
        self._said = Paragraph("", "caption", "3")
        self.foot.addWidget(self._said, 1)

    def show_in(self, window: QWidget) -> None:
        """Open it in the middle of the window."""
        px = current().px
        wide = min(px(WIDE_PX), window.width() - px(48))
        high = min(self.height_at(wide), window.height() - px(32))
        self.place(QRect((window.width() - wide) // 2, (window.height() - high) // 2, wide, high))
        self.open()
        self.controls["interval_ms"].setFocus(Qt.FocusReason.PopupFocusReason)

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
