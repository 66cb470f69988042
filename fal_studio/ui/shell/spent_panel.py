"""What was spent today, in this session and for each project, by profile and endpoint, and what is left of each limit."""

import datetime as dt
from itertools import groupby

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QScrollArea, QStackedWidget, QWidget

from fal_studio.core.budget import Line, usd
from fal_studio.ui.accounts import Accounts
from fal_studio.ui.shell.billed_view import BilledView
from fal_studio.ui.spent import Spent, about, calls_words, is_unknown, total_usd
from fal_studio.ui.surface import grounded, laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.buttons import Button
from fal_studio.ui.widgets.day import month
from fal_studio.ui.widgets.floating_panel import FloatingPanel
from fal_studio.ui.widgets.labels import ElidedLabel, Label
from fal_studio.ui.widgets.paragraph import Paragraph
from fal_studio.ui.widgets.segmented import Part, SegmentedControl
from fal_studio.words import tr

WIDE_PX, HIGH_PX = 520, 420
DAY, SESSION, PROJECTS, BILLED = "day", "session", "projects", "billed"
_SPANS = {DAY: tr("today"), SESSION: tr("in this session")}
NO_PROJECTS = tr(
    "Nothing was spent for a project yet. A request counts for the folder that it is saved in, "
    "or for the project that you name in the menu Request."
)
ABOUT = tr(
    "Billed units times the price list: close to the invoice, but no invoice. Other programs that use the key, "
    "and what nobody knows the price of, are not in it."
)


