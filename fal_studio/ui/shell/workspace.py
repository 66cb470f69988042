"""One request: its bar, its editor and its result, side by side."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fal_studio.core import options as rules
from fal_studio.core import privacy
from fal_studio.core.accounts import EMULATOR, is_emulators
from fal_studio.core.events import Event, Failed, SessionState
from fal_studio.core.prices import is_free
from fal_studio.core.request import Json, Mode, Options, Request
from fal_studio.core.schema.field import Path
from fal_studio.core.snippets.snippet import Language, Snippet
from fal_studio.core.uploading import Uploading
from fal_studio.ui.accounts import Accounts
from fal_studio.ui.catalogue import Catalogue, Endpoint
from fal_studio.ui.models import Calls
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.request import json_text
from fal_studio.ui.request.ask_line import Asked, AskLine
from fal_studio.ui.request.code_choice import CodeChoice
from fal_studio.ui.request.document import Document
from fal_studio.ui.request.draft import MOST_RUNS, Draft, name_of
from fal_studio.ui.request.editor import Editor
from fal_studio.ui.request.run_bar import ForecastLine, Reason, RunBar
from fal_studio.ui.request.undo import RequestUndo
from fal_studio.ui.shell.file_of import FileOf
from fal_studio.ui.shell.live_input import LiveInput
from fal_studio.ui.shell.private_runs import PrivateRuns
from fal_studio.ui.shell.request_split import RequestSplit
from fal_studio.ui.shell.result import ResultPane
from fal_studio.ui.shell.run_forecast import RunForecast, is_left_behind
from fal_studio.ui.shell.run_reasons import RunReasons
from fal_studio.ui.surface import laid
from fal_studio.ui.theme import text_width
from fal_studio.ui.widgets.labels import Divider
from fal_studio.ui.widgets.roomy import Roomy
from fal_studio.ui.widgets.segmented import Capability
from fal_studio.words import tr

if TYPE_CHECKING:
    from fal_studio.core.saved import Saved
    from fal_studio.ui.request.change_line import ChangeLine
    from fal_studio.ui.request.prompt_walk import PromptWalk
    from fal_studio.ui.shell.batch import Batch

HINT_BESIDES_WORDS_PX = 873
"""From this width on, and that of the words in the row of Run, its keys stand in it, too."""


class Workspace(QWidget):
    """Edits one request, runs it, shows what comes back."""

    editor_moved = Signal(int)
    """Somebody gave the editor another width: in pixels at 100 % text."""
    run_wanted = Signal(object)
    """A Request."""
    run_in_front_wanted = Signal(object)
    """A Request that goes before all that wait."""
    run_batch_wanted = Signal(tuple, bool)
    """Several Requests, and whether they go before all that wait."""
    run_anyway_wanted = Signal(object)
    """An Asked: somebody was asked about it, and is sure."""
    compare_wanted = Signal()
    """Put the ways of calling this request against each other."""
    limit_wanted = Signal()
    """The amount above which Run asks is to be changed."""
    erase_wanted = Signal(tuple)
    """Private runs that shall leave no record; their tab asked twice."""
    show_call_wanted = Signal(str)
    """Another call that is to be shown."""
    cancel_wanted = Signal(str)
    check_wanted = Signal(str)
    hang_up_wanted = Signal(str)
    follow_wanted = Signal(str)
    send_wanted = Signal(str, object)
    """A live call and the input to send."""
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
    shown_changed = Signal()
    """Another call is shown than before."""
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
        self._folder_of, self._project = folder_of, draft.project
        self._calls, self._catalogue, self._profile = calls, catalogue, draft.profile
        self._accounts = accounts
        self._title = draft.title
        self._repeat, self._steps_seed = min(max(1, draft.repeat), MOST_RUNS), draft.steps_seed
        self._batch: Batch | None = None
        self._file = FileOf(draft.file, draft.file_mark)
        self._endpoint, self._mode, self._options = draft.endpoint, draft.mode, draft.options
        self._began_with: dict[str, Json] = {}
        self._typed = dict(draft.typed)
        """What was typed among the options and is no value."""
        self.document = Document(draft.text, self)
        self.bar = RunBar(catalogue, self)
        self.forecast = ForecastLine(self)
        self.question = AskLine(self)
        self.change: ChangeLine | None = None
        """Tells that the endpoint's inputs changed; built when one first has."""
        self._code = code
        self.editor = Editor(self.document, code, self)
        self.result = ResultPane(calls, bytes_of, self)
        self._split = RequestSplit(self.editor, self.result, self)
        self._run_reasons = RunReasons(self.document, catalogue, accounts)
        self._run_forecast = RunForecast(self.document, calls, catalogue)
        self._private = PrivateRuns(calls)
        self._live = LiveInput(self.document, lambda: self.open_call, self)
        self.walk: PromptWalk | None = None
        """The walk through earlier prompts that goes on."""
        self._lay_out()
        self._connect()
        self.bar.set_endpoint(self._endpoint)
        self.bar.set_mode(self._mode)
        self.bar.set_repeat(self._repeat)
        self.undo = RequestUndo(self._undoable, self._bring_back, self)
        self._on_catalogue_changed()
        self.changed.connect(self.undo.note)
        self.editor.follow_undo(self.undo.stack)

    @property
    def draft(self) -> Draft:
        """What is worth keeping of it."""
        return Draft(
            self._title,
            self._endpoint,
            self._mode,
            self.document.text,
            self._options,
            dict(self._typed),
            self._repeat,
            self._steps_seed,
            self._file.path,
            self._file.mark,
            self._profile,
            self._project,
        )

    @property
    def title(self) -> str:
        """Words for its tab."""
        return self._title or name_of(self.document.arguments, self._endpoint)

    @property
    def icon(self) -> str:
        """Icon for its tab."""
        return self._catalogue.get(self._endpoint).icon

    @property
    def endpoint(self) -> str:
        """The endpoint that Run calls."""
        return self._endpoint

    @property
    def mode(self) -> Mode:
        """The mode that Run uses."""
        return self._mode

    @property
    def profile(self) -> str:
        """Where Run sends."""
        return self._profile

    @property
    def project(self) -> str:
        """What its runs are counted for, "" for nothing in particular."""
        return self._project or self.project_of_file

    @property
    def project_of_file(self) -> str:
        """What they are counted for unless somebody names another project: the folder of its file."""
        return self._folder_of(self._file.path) if self._file.path else ""

    def set_project(self, project: str) -> None:
        """Choose what its runs are counted for; "": what its file says."""
        if project != self._project:
            self._project = project
            self._refresh()
            self.changed.emit()

    @property
    def open_call(self) -> str:
        """The call shown here if it has not ended, else ""."""
        call = self.result.call
        return call if call and not self._calls.state(call).is_ended else ""

    def set_mode(self, mode: Mode) -> None:
        """Choose a mode."""
        self._mode = mode
        self.bar.set_mode(mode)
        self.question.dismiss()
        self._refresh()
        self.changed.emit()

    def set_endpoint(self, endpoint: str) -> None:
        """Choose an endpoint; the prompt goes along, everything else begins as the endpoint likes it."""
        if endpoint == self._endpoint:
            return
        self.question.dismiss()
        before = self.document.arguments or {}
        prompt = before.get(self.document.prompt_key) if self.document.prompt_key else None
        was_touched = before != self._began_with
        self._endpoint = endpoint
        self._title = self._title if self._file.path else ""
        self.bar.set_endpoint(endpoint)
        self._show_schema()
        known = self._catalogue.get(endpoint)
        arguments = dict(known.arguments)
        field = known.schema.prompt
        if field is not None and was_touched and isinstance(prompt, str) and prompt:
            arguments[field.name] = prompt
        if known.schema.fields or known.arguments:
            self._begin_with(arguments)
        if known.supports(self._mode)[0] is Capability.UNSUPPORTED:
            self.set_mode(next((m for m in Mode if known.supports(m)[0] is Capability.SUPPORTED), self._mode))
        if not self.open_call:
            self.result.show_nothing()
            if self._batch is not None:
                self._batch.refresh()
        self._refresh()
        self.changed.emit()

    def use_example(self, endpoint: str) -> None:
        """Fill the request with an endpoint's worked example; undo brings back what was there."""
        example = dict(self._catalogue.get(endpoint).example)
        self.undo.name_next(tr("the example of {endpoint}").format(endpoint=endpoint))
        self.set_endpoint(endpoint)
        if example:
            self._begin_with(example)
            self._refresh()
            self.changed.emit()

    def set_profile(self, profile: str) -> None:
        """Choose where and as whom it is sent."""
        if profile != self._profile:
            self._profile = profile
            self.question.dismiss()
            self._show_schema()
            self._refresh()
            self.changed.emit()

    @property
    def is_elsewhere(self) -> bool:
        """Whether the endpoint is one of the emulator's, and calls go to fal."""
        return self._run_reasons.is_elsewhere(self.draft)

    @property
    def is_beyond(self) -> bool:
        """Whether the endpoint is one of fal's, and calls go to the emulator, which has only its own."""
        return self._run_reasons.is_beyond(self.draft)

    def refresh(self) -> None:
        """Look again at what Run may do: something around the request has changed."""
        self._refresh()

    def set_options(self, options: Options, typed: Mapping[str, str] | None = None) -> None:
        """Choose how the request is sent; `typed`: what stands there instead and is no value."""
        self._options, self._typed = options, dict(typed or {})
        self.question.dismiss()
        self._refresh()
        self.changed.emit()

    @property
    def file(self) -> str:
        """The saved request that this is, "" for none."""
        return self._file.path

    @property
    def known(self) -> "Saved | None":
        """What its file holds, as far as that was read; None for no file, and for one that is gone."""
        return self._file.saved

    @property
    def file_mark(self) -> str:
        """What its file held when it was last read or written, also in an earlier window."""
        return self._file.mark

    @property
    def differs(self) -> bool:
        """Whether it is something else than its file."""
        return self._file.differs(self.draft, self.document.arguments)

    def be_of(self, path: str, saved: "Saved | None") -> None:
        """Be a saved request from now on, whose file holds this; None: the file is gone, and its place stays. "": none."""
        self.undo.record()
        self._file.be(path, saved)
        if saved is not None:
            self._title = saved.title or self._title
        self.undo.take_for_granted()
        self.changed.emit()

    @property
    def prompt(self) -> str:
        """The main prompt as it is sent, "" for none."""
        value = self.document.value_at((self.editor.form.prompt_name,))
        return value if isinstance(value, str) else ""

    def walk_to(self, walk: "PromptWalk") -> bool:
        """Show the prompt at which a walk is, as a step of undo of its own; False while the JSON is broken."""
        name = self.editor.form.prompt_name
        self.walk = walk
        self.undo.name_next(tr("an earlier prompt"))
        if walk.place or walk.was_there:
            return self.document.set_value(name, walk.text, self)
        return self.document.unset(name, self)

    def tell_walk(self, walk: "PromptWalk | None", words: str) -> None:
        """Say where in the earlier prompts this is; None ends the walk."""
        self.walk = walk
        tip = tr("Alt+Up goes to earlier prompts, Alt+Down back to what was typed")
        self.editor.form.prompt_row.show_hint(words, tip)

    def _undoable(self) -> Draft:
        """Return what undo brings back: all but the file, and the title that stands in it."""
        # Undo never changes who pays.
        draft = msgspec.structs.replace(self.draft, profile="", project="")
        return msgspec.structs.replace(draft, file="", file_mark="", title="") if self._file.path else draft

    def _bring_back(self, draft: Draft) -> None:
        """Show the request as it was at another step."""
        self.question.dismiss()
        self._options, self._typed = draft.options, dict(draft.typed)
        self._repeat, self._steps_seed = draft.repeat, draft.steps_seed
        self.bar.set_repeat(self._repeat)
        if not self._file.path:
            self._title = draft.title
        if draft.endpoint != self._endpoint:
            self._endpoint = draft.endpoint
            self.bar.set_endpoint(draft.endpoint)
            self._show_schema()
        if draft.mode is not self._mode:
            self._mode = draft.mode
            self.bar.set_mode(draft.mode)
        self.document.set_text(draft.text, self)
        self._refresh()
        self.changed.emit()

    def recall(self, endpoint: str, mode: Mode, arguments: dict[str, Json], options: Options) -> None:
        """Take over all of another request; the result that is shown stays."""
        self._options, self._typed = options, {}
        self._endpoint, self._title = endpoint, self._title if self._file.path else ""
        self.bar.set_endpoint(endpoint)
        self._show_schema()
        self._begin_with(arguments)
        self.set_mode(mode)

    def reasons(self) -> list[Reason]:
        """Return why Run cannot run; empty if it can."""
        return self._run_reasons.of(self.draft)

    def show_upload(self, path: Path, state: Uploading) -> None:
        """Say how far a file is that a field waits for; Run waits for it, too."""
        self._run_reasons.note_upload(path, state)
        self._refresh()

    def request(self, *, any_mode: bool = False) -> Request | None:
        """Return the request as it stands, None if it cannot be sent; `any_mode`: whether its mode is there does not matter."""
        self.document.settle()
        arguments = self.document.arguments
        if arguments is None or [one for one in self.reasons() if not (any_mode and one.target == "mode")]:
            return None
        return self._asked(arguments)

    def _asked(self, arguments: Json) -> Request:
        options = rules.effective(self._options, self._mode)
        return Request(self._endpoint, self._mode, arguments, self._profile, options, self.project)

    def code(self, language: Language | None = None) -> Snippet | None:
        """Return the request as code, in the language chosen last or another; None while it cannot be written."""
        pane: Any = importlib.import_module("fal_studio.ui.request.code_pane")
        return pane.code_of(self._coded()[0], self._code, language)

    def _coded(self) -> tuple[Request | None, str]:
        """Return what code can be written for, also when something required is still missing; or why it cannot."""
        if (problem := self._run_reasons.endpoint_problem(self.draft)) or (
            arguments := self.document.arguments
        ) is None:
            return None, problem or tr("The JSON has a mistake: this is the code from before.")
        return self._asked(arguments), ""

    def run(self, *, in_front: bool = False) -> None:
        """Run what is written, before all that wait if need be, or go to what is in the way."""
        request = self.request()
        if request is None:
            self._follow_reason(self.reasons()[0].target)
            return
        if self.question.asked is not None:
            if self.question.is_sure:
                self._run_anyway()
            return
        if self._is_left_behind():
            self.stop_batch()
        if self.repeat > 1:
            schema = self._catalogue.get(self._endpoint).schema
            requests = _batches().requests_of(request, self.repeat, schema, is_stepped=self._steps_seed)
            self.run_batch_wanted.emit(requests, in_front)
            return
        (self.run_in_front_wanted if in_front else self.run_wanted).emit(request)

    def _is_left_behind(self) -> bool:
        """Whether the open call is one that only this pane listens to."""
        call = self.open_call
        return bool(call) and is_left_behind(self._calls.state(call).mode)

    def ask(self, asked: Asked) -> None:
        """Ask whether it shall run although the same is there already, or it costs much."""
        self.question.ask(asked)

    def step_back(self) -> bool:
        """Take back the question that stands, or stop the call that is shown; False if there is neither."""
        return self.question.dismiss() or self.stop()

    def stop(self) -> bool:
        """Stop the call that is shown here; False if none is open."""
        call = self.open_call
        if not call:
            return False
        if (
            self._calls.state(call).mode is Mode.REALTIME
            and self._calls.state(call).session is SessionState.LIVE
        ):
            self.hang_up_wanted.emit(call)
        else:
            self.cancel_wanted.emit(call)
        return True

    @property
    def repeat(self) -> int:
        """How often Run runs it; a session is one call."""
        return 1 if self._mode is Mode.REALTIME else self._repeat

    def set_repeat(self, count: int) -> None:
        """Choose how often one press of Run runs it."""
        self._repeat = count
        self.bar.set_repeat(count)
        self.question.dismiss()
        self._refresh()
        self.changed.emit()

    def set_steps_seed(self, *, is_stepped: bool) -> None:
        """Choose whether the seed rises from one run of a batch to the next."""
        self._steps_seed = is_stepped
        self.question.dismiss()
        self._refresh()
        self.changed.emit()

    @property
    def batch(self) -> tuple[str, ...]:
        """The calls that one press of Run began, of which one is shown; empty where it was one."""
        return self._batch.ids if self._batch is not None else ()

    def follow_batch(self, calls: Sequence[str]) -> None:
        """Show the first of several calls; the others are a key away."""
        self.follow(calls[0])
        if self._batch is None:
            batch: Batch = _batches().Batch(self._calls, self.result)
            batch.chosen.connect(self._on_batch_chosen)
            batch.cancel_wanted.connect(self.cancel_wanted)
            self._batch = batch
        self._batch.show(calls)

    def step_in_batch(self, by: int) -> None:
        """Show another one of the calls that one press of Run began."""
        if self._batch is not None:
            self._batch.step(by)

    def stop_batch(self) -> bool:
        """Stop all open calls of the batch, or the only one that is shown; False if none is open."""
        return (self._batch is not None and self._batch.stop()) or self.stop()

    def _on_batch_chosen(self, call: str) -> None:
        self.follow(call)
        self.shown_changed.emit()

    def follow(self, call: str) -> None:
        """Show a call."""
        self._live.forget()
        self.question.dismiss()
        self.editor.form.show_problems(())
        self.result.follow(call)
        if self._split.is_stacked:
            self._room.reveal(self.result)
        if self._batch is not None:
            self._batch.refresh()
        self._refresh()

    def take(self, call: str, events: tuple[Event, ...]) -> None:
        """Pass on what is new in a call."""
        if self.question.asked is not None:
            self.question.heed(self._calls.state(call))
        self.result.take(call, events)
        if call == self.result.call:
            state = self._calls.state(call)
            self._live.watch(state)
            self._refresh()
            carried: Any = importlib.import_module("fal_studio.core.carried")
            seed: int | None = carried.seed_of(state.output)
            if seed is not None:
                self.editor.form.set_last_seed(seed)
            for failed in (event.fact for event in events if isinstance(event.fact, Failed)):
                self.editor.form.show_problems(failed.fields, self._sent(call))

    def _sent(self, call: str) -> Json:
        request = self._calls.request(call)
        return request.arguments if request is not None else None

    def close(self) -> bool:
        """Let go of threads and timers."""
        self._live.let_go()
        self.document.close()
        self.result.close()
        return super().close()

    def sizeHint(self) -> QSize:
        """Return the wanted size."""
        return QSize(1040, 736)

    def showEvent(self, event: QShowEvent) -> None:
        """Find out what a run costs, now that somebody sees it."""
        super().showEvent(event)
        if not is_free(self._profile):
            self._calls.prices.of(self._profile, self._endpoint)

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
        self._column = column
        column.addWidget(Divider())
        column.addWidget(self._split, 1)
        # Where words are large, the bars scroll away too: above a form in its own room they would leave it a slit.
        self._room = Roomy(body, self, is_as_wide=True)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._room)

    def _connect(self) -> None:
        self._split.editor_moved.connect(self.editor_moved)
        self._live.send_wanted.connect(self.send_wanted)
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
        self.question.anyway_wanted.connect(self._run_anyway)
        self.question.show_wanted.connect(self.show_call_wanted)
        self.question.limit_wanted.connect(self.limit_wanted)
        self.question.answered.connect(self.editor.focus_main)
        self.document.changed.connect(self._on_document_changed)
        self.editor.form.prompt.typed.connect(lambda: self._room.reveal(self.editor.form.prompt))
        self.document.slow.connect(self._refresh)
        self.result.parts.run_wanted.connect(self._on_run_pressed)
        self.result.cancel_wanted.connect(self._on_cancel_wanted)
        self.result.check_wanted.connect(self.check_wanted)
        self.result.follow_wanted.connect(self.follow_wanted)
        self.result.parts.way_wanted.connect(self._on_way_wanted)
        self.result.parts.go_to_field_wanted.connect(self.editor.go_to_field)
        self.result.copy_wanted.connect(self.copy_wanted)
        self.result.parts.continue_wanted.connect(self._on_continue_wanted)
        self.editor.presets_button.clicked.connect(self.presets_wanted)
        self.editor.copy_code_wanted.connect(self.copy_code_wanted)
        self.editor.options_edited.connect(self.set_options)
        self._catalogue.changed.connect(self._on_catalogue_changed)
        self._calls.prices.changed.connect(self._refresh)
        self._calls.prices.limit_changed.connect(self._refresh)

    def _run_anyway(self) -> None:
        asked = self.question.asked
        self.question.dismiss()
        if asked is not None:
            self.run_anyway_wanted.emit(asked)

    def _on_run_pressed(self) -> None:
        self.run()

    def _on_continue_wanted(self, messages: list[Json]) -> None:
        self.undo.name_next(tr("going on with the conversation"))
        if self.document.set_value("messages", messages, self):
            self.editor.go_to_field(("messages", len(messages) - 1, "content"))

    def _on_open_wanted(self, text: str) -> None:
        self.bar.set_endpoint(self._endpoint)
        self.open_wanted.emit(text)

    def _on_cancel_wanted(self) -> None:
        self.stop()

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
            self._erase()
        else:
            self.bar.focus_endpoint()

    def _on_way_wanted(self, way: str) -> None:
        self._follow_reason(way if way == "models" else self._run_reasons.beyond(self._endpoint).target)

    def _on_document_changed(self, source: object) -> None:
        if source not in (self, self.document):  # what the catalogue brings takes no question back
            self.question.dismiss()
        if self.walk is not None and self.prompt != self.walk.text:
            self.tell_walk(None, "")
        self._refresh()
        self._live.note_edit()
        self.changed.emit()

    def _on_catalogue_changed(self) -> None:
        self._show_schema()
        known = self._catalogue.get(self._endpoint)
        if self.document.arguments == {} and known.arguments and not self._file.path:
            self._begin_with(dict(known.arguments))
        elif known.schema.fields and self.document.arguments is not None and not self._file.path:
            # Inputs that a starter leaves out, such as the demo sketch, come from the endpoint.
            missing = {k: v for k, v in known.arguments.items() if k not in self.document.arguments}
            required = {field.name for field in known.schema.fields if field.required}
            for key, value in missing.items():
                if key in required:
                    self.document.set_value(key, value, self)
        self._refresh()
        self.undo.begin()

    def _begin_with(self, arguments: dict[str, Json]) -> None:
        self._began_with = arguments
        self.document.set_text(json_text.dump(arguments), self)
        if self.editor.form.prompt.hasFocus():
            self.editor.offer_main()

    def _show_schema(self) -> None:
        known = self._catalogue.get(self._endpoint)
        if not known.schema.fields and not known.arguments and not is_free(self._profile):
            self.schema_wanted.emit(self._profile, self._endpoint)
        self.editor.set_schema(known.schema)
        self._show_change(known)
        if self.is_beyond:
            self.result.empty.show_way(
                self._endpoint, self._run_reasons.beyond(self._endpoint).target.partition(":")[2]
            )
        elif self.is_elsewhere:
            self.result.empty.show_elsewhere(self._endpoint)
        else:
            is_known = is_emulators(self._endpoint) or not self._catalogue.all()
            self.result.empty.show_for(known.icon, is_offline=self._profile == EMULATOR, is_known=is_known)

    def _show_change(self, known: Endpoint) -> None:
        if known.change is None and self.change is None:
            return
        if self.change is None:
            module: Any = importlib.import_module("fal_studio.ui.request.change_line")
            line: ChangeLine = module.ChangeLine(self)
            line.show_wanted.connect(self.model_wanted)
            line.seen.connect(lambda: self.change_seen.emit(self._endpoint))
            self._column.insertWidget(self._column.indexOf(self.question) + 1, line)
            self.change = line
        self.change.tell(known.change)

    def _refresh(self) -> None:
        self.editor.show_code(*self._coded())
        self.editor.show_options(self._options, self._mode, self._typed)
        self.bar.set_private(is_private=self.is_private)
        draft = self.draft
        reasons = self._run_reasons.of(draft)
        cost = self._run_forecast.cost(draft, self.repeat, is_seen=self.isVisible())
        is_above = self._calls.prices.is_above_limit(cost.cost_usd, self._profile)
        self.bar.set_estimate(cost.short, cost.words, is_above=is_above)
        self.bar.run.set_blocked(". ".join(reason.text for reason in reasons))
        if reasons:
            self.forecast.show_reasons(reasons)
            return
        if self._accounts is not None:
            self.bar.show_profile(", ".join(self._accounts.words(self._profile)))
        facts, offer = self._run_forecast.facts(draft, self.repeat, cost, self.project)
        if (private := self._private.ended(self.result.call, self.batch)) and offer is None:
            offer = self._private.offer(private)
        aside = self._run_forecast.aside(self.open_call, is_live=self._live.is_live)
        self.forecast.show_forecast(facts, aside, offer)

    @property
    def is_private(self) -> bool:
        """Whether Run makes a private run."""
        return privacy.is_private(rules.effective(self._options, self._mode))

    def _erase(self) -> None:
        """Ask once, at the link itself: it does not come back."""
        calls = self._private.ended(self.result.call, self.batch)
        if self._private.is_sure(calls):
            self.erase_wanted.emit(calls)
        self._refresh()


def _batches() -> Any:
    """Return the module about several calls of one request; loaded when there first are several."""
    return importlib.import_module("fal_studio.ui.shell.batch")
