"""The foot of the dock: how much is listed, what it cost, by which conditions and in which order."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from fal_studio.core.history import Order, Spent
from fal_studio.figures import number
from fal_studio.ui import paint
from fal_studio.ui.costs import spent_words
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.chips import Chip
from fal_studio.ui.widgets.labels import ElidedLabel, Label
from fal_studio.words import told, tr, trn

_CHIPS = 6


class DockFoot(QWidget):
    """What is listed, and by which conditions, in one line."""

    chip_closed = Signal(str)
    detail_wanted = Signal()
    """All of the chosen call is wanted where the list stands alone."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        px = current().px
        self._counts = Label("", "caption", "3", parent=self)
        self._order = Label("", "caption", "3", parent=self)
        self._problem = ElidedLabel("", "caption", "ask", parent=self)
        self._chips = QHBoxLayout()
        self._chips.setSpacing(px(4))
        self._shown: tuple[str, ...] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), 1, px(12), 0)
        row.setSpacing(px(12))
        row.addWidget(self._counts)
        row.addLayout(self._chips)
        row.addWidget(self._problem, 1)
        row.addWidget(self._order)
        self._row = row
        self._detail: Button | None = None
        self.setFixedHeight(px(26))

    def offer_detail(self, *, is_offered: bool) -> None:
        """Lead to the chosen call, or not."""
        if self._detail is None and is_offered:
            self._detail = Button(tr("Details"), "quiet", scale="s", icon="chevron-right", parent=self)
            self._detail.setToolTip(tr("All of the chosen call; the Right key shows it, too"))
            self._detail.clicked.connect(self.detail_wanted)
            self._row.addWidget(self._detail)
        if self._detail is not None:
            self._detail.setVisible(is_offered)

    def show_conditions(self, chips: tuple[str, ...], problem: str) -> None:
        """Show the conditions of the filter, each to be taken away, and what was not understood."""
        self._problem.set_text(problem)
        if chips == self._shown:
            return
        self._shown = chips
        while (item := self._chips.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for words in chips[:_CHIPS]:
            chip = Chip(words, "outlined", closable=True, tooltip=tr("Take this condition away"), parent=self)
            chip.close_wanted.connect(partial(self.chip_closed.emit, words))
            self._chips.addWidget(chip)

    def show_counts(
        self, shown: int, total: int, spent: Spent | None, order: Order, *, descending: bool
    ) -> None:
        """Say how much of everything is seen, and what it cost together, as far as that is known."""
        noun = trn("call", "calls", total)
        count = (
            tr("{shown} of {total} {noun}").format(shown=number(shown), total=number(total), noun=noun)
            if shown != total
            else f"{number(total)} {noun}"
        )
        costs = spent_words(spent) if spent is not None else ""
        self._counts.setText(f"{count}, {costs}" if costs else count)
        self._order.setText(order_words(order, descending=descending) if shown else "")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the line above."""
        del event
        paint.box(
            QPainter(self), self.rect().adjusted(0, 0, 0, 1 - self.height()), current().color("line.subtle")
        )


def order_words(order: Order, *, descending: bool) -> str:
    """Return an order as people say it."""
    match order:
        case Order.STARTED:
            return tr("newest first") if descending else tr("oldest first")
        case Order.COST:
            return tr("dearest first") if descending else tr("cheapest first")
        case Order.ELAPSED:
            return tr("longest first") if descending else tr("shortest first")
        case _:
            return (
                tr("by {order}, backwards").format(order=told(order.value))
                if descending
                else tr("by {order}").format(order=told(order.value))
            )
