"""The jobs of this session: state, endpoint and mode of each call, newest first."""

from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from fal_studio.core.call import CallState
from fal_studio.ui import theme
from fal_studio.ui.models import Calls, seconds
from fal_studio.ui.surface import grounded
from fal_studio.ui.widgets.labels import Label
from fal_studio.ui.widgets.state_label import draw_state

_JOB = int(Qt.ItemDataRole.UserRole) + 1
ROW_PX = 44


class Job(NamedTuple):
    """What a row shows."""

    call: str
    state: str
    endpoint: str
    mode: str
    aside: str


class JobsList(QWidget):
    """A row for each call; choosing one shows it, Delete cancels it."""

    show_wanted = Signal(str)
    cancel_wanted = Signal(str)

    def __init__(self, calls: Calls, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._calls = calls
        self._model = QStandardItemModel(self)
        self._items: dict[str, QStandardItem] = {}
        self._empty = Label("Runs appear here, newest first.", "cell", "3", parent=self)
        self.view = QListView(self)
        grounded(self.view, "float")
        self.view.setAccessibleName("Jobs")
        self.view.setModel(self._model)
        self.view.setItemDelegate(_JobDelegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.clicked.connect(self._on_chosen)
        self.view.activated.connect(self._on_chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._empty)
        column.addWidget(self.view, 1)
        calls.added.connect(self._on_added)
        calls.changed.connect(self._on_changed)
        for call in calls.ids():
            self._on_added(call)
        self._empty.setVisible(not self._items)

    def _on_chosen(self, index: QModelIndex) -> None:
        self.show_wanted.emit(index.data(_JOB).call)

    def _on_changed(self, call: str) -> None:
        self._show(call)

    def _on_added(self, call: str) -> None:
        item = QStandardItem()
        item.setEditable(False)
        self._items[call] = item
        self._show(call)
        self._model.insertRow(0, item)
        self._empty.hide()

    def _show(self, call: str) -> None:
        item, request = self._items.get(call), self._calls.request(call)
        if item is None or request is None:
            return
        state = self._calls.state(call)
        job = Job(call, state.phase.value, request.endpoint, request.mode.value, _aside(state))
        if item.data(_JOB) != job:
            item.setData(job, _JOB)
            told = f"{job.state}, {job.endpoint}, {job.mode}, {job.aside}"
            item.setData(told, int(Qt.ItemDataRole.AccessibleTextRole))


def _aside(state: CallState) -> str:
    return seconds(state.elapsed_s) if state.is_ended else ""


class _JobDelegate(QStyledItemDelegate):
    """Paints endpoint over state."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the wanted size."""
        return QSize(200, theme.current().px(ROW_PX))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one cell."""
        job: Job = index.data(_JOB)
        colours = theme.current()
        px = colours.px
        area = QRect(option.rect)  # pyright: ignore[reportAttributeAccessIssue, reportArgumentType]
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue]
        painter.save()
        if state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, colours.color("bg.hover"))
        elif state & QStyle.StateFlag.State_Selected:
            painter.fillRect(area, colours.color("bg.selected"))
        inner = area.adjusted(px(8), px(4), -px(8), -px(4))
        first = QRect(inner.left(), inner.top(), inner.width(), px(18))
        second = QRect(inner.left(), first.bottom() + 1, inner.width(), px(18))
        font = colours.font("control")
        painter.setFont(font)
        painter.setPen(colours.color("text.1"))
        name = QFontMetrics(font).elidedText(
            job.endpoint, Qt.TextElideMode.ElideMiddle, first.width() - px(90)
        )
        painter.drawText(first, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(colours.font("caption"))
        painter.setPen(colours.color("text.3"))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(first, right, job.mode)
        painter.drawText(second, right, job.aside)
        draw_state(painter, second.toRectF(), job.state)
        painter.restore()
