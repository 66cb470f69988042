"""The column beside the JSON: line numbers, marks of problems, and the triangles that fold."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPolygonF, QTextBlock
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from fal_studio.ui import theme

FOLD_PX = 16


class Gutter(QWidget):
    """Draws what belongs to the lines that are seen."""

    fold_wanted = Signal(int)
    """The number of a line, from 0, whose triangle was pressed."""

    def __init__(
        self,
        editor: QPlainTextEdit,
        lines: Callable[[QRect], list[tuple[QTextBlock, float]]],
        fold_of: Callable[[QTextBlock], bool | None],
        is_wrong: Callable[[int], bool],
    ) -> None:
        """`lines` are those in a part of the view with their tops; `fold_of` says folded, open, or None: cannot."""
        super().__init__(editor)
        self._editor, self._lines, self._fold_of, self._is_wrong = editor, lines, fold_of, is_wrong
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def wanted_px(self) -> int:
        """Return the width of the column."""
        digits = max(2, len(str(self._editor.blockCount())))
        px = theme.current().px
        return self._editor.fontMetrics().horizontalAdvance("0") * digits + px(10 + FOLD_PX)

    def sizeHint(self) -> QSize:
        """Return the wanted size."""
        return QSize(self.wanted_px(), 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        colours = theme.current()
        painter = QPainter(self)
        painter.fillRect(event.rect(), colours.color("bg.field"))
        painter.setFont(self._editor.font())
        fold, height = colours.px(FOLD_PX), self._editor.fontMetrics().height()
        for block, top in self._lines(event.rect()):
            wrong = self._is_wrong(block.blockNumber())
            if wrong:
                painter.fillRect(QRect(0, int(top), 3, height), colours.color("bad"))
            painter.setPen(colours.color("bad" if wrong else "text.off"))
            box = QRect(0, int(top), self.width() - fold - 2, height)
            number = str(block.blockNumber() + 1)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, number)
            folded = self._fold_of(block)
            if folded is not None:
                self._draw_triangle(painter, self.width() - fold / 2 - 1, top + height / 2, is_folded=folded)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Fold or unfold the line that was pressed."""
        y = event.position().toPoint().y()
        for block, _top in self._lines(QRect(0, y, 1, 1)):
            self.fold_wanted.emit(block.blockNumber())
            return

    def _draw_triangle(self, painter: QPainter, x: float, y: float, *, is_folded: bool) -> None:
        size = theme.current().px(3.5)
        if is_folded:
            points = [
                QPointF(x - size / 2, y - size),
                QPointF(x + size / 2 + 1, y),
                QPointF(x - size / 2, y + size),
            ]
        else:
            points = [
                QPointF(x - size, y - size / 2),
                QPointF(x + size, y - size / 2),
                QPointF(x, y + size / 2 + 1),
            ]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.current().color("text.2" if is_folded else "text.3"))
        painter.drawPolygon(QPolygonF(points))
        painter.restore()
