"""A few colours to choose one from, each with its name."""

from collections.abc import Mapping

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QWidget

from fal_studio.ui import paint
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import CONTROL, RADIUS_SMALL, Role

_SIDE = 16


class Swatches(QWidget):
    """Squares side by side; the chosen one has a ring. Left and right arrows walk."""

    def __init__(self, colours: Mapping[str, Role], *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(current().px(4))
        self._by_name: dict[str, _Swatch] = {}
        for word, role in colours.items():
            button = self._by_name[word] = _Swatch(word, role, self)
            self._group.addButton(button)
            row.addWidget(button)
        row.addStretch(1)

    @property
    def value(self) -> str:
        """The name of the chosen colour, "" while there is none."""
        button = self._group.checkedButton()
        return button.accessibleName() if button is not None else ""

    def set_value(self, name: str) -> None:
        """Choose a colour; nothing is told."""
        self._by_name[name].setChecked(True)


class _Swatch(QAbstractButton):
    def __init__(self, name: str, role: Role, parent: QWidget) -> None:
        super().__init__(parent)
        self._role: Role = role
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setToolTip(name.capitalize())
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(QSize(current().px(CONTROL), current().px(CONTROL)))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the square, and a ring around the chosen one."""
        del event
        theme = current()
        painter = QPainter(self)
        side = theme.px(_SIDE)
        box = QRectF(0, 0, side, side)
        box.moveCenter(QRectF(self.rect()).center())
        paint.frame(painter, box, theme.px(RADIUS_SMALL), theme.color(self._role))
        if self.isChecked() or self.hasFocus():
            ring = box.adjusted(-4, -4, 4, 4)
            role: Role = "focus" if self.hasFocus() else "text.1"
            paint.frame(painter, ring, theme.px(RADIUS_SMALL) + 3, None, theme.color(role))
