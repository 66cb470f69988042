"""The bottom line: what runs, and where calls go."""

import importlib
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStyle, QWidget

from fal_studio.ui import mirroring, paint, theme
from fal_studio.ui.surface import laid
from fal_studio.ui.tokens import HEIGHTS
from fal_studio.ui.widgets.labels import ElidedLabel, Label
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.core.disk_budget import DiskBudget
    from fal_studio.ui.shell.space_bar import SpaceBar

_EDGE: Final = 12
_OWN_EDGE: Final = 6
"""What the space for results has free at its own end."""
_NEWS: Final = 160
"""So much room stays for what just happened before the space for results is shown, in pixels at 100 %."""


class StatusBar(QWidget):
    """Words at the left for what goes on, at the right for the server."""

    told = Signal(str, bool)
    """What was said, and that it is not bad: a person who does not see the bar hears it."""

    space_wanted = Signal()
    """Show more about the space for results."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "window")
        px = theme.current().px
        self._running = Label(tr("nothing running"), "caption", "3", parent=self)
        self._news = ElidedLabel("", "caption", "2", parent=self)
        self._offline = Label(tr("no network"), "caption", "ask", parent=self)
        self._offline.setToolTip(tr("This computer has no network. The emulator needs none."))
        self._offline.hide()
        self._server = Label("", "caption", "3", parent=self)
        self._budget: DiskBudget | None = None
        self.space: SpaceBar | None = None
        """How much of the space for results is used; None before that is known."""
        row = QHBoxLayout(self)
        row.setContentsMargins(px(_EDGE), 0, px(_EDGE), 0)
        row.setSpacing(px(16))
        row.addWidget(self._running)
        row.addWidget(self._news, 1)
        row.addWidget(self._offline)
        row.addWidget(self._server)
        self.setFixedHeight(px(HEIGHTS["status bar"]))

    def show_running(self, words: str) -> None:
        """Say what goes on: "2 running, 1 in line"; nothing for ""."""
        self._running.setText(words or tr("nothing running"))
        self._fit()

    def show_server(self, text: str) -> None:
        """Say where calls go."""
        self._server.setText(text)
        self._fit()

    def show_offline(self, *, is_offline: bool) -> None:
        """Say that this computer has no network, or take that back."""
        self._offline.setVisible(is_offline)
        self._fit()

    def show_space(self, budget: "DiskBudget | None") -> None:
        """Say how much of the space for results is used; nothing for None."""
        self._budget = budget
        if budget is not None and self.space is None:
            module: Any = importlib.import_module("fal_studio.ui.shell.space_bar")
            bar: SpaceBar = module.SpaceBar(budget, self)
            bar.clicked.connect(self.space_wanted)
            row = self.layout()
            assert row is not None
            row.addWidget(bar)
            self.space = bar
            theme.current().changed.connect(self._fit)
        if budget is not None and self.space is not None:
            self.space.put(budget)
        self._fit()

    def tell(self, text: str) -> None:
        """Say what just happened."""
        self._news.set_text(text)
        self.told.emit(text, False)  # noqa: FBT003 - a signal's value

    @property
    def spare(self) -> QRect:
        """Where something else may be said for a while: all behind what goes on."""
        begin = QStyle.visualRect(self.layoutDirection(), self.rect(), self._running.geometry()).right()
        free = self.rect().adjusted(begin + theme.current().px(16), 1, 0, 0)
        return QStyle.visualRect(self.layoutDirection(), self.rect(), free)

    @property
    def text(self) -> str:
        """All of it."""
        offline = tr("no network · ") if not self._offline.isHidden() else ""
        return f"{self._running.text()} · {self._news.text()} · {offline}{self._server.text()}"

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Show the space for results where all else has its room: it is what can be missed first."""
        row = self.layout()
        if self.space is None or row is None:
            return
        px = theme.current().px
        shown = [self._running, self._server, *([] if self._offline.isHidden() else [self._offline])]
        need = 2 * px(_EDGE) + px(_NEWS) + self.space.sizeHint().width()
        need += sum(label.sizeHint().width() for label in shown) + (len(shown) + 1) * row.spacing()
        has_room = self._budget is not None and need <= self.width()
        # Its bar, not its ground, ends where everything else does.
        mirroring.margins(row, px(_EDGE), 0, px(_EDGE - _OWN_EDGE if has_room else _EDGE), 0)
        self.space.setVisible(has_room)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and the line above."""
        del event
        painter = QPainter(self)
        paint.fill(painter, self.rect(), theme.current().color("bg.window"))
        paint.box(
            painter, self.rect().adjusted(0, 0, 0, 1 - self.height()), theme.current().color("line.subtle")
        )
