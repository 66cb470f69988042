"""What the gallery says under its tiles: the prompt and the facts of the chosen call, and what can be done with it."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fal_studio.core.asked import size_of
from fal_studio.core.history import CallRow
from fal_studio.core.request import Request
from fal_studio.figures import number
from fal_studio.ui import paint
from fal_studio.ui.queue.telling import Telling
from fal_studio.ui.queue.tiles_model import facts_of
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import ActionButton, IconButton
from fal_studio.ui.widgets.labels import ElidedLabel
from fal_studio.words import tr, trn

WORDS_FROM_PX = 1_150
"""In a narrower gallery the buttons are icons."""


class GalleryFoot(QWidget):
    """Two lines about the call, and buttons beside them."""

    def __init__(self, telling: Telling, parent: QWidget) -> None:
        super().__init__(parent)
        px = current().px
        self._telling = telling
        self.prompt = ElidedLabel("", "control", "1", parent=self)
        self.facts = ElidedLabel("", "caption", "3", parent=self)
        self.more = IconButton("more", tr("More"), scale="s", parent=self)
        """Opens all that can be done with the call."""
        self._tools = QHBoxLayout()
        self._tools.setSpacing(px(4))
        lines = QVBoxLayout()
        lines.setSpacing(px(2))
        lines.addStretch(1)
        lines.addWidget(self.prompt)
        lines.addWidget(self.facts)
        lines.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), px(8), px(12), px(8))
        row.setSpacing(px(12))
        row.addLayout(lines, 1)
        row.addLayout(self._tools)
        row.addWidget(self.more)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_tools(self, tools: Sequence[ActionButton]) -> None:
        """Put buttons at the end."""
        for tool in tools:
            self._tools.addWidget(tool)
        self._fit()

    def show_call(self, row: CallRow | None, request: Request | None, chosen: int) -> None:
        """Say what is known of a call; of several, how many there are, and of the one at the keyboard. None: nothing is chosen."""
        if row is None:
            self.more.setEnabled(False)
            self.prompt.set_text(tr("Choose a picture to see what made it"))
            self.facts.set_text(tr("Return shows the call; A takes all its inputs, P the prompt, S the seed"))
            return
        self.more.setEnabled(True)
        several = trn("{count} call chosen", "{count} calls chosen", chosen).format(count=number(chosen))
        prompt = row.prompt or tr("no prompt")
        self.prompt.set_text(f"{several}: {prompt}" if chosen > 1 else prompt)
        size = size_of(request.arguments) if request is not None else ""
        parts = (
            row.endpoint,
            facts_of(row, self._telling),
            tr("seed {seed}").format(seed=row.seed) if row.seed else "",
            tr("size {size}").format(size=size) if size else "",
            self._telling.started(row),
        )
        self.facts.set_text(",  ".join(part for part in parts if part))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out the words of buttons where there is little room."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Return room for the buttons as icons."""
        return QSize(current().px(320), super().minimumSizeHint().height())

    def _fit(self) -> None:
        for button in self.findChildren(ActionButton):
            button.set_bare(is_bare=self.width() < current().px(WORDS_FROM_PX))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line above."""
        del event
        top = self.rect().adjusted(0, 0, 0, 1 - self.height())
        paint.box(QPainter(self), top, current().color("line.subtle"))
