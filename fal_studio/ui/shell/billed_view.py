"""What fal billed beside our estimates, by day and endpoint; only here a key with ADMIN scope is asked for."""

from itertools import groupby

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from fal_studio.core.usage import Compared
from fal_studio.ui import mirroring
from fal_studio.ui.accounts import Accounts
from fal_studio.ui.costs import money
from fal_studio.ui.spent import DAYS, Spent
from fal_studio.ui.surface import grounded, laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.fields import ChoiceBox
from fal_studio.ui.widgets.labels import ElidedLabel, Label
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.words import tr

_SAME_USD = 0.000_05
FIRST = tr(
    "fal tells what the whole account was billed in the last {days} days, to a key with ADMIN "
    "scope. Choose the profile that has one."
).format(days=DAYS)
NO_PROFILE = tr("There is no profile with a key yet.")
_TITLES = ("", tr("billed"), tr("ours"), tr("difference"))


class BilledView(QWidget):
    """A profile to ask with, and the answer as a table."""

    def __init__(self, spent: Spent, accounts: Accounts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spent, self._accounts = spent, accounts
        self.rows: list[tuple[str, str, str, str]] = []
        """What stands in the lines: day or endpoint, billed, ours, difference."""
        self.profile = ChoiceBox(parent=self)
        self.profile.setAccessibleName(tr("Profile with an ADMIN key"))
        self.read = Button(tr("Read the bill"), parent=self)
        self._is_asking = False
        self.words = Paragraph("", "cell", "2", parent=self)
        self._area = QScrollArea(self)
        self._lay_out()
        self.read.clicked.connect(self._on_read)
        spent.billed.connect(self._on_billed)
        spent.billed_failed.connect(self._on_failed)
        spent.ready_changed.connect(self._let_read)
        accounts.changed.connect(self._show_profiles)
        self._show_profiles()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(current().px(8))
        row.addWidget(self.profile, 1)
        row.addWidget(self.read)
        area = self._area
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        grounded(area, "float")
        area.viewport().setAutoFillBackground(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row)
        column.addWidget(self.words)
        column.addWidget(area, 1)

    def _show_profiles(self) -> None:
        before, names = self.profile.currentText(), self._accounts.names
        self.profile.clear()
        self.profile.addItems(list(names))
        if before in names:
            self.profile.setCurrentText(before)
        self._let_read()
        if not self.rows:
            self.words.set_text(FIRST if names else NO_PROFILE)

    def _let_read(self) -> None:
        can_ask = self._spent.is_ready and not self._is_asking
        self.read.setEnabled(can_ask and bool(self._accounts.names))

    def _on_read(self) -> None:
        self._is_asking = True
        self._let_read()
        self.words.set_text(tr("Asking fal …"))
        self._spent.billed_wanted.emit(self.profile.currentText())

    def _on_failed(self, words: str) -> None:
        self._is_asking = False
        self._let_read()
        self.words.set_text(words)
        self._show(())

    def _on_billed(self, found: tuple[Compared, ...], whose: str) -> None:
        self._is_asking = False
        self._let_read()
        self.words.set_text(
            whose if found else tr("Nothing was billed in the last {days} days.").format(days=DAYS)
        )
        self._show(found)

    def _show(self, found: tuple[Compared, ...]) -> None:
        inner = laid(QWidget(), "float")
        grid = QGridLayout(inner)
        px = current().px
        mirroring.margins(grid, 0, px(4), px(8), 0)
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(6))
        grid.setColumnStretch(0, 1)
        self.rows = []
        if found:
            for column, title in enumerate(_TITLES):
                grid.addWidget(Label(title, "caption", "3"), 0, column, _side(column))
        for day, ones in groupby(found, key=lambda one: one.day):
            lines = tuple(ones)
            self._add(grid, _sum(day, lines), is_head=True)
            for one in lines:
                self._add(grid, one, is_head=False)
        grid.setRowStretch(grid.rowCount(), 1)
        self._area.setWidget(inner)
        inner.setAutoFillBackground(False)

    def _add(self, grid: QGridLayout, one: Compared, *, is_head: bool) -> None:
        name = one.day if is_head else one.endpoint or tr("set aside")
        texts = (name, _amount(one.billed_usd), _amount(one.ours_usd, "≈ "), _difference(one))
        self.rows.append(texts)
        row = grid.rowCount()
        style = "chosen" if is_head else "cell"
        grid.addWidget(ElidedLabel(name, style, "1" if is_head else "2"), row, 0)
        for column, text in enumerate(texts[1:], 1):
            grid.addWidget(Label(text, style, "3" if text == "none" else "1"), row, column, _side(column))


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


def _sum(day: str, lines: tuple[Compared, ...]) -> Compared:
    billed = [one.billed_usd for one in lines if one.billed_usd is not None]
    ours = [one.ours_usd for one in lines if one.ours_usd is not None]
    return Compared(day, "", sum(billed) if billed else None, sum(ours) if ours else None)


def _amount(usd: float | None, mark: str = "") -> str:
    return tr("none") if usd is None else f"{mark}{money(usd)}"


def _difference(one: Compared) -> str:
    usd = one.difference_usd
    if abs(usd) < _SAME_USD:
        return money(0)
    return f"{'+' if usd > 0 else '−'}{money(abs(usd))}"
