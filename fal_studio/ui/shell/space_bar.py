"""How much of the space for results is used, at the foot of the window: words and a small bar; a press shows more."""

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from fal_studio.core.artifacts import in_bytes
from fal_studio.core.disk_budget import GB, DiskBudget, Level
from fal_studio.figures import number, percent
from fal_studio.ui import mirroring, paint
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.tokens import HEIGHTS, RADIUS, Role
from fal_studio.words import tr

_SIDE: Final = 6
"""Room at both ends, for the ground under the pointer."""
_GAP: Final = 8
_BAR: Final = 56
_THICK: Final = 4
_INK: Final[dict[Level, Role]] = {Level.ROOM: "text.3", Level.NEAR: "ask", Level.FULL: "bad"}
_FILL: Final[dict[Level, Role]] = {Level.ROOM: "text.2", Level.NEAR: "ask", Level.FULL: "bad"}


class SpaceBar(QAbstractButton):
    """For example Results 3.2 of 20 GB, and a bar; amber when it is nearly used up, red when it is."""

    def __init__(self, budget: DiskBudget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._budget = budget
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.put(budget)

    def put(self, budget: DiskBudget) -> None:
        """Show how much is used now."""
        self._budget = budget
        self.setText(short(budget))
        self.setAccessibleName(told(budget))
        self.setToolTip(tr("{told} A press shows space and trash.").format(told=told(budget)))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Return room for words and bar."""
        px = current().px
        words = text_width("caption", self.text())
        return QSize(round(words + px(2 * _SIDE + _GAP + _BAR) + 1.5), px(HEIGHTS["status bar"]))

    def minimumSizeHint(self) -> QSize:
        """Return the same: where there is no room for it, it goes."""
        return self.sizeHint()

    @mirroring.widget
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the words and the bar, and a ground under the pointer."""
        del event
        theme, level = current(), self._budget.level
        px = theme.px
        painter = QPainter(self)
        area = QRectF(self.rect())
        ground = theme.color("bg.hover") if self.underMouse() or self.isDown() else None
        line = theme.color("focus") if self.hasFocus() else None
        paint.frame(painter, area.adjusted(0, px(2), 0, -px(2)), px(RADIUS), ground, line)
        room = area.adjusted(px(_SIDE), 0, -px(_SIDE + _BAR + _GAP) + 1, 0)
        paint.text(painter, room, self.text(), theme.font("caption"), theme.color(_INK[level]))
        groove = QRectF(
            area.right() - px(_SIDE + _BAR), (area.height() - px(_THICK)) / 2, px(_BAR), px(_THICK)
        )
        paint.frame(painter, groove, px(_THICK) / 2, theme.color("line.control"))
        if self._budget.used_bytes:
            groove.setWidth(max(groove.height(), groove.width() * min(1.0, self._budget.share)))
            paint.frame(painter, groove, px(_THICK) / 2, theme.color(_FILL[level]))


def short(budget: DiskBudget) -> str:
    """Return it in as few words as can be: Results 3.2 of 20 GB."""
    used, limit = in_bytes(budget.used_bytes), limit_of(budget)
    used = used.removesuffix(" GB")  # the other one says it
    return tr("Results {used} of {limit}").format(used=used, limit=limit)


def limit_of(budget: DiskBudget) -> str:
    """Return what is meant for results; it was chosen in whole gigabytes."""
    return f"{number(budget.limit_bytes // GB)} GB"


def told(budget: DiskBudget) -> str:
    """Return it in whole sentences."""
    used = tr("Results take {used} of the {limit} that are meant for them: {share}.").format(
        used=in_bytes(budget.used_bytes), limit=limit_of(budget), share=percent(budget.share)
    )
    more = {
        Level.ROOM: "",
        Level.NEAR: tr("That is nearly all."),
        Level.FULL: tr("It is used up; nothing is deleted by itself."),
    }
    return f"{used} {more[budget.level]}".rstrip()
