"""The list of names and values that the JSON editor offers: what they are beside them, the help of the current one below."""

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from fal_studio.core.schema.proposals import Proposal
from fal_studio.ui import paint, tokens
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.tokens import Scheme
from fal_studio.ui.widgets.labels import Divider
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr

SHADOW = 32
"""Room around the list for its shadow, in pixels."""
_WIDE_PX, _ROW_PX, _ROWS = 368, 26, 8
_SIDE_PX = 8


class ProposalList(QWidget):
    """Floats over the window; the keyboard stays in the editor, which moves through it."""

    picked = Signal(object)
    """A Proposal that was pressed."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("proposals")
        self.setAccessibleName(tr("Proposals"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        px = current().px
        self._model = _Proposals(self)
        self._view = QListView(self)
        self._view.setModel(self._model)
        self._view.setItemDelegate(_Row(self._view))
        self._view.setAccessibleName(tr("Proposals"))
        self._view.setFrameShape(QFrame.Shape.NoFrame)
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setMouseTracking(True)
        self._view.setUniformItemSizes(True)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._view.viewport().setAutoFillBackground(False)
        self._view.clicked.connect(self._on_clicked)
        self._divider = Divider()
        self._help = Paragraph("", "caption", "2", parent=self)
        foot = QVBoxLayout()
        foot.setContentsMargins(px(12), px(6), px(12), px(8))
        foot.addWidget(self._help)
        column = QVBoxLayout(self)
        edge = SHADOW + 1
        column.setContentsMargins(edge, edge + px(4), edge, edge)
        column.setSpacing(0)
        column.addWidget(self._view)
        column.addSpacing(px(4))
        column.addWidget(self._divider)
        column.addLayout(foot)
        self.hide()

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        """What is offered."""
        return self._model.proposals

    @property
    def current(self) -> Proposal | None:
        """What would be taken."""
        row = self._view.currentIndex().row()
        return self._model.proposals[row] if 0 <= row < len(self._model.proposals) else None

    @property
    def words(self) -> str:
        """What a screen reader is told of the current one."""
        return str(self._view.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole) or "")

    def offer(self, proposals: Sequence[Proposal], row: int = 0) -> None:
        """Offer other things."""
        self._model.show_proposals(proposals)
        self._go(row)

    def step(self, rows: int) -> None:
        """Move the choice; beyond an end it goes to the other one."""
        count, row = len(self._model.proposals), self._view.currentIndex().row()
        if abs(rows) > 1:
            self._go(max(0, min(count - 1, row + rows)))
        else:
            self._go((row + rows) % count)

    def place(self, word: QRect) -> None:
        """Stand below a word of the window, or above it where there is no room."""
        window, px = self._window, current().px
        box = QSize(min(px(_WIDE_PX), window.width() - 16), self._height())
        left = max(8, min(word.left() - px(_SIDE_PX) - 1, window.width() - box.width() - 8))
        top = word.bottom() + px(4)
        if top + box.height() > window.height() - 8 and word.top() - px(4) - box.height() >= 8:
            top = word.top() - px(4) - box.height()
        self.setGeometry(QRect(QPoint(left, top), box).adjusted(-SHADOW, -SHADOW, SHADOW, SHADOW))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw shadow and box."""
        del event
        theme = current()
        painter = QPainter(self)
        box = QRectF(self.rect()).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
        paint.shadow(painter, box, tokens.RADIUS_FLOAT, dark=theme.resolved is not Scheme.LIGHT)
        paint.frame(painter, box, tokens.RADIUS_FLOAT, theme.color("bg.float"), theme.color("line.control"))

    def _on_clicked(self, index: QModelIndex) -> None:
        self.picked.emit(self._model.proposals[index.row()])

    def _go(self, row: int) -> None:
        self._view.setCurrentIndex(self._model.index(row))
        here = self.current
        self._help.set_text(here.help if here else "")
        for part in (self._divider, self._help):
            part.setVisible(any(each.help for each in self._model.proposals))

    def _height(self) -> int:
        px = current().px
        rows = min(_ROWS, len(self._model.proposals)) * px(_ROW_PX)
        self._view.setFixedHeight(rows)
        room = px(_WIDE_PX) - px(24) - 2
        helps = [self._help_height(each.help, room) for each in self._model.proposals if each.help]
        foot = max(helps) + px(14) + 1 if helps else 0
        return rows + foot + px(8) + 2

    def _help_height(self, words: str, room: int) -> int:
        line = tokens.TYPE["caption"].line_px
        metrics = QFontMetricsF(current().font("caption"))
        lines = 1 if metrics.horizontalAdvance(words) <= room else 2
        return current().px(line) * lines


class _Proposals(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.proposals: tuple[Proposal, ...] = ()

    def show_proposals(self, proposals: Sequence[Proposal]) -> None:
        self.beginResetModel()
        self.proposals = tuple(proposals)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's
        return 0 if parent.isValid() else len(self.proposals)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        each = self.proposals[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return each.label
        if role == Qt.ItemDataRole.AccessibleTextRole:
            number = tr("{row} of {count}").format(row=index.row() + 1, count=len(self.proposals))
            return ", ".join(filter(None, (each.label, trailing(each), each.help, number)))
        return None


class _Row(QStyledItemDelegate):
    """The name in the editor's type, and what it is at the right edge."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the height of a row."""
        del option, index
        return QSize(current().px(160), current().px(_ROW_PX))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one row."""
        model = index.model()
        assert isinstance(model, _Proposals)
        each, theme = model.proposals[index.row()], current()
        area = QRectF(option.rect).adjusted(theme.px(4), 0, -theme.px(4), 0)
        is_current = option.widget.currentIndex().row() == index.row()  # type: ignore[attr-defined] - a view
        is_hovered = bool(option.state & option.state.State_MouseOver)
        if is_current or is_hovered:
            fill = theme.color("accent.tint" if is_current else "bg.hover")
            paint.frame(painter, area, tokens.RADIUS_SMALL, fill)
        area.adjust(theme.px(_SIDE_PX), 0, -theme.px(_SIDE_PX), 0)
        words = trailing(each)
        name_wide = text_width("mono", each.label)
        most = max(theme.px(60), area.width() - min(name_wide, area.width() * 0.6) - theme.px(12))
        wide = min(text_width("caption", words) + 1, most) if words else 0
        right = QRectF(area.right() - wide, area.top(), wide, area.height())
        paint.text(painter, right, words, theme.font("caption"), theme.color("text.3"))
        area.setRight(right.left() - (theme.px(12) if words else 0))
        paint.text(painter, area, each.label, theme.font("mono"), theme.color("text.1"))


def trailing(each: Proposal) -> str:
    """Return the quiet words beside a proposal."""
    return ", ".join(filter(None, (tr("required") if each.is_required else "", each.kind)))
