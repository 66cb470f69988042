"""What came back: the result pane of one request, following one call at a time.

A page is loaded and built when it is first wanted; `BEHIND` names what the program loads behind the open window for that.
"""

import importlib
import time
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fal_studio.core import events as e
from fal_studio.core.artifacts import in_bytes
from fal_studio.core.asked import prompt_of
from fal_studio.core.call import CallState, Phase
from fal_studio.core.events import Event, SessionState
from fal_studio.core.kept_words import USER, message_in_words, reason_in_words, trouble_in_words, who_in_words
from fal_studio.core.request import Json, Mode, Request
from fal_studio.figures import number
from fal_studio.ui import theme
from fal_studio.ui.costs import money
from fal_studio.ui.models import Calls, place
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.output.empty_page import EmptyPage
from fal_studio.ui.output.figures import Marks, figures
from fal_studio.ui.surface import laid
from fal_studio.ui.tokens import LARGE
from fal_studio.ui.widgets.labels import Divider
from fal_studio.ui.widgets.tabs import Tab, TabStrip
from fal_studio.words import mark, told, tr

if TYPE_CHECKING:
    from fal_studio.ui.output.action_row import ActionRow
    from fal_studio.ui.output.code_view import CodeView
    from fal_studio.ui.output.inspector import Inspector
    from fal_studio.ui.output.json_page import JsonPage
    from fal_studio.ui.output.pages import FailurePage, NotePage
    from fal_studio.ui.output.preview import Preview
    from fal_studio.ui.output.tree_pane import TreePane
    from fal_studio.ui.output.useful import FirstUseful
    from fal_studio.ui.shell.pinned import Pinned
    from fal_studio.ui.stream.pane import EventsPane
    from fal_studio.ui.widgets.metrics import Metric, MetricsStrip

BEHIND = (
    "fal_studio.ui.output.preview",
    "fal_studio.ui.output.pages",
    "fal_studio.ui.stream.pane",
    "fal_studio.ui.shell.pinned",
    "fal_studio.ui.output.code_view",
    "fal_studio.ui.output.json_page",
    "fal_studio.ui.output.headers",
    "fal_studio.ui.output.inspector",
    "fal_studio.ui.output.useful",
    "fal_studio.ui.output.action_row",
    "fal_studio.ui.widgets.metrics",
)
TICK_MS = 100
QUIET_AFTER_S = 10.0
_TABS = {
    "preview": mark("Preview"),
    "events": mark("Events"),
    "timeline": mark("Timeline"),
    "json": mark("JSON"),
    "headers": mark("Headers"),
}
_LATE = ("timeline", "json", "headers")
"""Tabs that are only brought up to date when they are looked at."""
_Page = TypeVar("_Page", bound=QWidget)


class _TextPage(Protocol):
    def open_find(self) -> None: ...
    def find_step(self, step: int) -> None: ...


