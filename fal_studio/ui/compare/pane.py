"""The comparison pane: run bar, shared input, lanes on one time axis or as a table, verdict."""

from collections.abc import Sequence
from functools import cached_property

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fal_studio.core.comparing.plan import Kind
from fal_studio.figures import number
from fal_studio.ui.compare import words
from fal_studio.ui.compare.desk import CompareDesk
from fal_studio.ui.compare.input_line import InputLine
from fal_studio.ui.compare.lane_chart import LaneChart
from fal_studio.ui.compare.lane_menu import LaneMenu
from fal_studio.ui.compare.lane_table import LaneTable
from fal_studio.ui.compare.legend import Legend
from fal_studio.ui.compare.outputs import Outputs
from fal_studio.ui.compare.run_bar import Choice, CompareBar
from fal_studio.ui.compare.verdict import Verdict
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.widgets.empty_state import EmptyState
from fal_studio.ui.widgets.labels import Divider, ElidedLabel, Label
from fal_studio.ui.widgets.notice_line import NoticeLine
from fal_studio.words import tr, trn

HERO = tr("Press {Ctrl} {Enter} to compare")
LINE = tr(
    "Each lane is one way to call the model, with the same input. You see where the time went, and whether one is "
    "faster by more than chance."
)


class ComparePane(QWidget):
    """Shows the desk; redraws at most once a frame while something runs."""

    call_wanted = Signal(str)
    request_chosen = Signal(str)
    kind_chosen = Signal(str)
    run_wanted = Signal()
    mend_wanted = Signal()
    """The request cannot be sent: go to what is in the way."""
    copy_wanted = Signal(str)
    export_wanted = Signal(str)
    kept_wanted = Signal()

    def __init__(self, desk: CompareDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self.desk = desk
        self._problem = ""
        self._is_drawn_live = False
        self.bar = CompareBar(self)
        self.input = InputLine(self)
        self.chart = LaneChart()
        self.table = LaneTable()
        self.legend = Legend()
        self.stage = _StageLine()
        self.verdict = Verdict()
        self.outputs = Outputs()
        self.empty = EmptyState(HERO, LINE, action=tr("Compare"), icon="play", ground="bg.panel")
        self.question: NoticeLine | None = None
        self.trouble = NoticeLine("", "bad", icon="failed", parent=self)
        self._lay_out()
        self._connect()
        self.refresh()

    def show_requests(self, choices: Sequence[Choice], chosen: str) -> None:
        """Show the open requests that can be compared."""
        self.bar.show_requests(choices, chosen)

    def show_problem(self, problem: str) -> None:
        """Say why the request in front cannot be sent; "" for a good one."""
        self._problem = problem
        self.refresh()

    def refresh(self) -> None:
        """Show the desk as it stands."""
        desk = self.desk
        is_running, has_any = desk.is_running, desk.comparison is not None
        self.bar.show_plan(desk.plan, desk.price, is_running=is_running, is_again=has_any)
        self.bar.run.set_blocked(self._why_not())
        self._show_input()
        state = "running" if is_running else "" if not has_any else _end_of(desk)
        self.input.show_state(state, desk.progress)
        self._show_question()
        self.trouble.set_text(desk.trouble)
        self.trouble.setVisible(bool(desk.trouble))
        self._show_foot(1 if has_any else 0)
        self._show_empty()
        self.verdict.show_analysis(desk.analysis, desk.price_of_more, is_running=is_running)
        self.chart.is_locked = is_running
        self.outputs.show_comparison(desk.comparison)
        self._redraw()
        self._follow()

    def take(self, calls: Sequence[str]) -> None:
        """Something was heard of these calls: draw the lane that is under way."""
        if self.isVisible() and self.desk.is_live(calls):
            self._redraw()

    def show_table(self, *, is_table: bool) -> None:
        """Show the numbers instead of the bars, or the bars."""
        self._lanes.setCurrentIndex(int(is_table))
        self.legend.setVisible(not is_table)
        self.stage.setVisible(not is_table)
        self.verdict.show_as_table(is_table=is_table)
        self._redraw()
        (self.table if is_table else self.chart).setFocus(Qt.FocusReason.TabFocusReason)

    @property
    def is_table(self) -> bool:
        """Whether the numbers are shown instead of the bars."""
        return self._lanes.currentIndex() == 1

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what happened unseen."""
        super().showEvent(event)
        self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        """Draw nothing that nobody sees."""
        super().hideEvent(event)
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tab goes from the bars to their table, Shift+Tab back; beyond them as everywhere."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if watched is self.chart and event.key() == Qt.Key.Key_Tab and not event.modifiers():
                self.show_table(is_table=True)
                return True
            if watched is self.table and event.key() == Qt.Key.Key_Backtab:
                self.show_table(is_table=False)
                return True
        return super().eventFilter(watched, event)

    def _redraw(self) -> None:
        shown = self.desk.views()
        if self.is_table:
            self.table.lanes.show_views(shown)
            self.table.setMinimumHeight(self.table.wanted_height())
        else:
            self.chart.show_views(shown)
            steps = frozenset(one.step for view in shown for one in view.stretches)
            if steps:
                self.legend.show_steps(steps)

    def _show_foot(self, index: int) -> None:
        """Show the teaching page or the results; the hidden one asks for no room, as it would in a stack."""
        pages = (self.empty, self._results)
        pages[1 - index].hide()
        pages[index].show()

    def _follow(self) -> None:
        """Let the clock of everything that moves draw the call that is under way, also while nothing is heard of it."""
        moves = self.desk.is_running and self.isVisible()
        if moves != self._is_drawn_live:
            self._is_drawn_live = moves
            current().ticker.follow(self.chart, moving=moves, tick=self._tick)

    def _tick(self) -> None:
        if self.desk.live and not self.is_table:
            self.chart.show_views(self.desk.views())

    def _why_not(self) -> str:
        if self.desk.comparison is None and self._problem:
            return self._problem
        if self.desk.plan.lanes and not self.desk.plan.called:
            return tr("No lane is switched on")
        return ""

    def _show_input(self) -> None:
        lanes = self.desk.plan.lanes
        if self.desk.plan.kind is Kind.REQUESTS:
            self.input.show_input(
                tr("{counted}, each with its own input").format(
                    counted=trn("{count} open request", "{count} open requests", len(lanes)).format(
                        count=number(len(lanes))
                    )
                ),
                "",
                (),
            )
            return
        prompt, chips = words.shared_input(lanes[0].request.arguments) if lanes else ("", ())
        self.input.show_input(tr("shared input"), prompt, chips)

    def _show_empty(self) -> None:
        if self._problem:
            self.empty.set_texts(tr("This request cannot be sent yet"), self._problem, tr("Go there"))
        elif self.desk.plan.kind is Kind.REQUESTS and len(self.desk.plan.called) < 2:
            line = tr(
                "Open another request with Ctrl+T or a variant of one with Ctrl+D; each open request is a lane."
            )
            self.empty.set_texts(tr("One request alone compares with nothing"), line, "")
        else:
            count = len(self.desk.plan.called)
            self.empty.set_texts(
                HERO,
                LINE,
                tr("Compare {counted}").format(counted=words.counted(count, "lane")) if count else "",
            )

    def _show_question(self) -> None:
        asked = self.desk.asked
        if self.question is not None:
            self.question.hide()
            self.question.deleteLater()
            self.question = None
        if asked is not None:
            self.question = NoticeLine(
                asked[1],
                "ask",
                icon="money",
                actions=(("no", tr("Not now"), "quiet"), ("yes", tr("Run all the same"), "primary")),
                parent=self,
            )
            self.question.action_wanted.connect(self._on_answered)
            self._column.insertWidget(self._column.indexOf(self.trouble), self.question)

    def _on_answered(self, key: str) -> None:
        if key == "yes":
            self.desk.accept()
        else:
            self.desk.stop()

    def _on_empty_pressed(self) -> None:
        (self.mend_wanted if self._problem else self.run_wanted).emit()

    def _on_run_pressed(self) -> None:
        if self._problem and self.desk.comparison is None:
            self.mend_wanted.emit()
        else:
            self.run_wanted.emit()

    def _on_ended(self, spoken: str) -> None:
        self.verdict.setAccessibleDescription(spoken)
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.verdict, spoken))

    def _on_copy(self) -> None:
        self.copy_wanted.emit(self.desk.summary())

    @cached_property
    def menu(self) -> LaneMenu:
        """What can be done with the chosen lane, and with all of them."""
        menu = LaneMenu(self.verdict, self)
        menu.copy_wanted.connect(self.copy_wanted)
        menu.call_wanted.connect(self.call_wanted)
        menu.switch_wanted.connect(self._on_switched)
        return menu

    def _on_menu_wanted(self, at: QPoint) -> None:
        self.menu.offer(self.chart, at, is_running=self.desk.is_running)

    def _on_table_toggled(self) -> None:
        self.show_table(is_table=not self.is_table)

    def _on_switched(self, lane: str, is_on: bool) -> None:
        self.desk.switch(lane, is_on=is_on)

    def _on_random(self, is_random: bool) -> None:
        self.desk.set_random(is_random=is_random)

    def _on_equal(self, is_equal: bool) -> None:
        self.desk.set_equal_polling(is_equal=is_equal)

    def _connect(self) -> None:
        desk, bar = self.desk, self.bar
        desk.changed.connect(self.refresh)
        desk.ended.connect(self._on_ended)
        bar.request_chosen.connect(self.request_chosen)
        bar.kind_chosen.connect(self.kind_chosen)
        bar.runs_changed.connect(desk.set_runs)
        bar.warm_ups_changed.connect(desk.set_warm_ups)
        bar.random_changed.connect(self._on_random)
        bar.equal_changed.connect(self._on_equal)
        bar.run_wanted.connect(self._on_run_pressed)
        bar.stop_wanted.connect(desk.stop)
        bar.kept_wanted.connect(self.kept_wanted)
        self.empty.action_wanted.connect(self._on_empty_pressed)
        self.chart.switched.connect(self._on_switched)
        self.chart.call_wanted.connect(self.call_wanted)
        self.chart.probe_wanted.connect(desk.probe)
        self.outputs.call_wanted.connect(self.call_wanted)
        self.chart.chosen_changed.connect(self.stage.show_words)
        self.chart.menu_wanted.connect(self._on_menu_wanted)
        self.verdict.more_wanted.connect(desk.run_more)
        self.verdict.copy_wanted.connect(self._on_copy)
        self.verdict.table_toggled.connect(self._on_table_toggled)
        self.verdict.export_wanted.connect(self.export_wanted)
        for view in (self.chart, self.table):
            view.installEventFilter(self)

    def _lay_out(self) -> None:
        self._lanes = QStackedWidget()
        self._lanes.addWidget(self.chart)
        self._lanes.addWidget(self.table)
        self._results = below = QWidget()
        self._below = QVBoxLayout(below)
        self._below.setContentsMargins(0, 0, 0, 0)
        self._below.setSpacing(0)
        for widget in (self.legend, Divider(), self.stage, Divider(), self.verdict, Divider()):
            self._below.addWidget(widget)
        self._below.addWidget(self.outputs, 1)
        inside = laid(QWidget(), "panel")
        rows = QVBoxLayout(inside)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._lanes)
        for page in (self.empty, self._results):
            rows.addWidget(page, 1)
        self._area = QScrollArea(self)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(inside)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        for widget in (self.bar, Divider(), self.input, self.trouble, Divider()):
            self._column.addWidget(widget)
        self._column.addWidget(self._area, 1)


class _StageLine(QWidget):
    """The stage that is chosen: what it is, and how that is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        px = current().px
        self._head = Label("", "value", "1", parent=self)
        self._head.hide()
        self._how = ElidedLabel(
            tr("Choose a stage with the mouse or the arrow keys: it is told here."), "cell", "2", parent=self
        )
        row = QHBoxLayout(self)
        row.setContentsMargins(px(12), 0, px(12), 0)
        row.setSpacing(px(8))
        row.addWidget(self._head)
        row.addWidget(self._how, 1)
        row.addWidget(Label(tr("← → stage   ↑ ↓ lane   ⏎ call"), "caption", "3", parent=self))
        self.setFixedHeight(px(29))

    def show_words(self, head: str, how: str) -> None:
        """Tell a stage or a lane."""
        self._head.setText(head)
        self._head.setVisible(bool(head))
        self._how.set_text(how)


def _end_of(desk: CompareDesk) -> str:
    return "cancelled" if desk.comparison is not None and desk.comparison.is_stopped else "done"
