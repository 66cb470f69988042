"""The chosen call at the side of the list: its state, why it failed, where time went, its log and its inputs."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from fal_studio.core import artifacts
from fal_studio.core import events as e
from fal_studio.core.call import Phase
from fal_studio.core.events import Event
from fal_studio.core.history import CallRow, sha256_of
from fal_studio.core.kept_words import message_in_words
from fal_studio.core.request import Json
from fal_studio.figures import number
from fal_studio.ui import mirroring
from fal_studio.ui.costs import money
from fal_studio.ui.history import History
from fal_studio.ui.models import Calls
from fal_studio.ui.queue.delegate import check_words
from fal_studio.ui.queue.inputs_view import DiffView, InputsView
from fal_studio.ui.queue.log_view import LogView
from fal_studio.ui.queue.result_strip import ResultStrip, Tile
from fal_studio.ui.queue.stages import StageLine, stages_of
from fal_studio.ui.queue.thumbnails import Thumbnails
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import current
from fal_studio.ui.tokens import LARGE
from fal_studio.ui.widgets.buttons import IconButton
from fal_studio.ui.widgets.failure_card import CardAction, CardFact, FailureCard
from fal_studio.ui.widgets.failure_words import account, report
from fal_studio.ui.widgets.finding import Finder
from fal_studio.ui.widgets.labels import Divider, ElidedLabel, Label
from fal_studio.ui.widgets.notice_line import NoticeLine
from fal_studio.ui.widgets.roomy import Roomy
from fal_studio.ui.widgets.state_label import StateLabel
from fal_studio.ui.widgets.tabs import Tab, TabStrip
from fal_studio.words import tr

LOW_PX, LEAST_TAB_PX = 330, 72
"""Less high, what is about the call would leave its tabs no room; and what they have at least."""
_TABS = (Tab("logs", tr("Log")), Tab("inputs", tr("Inputs")), Tab("diff", tr("Compare")))
LOAD_AFTER_MS = 60
"""A call of an earlier start is read this long after it was chosen: arrows run over many."""
DASHBOARD = "https://fal.ai/dashboard/requests/"
Other: TypeAlias = Callable[[], tuple[str, Json] | None]
"""Returns what a call's inputs are compared with: its name and its arguments."""


