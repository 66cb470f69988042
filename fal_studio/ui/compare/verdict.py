"""What a comparison says, in sentences, and what can be done with it."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QMenu, QVBoxLayout, QWidget

from fal_studio.core.comparing.analysis import Analysis
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.flow import FlowRow
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr, trn

FORMS = {
    "text": tr("Text"),
    "csv": tr("CSV, a row for each call"),
    "json": tr("JSON, all of it"),
    "html": tr("HTML report"),
}
"""Forms of a report, in the order in which they are offered."""
PICTURE = "picture"

FOLDED_BELOW_PX = 620


class Verdict(QWidget):
    """The most important sentence, further ones, warnings; buttons at the right."""

    more_wanted = Signal(int)
    copy_wanted = Signal()
    table_toggled = Signal()
    export_wanted = Signal(str)
    """One of `FORMS`, or `PICTURE`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        px = current().px
        self.sentence = Paragraph("", "title", "1", parent=self)
        self.further = Paragraph("", "cell", "2", parent=self)
        self.warnings = Paragraph("", "cell", "ask", parent=self)
        self.more = Button(tr("More runs"), icon="plus", parent=self)
        self.copy = Button(tr("Copy summary"), "quiet", icon="copy", parent=self)
        self.table = Button(tr("Table"), "quiet", icon="table", hint="Tab", parent=self)
        self.export = Button(tr("Export"), "quiet", icon="download", parent=self)
        self._runs = 0
        self.more.clicked.connect(self._on_more_clicked)
        self.copy.clicked.connect(self.copy_wanted)
        self.table.clicked.connect(self.table_toggled)
        self.export.clicked.connect(self._on_export_clicked)
        self.menu = QMenu(self)
        for form, words in FORMS.items():
            self.menu.addAction(words, lambda form=form: self.export_wanted.emit(form))
        self.menu.addSeparator()
        self.menu.addAction(tr("Picture of this pane"), lambda: self.export_wanted.emit(PICTURE))
        buttons = FlowRow(6)
        for button in (self.more, self.copy, self.table, self.export):
            buttons.add(button)
        row = self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        row.setSpacing(px(6))
        row.addWidget(self.sentence, 1)
        row.addWidget(buttons)
        row.setAlignment(self.sentence, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(12), px(6), px(12), px(8))
        column.setSpacing(px(2))
        column.addLayout(row)
        for widget in (self.further, self.warnings):  # in the whole width: they are the long ones
            column.addWidget(widget)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the buttons under the sentence where it would have no room beside them."""
        super().resizeEvent(event)
        way = QBoxLayout.Direction
        is_narrow = self.width() < current().px(FOLDED_BELOW_PX)
        self._row.setDirection(way.TopToBottom if is_narrow else way.LeftToRight)

    def show_analysis(
        self, analysis: Analysis, price: Callable[[int], tuple[str, str]], *, is_running: bool
    ) -> None:
        """Say what the numbers say so far; `price` tells how many calls so many more runs are and what they cost, in words."""
        waiting = (
            tr("What differs is told when every lane has been called a few times.") if is_running else ""
        )
        self.sentence.set_text(analysis.verdict or waiting or tr("There are no numbers yet."))
        self.further.set_text(" ".join(analysis.more))
        self.further.setVisible(bool(analysis.more))
        self.warnings.set_text(" ".join(analysis.warnings))
        self.warnings.setVisible(bool(analysis.warnings) and not is_running)
        self._runs = analysis.more_runs or 5
        calls, cost = price(self._runs)
        amount = f", {cost}" if cost.startswith("≈") else ""
        self.more.setText(
            trn("{runs} more run{amount}", "{runs} more runs{amount}", self._runs).format(
                runs=self._runs, amount=amount
            )
        )
        self.more.setToolTip(
            tr(
                "Calls each lane so often again: {calls}, {cost}. What they tell is said anew with all "
                "runs together."
            ).format(calls=calls, cost=cost)
        )
        self.more.setVisible(not is_running)
        self.export.setEnabled(not is_running)
        self.copy.setEnabled(bool(analysis.lanes))

    def show_as_table(self, *, is_table: bool) -> None:
        """Say where the button leads."""
        self.table.setText(tr("Lanes") if is_table else tr("Table"))
        self.table.set_icon_name("timeline" if is_table else "table")
        keys = QKeySequence("Shift+Tab" if is_table else "Tab")
        self.table.set_hint(keys.toString(QKeySequence.SequenceFormat.NativeText))

    def _on_more_clicked(self) -> None:
        self.more_wanted.emit(self._runs)

    def _on_export_clicked(self) -> None:
        self.menu.popup(self.export.mapToGlobal(QPoint(0, self.export.height() + 4)))
