"""One line about the frames of a session; a press unfolds them as a list."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from fal_studio.core import events as e
from fal_studio.core.artifacts import chips, in_bytes
from fal_studio.core.events import Event
from fal_studio.figures import number
from fal_studio.ui import icons, mirroring, paint
from fal_studio.ui.theme import current
from fal_studio.words import tr

HEIGHT = 32


class FramesBar(QAbstractButton):
    """Counts what went both ways."""

    opened = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sent = self.answers = self.controls = 0
        self._last = ""
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(tr("Every frame in both directions, with its time, its size and its bytes"))
        self.toggled.connect(self.opened)
        self._say()

    def begin(self) -> None:
        """Count from nothing."""
        self.sent = self.answers = self.controls = 0
        self._last = ""
        self._say()

    def take(self, events: Sequence[Event]) -> None:
        """Count what came; `refresh` shows it: drawing it for each of sixty answers a second would cost more than they do."""
        last: e.Partial | None = None
        for event in events:
            match event.fact:
                case e.Sent():
                    self.sent += 1
                case e.Partial():
                    self.answers += 1
                    last = event.fact
                case e.Control():
                    self.controls += 1
                case _:
                    pass
        if last is not None:
            inside = ", ".join(chips(last.payload)[:2])
            self._last = tr("last in: {inside}").format(inside=inside or in_bytes(last.size_bytes))

    def refresh(self) -> None:
        """Show the counts as they are now."""
        self._say()

    @property
    def words(self) -> str:
        """The counts in words."""
        return tr("{sent} out, {answers} in, {controls} control").format(
            sent=number(self.sent), answers=number(self.answers), controls=number(self.controls)
        )

    def sizeHint(self) -> QSize:
        """Return one line."""
        return QSize(current().px(300), current().px(HEIGHT))

    @mirroring.widget
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the arrow and the words."""
        del event
        theme = current()
        painter = QPainter(self)
        paint.fill(painter, self.rect(), theme.color("bg.hover" if self.underMouse() else "bg.panel"))
        side = theme.px(14)
        box = QRectF(theme.px(12), (self.height() - side) / 2, side, side)
        name = "chevron-down" if self.isChecked() else "chevron-right"
        icons.draw(painter, box, name, theme.color("text.2"))
        area = QRectF(self.rect()).adjusted(theme.px(34), 0, -theme.px(12), 0)
        used = paint.text(painter, area, tr("Frames"), theme.font("chosen"), theme.color("text.1"))
        area.setLeft(area.left() + used + theme.px(10))
        paint.text(painter, area, self.words, theme.font("cell"), theme.color("text.2"))
        paint.text(
            painter, area, self._last, theme.font("cell"), theme.color("text.3"), Qt.AlignmentFlag.AlignRight
        )
        if self.hasFocus():
            paint.frame(painter, QRectF(self.rect()), 0, None, theme.color("focus"), 1.5)

    def _say(self) -> None:
        self.setAccessibleName(tr("Frames: {words}").format(words=self.words))
        self.update()
