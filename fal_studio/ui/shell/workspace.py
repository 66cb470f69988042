"""One request: its bar, its editor and its result, side by side."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from fal_studio.core import options as rules
from fal_studio.core import privacy
from fal_studio.core.accounts import EMULATOR, is_emulators
from fal_studio.core.call import CallState, Phase
from fal_studio.core.events import SessionState
from fal_studio.core.prices import is_free
from fal_studio.core.request import Json, Mode, Options, ProfileKind, Request
from fal_studio.core.schema.field import Path
from fal_studio.core.snippets.snippet import Language, Snippet
from fal_studio.core.uploading import Uploading
from fal_studio.ui import theme
from fal_studio.ui.accounts import Accounts
from fal_studio.ui.catalogue import Catalogue, Endpoint
from fal_studio.ui.costs import Forecast, forecast
from fal_studio.ui.models import Calls
from fal_studio.ui.output.bytes_of import Bytes
from fal_studio.ui.request import json_text
from fal_studio.ui.request.ask_line import Asked, AskLine
from fal_studio.ui.request.code_choice import CodeChoice
from fal_studio.ui.request.document import Document
from fal_studio.ui.request.draft import MOST_RUNS, Draft, name_of
from fal_studio.ui.request.editor import Editor
from fal_studio.ui.request.endpoint_text import endpoint_problem
from fal_studio.ui.request.run_bar import ForecastLine, Reason, RunBar
from fal_studio.ui.request.undo import RequestUndo
from fal_studio.ui.shell.result import ResultPane
from fal_studio.ui.surface import laid
from fal_studio.ui.widgets.labels import Divider
from fal_studio.ui.widgets.roomy import Roomy
from fal_studio.ui.widgets.segmented import Capability
from fal_studio.words import tr, trn

if TYPE_CHECKING:
    from fal_studio.core.saved import Saved
    from fal_studio.ui.request.change_line import ChangeLine
    from fal_studio.ui.request.prompt_walk import PromptWalk
    from fal_studio.ui.shell.batch import Batch
    from fal_studio.ui.shell.kept_file import KeptFile

SEND_EVERY_MS = 128
"""An edited input of a live session is sent at most this often; the newest wins."""
EDITOR_PX, EDITOR_NARROW_PX = 400, 352
EDITOR_LEAST_PX, RESULT_LEAST_PX = 320, 420
EDITOR_HIGH_PX, RESULT_HIGH_PX = 240, 300
"""Least heights where words are so large that the result stands under the editor."""
NARROW_BELOW_PX = 1010
SHOWN_OPTIONS = 3
"""So many options are told in the forecast line; the Options page has them all."""

_FALS = "fal-ai/"
"""How most of fal's own endpoints begin; the emulator has none that does."""


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
        self._file = draft.file
        self._file_mark = draft.file_mark
        self._is_unread = bool(draft.file)
        """Whether nobody has looked at the file yet: then nothing is said about it."""
        self._kept: KeptFile | None = None
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
        self._split = QSplitter(Qt.Orientation.Horizontal, self)
        self._sized_for = 0
        self._editor_px = 0
        self._is_sure_of: tuple[str, ...] = ()
        """Private runs that were asked to be removed once; the second time they are."""
        self._send = QTimer(self)
        self._send.setSingleShot(True)
        self._send.setInterval(SEND_EVERY_MS)
        self._send.timeout.connect(self._send_now)
        self._is_live = False
        self.walk: PromptWalk | None = None
        """The walk through earlier prompts that goes on."""
        self._uploads: dict[Path, Uploading] = {}
        self._lay_out()
        self._connect()
        self.bar.set_endpoint(self._endpoint)
        self.bar.set_mode(self._mode)
        self.bar.set_repeat(self._repeat)
        self.undo = RequestUndo(self._undoable, self._bring_back, self)
        self._on_catalogue_changed()
        self.changed.connect(self.undo.note)
        self._connect_undo()

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
            self._file,
            self._file_mark,
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
        return self._folder_of(self._file) if self._file else ""

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
        self._title = self._title if self._file else ""
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
        is_at_fal = self._accounts is not None and self._accounts.is_at_fal(self._profile)
        return is_at_fal and self._endpoint.startswith(f"{EMULATOR}/")

    @property
    def is_beyond(self) -> bool:
        """Whether the endpoint is one of fal's, and calls go to the emulator, which has only its own."""
        if self._profile != EMULATOR or not self._catalogue.all():
            return False
        return self._endpoint.startswith(_FALS) or self._catalogue.get(self._endpoint).is_of_fal

    def _beyond(self) -> Reason:
        """Say how an endpoint of fal can be called: with a key that is there, or one that can be added."""
        names = self._accounts.names if self._accounts is not None else ()
        name = next((name for name in names if self._accounts and self._accounts.is_at_fal(name)), "")
        if name:
            return Reason(
                tr("{endpoint} is at fal; call it with {name}").format(endpoint=self._endpoint, name=name),
                f"profile:{name}",
            )
        return Reason(tr("{endpoint} is at fal; add a key to call it").format(endpoint=self._endpoint), "key")

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
        return self._file

    @property
    def known(self) -> "Saved | None":
        """What its file holds, as far as that was read; None for no file, and for one that is gone."""
        return self._kept.saved if self._kept is not None else None

    @property
    def file_mark(self) -> str:
        """What its file held when it was last read or written, also in an earlier window."""
        return self._file_mark

    @property
    def differs(self) -> bool:
        """Whether it is something else than its file."""
        if not self._file or self._is_unread:
            return False
        return self._kept is None or self._kept.differs(self.draft, self.document.arguments)

    def be_of(self, path: str, saved: "Saved | None") -> None:
        """Be a saved request from now on, whose file holds this; None: the file is gone, and its place stays. "": none."""
        self.undo.record()
        self._file, self._kept, self._is_unread = path, None, False
        if not path:
            self._file_mark = ""
        if saved is not None:
            module: Any = importlib.import_module("fal_studio.ui.shell.kept_file")
            kept: KeptFile = module.KeptFile(saved)
            self._kept, self._file_mark = kept, kept.mark
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
        return msgspec.structs.replace(draft, file="", file_mark="", title="") if self._file else draft

    def _bring_back(self, draft: Draft) -> None:
        """Show the request as it was at another step."""
        self.question.dismiss()
        self._options, self._typed = draft.options, dict(draft.typed)
        self._repeat, self._steps_seed = draft.repeat, draft.steps_seed
        self.bar.set_repeat(self._repeat)
        if not self._file:
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
        self._endpoint, self._title = endpoint, self._title if self._file else ""
        self.bar.set_endpoint(endpoint)
        self._show_schema()
        self._begin_with(arguments)
        self.set_mode(mode)

    def reasons(self) -> list[Reason]:
        """Return why Run cannot run; empty if it can."""
        known = self._catalogue.get(self._endpoint)
        reasons = [
            Reason(
                tr("line {line}: {message}").format(line=found.line, message=found.message),
                f"json:{found.line}",
            )
            for found in (() if self.document.is_slow else self.document.problems[:3])
        ]
        if self.document.is_slow:
            reasons.append(Reason(tr("the JSON is still being read"), "json:1"))
        if problem := self._endpoint_problem():
            reasons.insert(0, Reason(problem, "endpoint"))
        elif self.is_elsewhere:
            reasons.insert(
                0,
                Reason(
                    tr("{endpoint} is the emulator's; choose a model of fal").format(endpoint=self._endpoint),
                    "models",
                ),
            )
        elif self.is_beyond:
            reasons.insert(0, self._beyond())
        if self._accounts is not None and not self._accounts.has(self._profile):
            reasons.insert(
                0, Reason(tr("there is no key called {profile} here").format(profile=self._profile), "key")
            )
        support, why = known.supports(self._mode)
        if support is Capability.UNSUPPORTED:
            reasons.append(Reason(why, "mode"))
        arguments = self.document.arguments
        if arguments is not None:
            missing = [
                f.name for f in known.schema.fields if f.required and arguments.get(f.name) in (None, "")
            ]
            reasons += [
                Reason(tr("{name} is required").format(name=name), f"field:{name}") for name in missing
            ]
        reasons += [
            Reason(
                tr("{path}: {name} is still on its way, {words}").format(
                    path=path[0], name=state.name, words=state.words
                ),
                f"field:{path[0]}",
            )
            for path, state in self._uploads.items()
        ]
        wrong = rules.problems(self._options, self._mode)
        if self._typed:
            typed: Any = importlib.import_module("fal_studio.core.typed")
            found: dict[str, str] = typed.problems(self._typed)
            wrong |= {name: message for name, message in found.items() if rules.used_by(name, self._mode)}
        reasons += [
            Reason(f"{rules.NAMES[name]}: {message}", f"option:{name}") for name, message in wrong.items()
        ]
        return reasons

    def show_upload(self, path: Path, state: Uploading) -> None:
        """Say how far a file is that a field waits for; Run waits for it, too."""
        if state.is_under_way:
            self._uploads[path] = state
        else:
            self._uploads.pop(path, None)
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

    def _endpoint_problem(self) -> str:
        account = self._accounts.account(self._profile) if self._accounts is not None else None
        is_own_app = account is not None and account.kind is ProfileKind.LOCAL_APP
        return endpoint_problem(self._endpoint, is_own_app=is_own_app)

    def _coded(self) -> tuple[Request | None, str]:
        """Return what code can be written for, also when something required is still missing; or why it cannot."""
        if (problem := self._endpoint_problem()) or (arguments := self.document.arguments) is None:
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
        """Whether the open call is one that only this pane listens to; queue and direct calls go on without it."""
        call = self.open_call
        return bool(call) and self._calls.state(call).mode in (Mode.STREAM, Mode.REALTIME)

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
        self._is_live = False
        self.question.dismiss()
        self.editor.form.show_problems(())
        self.result.follow(call)
        if self._batch is not None:
            self._batch.refresh()
        self._refresh()

    def take(self, call: str, events: tuple[object, ...]) -> None:
        """Pass on what is new in a call."""
        if self.question.asked is not None:
            self.question.heed(self._calls.state(call))
        self.result.take(call, events)  # pyright: ignore[reportArgumentType] - events, as the signal carries them
        if call == self.result.call:
            state = self._calls.state(call)
            self._watch_session(state)
            carried: Any = importlib.import_module("fal_studio.core.carried")
            seed: int | None = carried.seed_of(state.output)
            if seed is not None:
                self.editor.form.set_last_seed(seed)
            if state.failure is not None:
                self.editor.form.show_problems(state.failure.fields)

    def close(self) -> bool:
        """Let go of threads and timers."""
        self._send.stop()
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
        narrow = self.width() < theme.current().px(NARROW_BELOW_PX)
        usual = EDITOR_NARROW_PX if narrow else EDITOR_PX
        wanted = theme.current().px(self._editor_px or usual)
        is_stacked = self.width() <= theme.current().px(EDITOR_LEAST_PX + RESULT_LEAST_PX)
        self._stack_panes(is_stacked=is_stacked)
        if self._sized_for != wanted and self.width() > 0:
            self._sized_for = wanted
            whole = self.width() if not is_stacked else self._split.height()
            first = wanted if not is_stacked else whole * EDITOR_HIGH_PX // (EDITOR_HIGH_PX + RESULT_HIGH_PX)
            self._split.setSizes([first, whole - first - 1])
        self.bar.run.set_hint_shown(shown=self.width() >= 940)

    def _stack_panes(self, *, is_stacked: bool) -> None:
        """Put the result under the editor, or beside it."""
        way = Qt.Orientation.Vertical if is_stacked else Qt.Orientation.Horizontal
        px = theme.current().px
        if self._split.orientation() is not way:
            self._split.setOrientation(way)
            self.editor.setMinimumHeight(px(EDITOR_HIGH_PX) if is_stacked else 0)
            self.result.setMinimumHeight(px(RESULT_HIGH_PX) if is_stacked else 0)
            self._sized_for = 0

    def set_editor_px(self, px: int) -> None:
        """Give the editor a width, in pixels at 100 % text; 0: the usual one."""
        self._editor_px = px
        is_beside = self._split.orientation() is Qt.Orientation.Horizontal
        if px and is_beside and self._split.sizes()[0] == (wanted := theme.current().px(px)):
            self._sized_for = wanted  # it is so already: somebody moved it
            return
        self._sized_for = 0
        self.resizeEvent(QResizeEvent(self.size(), self.size()))

    def _on_split_moved(self) -> None:
        if self._split.orientation() is Qt.Orientation.Vertical:
            return  # that is its height
        self.editor_moved.emit(round(self._split.sizes()[0] / theme.current().zoom))

    def _watch_session(self, state: CallState) -> None:
        """Send the input when a session goes live, and after every edit while it is."""
        is_live = state.session is SessionState.LIVE and not state.is_ended
        if is_live and not self._is_live:
            self._is_live = True
            self._send_now()
        self._is_live = is_live
        self._refresh()

    def _send_now(self) -> None:
        call, arguments = self.open_call, self.document.arguments
        if call and self._is_live and arguments is not None:
            self.send_wanted.emit(call, arguments)

    def _lay_out(self) -> None:
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self.editor)
        self._split.addWidget(self.result)
        self._split.setStretchFactor(1, 1)
        self._split.splitterMoved.connect(self._on_split_moved)
        self.editor.setMinimumWidth(theme.current().px(EDITOR_LEAST_PX))
        self.result.setMinimumWidth(theme.current().px(RESULT_LEAST_PX))
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(0)
        top.addWidget(self.bar, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.forecast)
        column.addWidget(self.question)
        self._column = column
        column.addWidget(Divider())
        column.addWidget(Roomy(self._split, self), 1)

    def _connect(self) -> None:
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
        self.document.slow.connect(self._refresh)
        self.result.run_wanted.connect(self._on_run_pressed)
        self.result.cancel_wanted.connect(self._on_cancel_wanted)
        self.result.check_wanted.connect(self.check_wanted)
        self.result.follow_wanted.connect(self.follow_wanted)
        self.result.way_wanted.connect(self._on_way_wanted)
        self.result.go_to_field_wanted.connect(self.editor.go_to_field)
        self.result.copy_wanted.connect(self.copy_wanted)
        self.result.continue_wanted.connect(self._on_continue_wanted)
        self.editor.presets_button.clicked.connect(self.presets_wanted)
        self.editor.copy_code_wanted.connect(self.copy_code_wanted)
        self.editor.options_edited.connect(self.set_options)
        self._catalogue.changed.connect(self._on_catalogue_changed)
        self._calls.prices.changed.connect(self._refresh)
        self._calls.prices.limit_changed.connect(self._refresh)

    def _connect_undo(self) -> None:
        stack, editor = self.undo.stack, self.editor
        for button, press, able in (
            (editor.undo_button, stack.undo, stack.canUndoChanged),
            (editor.redo_button, stack.redo, stack.canRedoChanged),
        ):
            button.setEnabled(False)
            button.clicked.connect(press)
            able.connect(button.setEnabled)
        stack.undoTextChanged.connect(self._on_undo_text_changed)
        stack.redoTextChanged.connect(self._on_redo_text_changed)

    def _on_undo_text_changed(self, step: str) -> None:
        self.editor.undo_button.setToolTip(tr("Undo {step}").format(step=step).rstrip())

    def _on_redo_text_changed(self, step: str) -> None:
        self.editor.redo_button.setToolTip(tr("Redo {step}").format(step=step).rstrip())

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
        self._follow_reason(way if way == "models" else self._beyond().target)

    def _on_document_changed(self, source: object) -> None:
        if source not in (self, self.document):  # what the catalogue brings takes no question back
            self.question.dismiss()
        if self.walk is not None and self.prompt != self.walk.text:
            self.tell_walk(None, "")
        self._refresh()
        if self._is_live and not self._send.isActive():
            self._send.start()
        self.changed.emit()

    def _on_catalogue_changed(self) -> None:
        self._show_schema()
        known = self._catalogue.get(self._endpoint)
        if self.document.arguments == {} and known.arguments and not self._file:
            self._begin_with(dict(known.arguments))
        elif known.schema.fields and self.document.arguments is not None and not self._file:
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
            self.result.empty.show_way(self._endpoint, self._beyond().target.partition(":")[2])
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
        reasons = self.reasons()
        cost = self._cost(self.repeat)
        is_above = self._calls.prices.is_above_limit(cost.cost_usd, self._profile)
        self.bar.set_estimate(cost.short, cost.words, is_above=is_above)
        self.bar.run.set_blocked(". ".join(reason.text for reason in reasons))
        if reasons:
            self.forecast.show_reasons(reasons)
            return
        if self._accounts is not None:
            self.bar.show_profile(", ".join(self._accounts.words(self._profile)))
        facts, offer = self._facts()
        if (private := self._ended_in_private()) and offer is None:
            is_sure = self._is_sure_of == private
            offer = Reason(
                tr("press again: it is gone for good") if is_sure else tr("remove it now"), "erase"
            )
        self.forecast.show_forecast(facts, self._aside(), offer)

    @property
    def is_private(self) -> bool:
        """Whether Run makes a private run."""
        return privacy.is_private(rules.effective(self._options, self._mode))

    def _ended_in_private(self) -> tuple[str, ...]:
        """Return the private runs that are shown, once all of them have ended."""
        calls = self.batch if self.result.call in self.batch else (self.result.call,)
        for call in calls:
            request = self._calls.request(call)
            is_ended = request is not None and self._calls.state(call).is_ended
            if request is None or not is_ended or not privacy.is_private(request.options):
                return ()
        return calls

    def _erase(self) -> None:
        """Ask once, at the link itself: it does not come back."""
        calls = self._ended_in_private()
        if calls and self._is_sure_of == calls:
            self._is_sure_of = ()
            self.erase_wanted.emit(calls)
        else:
            self._is_sure_of = calls
        self._refresh()

    def _facts(self) -> tuple[list[str], Reason | None]:
        count = (self.document.arguments or {}).get("num_images")
        pictures = (
            trn(", {count} image", ", {count} images", count).format(count=count)
            if isinstance(count, int)
            else ""
        )
        ways = {
            Mode.RUN: tr("waits on one connection"),
            Mode.SUBSCRIBE: tr("queued, then followed here"),
            Mode.SUBMIT: tr("queued, nobody waits"),
            Mode.STREAM: tr("partial results as they come"),
            Mode.REALTIME: tr("a session; every edit is sent"),
        }
        words = rules.in_short(self._options, self._mode)
        if len(words) > SHOWN_OPTIONS:
            words = [
                *words[: SHOWN_OPTIONS - 1],
                tr("{count} more").format(count=len(words) - SHOWN_OPTIONS + 1),
            ]
        words += [tr("for {project}").format(project=self.project)] if self.project else []
        if self.repeat > 1:
            each = tr("{pictures} each").format(pictures=pictures.removeprefix(", ")) if pictures else ""
            many = f"×{self.repeat}, {self._cost(self.repeat).words}"
            seeds, offer = self._about_seeds()
            return [fact for fact in (many, each, ways[self._mode], *words, seeds) if fact], offer
        return [
            tr("1 request{pictures}").format(pictures=pictures),
            self._cost().words,
            ways[self._mode],
            *words,
        ], None

    def _about_seeds(self) -> tuple[str, Reason | None]:
        schema = self._catalogue.get(self._endpoint).schema
        noun = tr("picture") if self.icon == "image" else tr("result")
        about: tuple[str, Reason | None] = _batches().about_seeds(
            self.document.arguments, schema, self.repeat, noun, is_stepped=self._steps_seed
        )
        return about

    def _cost(self, count: int = 1) -> Forecast:
        """What so many runs of this request will cost."""
        if is_free(self._profile):
            return Forecast(tr("free"), tr("free, made on this machine"))
        prices, where = self._calls.prices, (self._profile, self._endpoint)
        # For a tab that nobody has looked at yet no key is taken out of the keyring, see `showEvent`.
        price = prices.of(*where) if self.isVisible() else prices.known(*where)
        arguments = prices.filled(self._endpoint, self.document.arguments)
        return forecast(price, self._mode, arguments, count, is_unpriced=prices.is_unpriced(*where))

    def _aside(self) -> str:
        call = self.open_call
        if not call:
            return ""
        state = self._calls.state(call)
        if self._is_live:
            return tr("live: edits are sent as you type")
        if state.phase is Phase.CANCEL_REQUESTED:
            return tr("cancelling")
        if self._is_left_behind():
            return tr("Run starts a new one and stops this one")
        return tr("Run starts another; this one goes on")


def _batches() -> Any:
    """Return the module about several calls of one request; loaded when there first are several."""
    return importlib.import_module("fal_studio.ui.shell.batch")
