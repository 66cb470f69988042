"""Names with what is to be said of each, a line or a few: plain text, whoever wrote it."""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from fal_studio.ui import icons, mirroring, paint
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Role

_GAP, _BETWEEN, _MARK = 12, 6, 14
_LEAST_TEXT = 120
"""With less room beside their names, texts stand under them."""


class Fact(NamedTuple):
    """One row."""

    name: str
    text: str
    role: Role = "text.1"
    mark: str = ""
    """An icon before the text."""
    mark_role: Role = "text.2"


class FactList(QWidget):
    """Two columns: quiet names, and texts that wrap. The first column is as wide as the design says."""

    def __init__(
        self, name: str, *, names_px: int = 120, mono: bool = False, parent: QWidget | None = None
    ) -> None:
        """`mono`: the names are those of fields, in fixed width."""
        super().__init__(parent)
        self._what = name
        self._names_px = names_px
        self._name_style = "mono" if mono else "cell"
        self._facts: tuple[Fact, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_facts(())

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What is shown."""
        return self._facts

    def set_facts(self, facts: Sequence[Fact]) -> None:
        """Show other rows."""
        self._facts = tuple(facts)
        self.setAccessibleName(self._what)
        self.setAccessibleDescription("; ".join(f"{fact.name}: {fact.text}" for fact in self._facts))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Say that narrower means taller."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all rows at a width."""
        between = current().px(_BETWEEN)
        return max(0, sum(self._height(fact, width) + between for fact in self._facts) - between)

    def sizeHint(self) -> QSize:
        """Return the size at a usual width."""
        width = current().px(420)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Return room for the names, or for a few words under them."""
        return QSize(current().px(self._names_px), current().line_px("cell"))

    @mirroring.widget
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the rows."""
        del event
        theme = current()
        painter = QPainter(self)
        top = 0
        is_stacked = self._is_stacked(self.width())
        names = self.width() if is_stacked else theme.px(self._names_px)
        left = self._left(self.width())
        for fact in self._facts:
            line = theme.line_px("cell")
            font = theme.font(self._name_style)
            paint.text(painter, QRectF(0, top, names, line), fact.name, font, theme.color("text.2"))
            top += line if is_stacked else 0
            x = left
            if fact.mark:
                side = theme.px(_MARK)
                box = QRectF(x, top + (line - side) / 2, side, side)
                icons.draw(painter, box, fact.mark, theme.color(fact.mark_role))
                x += side + theme.px(6)
            painter.setPen(theme.color(fact.role))
            wide = self.width() - x
            spot = mirroring.placed(QRectF(x, top, wide, line)).topLeft()
            _laid(fact.text, round(wide), theme.font("cell"), line).draw(painter, spot)
            top += self._height(fact, self.width()) - (line if is_stacked else 0) + theme.px(_BETWEEN)

    def _height(self, fact: Fact, width: int) -> int:
        theme = current()
        mark = theme.px(_MARK + 6) if fact.mark else 0
        room = width - self._left(width) - mark
        line = theme.line_px("cell")
        lines = max(1, _laid(fact.text, room, theme.font("cell"), line).lineCount())
        return (lines + self._is_stacked(width)) * line

    def _is_stacked(self, width: int) -> bool:
        """Whether texts stand under their names: a column of two words is none."""
        return width < current().px(self._names_px + _LEAST_TEXT)

    def _left(self, width: int) -> int:
        return 0 if self._is_stacked(width) else current().px(self._names_px + _GAP)


def _laid(text: str, width: int, font: QFont, high: int) -> QTextLayout:
    layout = QTextLayout(text, font)
    option = QTextOption(Qt.AlignmentFlag(mirroring.aligned(int(Qt.AlignmentFlag.AlignLeft))))
    option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # Qt begins with the window's
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    top = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(max(1, width))
        line.setPosition(QPointF(0, top + (high - line.height()) / 2))
        top += high
    layout.endLayout()
    return layout