class SpentPanel(FloatingPanel):
    """Follows the book while it is open."""

    limits_wanted = Signal()
    """The profiles' limits are to be changed."""

    def __init__(self, spent: Spent, accounts: Accounts, window: QWidget) -> None:
        super().__init__(tr("What was spent"), window)
        self._spent, self._accounts = spent, accounts
        self.span = SegmentedControl(
            (
                Part(DAY, tr("Today")),
                Part(SESSION, tr("This session")),
                Part(PROJECTS, tr("Projects")),
                Part(BILLED, tr("Billed by fal")),
            ),
            DAY,
            name=tr("What was spent when"),
            parent=self,
        )
        self.total = Label("", "value", "1", parent=self)
        self.rows: list[tuple[str, str, str]] = []
        """What stands in the lines: name, calls, amount."""
        self._area = QScrollArea(self)
        self.billed = BilledView(spent, accounts, self)
        self._pages = QStackedWidget(self)
        self._fill()
        self.span.chosen.connect(self._show)
        spent.changed.connect(self._on_changed)
        accounts.changed.connect(self._on_changed)

    def open_at(self, corner_x: int, top: int) -> None:
        """Open it with its right upper corner there."""
        px = current().px
        wide = min(px(WIDE_PX), self.window().width() - px(32))
        high = min(px(HIGH_PX), self.window().height() - top - px(24))
        self.place(QRect(corner_x - wide, top, wide, high))
        self._show()
        self.open()

    def _fill(self) -> None:
        row = QGridLayout()
        row.addWidget(self.span, 0, 0, Qt.AlignmentFlag.AlignLeft)
        row.addWidget(self.total, 0, 1, Qt.AlignmentFlag.AlignRight)
        self.body.addLayout(row)
        area = self._area
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        grounded(area, "float")
        area.viewport().setAutoFillBackground(False)
        self._pages.addWidget(area)
        self._pages.addWidget(self.billed)
        self.body.addWidget(self._pages, 1)
        limits = Button(tr("Limits…"), parent=self)
        limits.clicked.connect(self._on_limits)
        self.foot.addWidget(Paragraph(ABOUT, "caption", "3"), 1, Qt.AlignmentFlag.AlignVCenter)
        self.foot.addWidget(limits, 0, Qt.AlignmentFlag.AlignVCenter)

    def _on_limits(self) -> None:
        self.dismiss()
        self.limits_wanted.emit()

    def _on_changed(self) -> None:
        if self.isVisible():
            self._show()

    def _show(self) -> None:
        span = self.span.current()
        self._pages.setCurrentWidget(self.billed if span == BILLED else self._area)
        self.total.setVisible(span in _SPANS)
        if span == BILLED:
            return
        inner = laid(QWidget(), "float")
        grid = QGridLayout(inner)
        px = current().px
        grid.setContentsMargins(0, px(8), 0, 0)
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(6))
        grid.setColumnStretch(0, 1)
        self.rows = []
        if span == PROJECTS:
            self._show_projects(grid)
        else:
            self._show_profiles(grid, span)
        grid.setRowStretch(grid.rowCount(), 1)
        self._area.setWidget(inner)
        inner.setAutoFillBackground(False)

    def _show_profiles(self, grid: QGridLayout, span: str) -> None:
        lines = self._spent.summary.day if span == DAY else self._spent.summary.session
        self.total.setText(about(total_usd(lines)))
        for profile, found in groupby(lines, key=lambda line: line.profile):
            self._add_profile(grid, profile, tuple(found), span)
        if not lines:
            self._say_nothing(grid, tr("Nothing was spent {spans}.").format(spans=_SPANS[span]))

    def _show_projects(self, grid: QGridLayout) -> None:
        for project, found in groupby(self._spent.summary.projects, key=lambda one: one.project):
            ones = tuple(found)
            since = _day(min(one.since for one in ones))
            total = about(total_usd(one.line for one in ones))
            self._add(grid, project, tr("since {since}").format(since=since), total, is_head=True)
            for one in ones:
                amount = tr("unknown") if is_unknown(one.line) else about(one.line.usd)
                words = f"{one.line.profile}, {calls_words(one.line)}"
                self._add(grid, one.line.endpoint, words, amount)
        if not self._spent.summary.projects:
            self._say_nothing(grid, NO_PROJECTS)

    def _say_nothing(self, grid: QGridLayout, words: str) -> None:
        grid.addWidget(Paragraph(words, "cell", "3", centred=True), 1, 0)
        grid.setRowStretch(0, 1)

    def _add_profile(self, grid: QGridLayout, profile: str, lines: tuple[Line, ...], span: str) -> None:
        self._add(
            grid, profile, self._left(profile, total_usd(lines), span), about(total_usd(lines)), is_head=True
        )
        for line in lines:
            amount = tr("unknown") if is_unknown(line) else about(line.usd)
            self._add(grid, line.endpoint or tr("set aside"), calls_words(line), amount)

    def _add(self, grid: QGridLayout, name: str, note: str, amount: str, *, is_head: bool = False) -> None:
        self.rows.append((name, note, amount))
        row = grid.rowCount()
        style = "chosen" if is_head else "cell"
        if is_head and row > 1:
            grid.setRowMinimumHeight(row, current().px(32))
        title = ElidedLabel(name, style, "1" if is_head else "2")
        # The room above a head is not shared with its own lines below.
        foot = Qt.AlignmentFlag.AlignBottom
        grid.addWidget(title, row, 0, foot)
        right = Qt.AlignmentFlag.AlignRight | foot
        grid.addWidget(Label(note, "cell", "3"), row, 1, right)
        grid.addWidget(Label(amount, style, "3" if amount == "unknown" else "1"), row, 2, right)

    def _left(self, profile: str, used_usd: float, span: str) -> str:
        account = self._accounts.account(profile)
        if account is None:
            return ""
        stop = account.budget.stop_day_usd if span == DAY else account.budget.stop_session_usd
        return (
            tr("{usd} left of {usd_2}").format(usd=usd(max(0.0, stop - used_usd)), usd_2=usd(stop))
            if stop > 0
            else tr("no limit")
        )


def _day(day: str) -> str:
    when = dt.date.fromisoformat(day)
    today = dt.datetime.now().astimezone().date()
    if when == today:
        return tr("today")
    return tr("{day} {month}").format(day=when.day, month=month(when)) + (
        "" if when.year == today.year else f" {when.year}"
    )
