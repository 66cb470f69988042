"""Today's money in the top bar: a quiet word and an amount; a press opens what it is made of."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from fal_studio import figures
from fal_studio.ui import paint
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.tokens import CONTROL, RADIUS
from fal_studio.words import tr

_SIDE, _GAP = 8, 5


class MoneyButton(QAbstractButton):
    """For example today **≈ $1.38**."""

    def __init__(self, word: str, amount: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._word, self._amount = word, ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_amount(amount or figures.dollars("0"))

    def set_amount(self, amount: str) -> None:
        """Show another amount."""
        if amount != self._amount:
            self._amount = amount
            self.setText(f"{self._word} {amount}")
            self.setAccessibleName(tr("Spent {word}: {amount}").format(word=self._word, amount=amount))
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Return room for both."""
        px = current().px
        words = text_width("cell", self._word) + text_width("chosen", self._amount)
        return QSize(round(words + px(2 * _SIDE + _GAP) + 0.5), px(CONTROL))

    def minimumSizeHint(self) -> QSize:
        """Return the same: an amount is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the words, and a ground under the pointer."""
        del event
        theme = current()
        painter = QPainter(self)
        area = QRectF(self.rect())
        ground = theme.color("bg.hover") if self.underMouse() or self.isDown() else None
        line = theme.color("focus") if self.hasFocus() else None
        paint.frame(painter, area, theme.px(RADIUS), ground, line)
        room = area.adjusted(theme.px(_SIDE), 0, 0, 0)
        used = paint.text(painter, room, self._word, theme.font("cell"), theme.color("text.2"))
        room = room.adjusted(used + theme.px(_GAP), 0, 0, 0)
        paint.text(painter, room, self._amount, theme.font("chosen"), theme.color("text.1"))
