"""Does what the queue and the history want: pages and old calls from the ledger, and steering of the runner."""

import contextlib
import importlib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from fal_studio.core.artifacts import Kind
from fal_studio.core.history import CallRow, Durations, ExportAs, Judgement, Query
from fal_studio.core.line import Move
from fal_studio.core.request import Json, Mode, Request
from fal_studio.store.problems import StoreError
from fal_studio.ui.history import History
from fal_studio.ui.models import Calls
from fal_studio.ui.shell.window import MainWindow
from fal_studio.words import tr

if TYPE_CHECKING:
    from concurrent.futures import Future

    from fal_studio.app.engine import Engine
    from fal_studio.core.sent import Sent
    from fal_studio.store.ledger import Ledger

T = TypeVar("T")
_NO_LEDGER = tr(
    "The ledger could not be opened, so there is no history to show. The strip above says what is wrong."
)
_LEFT = tr("They are not in fal Studio any more. Look for them in the system's trash.")
RECENT = 20
WRITE_WITHIN_S = 1.0
FEW = 3
"""So many calls make a habit: fewer say nothing about how long one usually takes."""


class Records(QObject):
    """Stands between the window's door and the ledger. Questions that come before the ledger is open wait for it."""

    _answered = Signal(object, object)
    """What takes a future's outcome, and the future; emitted on the ledger's thread, received on the window's."""

    def __init__(self, history: History, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history = history
        self._ledger: Ledger | None = None
        self._is_open = False
        self._waiting: list[Callable[[], None]] = []
        # Queued also from this thread: an answer that is there at once must not come before its question has a number.
        self._answered.connect(self._on_answered, Qt.ConnectionType.QueuedConnection)
        history.search_wanted.connect(self._on_search_wanted)
        history.files_wanted.connect(self._on_files_wanted)
        history.call_wanted.connect(self._on_call_wanted)
        history.prompts_wanted.connect(self._on_prompts_wanted)
        history.usual_wanted.connect(self._on_usual_wanted)
        history.remove_wanted.connect(self._on_remove_wanted)
        history.restore_wanted.connect(self._on_restore_wanted)
        history.judge_wanted.connect(self._on_judge_wanted)
        history.export_wanted.connect(self._on_export_wanted)

    def write_now(self) -> None:
        """Write what happened so far, and wait for it at most a second; trouble with it was told already."""
        if self._ledger is not None:
            with contextlib.suppress(TimeoutError, StoreError):
                self._ledger.flush().result(WRITE_WITHIN_S)

    def use(self, ledger: "Ledger | None") -> None:
        """Answer from this ledger from now on; None if it cannot be opened."""
        self._ledger, self._is_open = ledger, True
        waiting, self._waiting = self._waiting, []
        for work in waiting:
            work()

    def leave(self) -> None:
        """Answer nothing any more: the ledger is about to be closed."""
        self._ledger, self._is_open = None, False

    def row(self, call: str, take: "Callable[[CallRow | None], None]") -> None:
        """Tell what the ledger holds of a call; None for nothing, or where it cannot be asked."""

        def answered(done: "Future[CallRow | None]") -> None:
            take(None if done.exception() is not None else done.result())

        self._with(lambda ledger: self._tell(ledger.row(call), answered), lambda: take(None))

    def sent(self, limit: int, take: "Callable[[Future[tuple[Sent, ...]]], object]") -> None:
        """Tell what left this machine with the newest calls; nothing where there is no ledger."""
        self._with(lambda ledger: self._tell(ledger.sent(limit), take), lambda: None)

    def _with(self, work: "Callable[[Ledger], None]", otherwise: Callable[[], object]) -> None:
        """Do something with the ledger, now or when it is open; or the other thing where there is none."""
        if not self._is_open:
            self._waiting.append(lambda: self._with(work, otherwise))
        elif self._ledger is not None:
            work(self._ledger)
        else:
            otherwise()

    def _tell(self, future: "Future[T]", take: "Callable[[Future[T]], object]") -> None:
        """Hand a future to `take` in the window's thread once it is done."""

        def on_done(done: "Future[T]") -> None:
            self._answered.emit(take, done)

        future.add_done_callback(on_done)

    def _on_answered(self, take: "Callable[[Future[Any]], object]", done: "Future[Any]") -> None:
        take(done)

    def _on_search_wanted(self, number: int, query: Query) -> None:
        def ask(ledger: "Ledger") -> None:
            self._tell(ledger.search(query), partial(self._take_page, number))

        self._with(ask, lambda: self._history.fail(number, _NO_LEDGER))

    def _take_page(self, number: int, done: "Future[Any]") -> None:
        if (problem := done.exception()) is not None:
            self._history.fail(number, str(problem))
        else:
            self._history.put_page(number, done.result())

    def _on_prompts_wanted(self, number: int, endpoint: str, most: int) -> None:
        def take(done: "Future[tuple[str, ...]]") -> None:
            self._history.put_prompts(number, () if done.exception() is not None else done.result())

        self._with(
            lambda ledger: self._tell(ledger.prompts(endpoint, most), take),
            lambda: self._history.put_prompts(number, ()),
        )

    def _on_files_wanted(self, number: int, kinds: tuple[Kind, ...]) -> None:
        def ask(ledger: "Ledger") -> None:
            self._tell(ledger.newest_files(kinds), partial(self._take_files, number))

        self._with(ask, lambda: self._history.fail(number, _NO_LEDGER))

    def _take_files(self, number: int, done: "Future[Any]") -> None:
        if (problem := done.exception()) is not None:
            self._history.fail(number, str(problem))
        else:
            self._history.put_files(number, done.result())

    def _on_call_wanted(self, call: str) -> None:
        def ask(ledger: "Ledger") -> None:
            request = ledger.request_of(call)  # answered first: the ledger works in order
            self._tell(ledger.events_of(call), lambda events: self._take_call(call, request, events))

        self._with(ask, lambda: self._history.miss_call(call, _NO_LEDGER))

    def _take_call(self, call: str, request: "Future[Any]", events: "Future[Any]") -> None:
        problem = request.exception() or events.exception()
        if problem is not None:
            self._history.miss_call(call, str(problem))
        elif not events.result():
            self._history.miss_call(call, tr("The ledger holds nothing of this call any more."))
        else:
            self._history.put_call(call, request.result(), events.result())

    def _on_usual_wanted(self, endpoint: str) -> None:
        self._with(
            lambda ledger: self._tell(ledger.durations(endpoint), self._take_usual),
            lambda: None,
        )

    def _take_usual(self, done: "Future[Durations]") -> None:
        if done.exception() is not None:
            return  # a number that is nice to have
        found = done.result()
        quartiles = found.run_s or found.total_s
        if quartiles is not None and found.calls >= FEW:
            self._history.put_usual(found.endpoint, quartiles[0], quartiles[2])

    def _on_remove_wanted(self, calls: tuple[str, ...]) -> None:
        self._with(
            lambda ledger: self._tell(
                ledger.delete(calls),
                lambda done: self._take_done(done, partial(self._history.note_removed, calls)),
            ),
            lambda: None,
        )

    def _on_restore_wanted(self, calls: tuple[str, ...]) -> None:
        self._with(
            lambda ledger: self._tell(
                ledger.restore(calls),
                lambda done: self._take_done(done, partial(self._take_restored, done, calls)),
            ),
            lambda: None,
        )

    def _take_restored(self, done: "Future[int]", calls: tuple[str, ...]) -> None:
        if done.result():
            self._history.note_restored(calls)
        else:
            self._history.troubled.emit(_LEFT)

    def _on_judge_wanted(self, calls: tuple[str, ...], judgement: Judgement) -> None:
        def judge(ledger: "Ledger") -> None:
            self._tell(ledger.judge(calls, judgement), partial(self._take_judged, calls, judgement))

        self._with(judge, lambda: self._history.troubled.emit(_NO_LEDGER))

    def _take_judged(self, calls: tuple[str, ...], judgement: Judgement, done: "Future[int]") -> None:
        self._take_done(done, lambda: self._history.note_judged(calls, judgement))

    def _on_export_wanted(self, query: Query, path: str, form: str) -> None:
        def export(ledger: "Ledger") -> None:
            self._tell(
                ledger.export(query, Path(path), ExportAs(form)),
                lambda done: self._take_done(done, lambda: self._history.note_exported(path, done.result())),
            )

        self._with(export, lambda: self._history.troubled.emit(_NO_LEDGER))

    def _take_done(self, done: "Future[Any]", then: Callable[[], None]) -> None:
        if (problem := done.exception()) is not None:
            self._history.troubled.emit(str(problem))
        else:
            then()


class Steering(QObject):
    """Does with the runner what the commands of the queue say."""

    def __init__(
        self,
        window: MainWindow,
        calls: Calls,
        do: "Callable[[Callable[[Engine], None]], None]",
        run: Callable[[str, Request], None],
        parent: QObject | None = None,
    ) -> None:
        """`run` runs a request for the tab of that key, or for none; it asks where the same is there already."""
        super().__init__(parent)
        commands, panels = window.commands, window.panels
        self._window, self._calls, self._do, self._run = window, calls, do, run
        self._commands = commands
        commands.cancel_wanted.connect(self._on_cancel_wanted)
        commands.cancel_all_wanted.connect(self._on_cancel_all_wanted)
        commands.pause_wanted.connect(self._on_pause_wanted)
        commands.move_wanted.connect(self._on_move_wanted)
        commands.send_now_wanted.connect(self._on_send_now_wanted)
        commands.run_wanted.connect(self._on_run_wanted)
        panels.follow_wanted.connect(self._on_follow_wanted)
        panels.recent_wanted.connect(self._on_recent_wanted)

    def _on_cancel_wanted(self, call: str) -> None:
        self._do(lambda engine: engine.cancel(call, self._calls.request(call)))

    def _on_cancel_all_wanted(self, queued_only: bool) -> None:
        def cancel(engine: "Engine") -> None:
            engine.runner.cancel_all(queued_only=queued_only)

        self._do(cancel)

    def _on_pause_wanted(self, is_paused: bool) -> None:
        def pause(engine: "Engine") -> None:
            if is_paused:
                engine.runner.line.pause()
            else:
                engine.runner.line.resume()
            self._commands.show_paused(is_paused=engine.runner.line.is_paused())

        self._do(pause)

    def _on_move_wanted(self, call: str, where: str) -> None:
        def move(engine: "Engine") -> None:
            engine.runner.line.move(call, Move(where))

        self._do(move)

    def _on_send_now_wanted(self, call: str) -> None:
        def release(engine: "Engine") -> None:
            engine.runner.line.release(call)

        self._do(release)

    def _on_run_wanted(self, request: Request) -> None:
        self._run("", request)

    def _on_follow_wanted(self, endpoint: str, request_id: str, given: Json, profile: str) -> None:
        request = Request(endpoint, Mode.SUBMIT, given, profile)

        def follow(engine: "Engine") -> None:
            call = engine.runner.follow_id(request, request_id)
            self._calls.add(call, request)
            self._window.monitor.open().table.choose(call)

        self._do(follow)

    def _on_recent_wanted(self, endpoint: str, profile: str) -> None:
        self._do(lambda engine: engine.runner.latest.start("recent", self._look(engine, endpoint, profile)))

    async def _look(self, engine: "Engine", endpoint: str, profile: str) -> None:
        """Read what the account ran lately on an endpoint."""
        base: Any = importlib.import_module("fal_studio.modes.base")
        requests: Any = importlib.import_module("fal_studio.services.requests")
        panel = self._window.panels.take_up
        assert panel is not None, "it asked"
        try:
            http = await engine.runner.http(profile)
            found = await requests.listed(http, [endpoint], payloads=True, at_most=RECENT)
        except base.CallError as error:
            panel.show_problem(endpoint, str(error))
        else:
            panel.show_recent(endpoint, found.items)
