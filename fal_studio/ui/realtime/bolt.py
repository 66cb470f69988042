"""The mark that says whether a field is sent as soon as it changes."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from fal_studio.ui import icons, paint
from fal_studio.ui.theme import current
from fal_studio.words import tr


class Bolt(QAbstractButton):
    """Whether a field is sent as soon as it changes, or with the next input."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self.setCheckable(True)
        self.setChecked(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.toggled.connect(self._say)
        self._say(is_on=True)

    def sizeHint(self) -> QSize:
        """Return a small square."""
        return QSize(current().px(24), current().px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the bolt: blue when it is on."""
        del event
        theme = current()
        painter = QPainter(self)
        side = theme.px(16)
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        icons.draw(painter, box, "live", theme.color("accent.text" if self.isChecked() else "text.off"))
        if self.hasFocus():
            paint.frame(painter, QRectF(self.rect()), theme.px(4), None, theme.color("focus"), 1.5)

    def _say(self, is_on: bool) -> None:
        words = tr("is sent as soon as it changes") if is_on else tr("goes out with the next input")
        self.setToolTip(f"{self._name} {words}")
        self.setAccessibleName(f"{self._name} {words}")
