"""How a model can be called: yes, no or unknown for each way, the reason on hover."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from fal_studio.ui import mirroring, paint
from fal_studio.ui.browser.words import MODES
from fal_studio.ui.catalogue import Endpoint
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.widgets.segmented import Capability, draw_capability
from fal_studio.words import mark, told, tr

ANSWERS = {
    Capability.SUPPORTED: mark("yes"),
    Capability.UNSUPPORTED: mark("no"),
    Capability.UNKNOWN: mark("unknown"),
}
_DOT, _GAP, _BETWEEN = 7, 6, 16


class Abilities(QWidget):
    """One small sign for each way to call it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("How it can be called"))
        self._signs = {name: _Sign(name, self) for name in MODES}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        """Say that narrower means taller."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of the lines that fit a width."""
        return max(box.bottom() + 1 for box in self._boxes(width))

    def sizeHint(self) -> QSize:
        """Return the size of one line."""
        wide = sum(sign.sizeHint().width() + current().px(_BETWEEN) for sign in self._signs.values())
        return QSize(wide, self.heightForWidth(wide))

    def minimumSizeHint(self) -> QSize:
        """Return room for the widest sign."""
        return QSize(max(sign.sizeHint().width() for sign in self._signs.values()), current().px(20))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Begin a new line where there is no room."""
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        for sign, box in zip(self._signs.values(), self._boxes(self.width()), strict=True):
            sign.setGeometry(QStyle.visualRect(self.layoutDirection(), self.rect(), box))

    def _boxes(self, width: int) -> list[QRect]:
        boxes: list[QRect] = []
        px = current().px
        left = top = 0
        for sign in self._signs.values():
            size = sign.sizeHint()
            if left and left + size.width() > width:
                left, top = 0, top + size.height() + px(4)
            boxes.append(QRect(left, top, size.width(), size.height()))
            left += size.width() + px(_BETWEEN)
        return boxes

    def show_endpoint(self, endpoint: Endpoint) -> None:
        """Say how an endpoint can be called."""
        for name, modes in MODES.items():
            self._signs[name].show_answer(*endpoint.supports(modes[0]))
        self.updateGeometry()
        self._place()

    def answers(self) -> dict[str, str]:
        """Return what is said of each way: yes, no or unknown."""
        return {name: ANSWERS[sign.capability] for name, sign in self._signs.items()}


class _Sign(QWidget):
    """A dot, ring or dash, and two words."""

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = name
        self.capability = Capability.UNKNOWN
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_answer(self, capability: Capability, reason: str) -> None:
        """Show whether it can be called like this, and why."""
        self.capability = capability
        self.setAccessibleName(f"{self._name}: {told(ANSWERS[capability])}")
        self.setAccessibleDescription(reason)
        self.setToolTip(reason)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for the words."""
        theme = current()
        words = text_width("control", self._name) + text_width("cell", told(ANSWERS[self.capability]))
        return QSize(round(theme.px(_DOT + _GAP) + words + theme.px(5) + 1), theme.px(20))

    @mirroring.widget
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sign."""
        del event
        theme = current()
        painter = QPainter(self)
        area = QRectF(self.rect())
        draw_capability(painter, QPointF(theme.px(_DOT) / 2, area.center().y()), self.capability)
        area.setLeft(theme.px(_DOT + _GAP))
        used = paint.text(painter, area, self._name, theme.font("control"), theme.color("text.1"))
        area.setLeft(area.left() + used + theme.px(5))
        paint.text(painter, area, told(ANSWERS[self.capability]), theme.font("cell"), theme.color("text.2"))
