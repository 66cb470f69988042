"""The numbers of a recording and of runs of it under each other; where they are too wide, the rest of them stands below."""

from collections.abc import Iterator, Sequence
from math import ceil

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from fal_studio import figures
from fal_studio.core.realtime.recording import Outcome
from fal_studio.ui.theme import current, text_width
from fal_studio.ui.widgets.labels import ElidedLabel, Label
from fal_studio.words import told, tr

_TITLES = (
    "",
    tr("endpoint"),
    tr("policy"),
    tr("sent"),
    tr("answered"),
    tr("superseded"),
    tr("lost"),
    "p50",
    "p95",
    tr("seconds"),
)
_WORDS = 3
"""So many columns are words, the others are numbers."""
_GAP, _MOST = 18, 220
"""Between columns, and the most that one takes, at 100 %."""


class OutcomeTable(QWidget):
    """A row for each run. A part of the columns that does not fit is another table under the first, with the runs named again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[str, ...]] = []
        self._bands: list[range] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(current().px(4))

    def show_outcomes(self, outcomes: Sequence[Outcome]) -> None:
        """Show these, the recording's own first."""
        self._rows = [_cells(place, one) for place, one in enumerate(outcomes)]
        self._bands = []
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Return the width of the names beside the widest column, and the height of all rows as they stand."""
        widths = self._widths()
        wide = widths[0] + current().px(_GAP) + max(widths[1:])
        return QSize(wide, self._column.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Choose which columns stand beside each other."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        bands = list(_bands(self._widths(), self.width(), current().px(_GAP)))
        if bands == self._bands:
            return
        self._bands = bands
        while item := self._column.takeAt(0):
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for band in bands:
            self._column.addWidget(_table((_TITLES, *self._rows), (0, *band)))
        self.updateGeometry()

    def _widths(self) -> list[int]:
        """Return the width of each column, in pixels."""
        most = current().px(_MOST)
        return [
            min(
                most,
                max(
                    ceil(text_width("caption", title)),
                    *(ceil(text_width("control", row[column])) for row in self._rows),
                    0,
                )
                + 2,
            )
            for column, title in enumerate(_TITLES)
        ]


def _bands(widths: Sequence[int], room: int, gap: int) -> Iterator[range]:
    """Yield which columns after the first stand beside each other in a room, all in pixels."""
    first, used = 1, widths[0]
    for column in range(1, len(widths)):
        if column > first and used + gap + widths[column] > room:
            yield range(first, column)
            first, used = column, widths[0]
        used += gap + widths[column]
    yield range(first, len(widths))


def _table(rows: Sequence[Sequence[str]], columns: Sequence[int]) -> QWidget:
    """Return some columns of rows, the first of which holds the titles."""
    table, px = QWidget(), current().px
    grid = QGridLayout(table)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(px(_GAP))
    grid.setVerticalSpacing(px(1))
    grid.setColumnStretch(len(columns), 1)
    for line, row in enumerate(rows):
        for place, column in enumerate(columns):
            grid.addWidget(_label(row[column], column, is_title=not line), line, place)
    return table


def _label(text: str, column: int, *, is_title: bool) -> QWidget:
    if is_title:
        return _sided(Label(text, "caption", "3"), column)
    if column in range(1, _WORDS):
        return ElidedLabel(text, "control", "1")
    return _sided(Label(text, "control", "1" if column else "2"), column)


def _sided(label: Label, column: int) -> Label:
    if column >= _WORDS:
        label.setAlignment(Qt.AlignmentFlag.AlignRight)
    return label


def _cells(place: int, one: Outcome) -> tuple[str, ...]:
    """Return what stands in the row of a run, `place` counted from the recording."""
    return (
        tr("run {number}").format(number=place) if place else tr("recorded"),
        one.endpoint,
        told(one.policy),
        *(
            "–" if n is None else figures.number(n)
            for n in (one.sent, one.answered, one.superseded, one.lost)
        ),
        "–" if one.quantiles is None else tr("{p50} ms").format(p50=figures.number(one.quantiles.p50, ".0f")),
        "–" if one.quantiles is None else tr("{p95} ms").format(p95=figures.number(one.quantiles.p95, ".0f")),
        figures.number(one.seconds, ".1f"),
    )