class CallDetail(QWidget):
    """One call in full. The events of a call that is not in memory are asked of the history."""

    copy_wanted = Signal(str)
    open_wanted = Signal(str)
    """A web address."""
    check_wanted = Signal(str)
    show_wanted = Signal(str)
    retry_wanted = Signal(str)
    field_wanted = Signal(str, tuple)
    """A call and the place in its arguments."""

    def __init__(
        self, calls: Calls, history: History, thumbnails: Thumbnails, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        laid(self, "panel")
        self._calls, self._history = calls, history
        self._row: CallRow | None = None
        self._pair: tuple[CallRow, ...] = ()
        self._asked: set[str] = set()
        self._card: QWidget | None = None
        self._card_key: tuple[object, ...] = ()
        self.editor: Other = lambda: None
        """The request in the editor, to compare with."""
        self.back = IconButton(
            "arrow-left", tr("Back to the list"), scale="s", shortcut_text="Esc", parent=self
        )
        self.back.hide()
        self._state = StateLabel("draft", parent=self)
        self._endpoint = ElidedLabel("", "cell", "1", quiet_until="/", parent=self)
        self._cost = Label("", "cell", "2", parent=self)
        self._id = Label("", "mono", "3", parent=self)
        self._copy = IconButton("copy", tr("Copy the request id"), scale="s", parent=self)
        self._web = IconButton("external", tr("Open on fal's dashboard"), scale="s", parent=self)
        self._about = QWidget(self)
        self._place = QVBoxLayout()
        self._stages = StageLine(self)
        self.results = ResultStrip(thumbnails, self)
        self._area = QScrollArea(self)
        self._is_low = False
        self._tab_before = "logs"
        """The tab that was in front before what is about the call became one."""
        self._tabs = TabStrip(_TABS, name=tr("Detail"), parent=self)
        self.logs = LogView(self)
        self.inputs = InputsView(self)
        self.diff = DiffView(self)
        self._pages = QStackedWidget(self)
        self._nothing = Label(tr("Choose a call to see all of it"), "cell", "3", parent=self)
        self._load = QTimer(self)
        self._load.setSingleShot(True)
        self._load.setInterval(LOAD_AFTER_MS)
        self._lay_out()
        self._connect()
        self.show_call(None)

    @property
    def call(self) -> str:
        """The call that is shown."""
        return self._row.call if self._row is not None else ""

    def show_call(self, row: CallRow | None, others: Sequence[CallRow] = ()) -> None:
        """Show another call, or none; `others` are selected with it and may be compared."""
        is_other = (row.call if row else "") != self.call
        self._row, self._pair = row, tuple(others)
        self._room.setVisible(row is not None)
        self._nothing.setVisible(row is None)
        if row is None:
            return
        self._show_head(row)
        if is_other:
            self._show_card(row)
            if self._calls.has(row.call):
                self._show_whole()
            else:
                self.logs.show_log((), 0, tr("Still being read."))
                self.inputs.show_inputs(None, "…")
                self._stages.show_stages([])
                self.results.show_tiles(())
                self._load.start()
        self._show_diff()

    def show_hint(self, *, is_shown: bool) -> None:
        """Say that a call can be chosen, where there is one."""
        self._nothing.setText(tr("Choose a call to see all of it") if is_shown else "")

    def take(self, call: str, events: Sequence[Event]) -> None:
        """Show what is new in the call."""
        if self._row is None or call != self._row.call:
            return
        self._row = self._calls.row(call)
        self._show_head(self._row)
        self._show_card(self._row)
        self._show_results(call)
        self.logs.append(events, self._row.created_s)
        self.logs.say_why_empty(self._why_no_log(call))
        self.tick()

    def tick(self) -> None:
        """Count the time of an open call."""
        if self._row is not None and self._calls.has(self._row.call):
            call = self._row.call
            events, age_s = self._calls.events(call), self._calls.age_s(call)
            self._stages.show_stages(stages_of(events, age_s, is_ended=self._calls.state(call).is_ended))

    def show_tab(self, key: str) -> None:
        """Bring a tab to the front: logs, inputs or diff."""
        self._tabs.set_chosen(key)

    def focus_tabs(self) -> None:
        """Put the keyboard to the tabs."""
        self._tabs.setFocus(Qt.FocusReason.OtherFocusReason)

    def open_find(self) -> None:
        """Look for words in the log, or in the inputs if they are in front."""
        self._finder().open()

    def find_step(self, step: int) -> None:
        """Go to the next place with the words, or with -1 to the one before."""
        self._finder().step(step)

    def _finder(self) -> Finder:
        if self._tabs.current_key() == "inputs":
            return self._in_inputs
        self.show_tab("logs")
        return self.logs.finder

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give what is about the call a tab of its own where there is no room for it above the log."""
        super().resizeEvent(event)
        self._fit_about()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that what is about the call needs another height: why it failed may be long."""
        if watched is self._about and event.type() is QEvent.Type.LayoutRequest:
            QTimer.singleShot(0, self, self._fit_about)  # its layout is being worked on now
        return super().eventFilter(watched, event)

    def _fit_about(self) -> None:
        """Let what is about the call stand above its tabs only where it leaves them room."""
        px, about = current().px, self._about.layout()
        assert about is not None
        wide = self.width()
        high = (
            about.totalHeightForWidth(wide)
            if about.hasHeightForWidth()
            else about.totalMinimumSize().height()
        )
        need = px(LARGE) + high + self._tabs.sizeHint().height() + px(LEAST_TAB_PX)
        self._set_low(is_low=self.height() < max(px(LOW_PX), need))

    def _set_low(self, *, is_low: bool) -> None:
        if is_low is self._is_low:
            return
        self._is_low = is_low
        before = self._tabs.current_key()
        if is_low:
            self._tab_before = before
            self._column.removeWidget(self._about)
            self._about.setContentsMargins(0, current().px(12), 0, 0)
            self._area.setWidget(self._about)
            self._tabs.set_tabs([Tab("about", tr("About")), *_TABS])
            self._tabs.set_chosen("about")
        else:
            self._area.takeWidget()
            self._about.setContentsMargins(0, 0, 0, 0)
            self._column.insertWidget(1, self._about)
            self._about.show()
            self._tabs.set_tabs(_TABS)
            if before == "about":  # it went there by itself
                self._tabs.set_chosen(self._tab_before)
        self._on_tab_chosen(self._tabs.current_key())
        self._show_counts()

    def _lay_out(self) -> None:
        px = current().px
        self._body = QWidget(self)
        self._room = Roomy(self._body, self)
        head = QHBoxLayout()
        mirroring.margins(head, px(12), 0, px(8), 0)
        head.setSpacing(px(8))
        head.addWidget(self.back)
        head.addWidget(self._state)
        head.addWidget(self._endpoint, 1)
        head.addWidget(self._cost)
        head.addWidget(self._id)
        head.addWidget(self._copy)
        head.addWidget(self._web)
        top = QWidget(self)
        top.setLayout(head)
        top.setFixedHeight(px(LARGE))
        about = QVBoxLayout(self._about)
        about.setContentsMargins(px(12), 0, px(12), px(8))
        about.setSpacing(px(8))
        about.addLayout(self._place)
        about.addWidget(self._stages)
        about.addWidget(self.results)
        about.addStretch(1)
        tabs = QHBoxLayout()
        mirroring.margins(tabs, px(4), 0, px(8), 0)
        tabs.addWidget(self._tabs)
        tabs.addStretch(1)
        tabs.addWidget(self.logs.tools)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for page in (self._area, self.logs, self.inputs, self.diff):
            self._pages.addWidget(page)
        column = self._column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(top)
        column.addWidget(self._about)
        column.addWidget(Divider())
        column.addLayout(tabs)
        column.addWidget(Divider())
        column.addWidget(self._pages, 1)
        self._in_inputs = Finder(
            self.inputs, tr("the inputs"), lambda bar: column.insertWidget(column.indexOf(self._pages), bar)
        )
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._room)
        whole.addWidget(self._nothing, 1, Qt.AlignmentFlag.AlignCenter)

    def _connect(self) -> None:
        self._copy.clicked.connect(self._on_copy_clicked)
        self.results.show_wanted.connect(self._on_results_pressed)
        self._web.clicked.connect(self._on_web_clicked)
        self._tabs.chosen.connect(self._on_tab_chosen)
        self.logs.counted.connect(self._show_counts)
        self._load.timeout.connect(self._on_load_due)
        self._about.installEventFilter(self)
        self._calls.changed.connect(self.take)
        self._calls.prices.changed.connect(self._on_prices_changed)
        self._history.call_found.connect(self._on_call_found)
        self._history.call_missed.connect(self._on_call_missed)

    def _show_head(self, row: CallRow) -> None:
        self._state.set_state(row.phase.value)
        self._endpoint.set_text(row.endpoint)
        self._cost.setText(self._calls.cost(row).text)
        self._id.setText(short_id(row.request_id))
        self._id.setToolTip(row.request_id)
        self._copy.setVisible(bool(row.request_id))
        self._web.setVisible(bool(row.request_id) and row.profile != "emulator")

    def _on_prices_changed(self) -> None:
        if self._row is not None:
            self._row = self._calls.priced(self._row)
            self._show_head(self._row)
            self._show_card(self._row)

    def _show_whole(self) -> None:
        """Show what the events and the request of the call say."""
        row = self._row
        assert row is not None
        request = self._calls.request(row.call)
        self.logs.show_log(self._calls.events(row.call), row.created_s, self._why_no_log(row.call))
        missing = "" if request is not None else tr("The request of this call can no longer be read.")
        self.inputs.show_inputs(request.arguments if request is not None else None, missing)
        self._show_card(row)
        self._show_results(row.call)
        self.tick()

    def _show_results(self, call: str) -> None:
        state = self._calls.state(call)
        found = artifacts.find(state.output) if state.is_ended and state.output is not None else ()
        self.results.show_tiles(tuple(Tile(one.kind, one.name, sha256_of(state, one)) for one in found))

    def _on_results_pressed(self) -> None:
        if self._row is not None:
            self.show_wanted.emit(self._row.call)

    def _why_no_log(self, call: str) -> str:
        return tr("This call has no log.") if self._calls.state(call).is_ended else tr("No log yet.")

    def _show_card(self, row: CallRow) -> None:
        """Show why the call failed, or what to do about it."""
        failure = self._calls.state(row.call).failure
        key = (row.call, row.phase, row.message, failure, self._calls.priced(row).cost_usd)
        if key == self._card_key:
            return
        self._card_key = key
        if self._card is not None:
            self._place.removeWidget(self._card)
            self._card.hide()
            self._card.deleteLater()
        self._card = self._make_card(row, failure)
        if self._card is not None:
            policy = self._card.sizePolicy()
            policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)  # as high as its words need at this width
            self._card.setSizePolicy(policy)
            self._place.addWidget(self._card)

    def _make_card(self, row: CallRow, failure: e.Failed | None) -> QWidget | None:
        if failure is not None:
            return self._failure_card(row, failure)
        if row.phase is Phase.FAILED:
            return FailureCard(row.message, dense=True)
        if row.phase is Phase.UNKNOWN:
            words = message_in_words(row.message) or tr(
                "It may have been submitted, and may have been charged."
            )
            line = NoticeLine(words, "ask", icon="unknown", actions=(("check", check_words(row), "default"),))
            line.action_wanted.connect(self._on_check_clicked)
            return line
        if row.phase is Phase.CANCELLED:
            return NoticeLine(
                tr("Stopped {message}.").format(message=message_in_words(row.message))
                if row.message
                else tr("Stopped."),
                icon="cancelled",
            )
        return None

    def _failure_card(self, row: CallRow, failure: e.Failed) -> FailureCard:
        request = self._calls.request(row.call)
        sent, amount = request.arguments if request else None, money(self._calls.priced(row).cost_usd or None)
        told = account(failure, self._calls.state(row.call), sent, amount)
        facts = (
            CardFact(tr("whose fault"), told.fault),
            CardFact(tr("charged"), told.charged, told.charged_icon, told.charged_why),
            CardFact(tr("safe to retry"), told.retry, "check" if told.can_retry else "close"),
        )
        why = (
            tr("Sends the same request again")
            if told.can_retry
            else tr("Sending the same again could cost money or fail the same way")
        )
        actions = [CardAction("field", tr("Go to field"))] if failure.fields else []
        actions.append(CardAction("retry", tr("Retry safely"), enabled=told.can_retry, tooltip=why))
        actions.append(CardAction("copy", tr("Copy details"), "copy", "quiet"))
        actions.append(
            CardAction("raw", tr("Raw"), kind="quiet", tooltip=tr("Show the call with all its events"))
        )
        card = FailureCard(told.title, told.line, facts, actions, dense=True)
        card.action_wanted.connect(self._on_card_action)
        return card

    def _show_diff(self) -> None:
        row = self._row
        if row is None or self._tabs.current_key() != "diff":
            return
        mine = self._calls.request(row.call)
        if mine is None:
            self.diff.show_words(tr("The inputs are still being read."))
            return
        if len(self._pair) == 1:
            other = self._pair[0]
            theirs = self._calls.request(other.call)
            if theirs is None:
                self._ask_for(other.call)
                self.diff.show_words(tr("The inputs of the other call are still being read."))
                return
            names = (_name(other), _name(row))
            if other.created_s > row.created_s:
                self.diff.compare(mine.arguments, theirs.arguments, names[1], names[0])
            else:
                self.diff.compare(theirs.arguments, mine.arguments, *names)
        elif (edited := self.editor()) is not None:
            self.diff.compare(mine.arguments, edited[1], _name(row), edited[0])
        else:
            self.diff.show_words(tr("Select two calls to see where their inputs differ."))

    def _show_counts(self) -> None:
        self._tabs.set_count("logs", number(self.logs.count) if self.logs.count else "")

    def _ask_for(self, call: str) -> None:
        if call not in self._asked:
            self._asked.add(call)
            self._history.call_wanted.emit(call)

    def _on_load_due(self) -> None:
        if self._row is not None and not self._calls.has(self._row.call):
            self._ask_for(self._row.call)

    def _on_call_found(self, call: str, request: object, events: tuple[Event, ...]) -> None:
        self._asked.discard(call)
        self._calls.hold(call, request, events)  # pyright: ignore[reportArgumentType] - a Request, as the signal carries it
        if call == self.call:
            self._show_whole()
        self._show_diff()

    def _on_call_missed(self, call: str, why: str) -> None:
        self._asked.discard(call)
        if call == self.call:
            self.inputs.show_inputs(None, why)
            self.logs.say_why_empty(tr("The log of this call cannot be read."))

    def _on_tab_chosen(self, key: str) -> None:
        pages: dict[str, QWidget] = {
            "about": self._area,
            "logs": self.logs,
            "inputs": self.inputs,
            "diff": self.diff,
        }
        self._pages.setCurrentWidget(pages[key])
        self._in_inputs.close()
        self.logs.tools.setVisible(key == "logs")
        self._show_diff()

    def _on_card_action(self, key: str) -> None:
        failure = self._calls.state(self.call).failure
        if failure is None:
            return
        if key == "retry":
            self.retry_wanted.emit(self.call)
        elif key == "field":
            self.field_wanted.emit(self.call, failure.fields[0].loc)
        elif key == "copy":
            amount = money(self._row.cost_usd or None) if self._row is not None else ""
            self.copy_wanted.emit(report(failure, self._calls.state(self.call), amount))
        else:
            self.show_wanted.emit(self.call)

    def _on_check_clicked(self, _key: str) -> None:
        self.check_wanted.emit(self.call)

    def _on_copy_clicked(self) -> None:
        if self._row is not None:
            self.copy_wanted.emit(self._row.request_id)

    def _on_web_clicked(self) -> None:
        if self._row is not None:
            self.open_wanted.emit(f"{DASHBOARD}{self._row.request_id}")


def short_id(request_id: str) -> str:
    """Return the ends of a long id: 0198a0f7…9d02."""
    return request_id if len(request_id) <= 16 else f"{request_id[:8]}…{request_id[-4:]}"


def _name(row: CallRow) -> str:
    return short_id(row.request_id or row.call)
