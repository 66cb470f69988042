"""The head of a list of calls: quiet words, and an arrow at the column that rows are sorted by."""

from PySide6.QtCore import QRect, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter
from PySide6.QtWidgets import QHeaderView, QWidget

from fal_studio.core.history import Order
from fal_studio.ui import icons, paint
from fal_studio.ui.queue.model import ORDERS, RIGHT, TITLES, Column
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.tokens import Role


class CallsHead(QHeaderView):
    """Tells the order that a press wants."""

    order_wanted = Signal(object)
    """An Order."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._order, self._descending = Order.STARTED, True
        self.setHighlightSections(False)
        self.setMinimumSectionSize(16)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSectionsClickable(True)
        self.setMouseTracking(True)

    def show_order(self, order: Order, *, descending: bool) -> None:
        """Mark the column that rows are sorted by."""
        self._order, self._descending = order, descending
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Sort by what is pressed."""
        super().mouseReleaseEvent(event)
        at = self.logicalIndexAt(event.position().toPoint())
        if at in ORDERS and event.button() == Qt.MouseButton.LeftButton:
            self.order_wanted.emit(ORDERS[Column(at)])

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Draw one column's head."""
        theme = current()
        painter.save()
        paint.box(painter, QRectF(rect), theme.color("bg.panel"))
        paint.box(painter, QRectF(rect.left(), rect.bottom(), rect.width(), 1), theme.color("line.subtle"))
        column = Column(section)
        is_sorted = ORDERS.get(column) is self._order
        hovered = self.viewport().underMouse() and rect.contains(
            self.viewport().mapFromGlobal(self.cursor().pos())
        )
        role: Role = "text.1" if hovered and column in ORDERS else "text.2" if is_sorted else "text.3"
        area = QRectF(rect).adjusted(theme.px(12 if column == Column.STATE else 6), 0, -theme.px(6), -1)
        if column == Column.STARTED:
            area.adjust(0, 0, -theme.px(6), 0)
        wide = text_width("header", TITLES[column])
        right = column in RIGHT
        align = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        paint.text(painter, area, TITLES[column], theme.font("header"), theme.color(role), align)
        if is_sorted:
            side = theme.px(12)
            left = area.right() - wide - side - theme.px(3) if right else area.left() + wide + theme.px(3)
            spot = QRectF(left, area.center().y() - side / 2, side, side)
            icons.draw(painter, spot, "arrow-down" if self._descending else "arrow-up", theme.color(role))
        painter.restore()
