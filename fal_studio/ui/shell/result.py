"""What came back: the result pane of one request, following one call at a time."""

import importlib
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.core import events as e
from fal_studio.core.artifacts import in_bytes
from fal_studio.core.asked import prompt_of
from fal_studio.core.call import CallState, Phase
from fal_studio.core.events import Event
from fal_studio.core.request import Json, Mode, Request
from fal_studio.ui import theme
from fal_studio.ui.costs import money
from fal_studio.ui.models import Calls
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.output.empty_page import EmptyPage
from fal_studio.ui.output.figures import Marks
from fal_studio.ui.shell.picture_slots import slots_of
from fal_studio.ui.shell.result_parts import ResultParts
from fal_studio.ui.shell.tab_order import chain
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
    from fal_studio.ui.stream.pane import EventsPane

TICK_MS = 100
_TABS = {
    "preview": mark("Preview"),
    "events": mark("Events"),
    "timeline": mark("Timeline"),
    "json": mark("JSON"),
    "headers": mark("Headers"),
}
_LATE = ("timeline", "json", "headers")
"""Tabs that are only brought up to date when they are looked at."""


class _TextPage(Protocol):
    def open_find(self) -> None: ...
    def find_step(self, step: int) -> None: ...


class ResultPane(QWidget):
    """Shows the state, numbers and output of a call; pages that few look at are built when they are wanted."""

    cancel_wanted = Signal(str)
    check_wanted = Signal(str)
    follow_wanted = Signal(str)
    copy_wanted = Signal(str)
    drag_wanted = Signal(tuple, object)
    """Artifacts that are pulled out, and how they look."""
    shown = Signal(str)
    """A call's whole result is on screen. What else is asked for is told by `parts`."""

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
        self.parts = ResultParts(bytes_of, self)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._stale: set[str] = set()
        """Tabs that do not show the newest yet."""
        self._lay_out()
        self._connect()
        self.show_nothing()

    @property
    def empty(self) -> EmptyPage:
        """What is shown while there is no call."""
        return self.parts.empty

    @property
    def row(self) -> "ActionRow":
        """The row under a result."""
        return self.parts.row

    @property
    def preview(self) -> "Preview":
        """What the call made."""
        return self.parts.preview

    @property
    def events(self) -> "EventsPane":
        """Everything that happened in the call."""
        return self.parts.events

    @property
    def timeline(self) -> "Inspector":
        """Where the time of the call went."""
        return self.parts.timeline

    @property
    def json(self) -> "JsonPage":
        """The result as JSON."""
        return self.parts.json

    @property
    def headers(self) -> "CodeView":
        """What the answers' headers said."""
        return self.parts.headers

    @property
    def failure(self) -> "FailurePage":
        """Why the call failed."""
        return self.parts.failure

    @property
    def note(self) -> "NotePage":
        """What else became of the call."""
        return self.parts.note

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
        if self.parts.has("preview"):
            self.preview.begin(None)
            self.preview.clear()
        self._show_events(())
        self.parts.front.setCurrentWidget(self.empty)
        self.parts.pages.setCurrentWidget(self.parts.front)
        if self.parts.has("strip"):
            self.parts.strip.hide()
        if self.parts.has("row"):
            self.row.hide()
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
        if self.parts.has("useful"):
            self.parts.useful.begin()
        self._began_s = time.perf_counter()
        events = self._calls.events(call)
        if (self._request is not None and not before) or (
            self._request is not None and self._request.mode in (Mode.RUN, Mode.SUBSCRIBE, Mode.SUBMIT)
        ):
            self._begin_slots(self._request)
        else:
            self.preview.clear()
        self.parts.front.setCurrentWidget(self.preview)
        self._show_events(events)
        self.parts.strip.show()
        self.row.show()
        if events:
            self._began_s -= events[-1].t_ns / 1e9
        self._take(events)
        self._on_tab_chosen(self.tab)
        if not self.state.is_ended:
            self._tick.start()

    def take(self, call: str, batch: Sequence[Event]) -> None:
        """Show what is new in a call; others' events are none of this pane's business."""
        if call == self._call:
            if self.parts.has("events"):
                self.events.grow(is_ended=self.state.is_ended)
            self._take(batch)

    def focus_main(self) -> None:
        """Put the keyboard into what is shown."""
        if self.tab == "events" and self._call:
            self.events.focus_list()
            return
        if self.tab == "json" and self._call and self.json.form == "tree":
            self.json.tree.view.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        front = self.parts.front.currentWidget()
        target = (front is self.preview and self.preview.stage) or self._tabs
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def open_find(self) -> None:
        """Look for words in the page that is shown, or in the JSON where that page has no text."""
        self._text_page().open_find()

    def find_step(self, step: int) -> None:
        """Go to the next place with the words, or with -1 to the one before."""
        self._text_page().find_step(step)

    def _text_page(self) -> "_TextPage":
        page = self.parts.pages.currentWidget()
        if page is self.parts.front and self.parts.is_in_front("failure"):
            return self.failure
        if page is self.parts.front and self.parts.has("preview") and self.preview.has_text:
            return self.preview
        if page is self.parts.front:
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
        self.parts.let_go()
        return super().close()

    def _take(self, batch: Sequence[Event]) -> None:
        for event in batch:
            self._marks.take(event)
        state = self.state
        if self.parts.is_in_front("note") and not state.is_ended:
            self._go_on()
        partials = [event.fact for event in batch if isinstance(event.fact, e.Partial)]
        if partials:
            self.parts.front.setCurrentWidget(self.preview)
            self.preview.take_partials(partials, is_live=not state.is_ended)
            if state.mode is Mode.STREAM:
                self.parts.useful.take(batch)
        if state.is_ended:
            self._tick.stop()
            end: Any = importlib.import_module("fal_studio.ui.shell.result_end")
            end.show_end(self.parts, state, batch, self._sent(), self._charged())
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
        self.parts.front.setCurrentWidget(self.preview)
        self._tick.start()

    def _on_prices_changed(self) -> None:
        """Tell amounts that were not known when the call ended."""
        if not self._call:
            return
        self._show_numbers()
        state = self.state
        if self.parts.is_in_front("failure") and state.failure is not None:
            self.failure.show_failure(
                state.failure, state, self._sent(), self._charged(), has_arrived=self.parts.has_arrived
            )

    def _sent(self) -> Json:
        return self._request.arguments if self._request is not None else None

    def _begin_slots(self, request: Request) -> None:
        """Keep places for the pictures that the request asks for."""
        self.parts.front.setCurrentWidget(self.preview)
        if (slots := slots_of(request)) is None:
            self.preview.clear()
        else:
            self.preview.show_slots(*slots)

    def _show_numbers(self) -> None:
        state = self.state
        if self.parts.has("useful"):
            self.parts.useful.go_on(is_ended=state.is_ended)
            self._marks.first_useful_ns = self.parts.useful.first_ns
        now_s = time.perf_counter() - self._began_s
        if self.parts.has("events"):
            self.events.show_flags(self._marks.first_partial_ns, self._marks.first_useful_ns)
            self.events.show_age(now_s, is_ended=state.is_ended)
        words: Any = importlib.import_module("fal_studio.ui.shell.result_figures")
        words.show_figures(self.parts.strip, state, self._marks, now_s, self._cost())
        if state.is_ended:
            self._show_ended_row()
        else:
            self.row.show()
            said, heard = words.last_word(state, self._marks), words.heard(state, self._marks, now_s)
            self.row.show_open(said, heard, can_cancel=True)
            self.row.set_detached(detached=state.detached, stops=state.mode in (Mode.STREAM, Mode.REALTIME))

    def _cost(self) -> str:
        """What the call costs, in words; "" where nothing is known."""
        return self._calls.cost(self._calls.row(self._call)).text if self._call else ""

    def _charged(self) -> str:
        """What an ended call was charged: $0.03; "" where that is not known."""
        return money(self._calls.row(self._call).cost_usd or None) if self._call else ""

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
        # Before the first call every tab says how to begin.
        has_page = key in pages and bool(self._call)
        self.parts.pages.setCurrentWidget(pages[key]() if has_page else self.parts.front)
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

    def _on_built(self, name: str, part: Any) -> None:
        """Give a part its place, also in the order of the Tab key: behind the tabs, the row behind everything."""
        if name == "strip":
            self._column.insertWidget(self._column.indexOf(self.parts.pages), part)
        elif name == "row":
            self._column.addWidget(part)
        elif name == "events":
            part.show_call(self._calls.events(self._call) if self._call else ())
            part.show_flags(self._marks.first_partial_ns, self._marks.first_useful_ns)
        chain(part, self._tabs)
        if name == "row":
            for before in (self.parts.pages, *((self.parts.strip,) if self.parts.has("strip") else ())):
                chain(before, self._tabs)

    def _show_events(self, events: Sequence[Event]) -> None:
        """Show the events of another call, if somebody has looked at them yet."""
        if self.parts.has("events"):
            self.events.show_call(events)

    def _lay_out(self) -> None:
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
        self._column.addWidget(self.parts.pages, 1)

    def _connect(self) -> None:
        self._tabs.chosen.connect(self._on_tab_chosen)
        self._tick.timeout.connect(self._show_numbers)
        self._calls.prices.changed.connect(self._on_prices_changed)
        parts = self.parts
        parts.built.connect(self._on_built)
        parts.copy_wanted.connect(self.copy_wanted)
        parts.drag_wanted.connect(self.drag_wanted)
        parts.cancel_wanted.connect(lambda: self.cancel_wanted.emit(self._call))
        parts.follow_wanted.connect(lambda: self.follow_wanted.emit(self._call))
        parts.check_wanted.connect(lambda: self.check_wanted.emit(self._call))
        parts.raw_wanted.connect(lambda: self.show_tab("events"))
        parts.report_wanted.connect(self._on_report_wanted)
        parts.preview_shown.connect(self._on_preview_shown)
        parts.chosen_changed.connect(self._on_chosen_changed)
        parts.turned.connect(self._on_turned)
        parts.useful_found.connect(self._show_numbers)

    def _on_preview_shown(self) -> None:
        if self._call and self.state.is_ended:
            self.shown.emit(self._call)

    def _on_chosen_changed(self) -> None:
        if self._call and self.state.is_ended:
            self._show_ended_row()

    def _on_turned(self) -> None:
        """Let the keyboard stand at the way back."""
        self._show_ended_row()
        if self.row.isVisible():
            self.row.why_button.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self.failure.card is not None:
            self.failure.card.focus("arrived")

    def _show_ended_row(self) -> None:
        """Show the row under a result, for its files or the way back to why it failed; failures and notes have none."""
        self.row.show_ended(self.preview, self.state)
        in_front = self.tab == "preview" and self.parts.front.currentWidget() is self.preview
        has_failed = self.state.phase is Phase.FAILED
        self.row.setVisible(in_front and (has_failed or bool(self.preview.artifacts)))

    def _on_report_wanted(self) -> None:
        failed = self.state.failure
        if failed is not None:
            words: Any = importlib.import_module("fal_studio.ui.widgets.failure_words")
            self.copy_wanted.emit(words.report(failed, self.state, self._charged()))


def _headers_text(events: Sequence[Event]) -> str:
    module: Any = importlib.import_module("fal_studio.ui.output.headers")
    return module.headers_text(events)