class ResultPane(QWidget):
    """Shows the state, numbers and output of a call; pages that few look at are built when they are wanted."""

    cancel_wanted = Signal(str)
    check_wanted = Signal(str)
    run_wanted = Signal()
    follow_wanted = Signal(str)
    limits_wanted = Signal()
    go_to_field_wanted = Signal(tuple)
    way_wanted = Signal(str)
    """What to do about a model that the emulator does not have, as its failure page says it."""
    copy_wanted = Signal(str)
    save_wanted = Signal(object)
    open_wanted = Signal(object)
    look_wanted = Signal(int)
    """Show a picture in a window of its own: its number."""
    drag_wanted = Signal(tuple, object)
    """Artifacts that are pulled out, and how they look."""
    keep_wanted = Signal(tuple)
    """Artifacts that are to be saved in the media folder."""
    copy_files_wanted = Signal(tuple)
    menu_wanted = Signal(object, QPoint)
    """An Artifact of the call, and where on the screen its menu opens."""
    extract_wanted = Signal(str, object)
    """What a stream amounts to shall be saved: see `Side.save_wanted`."""
    continue_wanted = Signal(object)
    """The messages of a request that goes on with the conversation."""
    archive_wanted = Signal()
    transcript_wanted = Signal()
    shown = Signal(str)
    """A call's whole result is on screen."""

    def __init__(self, calls: Calls, bytes_of: Bytes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        laid(self, "stage")
        self._calls = calls
        self._call = ""
        self._request: Request | None = None
        self._marks = Marks()
        self._began_s = 0.0
        self._tabs = TabStrip([Tab(key, told(words)) for key, words in _TABS.items()], parent=self)
        self._tabs.setAccessibleName(tr("Result"))
        self._bytes = bytes_of
        self.empty = EmptyPage(self)
        self._front = QStackedWidget(self)
        self._pages = QStackedWidget(self)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._stale: set[str] = set()
        """Tabs that do not show the newest yet."""
        self._lay_out()
        self._connect()
        self.show_nothing()

    @cached_property
    def _strip(self) -> "MetricsStrip":
        """The numbers above a result."""
        module: Any = importlib.import_module("fal_studio.ui.widgets.metrics")
        strip: MetricsStrip = module.MetricsStrip(parent=self)
        strip.copied.connect(self.copy_wanted)
        self._column.insertWidget(self._column.indexOf(self._pages), strip)
        self._chain(strip, self._tabs)
        return strip

    @cached_property
    def row(self) -> "ActionRow":
        """The row under a result."""
        module: Any = importlib.import_module("fal_studio.ui.output.action_row")
        row: ActionRow = module.ActionRow(self)
        row.cancel_wanted.connect(lambda: self.cancel_wanted.emit(self._call))
        row.follow_wanted.connect(lambda: self.follow_wanted.emit(self._call))
        row.save_wanted.connect(self._on_save)
        row.open_wanted.connect(self._on_open)
        row.look_wanted.connect(lambda: self.look_wanted.emit(self.preview.pictures.chosen))
        row.menu_wanted.connect(self._on_menu)
        row.pulled.connect(self._on_pulled)
        row.copy_picture_wanted.connect(self._on_copy_picture)
        row.single_wanted.connect(self._on_single_wanted)
        self._column.addWidget(row)
        self._chain(row, self._last_stop(row))
        return row

    @cached_property
    def _useful(self) -> "FirstUseful":
        """Tells when the pictures of a stream were worth judging."""
        module: Any = importlib.import_module("fal_studio.ui.output.useful")
        useful: FirstUseful = module.FirstUseful(self._bytes, self)
        useful.found.connect(self._on_useful_found)
        return useful

    @cached_property
    def preview(self) -> "Preview":
        """What the call made."""
        module: Any = importlib.import_module("fal_studio.ui.output.preview")
        page: Preview = module.Preview(self._bytes, self)
        page.save_wanted.connect(self.save_wanted)
        page.copy_wanted.connect(self.copy_wanted)
        page.continue_wanted.connect(self.continue_wanted)
        page.look_wanted.connect(self.look_wanted)
        page.drag_wanted.connect(self.drag_wanted)
        page.keep_wanted.connect(self.keep_wanted)
        page.copy_files_wanted.connect(self.copy_files_wanted)
        page.menu_wanted.connect(self._on_menu)
        page.file_menu_wanted.connect(self.menu_wanted)
        page.shown.connect(self._on_preview_shown)
        page.chosen_changed.connect(self._on_chosen_changed)
        page.pictures.zoom_changed.connect(lambda: self.row.show_zoom(page))
        return self._add(page, self._front)

    @cached_property
    def events(self) -> "EventsPane":
        """Everything that happened in the call."""
        module: Any = importlib.import_module("fal_studio.ui.stream.pane")
        pins: Any = importlib.import_module("fal_studio.ui.shell.pinned")
        self._pinned: Pinned = pins.Pinned(self._bytes, self, heard=self.preview)
        trees: Any = importlib.import_module("fal_studio.ui.output.tree_pane")
        tree: TreePane = trees.TreePane(self)
        tree.copy_wanted.connect(self.copy_wanted)
        for part in (tree.path, tree.told):
            part.hide()  # the pane has a path of its own
        page: EventsPane = module.EventsPane(self._pinned, self, tree)
        page.detail.set_form("pretty")
        page.copy_wanted.connect(self.copy_wanted)
        page.save_wanted.connect(self.extract_wanted)
        page.transcript_wanted.connect(self.transcript_wanted)
        page.show_call(self._calls.events(self._call) if self._call else ())
        page.show_flags(self._marks.first_partial_ns, self._marks.first_useful_ns)
        return self._add(page, self._pages)

    @cached_property
    def timeline(self) -> "Inspector":
        """Where the time of the call went, exchange by exchange."""
        module: Any = importlib.import_module("fal_studio.ui.output.inspector")
        page: Inspector = module.Inspector(self)
        page.copy_wanted.connect(self.copy_wanted)
        page.archive_wanted.connect(self.archive_wanted)
        page.transcript_wanted.connect(self.transcript_wanted)
        return self._add(page, self._pages)

    @cached_property
    def json(self) -> "JsonPage":
        """The result as JSON."""
        module: Any = importlib.import_module("fal_studio.ui.output.json_page")
        page: JsonPage = module.JsonPage(tr("Result as JSON"), self)
        page.copy_wanted.connect(self.copy_wanted)
        return self._add(page, self._pages)

    @cached_property
    def headers(self) -> "CodeView":
        """What the answers' headers said."""
        page = _code_view(tr("Headers"), self, coloured=False)
        page.copy_wanted.connect(self.copy_wanted)
        return self._add(page, self._pages)

    @cached_property
    def failure(self) -> "FailurePage":
        """Why the call failed."""
        module: Any = importlib.import_module("fal_studio.ui.output.pages")
        page: FailurePage = module.FailurePage(self)
        page.retry_wanted.connect(self.run_wanted)
        page.go_to_wanted.connect(self.go_to_field_wanted)
        page.way_wanted.connect(self.way_wanted)
        page.limits_wanted.connect(self.limits_wanted)
        page.raw_wanted.connect(lambda: self.show_tab("events"))
        page.copy_wanted.connect(self._on_copy_failure)
        return self._add(page, self._front)

    @cached_property
    def note(self) -> "NotePage":
        """What else became of the call."""
        module: Any = importlib.import_module("fal_studio.ui.output.pages")
        page: NotePage = module.NotePage(self)
        page.action_wanted.connect(lambda: self.check_wanted.emit(self._call))
        return self._add(page, self._front)

    @property
    def call(self) -> str:
        """The call that is shown."""
        return self._call

    @property
    def state(self) -> CallState:
        """Its state."""
        return self._calls.state(self._call)

    @property
    def tab(self) -> str:
        """Which tab is in front."""
        return self._tabs.current_key()

    def show_tab(self, key: str) -> None:
        """Bring a tab to the front: preview, events, json or headers."""
        self._tabs.set_chosen(key)
        self._on_tab_chosen(key)

    def show_nothing(self) -> None:
        """Show the empty state."""
        self._call, self._request = "", None
        self._marks = Marks()
        self._tick.stop()
        if "preview" in self.__dict__:
            self.preview.begin(None)
            self.preview.clear()
        self._show_events(())
        self._front.setCurrentWidget(self.empty)
        for part in ("_strip", "row"):
            if part in vars(self):
                vars(self)[part].hide()
        self._stale = set(_LATE)
        self._refresh_code()
        self._show_counts()

    def follow(self, call: str) -> None:
        """Show a call from its beginning, and go on with it."""
        before = self.preview.artifacts if self._request and self._call else ()
        self._call = call
        self._request = self._calls.request(call)
        self.preview.begin(self._request.arguments if self._request is not None else None)
        if self._request is not None:
            self.preview.pictures.set_made_from(prompt_of(self._request.arguments), self._request.endpoint)
        self._marks = Marks()
        if "_useful" in vars(self):
            self._useful.begin()
        self._began_s = time.perf_counter()
        events = self._calls.events(call)
        if (self._request is not None and not before) or (
            self._request is not None and self._request.mode in (Mode.RUN, Mode.SUBSCRIBE, Mode.SUBMIT)
        ):
            self._begin_slots(self._request)
        else:
            self.preview.clear()
        self._front.setCurrentWidget(self.preview)
        self._show_events(events)
        self._strip.show()
        self.row.show()
        if events:
            self._began_s -= events[-1].t_ns / 1e9
        self._take(events)
        self._tick.start()

    def take(self, call: str, batch: Sequence[Event]) -> None:
        """Show what is new in a call; others' events are none of this pane's business."""
        if call == self._call:
            if "events" in vars(self):
                self.events.grow(is_ended=self.state.is_ended)
            self._take(batch)

    def focus_main(self) -> None:
        """Put the keyboard into what is shown."""
        if self.tab == "events":
            self.events.focus_list()
            return
        if self.tab == "json" and self.json.form == "tree":
            self.json.tree.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        front = self._front.currentWidget()
        target = (front is self.preview and self.preview.stage) or self._tabs
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def open_find(self) -> None:
        """Look for words in the page that is shown, or in the JSON where that page has no text."""
        self._text_page().open_find()

    def find_step(self, step: int) -> None:
        """Go to the next place with the words, or with -1 to the one before."""
        self._text_page().find_step(step)

    def _text_page(self) -> "_TextPage":
        page = self._pages.currentWidget()
        if page is self._front and "failure" in vars(self) and self._front.currentWidget() is self.failure:
            return self.failure
        if page is self._front and "preview" in vars(self) and self.preview.has_text:
            return self.preview
        if page is self._front:
            self.show_tab("json")
            return self.json
        return page  # pyright: ignore[reportReturnType] - all other pages have a text

    def put_on_top(self, bar: QWidget) -> None:
        """Put a line above everything else."""
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(0, bar)

    def copy_json(self) -> None:
        """Copy the result as JSON; how far a large one is stands on its page, which is shown then."""
        payload = self._payload()
        writing: Any = importlib.import_module("fal_studio.ui.output.json_writing")
        if writing.is_large(payload):
            self.show_tab("json")
            self.json.copy_all()
        elif payload is not None:
            self.copy_wanted.emit(writing.json_of(payload))

    def close(self) -> bool:
        """Let go of players and threads."""
        self._tick.stop()
        if "preview" in self.__dict__:
            self.preview.close_media()
        if "events" in vars(self):
            self._pinned.let_go()
        if "_useful" in vars(self):
            self._useful.close()
        return super().close()

    def _take(self, batch: Sequence[Event]) -> None:
        for event in batch:
            self._marks.take(event)
        state = self.state
        if "note" in vars(self) and self._front.currentWidget() is self.note and not state.is_ended:
            self._go_on()
        partials = [event.fact for event in batch if isinstance(event.fact, e.Partial)]
        if partials:
            self._front.setCurrentWidget(self.preview)
            self.preview.take_partials(partials, is_live=not state.is_ended)
            if state.mode is Mode.STREAM:
                self._useful.take(batch)
        if state.is_ended:
            self._show_end(state, batch)
        if state.described or any(isinstance(event.fact, e.Described) for event in batch):
            self.preview.describe(state.described)
        self._stale = set(_LATE)
        if self.tab in _LATE:
            self._refresh_code()
        self._show_counts()
        self._show_numbers()

    def _go_on(self) -> None:
        """Wait again for a call whose end was unknown, and which is open after all."""
        if self._request is not None:
            self._begin_slots(self._request)
        self._front.setCurrentWidget(self.preview)
        self._tick.start()

    def _show_end(self, state: CallState, batch: Sequence[Event]) -> None:
        self._tick.stop()
        for event in batch:
            match event.fact:
                case e.Output(payload=payload):
                    self._front.setCurrentWidget(self.preview)
                    # A stream ends with its last event as the result: it is on screen already.
                    is_shown = self.preview.finish_sound(payload) or (
                        state.mode is Mode.STREAM and payload == state.latest
                    )
                    if not is_shown or self.preview.is_empty:
                        self.preview.show_payload(payload)
                    if self.preview.is_empty:
                        self.note.show_note(
                            "done",
                            tr("Done"),
                            tr("The result holds no picture, text or file. The JSON tab shows all of it."),
                        )
                        self._front.setCurrentWidget(self.note)
                case e.Failed() as failed:
                    self.preview.finish_sound(None)
                    self._show_failure(failed, state)
                    self._front.setCurrentWidget(self.failure)
                case e.Cancelled() as cancelled:
                    self.preview.finish_sound(None)
                    self._show_cancelled(cancelled)
                case e.Unknown() | e.Checked():
                    self._show_unknown(state)
                case e.Closed(reason=reason):
                    self.preview.finish_sound(None)
                    if self.preview.is_empty:
                        self.note.show_note(
                            "done",
                            tr("Closed"),
                            tr("The session ended in good order. {reason}")
                            .format(reason=reason_in_words(reason))
                            .strip(),
                        )
                        self._front.setCurrentWidget(self.note)
                case _:
                    pass

    def _show_failure(self, failed: e.Failed, state: CallState) -> None:
        sent = self._request.arguments if self._request else None
        self.failure.show_failure(failed, state, sent, self._charged())

    def _on_prices_changed(self) -> None:
        """Tell amounts that were not known when the call ended."""
        if not self._call:
            return
        self._show_numbers()
        state = self.state
        if (
            "failure" in vars(self)
            and self._front.currentWidget() is self.failure
            and state.failure is not None
        ):
            self._show_failure(state.failure, state)

    def _show_unknown(self, state: CallState) -> None:
        if state.phase is Phase.UNKNOWN:  # it may be known by now
            parts = (state.unknown_why, state.checked_said)
            line = " ".join(message_in_words(part) for part in parts if part)
            self.note.show_note("unknown", tr("Nobody knows yet"), line, tr("Check with fal"))
            self._front.setCurrentWidget(self.note)

    def _show_cancelled(self, cancelled: e.Cancelled) -> None:
        if self.preview.is_empty or (self.preview.pictures.count and not self.preview.artifacts):
            amount = self._charged()
            charged = (
                tr("It was charged: {amount}.").format(amount=amount) if amount else tr("It was charged.")
            )
            cost = {"no": tr("It was not charged."), "yes": charged, "unknown": tr("It may be charged.")}
            self.note.show_note(
                "cancelled",
                tr("You stopped this")
                if cancelled.by == USER
                else tr("Stopped: {by}").format(by=who_in_words(cancelled.by)),
                cost[cancelled.charged],
            )
            self._front.setCurrentWidget(self.note)

    def _begin_slots(self, request: Request) -> None:
        """Keep places for the pictures that the request asks for."""
        self._front.setCurrentWidget(self.preview)
        arguments = request.arguments if isinstance(request.arguments, dict) else {}
        if "video" in request.endpoint:
            self.preview.show_slots(1, ratio_of(arguments.get("aspect_ratio")))
            return
        if request.mode is Mode.REALTIME or not ("/image" in request.endpoint or "num_images" in arguments):
            self.preview.clear()
            return
        count = arguments.get("num_images", 1)
        count = count if isinstance(count, int) and 1 <= count <= 16 else 1
        self.preview.show_slots(count, size_of(arguments.get("image_size")))

    def _on_useful_found(self) -> None:
        self._show_numbers()

    def _show_numbers(self) -> None:
        state = self.state
        if "_useful" in vars(self):
            self._useful.go_on(is_ended=state.is_ended)
            self._marks.first_useful_ns = self._useful.first_ns
        now_s = time.perf_counter() - self._began_s
        if "events" in vars(self):
            self.events.show_flags(self._marks.first_partial_ns, self._marks.first_useful_ns)
            self.events.show_age(now_s, is_ended=state.is_ended)
        module: Any = importlib.import_module("fal_studio.ui.widgets.metrics")
        metric: type[Metric] = module.Metric
        metrics = [metric("state", tr("state"), state=_state_word(state), value=_state_words(state))]
        numbers = figures(state, self._marks, now_s, self._cost())
        metrics += [metric(figure.label, figure.label, figure.value, figure.more) for figure in numbers]
        if state.request_id:
            metrics.append(
                metric("id", tr("request id"), state.request_id, mono=True, copyable=True, at_end=True)
            )
        self._strip.set_metrics(metrics)
        self._show_progress(state)
        if state.is_ended:
            self._show_ended_row()
        else:
            self.row.show()
            self.row.show_open(_last_word(state, self._marks), self._heard(now_s), can_cancel=True)
            self.row.set_detached(detached=state.detached, stops=state.mode in (Mode.STREAM, Mode.REALTIME))

    def _cost(self) -> str:
        """What the call costs, in words; "" where nothing is known."""
        return self._calls.cost(self._calls.row(self._call)).text if self._call else ""

    def _charged(self) -> str:
        """What an ended call was charged: $0.03; "" where that is not known."""
        return money(self._calls.row(self._call).cost_usd or None) if self._call else ""

    def _show_progress(self, state: CallState) -> None:
        line = self._strip.progress
        if state.is_ended or state.session is SessionState.LIVE or state.detached:
            line.clear()
        elif state.fraction is not None:
            line.show_fraction(state.fraction)
        else:
            line.show_unknown()

    def _heard(self, now_s: float) -> str:
        if self.state.waiting_why:
            return tr("nothing was sent so far; it can be moved and sent in the queue")
        quiet_s = now_s - self._marks.last_fact_ns / 1e9
        if self.state.detached:
            return tr("nobody waits here; the job goes on at the server")
        if quiet_s >= QUIET_AFTER_S and self.state.session is not SessionState.LIVE:
            return tr("still waiting; last sign of life {quiet_s} s ago").format(
                quiet_s=number(quiet_s, ".0f")
            )
        return (
            tr("last sign of life {quiet_s} s ago").format(quiet_s=number(quiet_s, ".1f"))
            if quiet_s >= 1.0
            else ""
        )

    def _show_counts(self) -> None:
        events = len(self._calls.events(self._call)) if self._call else 0
        self._tabs.set_count("events", str(events) if events else "")
        size = self._marks.output_bytes or (self.state.received_bytes if self._call else 0)
        self._tabs.set_count("json", in_bytes(size) if size else "")
        headers = len(self._marks.headers)
        self._tabs.set_count("headers", str(headers) if headers else "")

    def _on_tab_chosen(self, key: str) -> None:
        pages = {
            "events": lambda: self.events,
            "timeline": lambda: self.timeline,
            "json": lambda: self.json,
            "headers": lambda: self.headers,
        }
        self._pages.setCurrentWidget(pages[key]() if key in pages else self._front)
        if self._call and self.state.is_ended:
            self._show_ended_row()
        self._refresh_code()

    def _payload(self) -> Json:
        """Return the result, or what came last."""
        if not self._call:
            return None
        state = self.state
        return state.output if state.output is not None else state.latest

    def _refresh_code(self) -> None:
        """Show the newest on the tab in front."""
        if self.tab not in self._stale:
            return
        self._stale.discard(self.tab)
        if self.tab == "timeline":
            mode = self._request.mode if self._request is not None else None
            self.timeline.show_call(
                self._calls.events(self._call) if self._call else (),
                self._request,
                self.state.request_id if self._call else "",
                has_bytes=mode in (Mode.STREAM, Mode.REALTIME),
            )
        elif self.tab == "json":
            empty = tr("Nothing has come back yet.") if self._call else tr("Run a request to see its JSON.")
            self.json.show_value(self._payload(), empty)
        else:
            events = self._calls.events(self._call) if self._call else ()
            self.headers.show_text(_headers_text(events) or tr("No headers yet."))

    def _add(self, page: _Page, stack: QStackedWidget) -> _Page:
        """Put a page on its stack, and where it stands in the order of the Tab key: behind the tabs."""
        stack.addWidget(page)
        self._chain(page, self._tabs)
        return page

    def _chain(self, part: QWidget, before: QWidget) -> None:
        """Let the Tab key go through a part right after another widget."""
        for child in part.findChildren(QWidget):
            # The list of a choice is a window of its own.
            if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.window() is before.window():
                QWidget.setTabOrder(before, child)
                before = child

    def _last_stop(self, but: QWidget) -> QWidget:
        """Return what the Tab key comes to last in this pane, apart from one part."""
        last: QWidget = self._tabs
        each: QWidget | None = last.nextInFocusChain()
        while each is not None and each is not self._tabs:
            is_inside = self.isAncestorOf(each) and not but.isAncestorOf(each)
            if is_inside and each.focusPolicy() & Qt.FocusPolicy.TabFocus:
                last = each
            each = each.nextInFocusChain()
        return last

    def _show_events(self, events: Sequence[Event]) -> None:
        """Show the events of another call, if somebody has looked at them yet."""
        if "events" in vars(self):
            self.events.show_call(events)

    def _lay_out(self) -> None:
        self._front.addWidget(self.empty)
        self._pages.addWidget(self._front)
        px = theme.current().px
        head = laid(QWidget(self), "panel")
        line = QHBoxLayout(head)
        line.setContentsMargins(px(8), 0, px(8), 0)
        line.addWidget(self._tabs)
        line.addStretch(1)
        head.setFixedHeight(px(LARGE))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(head)
        self._column.addWidget(Divider())
        self._column.addWidget(self._pages, 1)

    def _connect(self) -> None:
        self._tabs.chosen.connect(self._on_tab_chosen)
        self._tick.timeout.connect(self._show_numbers)
        self._calls.prices.changed.connect(self._on_prices_changed)
        self.empty.run_wanted.connect(self.run_wanted)

    def _on_single_wanted(self, is_single: bool) -> None:
        self.preview.pictures.set_single(is_single)

    def _on_preview_shown(self) -> None:
        if self._call and self.state.is_ended:
            self.shown.emit(self._call)

    def _on_chosen_changed(self) -> None:
        if self._call and self.state.is_ended:
            self._show_ended_row()

    def _show_ended_row(self) -> None:
        """Show the row under a result for its files; failures and notes have none."""
        self.row.show_ended(self.preview, self.state)
        in_front = self.tab == "preview" and self._front.currentWidget() is self.preview
        self.row.setVisible(in_front and bool(self.preview.artifacts))

    def _on_copy_failure(self) -> None:
        failed = self.state.failure
        if failed is not None:
            words: Any = importlib.import_module("fal_studio.ui.widgets.failure_words")
            self.copy_wanted.emit(words.report(failed, self.state, self._charged()))

    def _on_save(self) -> None:
        if (item := self.preview.chosen) is not None:
            self.save_wanted.emit(item)

    def _on_open(self) -> None:
        if (item := self.preview.chosen) is not None:
            self.open_wanted.emit(item)

    def _on_menu(self, at: QPoint) -> None:
        if (item := self.preview.chosen) is not None:
            self.menu_wanted.emit(item, at)

    def _on_pulled(self) -> None:
        if (item := self.preview.chosen) is not None:
            self.drag_wanted.emit((item,), self.preview.look_of_chosen)

    def _on_copy_picture(self) -> None:
        self.preview.copy_chosen()


_SIZES = {
    "square_hd": (1024, 1024),
    "square": (512, 512),
    "portrait_4_3": (768, 1024),
    "portrait_16_9": (576, 1024),
    "landscape_4_3": (1024, 768),
    "landscape_16_9": (1024, 576),
}


def size_of(wanted: object) -> QSize:
    """Return the picture size that an `image_size` argument asks for."""
    if isinstance(wanted, dict):
        width, height = wanted.get("width"), wanted.get("height")  # pyright: ignore[reportUnknownVariableType]
        if isinstance(width, int) and isinstance(height, int) and 0 < width < 20_000 and 0 < height < 20_000:
            return QSize(width, height)
    return QSize(*_SIZES.get(str(wanted), (1024, 768)))


def ratio_of(wanted: object) -> QSize:
    """Return a size with the ratio that an `aspect_ratio` argument asks for, 16:9 if it says nothing."""
    width, _, height = str(wanted).partition(":")
    return QSize(int(width), int(height)) if width.isdecimal() and height.isdecimal() else QSize(16, 9)


def _state_word(state: CallState) -> str:
    return state.phase.value


def _state_words(state: CallState) -> str:
    if state.session is not None and not state.is_ended and state.phase is not Phase.CANCEL_REQUESTED:
        return told(state.session)
    if state.phase is Phase.QUEUED and state.position is not None:
        return place(state.position)
    return ""


def _last_word(state: CallState, marks: Marks) -> str:
    if state.trouble and not marks.last_log:
        return trouble_in_words(state.trouble)
    if state.phase is Phase.QUEUED:
        return told(Phase.QUEUED) if state.position is None else place(state.position)
    if state.session is not None and not marks.last_log:
        return reason_in_words(state.session_reason) or told(state.session)
    if state.waiting_why:
        return state.waiting_why
    if state.phase is Phase.WAITING:
        return tr("waiting for the {profile} to answer").format(profile=state.profile or tr("server"))
    if state.phase is Phase.SUBMITTED:
        return tr("sent; waiting for the answer")
    return marks.last_log or told(state.phase)


def _code_view(name: str, parent: QWidget, *, coloured: bool = True) -> "CodeView":
    module: Any = importlib.import_module("fal_studio.ui.output.code_view")
    return module.CodeView(name, parent, coloured=coloured)


def _headers_text(events: Sequence[Event]) -> str:
    module: Any = importlib.import_module("fal_studio.ui.output.headers")
    return module.headers_text(events)
