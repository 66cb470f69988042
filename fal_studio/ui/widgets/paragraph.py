"""Text over several lines at the line height of its type style, which a label cannot keep."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QWidget

from fal_studio.ui import utf16
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import Role
from fal_studio.ui.widgets.labels import TONE_ROLES, TextTone, TextType

_HEIGHTS = 16
"""So many heights are kept: a pane whose edge is pulled asks for others all the time."""


class Paragraph(QWidget):
    """Plain words that wrap; height follows width."""

    def __init__(
        self,
        text: str = "",
        style: TextType = "body",
        tone: TextTone = "2",
        *,
        centred: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._style = style
        self._heights: dict[tuple[int, float], int] = {}
        """By width and zoom: a layout asks for the same ones again and again."""
        self._role: Role = TONE_ROLES[tone]
        self._align = Qt.AlignmentFlag.AlignHCenter if centred else Qt.AlignmentFlag.AlignLeft
        # Not fixed: Qt would then cut it at the height it has at its preferred width.
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_text(text)

    def text(self) -> str:
        """Return the words."""
        return self._text

    def set_text(self, text: str) -> None:
        """Say something else."""
        self._text = text
        self._heights.clear()
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        """Say that narrower means taller."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height of all lines at a width."""
        key = max(1, width), current().zoom
        if (known := self._heights.get(key)) is None:
            if len(self._heights) >= _HEIGHTS:
                self._heights.clear()
            known = self._heights[key] = self._laid(key[0]).lineCount() * current().line_px(self._style)
        return known

    def sizeHint(self) -> QSize:
        """Return one line, at most 60 letters wide."""
        metrics = QFontMetricsF(current().font(self._style))
        width = min(metrics.horizontalAdvance(self._text) + 1, metrics.averageCharWidth() * 60)
        return QSize(round(width + 0.5), self.heightForWidth(round(width + 0.5)))

    def minimumSizeHint(self) -> QSize:
        """Return room for a short word."""
        theme = current()
        return QSize(theme.px(48), theme.line_px(self._style))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the lines."""
        del event
        theme = current()
        painter = QPainter(self)
        painter.setPen(theme.color(self._role if self.isEnabled() else "text.off"))
        layout = self._laid(self.width())
        room = max(1, self.height() // theme.line_px(self._style))
        if layout.lineCount() <= room:
            layout.draw(painter, QPointF(0, 0))
            return
        for number in range(room - 1):
            layout.lineAt(number).draw(painter, QPointF(0, 0))
        last = layout.lineAt(room - 1)
        rest = utf16.after(self._text, last.textStart())
        words = QFontMetricsF(theme.font(self._style)).elidedText(
            rest, Qt.TextElideMode.ElideRight, self.width()
        )
        painter.setFont(theme.font(self._style))
        painter.drawText(QPointF(last.x(), last.y() + last.ascent()), words)

    def _laid(self, width: int) -> QTextLayout:
        theme = current()
        layout = QTextLayout(self._text, theme.font(self._style))
        align = self._align
        if align is Qt.AlignmentFlag.AlignLeft and self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            align = Qt.AlignmentFlag.AlignRight
        option = QTextOption(align)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # Qt begins with the window's
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        high = theme.line_px(self._style)
        layout.beginLayout()
        top = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QPointF(0, top + (high - line.height()) / 2))
            top += high
        layout.endLayout()
        return layout
