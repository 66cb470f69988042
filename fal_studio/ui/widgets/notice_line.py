"""A line that asks or tells within a pane: above the budget, on the emulator, a setting that is not used."""

from collections.abc import Mapping, Sequence
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from fal_studio.ui import icons, mirroring, paint, tokens
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Role
from fal_studio.ui.widgets.buttons import Button, Kind
from fal_studio.ui.widgets.labels import ElidedLabel

_TONES: dict[str, tuple[Role, Role]] = {
    "ask": ("ask.tint", "ask"),
    "bad": ("bad.tint", "bad"),
    "good": ("good.tint", "good"),
    "info": ("bg.hover", "text.2"),
}


class NoticeLine(QWidget):
    """36 px: icon, one sentence, buttons. `action_wanted` tells the key of the pressed one."""

    action_wanted = Signal(str)

    def __init__(
        self,
        text: str,
        tone: Literal["ask", "bad", "good", "info"] = "info",
        *,
        icon: str = "info",
        actions: Sequence[tuple[str, str, Kind]] = (),
        hints: Mapping[str, str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`actions`: key, words and kind of each button; `hints`: keys of the keyboard behind the words, by action."""
        super().__init__(parent)
        self._fill: Role
        self._ink: Role
        self._fill, self._ink = _TONES[tone]
        self._icon = icon
        self._words = ElidedLabel(text, "cell", "1")
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        mirroring.margins(row, current().px(10 + 16 + 8), 0, 6, 0)
        row.setSpacing(4)
        row.addWidget(self._words, 1)
        for key, words, kind in actions:
            button = Button(words, kind, scale="s", hint=(hints or {}).get(key, ""))
            button.clicked.connect(lambda _=False, key=key: self.action_wanted.emit(key))
            row.addWidget(button)

    def set_text(self, text: str) -> None:
        """Say something else."""
        self._words.set_text(text)
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        """Return the line's height."""
        return QSize(super().sizeHint().width(), current().px(36))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw tint and icon."""
        del event
        theme = current()
        painter = QPainter(self)
        paint.frame(painter, self.rect(), tokens.RADIUS_SMALL, theme.color(self._fill))
        side = theme.px(16)
        box = QRectF(theme.px(10), (self.height() - side) / 2, side, side)
        icons.draw(painter, box, self._icon, theme.color(self._ink))
