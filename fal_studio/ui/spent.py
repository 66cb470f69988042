"""The window's door to what was spent: today, in this session and for each project, by profile and endpoint."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from fal_studio.core.budget import Line, Summary
from fal_studio.figures import number
from fal_studio.ui.costs import money
from fal_studio.words import trn

_LEAST = 0.001
DAYS = 30
"""So far back the bill is read, today included."""


class Spent(QObject):
    """Holds the last summary of the book; all amounts are estimates from billed units and the price list."""

    changed = Signal()
    billed_wanted = Signal(str)
    """A profile with an ADMIN key, to read the bill of the last `DAYS` days with; answer with one of the next two."""
    billed = Signal(tuple, str)
    """What was billed beside our estimates, as `core.usage.Compared`, and whose calls ours are."""
    billed_failed = Signal(str)
    """Why the bill could not be read, and what to do."""
    ready_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.summary = Summary()
        self.is_ready = False
        """Whether somebody answers `billed_wanted`."""

    def put_ready(self) -> None:
        """Say that wishes are answered from now on; what was wished before would be lost."""
        self.is_ready = True
        self.ready_changed.emit()

    def put(self, summary: Summary) -> None:
        """Show this."""
        if summary != self.summary:
            self.summary = summary
            self.changed.emit()

    @property
    def today(self) -> str:
        """What was spent today in few words: "$0", "≈ $1.38"."""
        return about(total_usd(self.summary.day))


def total_usd(lines: Iterable[Line]) -> float:
    """Return what lines come to."""
    return sum(line.usd for line in lines)


def about(amount_usd: float) -> str:
    """Return an amount that is an estimate: "≈ $1.38", "< $0.001", "$0"."""
    if amount_usd <= 0:
        return money(0)
    return f"≈ {money(amount_usd)}" if amount_usd >= _LEAST else f"< {money(_LEAST)}"


def is_unknown(line: Line) -> bool:
    """Whether nobody knows what the calls of a line cost."""
    return line.usd == 0 and line.unbilled > 0


def calls_words(line: Line) -> str:
    """Return how many calls a line stands for: "1 call", "5 calls, 2 by estimate": no bill has told of those."""
    words = trn("{calls} call", "{calls} calls", line.calls).format(calls=number(line.calls))
    if not line.unbilled or is_unknown(line):
        return words
    return trn("{words}, by estimate", "{words}, {unbilled} by estimate", line.calls).format(
        words=words, unbilled=number(line.unbilled)
    )
