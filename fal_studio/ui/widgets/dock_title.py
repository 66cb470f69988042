"""The title of a docked pane: its name, quiet counts, its actions, detach and close at the right."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from fal_studio.ui import mirroring, paint, tokens
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.labels import Label
from fal_studio.words import tr


class DockTitle(QWidget):
    """A title bar of 32 px. `actions` are small quiet buttons; detach and close appear when they are wanted."""

    detach_wanted = Signal()
    close_wanted = Signal()

    def __init__(
        self,
        name: str,
        counts: str = "",
        actions: Sequence[QWidget] = (),
        *,
        detachable: bool = True,
        closable: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._counts = Label(counts, "cell", "3")
        row = QHBoxLayout(self)
        mirroring.margins(row, 12, 0, 8, 0)
        row.setSpacing(8)
        row.addWidget(Label(name, "chosen", "1"))
        row.addWidget(self._counts)
        row.addStretch(1)
        for action in actions:
            row.addWidget(action)
        if detachable:
            detach = IconButton("detach", tr("Detach {name}").format(name=name), scale="s")
            detach.clicked.connect(self.detach_wanted)
            row.addWidget(detach)
        if closable:
            close = IconButton("close", tr("Close {name}").format(name=name), scale="s")
            close.clicked.connect(self.close_wanted)
            row.addWidget(close)

    def set_counts(self, counts: str) -> None:
        """Show other counts."""
        self._counts.setText(counts)

    def sizeHint(self) -> QSize:
        """Return the title's height."""
        return QSize(super().sizeHint().width(), current().px(tokens.LARGE))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the ground and its lower line."""
        del event
        theme = current()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("bg.window"))
        paint.box(painter, QRectF(0, self.height() - 1, self.width(), 1), theme.color("line.subtle"))
