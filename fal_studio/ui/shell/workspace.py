"""One request: its bar, its editor and its result, side by side."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.core.events import Event, Failed
from fal_studio.core.prices import is_free
from fal_studio.core.request import Json, Mode, Options, Request
from fal_studio.core.schema.field import Path
from fal_studio.core.snippets.snippet import Language, Snippet
from fal_studio.core.uploading import Uploading
from fal_studio.ui.accounts import Accounts
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.models import Calls
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.request.ask_line import Asked, AskLine
from fal_studio.ui.request.code_choice import CodeChoice
from fal_studio.ui.request.draft import Draft
from fal_studio.ui.request.editor import Editor
from fal_studio.ui.request.run_bar import ForecastLine, Reason, RunBar
from fal_studio.ui.request.undo import RequestUndo
from fal_studio.ui.shell.change_place import ChangePlace
from fal_studio.ui.shell.chosen_endpoint import ChosenEndpoint
from fal_studio.ui.shell.request_split import RequestSplit
from fal_studio.ui.shell.result import ResultPane
from fal_studio.ui.shell.run_line import RunLine
from fal_studio.ui.shell.run_press import RunPress
from fal_studio.ui.shell.run_reasons import RunReasons
from fal_studio.ui.shell.shown_calls import ShownCalls
from fal_studio.ui.shell.walked_prompt import WalkedPrompt
from fal_studio.ui.shell.written_request import WrittenRequest
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import text_width
from fal_studio.ui.widgets.labels import Divider
from fal_studio.ui.widgets.roomy import Roomy
from fal_studio.ui.widgets.segmented import Capability
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.core.saved import Saved

HINT_BESIDES_WORDS_PX = 873
"""From this width on, and that of the words in the row of Run, its keys stand in it, too."""


class Workspace(QWidget):
    """Edits one request, runs it, shows what comes back.

    `written` is the request, `press` what Run does with it, `shown` the calls that came of it: their signals are theirs.
    """

    editor_moved = Signal(int)
    """Somebody gave the editor another width: in pixels at 100 % text."""
    compare_wanted = Signal()
    """Put the ways of calling this request against each other."""
    limit_wanted = Signal()
    """The amount above which Run asks is to be changed."""
    erase_wanted = Signal(tuple)
    """Private runs that shall leave no record; their tab asked twice."""
    show_call_wanted = Signal(str)
    """Another call that is to be shown."""
    check_wanted = Signal(str)
    follow_wanted = Signal(str)
    schema_wanted = Signal(str, str)
    """A profile, and an endpoint of it that nothing is known of."""
    key_wanted = Signal()
    """A key shall be added, or another profile chosen."""
    jobs_wanted = Signal()
    changed = Signal()
    """Title, icon or contents changed."""
    copy_wanted = Signal(str)
    copy_code_wanted = Signal()
    presets_wanted = Signal()
    open_wanted = Signal(str)
    """Pasted text that wants a request of its own."""
    browse_wanted = Signal()
    """Look for another endpoint."""
    model_wanted = Signal()
    """Show all about this endpoint."""
    change_seen = Signal(str)
    """Somebody knows by now that this endpoint's inputs changed."""

    def __init__(
        self,
        draft: Draft,
        calls: Calls,
        catalogue: Catalogue,
        bytes_of: Bytes,
        code: CodeChoice,
        *,
        accounts: Accounts | None = None,
        folder_of: Callable[[str], str] = str,
        parent: QWidget | None = None,
    ) -> None:
        """`folder_of` returns in which folder a saved request lies."""
        super().__init__(parent)
        laid(self, "panel")
        self._calls, self._catalogue, self._code = calls, catalogue, code
        self.written = WrittenRequest(draft, folder_of, self)
        self.document = self.written.document
        self.bar = RunBar(catalogue, self)
        self.forecast = ForecastLine(self)
        self.question = AskLine(self)
        self.editor = Editor(self.document, code, self)
        self.result = ResultPane(calls, bytes_of, self)
        self._split = RequestSplit(self.editor, self.result, self)
        self._reasons = RunReasons(self.document, catalogue, accounts)
        self.shown = ShownCalls(calls, self.result, self.document, self)
        self.press = RunPress(self.written, self._reasons, self.question, self.shown, catalogue, self)
        self._line = RunLine(
            self.written, self._reasons, self.shown, self.bar, self.forecast, calls, catalogue, accounts, self
        )
        self._lay_out()
        self._chosen = ChosenEndpoint(
            self.written, catalogue, self._reasons, self.editor, self.result, self.change, self
        )
        self._connect()
        self._connect_result()
        if accounts is not None:
            accounts.changed.connect(self._chosen.tell_how)
        self.bar.set_endpoint(self.endpoint)
        self.bar.set_mode(self.mode)
        self.bar.set_repeat(self.written.runs)
        self.undo = RequestUndo(lambda: self.written.undoable, self._bring_back, self)
        self.walked = WalkedPrompt(self.document, self.editor, self.undo, self)
        self._on_catalogue_changed()
        self.changed.connect(self.undo.note)
        self.editor.follow_undo(self.undo.stack)

    @property
    def draft(self) -> Draft:
        """What is worth keeping of it."""
        return self.written.draft

    @property
    def title(self) -> str:
        """Words for its tab."""
        return self.written.title

    @property
    def icon(self) -> str:
        """Icon for its tab."""
        return self._catalogue.get(self.endpoint).icon

    @property
    def endpoint(self) -> str:
        """The endpoint that Run calls."""
        return self.written.endpoint

    @property
    def mode(self) -> Mode:
        """The mode that Run uses."""
        return self.written.mode

    @property
    def profile(self) -> str:
        """Where Run sends."""
        return self.written.profile

    @property
    def project(self) -> str:
        """What its runs are counted for, "" for nothing in particular."""
        return self.written.project

    @property
    def file(self) -> str:
        """The saved request that this is, "" for none."""
        return self.written.file.path

    @property
    def known(self) -> "Saved | None":
        """What its file holds, as far as that was read; None for no file, and for one that is gone."""
        return self.written.file.saved

    @property
    def is_elsewhere(self) -> bool:
        """Whether the endpoint is one of the emulator's, and calls go to fal."""
        return self._reasons.is_elsewhere(self.draft)

    def set_project(self, project: str) -> None:
        """Choose what its runs are counted for; "": what its file says."""
        if project != self.written.own_project:
            self.written.own_project = project
            self._edited()

    def set_mode(self, mode: Mode) -> None:
        """Choose a mode."""
        self.written.mode = mode
        self.bar.set_mode(mode)
        self._chosen.tell_how()
        self.question.dismiss()
        self._edited()

    def set_endpoint(self, endpoint: str) -> None:
        """Choose an endpoint; the prompt goes along, everything else begins as the endpoint likes it."""
        if endpoint == self.endpoint:
            return
        self.question.dismiss()
        known = self._catalogue.get(endpoint)
        arguments = self.written.carried_to(known)
        self.written.turn_to(endpoint)
        self.bar.set_endpoint(endpoint)
        self._chosen.show()
        if arguments is not None:
            self._chosen.begin_with(arguments)
        if known.supports(self.mode)[0] is Capability.UNSUPPORTED:
            self.set_mode(next((m for m in Mode if known.supports(m)[0] is Capability.SUPPORTED), self.mode))
        self.shown.show_nothing()
        self._edited()

    def use_example(self, endpoint: str) -> None:
        """Fill the request with an endpoint's worked example; undo brings back what was there."""
        example = dict(self._catalogue.get(endpoint).example)
        self.undo.name_next(tr("the example of {endpoint}").format(endpoint=endpoint))
        self.set_endpoint(endpoint)
        if example:
            self._chosen.begin_with(example)
            self._edited()

    def set_profile(self, profile: str) -> None:
        """Choose where and as whom it is sent."""
        if profile != self.profile:
            self.written.profile = profile
            self.question.dismiss()
            self._chosen.show()
            self._edited()

    def set_options(self, options: Options, typed: Mapping[str, str] | None = None) -> None:
        """Choose how the request is sent; `typed`: what stands there instead and is no value."""
        self.written.options, self.written.typed = options, dict(typed or {})
        self.question.dismiss()
        self._edited()

    def set_repeat(self, count: int) -> None:
        """Choose how often one press of Run runs it."""
        self.written.runs = count
        self.bar.set_repeat(count)
        self.question.dismiss()
        self._edited()

    def set_steps_seed(self, *, is_stepped: bool) -> None:
        """Choose whether the seed rises from one run of a batch to the next."""
        self.written.steps_seed = is_stepped
        self.question.dismiss()
        self._edited()

    def be_of(self, path: str, saved: "Saved | None") -> None:
        """Be a saved request from now on, whose file holds this; None: the file is gone, and its place stays. "": none."""
        self.undo.record()
        self.written.file.be(path, saved)
        if saved is not None:
            self.written.own_title = saved.title or self.written.own_title
        self.undo.take_for_granted()
        self.changed.emit()

    def recall(self, endpoint: str, mode: Mode, arguments: dict[str, Json], options: Options) -> None:
        """Take over all of another request; the result that is shown stays."""
        self.written.options, self.written.typed = options, {}
        self.written.turn_to(endpoint)
        self.bar.set_endpoint(endpoint)
        self._chosen.show()
        self._chosen.begin_with(arguments)
        self.set_mode(mode)

    def refresh(self) -> None:
        """Look again at what Run may do: something around the request has changed."""
        self._refresh()

    def show_upload(self, path: Path, state: Uploading) -> None:
        """Say how far a file is that a field waits for; Run waits for it, too."""
        self._reasons.note_upload(path, state)
        self._refresh()

    def reasons(self) -> list[Reason]:
        """Return why Run cannot run; empty if it can."""
        return self.press.reasons()

    def request(self, *, any_mode: bool = False) -> Request | None:
        """Return the request as it stands, None if it cannot be sent; `any_mode`: whether its mode is there does not matter."""
        return self.press.request(any_mode=any_mode)

    def code(self, language: Language | None = None) -> Snippet | None:
        """Return the request as code, in the language chosen last or another; None while it cannot be written."""
        return self.press.code(self._code, language)

    def run(self, *, in_front: bool = False) -> None:
        """Run what is written, before all that wait if need be, or go to what is in the way."""
        self.press.run(in_front=in_front)

    def ask(self, asked: Asked) -> None:
        """Ask whether it shall run although the same is there already, or it costs much."""
        self.question.ask(asked)

    def step_back(self) -> bool:
        """Take back the question that stands, or stop the call that is shown; False if there is neither."""
        return self.question.dismiss() or self.shown.stop()

    def follow(self, call: str) -> None:
        """Show a call."""
        self.editor.form.prompt_row.take_example()
        self.shown.follow(call)

    def follow_batch(self, calls: Sequence[str]) -> None:
        """Show the first of several calls; the others are a key away."""
        self.shown.follow_batch(calls)

    def take(self, call: str, events: tuple[Event, ...]) -> None:
        """Pass on what is new in a call."""
        if self.question.asked is not None:
            self.question.heed(self._calls.state(call))
        state = self.shown.take(call, events)
        if state is None:
            return
        self._refresh()
        carried: Any = importlib.import_module("fal_studio.core.carried")
        seed: int | None = carried.seed_of(state.output)
        if seed is not None:
            self.editor.form.set_last_seed(seed)
        for failed in (event.fact for event in events if isinstance(event.fact, Failed)):
            self.editor.form.show_problems(failed.fields, self.shown.sent)

    def close(self) -> bool:
        """Let go of threads and timers."""
        self.shown.let_go()
        self.document.close()
        self.result.close()
        return super().close()

    def sizeHint(self) -> QSize:
        """Return the wanted size."""
        return QSize(1040, 736)

    def showEvent(self, event: QShowEvent) -> None:
        """Find out what a run costs, now that somebody sees it."""
        super().showEvent(event)
        if not is_free(self.profile):
            self._calls.prices.of(self.profile, self.endpoint)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follow the new size."""
        super().resizeEvent(event)
        self._split.fit(self.width())
        self.forecast.set_brief(is_brief=self._split.is_stacked)
        # The longer the words of the language are, the sooner the keys behind them give way.
        words = text_width("control", tr("Run")) + text_width("caption", tr("estimate"))
        self.bar.run.set_hint_shown(shown=self.width() >= HINT_BESIDES_WORDS_PX + words)

    def set_editor_px(self, px: int) -> None:
        """Give the editor a width, in pixels at 100 % text; 0: the usual one."""
        self._split.set_editor_px(px, self.width())

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(0)
        top.addWidget(self.bar, 1)
        body = laid(QWidget(self), "panel")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.forecast)
        column.addWidget(self.question)
        self.change = ChangePlace(column, self.question, self)
        column.addWidget(Divider())
        column.addWidget(self._split, 1)
        # Where words are large, the bars scroll away too: above a form in its own room they would leave it a slit.
        self._room = Roomy(body, self, is_as_wide=True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._room)

    def _connect(self) -> None:
        self._split.editor_moved.connect(self.editor_moved)
        self.bar.endpoint_changed.connect(self.set_endpoint)
        self.bar.mode_changed.connect(self._on_mode_chosen)
        self.bar.repeat_changed.connect(self.set_repeat)
        self.bar.run.run_wanted.connect(self._on_run_pressed)
        self.bar.run.blocked_clicked.connect(self._on_run_pressed)
        self.bar.compare_wanted.connect(self.compare_wanted)
        self.bar.jobs_wanted.connect(self.jobs_wanted)
        self.bar.open_wanted.connect(self._on_open_wanted)
        self.bar.browse_wanted.connect(self.browse_wanted)
        self.forecast.reason_followed.connect(self._follow_reason)
        self.press.stopped_by.connect(self._follow_reason)
        self._line.erase_wanted.connect(self.erase_wanted)
        self._chosen.schema_wanted.connect(self.schema_wanted)
        self.question.show_wanted.connect(self.show_call_wanted)
        self.question.limit_wanted.connect(self.limit_wanted)
        self.question.answered.connect(self.editor.focus_main)
        self.change.show_wanted.connect(self.model_wanted)
        self.change.seen.connect(self._on_change_seen)
        self.document.changed.connect(self._on_document_changed)
        self.editor.form.prompt.typed.connect(lambda: self._room.reveal(self.editor.form.prompt))
        self.document.slow.connect(self._refresh)
        self.editor.presets_button.clicked.connect(self.presets_wanted)
        self.editor.copy_code_wanted.connect(self.copy_code_wanted)
        self.editor.options_edited.connect(self.set_options)
        self._catalogue.changed.connect(self._on_catalogue_changed)
        self._calls.prices.changed.connect(self._refresh)
        self._calls.prices.limit_changed.connect(self._refresh)

    def _connect_result(self) -> None:
        self.shown.followed.connect(self._on_followed)
        self.result.cancel_wanted.connect(self._on_cancel_wanted)
        self.result.check_wanted.connect(self.check_wanted)
        self.result.follow_wanted.connect(self.follow_wanted)
        self.result.copy_wanted.connect(self.copy_wanted)
        parts = self.result.parts
        parts.run_wanted.connect(self._on_run_pressed)
        parts.way_wanted.connect(self._on_way_wanted)
        parts.go_to_field_wanted.connect(self.editor.go_to_field)
        parts.continue_wanted.connect(self._on_continue_wanted)

    def _bring_back(self, draft: Draft) -> None:
        """Show the request as it was at another step."""
        self.question.dismiss()
        written = self.written
        written.options, written.typed = draft.options, dict(draft.typed)
        written.runs, written.steps_seed = draft.repeat, draft.steps_seed
        self.bar.set_repeat(written.runs)
        if not written.file.path:
            written.own_title = draft.title
        if draft.endpoint != written.endpoint:
            written.endpoint = draft.endpoint
            self.bar.set_endpoint(draft.endpoint)
            self._chosen.show()
        if draft.mode is not written.mode:
            written.mode = draft.mode
            self.bar.set_mode(draft.mode)
        self.document.set_text(draft.text, self)
        self._edited()

    def _edited(self) -> None:
        self._refresh()
        self.changed.emit()

    def _on_followed(self) -> None:
        self.question.dismiss()
        self.editor.form.show_problems(())
        if self._split.is_stacked:
            self._room.reveal(self.result)
        self._refresh()

    def _on_run_pressed(self) -> None:
        self.run()

    def _on_continue_wanted(self, messages: list[Json]) -> None:
        self.undo.name_next(tr("going on with the conversation"))
        if self.document.set_value("messages", messages, self):
            self.editor.go_to_field(("messages", len(messages) - 1, "content"))

    def _on_open_wanted(self, text: str) -> None:
        self.bar.set_endpoint(self.endpoint)
        self.open_wanted.emit(text)

    def _on_cancel_wanted(self) -> None:
        self.shown.stop()

    def _on_change_seen(self) -> None:
        self.change_seen.emit(self.endpoint)

    def _on_mode_chosen(self, mode: str) -> None:
        self.set_mode(Mode(mode))

    def _follow_reason(self, target: str) -> None:
        kind, _, place = target.partition(":")
        if kind == "json":
            self.editor.go_to_line(int(place))
        elif kind == "option":
            self.editor.go_to_option(place)
        elif kind == "seeds":
            self.set_steps_seed(is_stepped=place == "step")
        elif kind == "field":
            self.editor.go_to_field((place,))
        elif kind == "models":
            self.browse_wanted.emit()
        elif kind == "key":
            self.key_wanted.emit()
        elif kind == "profile":
            self.set_profile(place)
        elif kind == "erase":
            self._line.erase()
            self._refresh()
        else:
            self.bar.focus_endpoint()

    def _on_way_wanted(self, way: str) -> None:
        self._follow_reason(way if way == "models" else self._reasons.beyond(self.endpoint).target)

    def _on_document_changed(self, source: object) -> None:
        if source not in (self, self.document):  # what the catalogue brings takes no question back
            self.question.dismiss()
        self.walked.note_edit()
        self._refresh()
        self.shown.live.note_edit()
        self.changed.emit()

    def _on_catalogue_changed(self) -> None:
        self._chosen.renew()
        self._refresh()
        self.undo.begin()

    def _refresh(self) -> None:
        written = self.written
        self.editor.show_code(*self.press.coded())
        self.editor.show_options(written.options, written.mode, written.typed)
        self._line.show(is_seen=self.isVisible())
