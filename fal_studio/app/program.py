"""The running program: window, engine and emulator, joined by signals; started in order, ended in order."""

import asyncio
import importlib
import logging
import signal
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLockFile, QObject

from fal_studio.app.blobs import Blobs
from fal_studio.app.collector import Collector
from fal_studio.app.crash import Funnel
from fal_studio.app.desk import Desk
from fal_studio.app.emulator import Addresses, Emulator, EmulatorError
from fal_studio.app.endpoints import endpoints_of
from fal_studio.app.monitor import Records, Steering
from fal_studio.core.call import fold
from fal_studio.core.events import Event
from fal_studio.core.log import EventLog
from fal_studio.core.request import Json, Request
from fal_studio.core.schema import checking
from fal_studio.core.settings import Settings
from fal_studio.services.emulator_process import profile_of
from fal_studio.store import preferences
from fal_studio.store.paths import Folders, folders
from fal_studio.ui.catalogue import Catalogue
from fal_studio.ui.hub import Hub
from fal_studio.ui.library.sketch import sketch_uri
from fal_studio.ui.models import Calls
from fal_studio.ui.shell.window import MainWindow

if TYPE_CHECKING:
    from fal_studio.app.engine import Engine
    from fal_studio.app.hooks import Hooks
    from fal_studio.app.keeping import Keeping
    from fal_studio.app.reconciling import Reconciling
    from fal_studio.app.results import Results
    from fal_studio.store.ledger import OpenCall
    from fal_studio.ui.shell.webhooks import WebhookPanel

_logger = logging.getLogger(__name__)
PAINT_WITHIN_S = 3.0
FIRST_KEY_S = 0.03
"""How long the painted window has the process to itself: loading the engine would hold up the first keys."""


class Program(QObject):
    """Owns everything that lives as long as the window."""

    def __init__(self, kept: Folders | None = None, running: Addresses | None = None) -> None:
        """`kept`: where everything is kept, None for the user's own; `running`: an emulator that is there already."""
        super().__init__()
        self._kept = kept or folders()
        self._instance = QLockFile(str(self._kept.data / "window.lock"))
        self._collector = Collector(self)
        self.funnel = Funnel(self)
        self.log = EventLog()
        self.blobs = Blobs()
        self.calls = Calls(self)
        self.catalogue = Catalogue(self)
        self.hub = Hub(self.log, self)
        self.emulator = Emulator(self, running=running)
        self.window = MainWindow(self.blobs.load, self.calls, self.catalogue)
        self.records = Records(self.window.history, self)
        self.steering = Steering(self.window, self.calls, self.do, self)
        self.engine: Engine | None = None
        self._results: Results | None = None
        self.reconciling: Reconciling | None = None
        self._early: list[Callable[[Engine], None]] = []
        self._closing: asyncio.Event | None = None
        self._hooks: Hooks | None = None
        self.is_painted = False
        self._front = ""
        self._connect()
        self.desk = Desk(self._kept.state / "window.json", self.window, self)

    async def run(self) -> None:
        """Live until the window is closed or the process is told to end."""
        loop = asyncio.get_running_loop()
        closing = self._closing = asyncio.Event()
        loop.set_exception_handler(self.funnel.on_loop_exception)
        with self._collector, _signals(loop, closing.set), _left_generators(loop):
            try:
                await self._painted()
                await asyncio.sleep(FIRST_KEY_S)
                self.emulator.start(self._emulator_folder())
                engines = await asyncio.to_thread(importlib.import_module, "fal_studio.app.engine")
                keepings = await asyncio.to_thread(importlib.import_module, "fal_studio.app.keeping")
                keeping = keepings.Keeping(self._kept, self.log, self)
                try:
                    open_calls = await self._open(keeping)
                    async with engines.Engine(
                        self.log,
                        self.blobs.keep,
                        self.emulator,
                        keeping.intend,
                        keeping.written,
                        keeping.noted,
                        self._settings,
                    ) as engine:
                        self._take_up(engine, open_calls)
                        self._results = self._fetching(keeping, engine)
                        self.reconciling = self._finding_out(keeping, engine)
                        self._join(engine)
                        await closing.wait()
                        self.engine = self._results = None
                finally:
                    self.records.leave()
                    await keeping.close()
            finally:
                self.hub.close()
                self.desk.save()
                self.window.let_go()
                await self.emulator.stop()
                self._instance.unlock()

    def close(self) -> None:
        """End the program in good order."""
        if self._closing is not None:
            self._closing.set()

    def do(self, work: "Callable[[Engine], None]") -> None:
        """Let the engine do something, now or as soon as it is there."""
        if self.engine is not None:
            work(self.engine)
        else:
            self._early.append(work)

    async def _painted(self) -> None:
        """Wait until the window was drawn: what follows loads a lot of code."""
        painted = asyncio.get_running_loop().create_future()

        def on_painted() -> None:
            if not painted.done():
                painted.set_result(None)

        self.window.painted.connect(on_painted)
        self.window.show()
        with suppress(TimeoutError):
            async with asyncio.timeout(PAINT_WITHIN_S):
                await painted
        self.window.painted.disconnect(on_painted)
        self.is_painted = True

    def _emulator_folder(self) -> Path | None:
        """Return where the emulator keeps its jobs; None in a second window, whose emulator forgets them."""
        folder = self._kept.data / "emulator"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return None
        is_ours = self._instance.isLocked() or self._instance.tryLock(0)
        return folder if is_ours else None

    async def _open(self, keeping: "Keeping") -> "list[OpenCall]":
        keeping.troubled.connect(self._on_store_troubled)  # a slot of this object: it runs in this thread
        keeping.recovered.connect(self._on_store_recovered)
        self.blobs.use(keeping.blobs)
        found = await keeping.open()
        self.records.use(keeping.ledger)
        return found

    def _take_up(self, engine: "Engine", open_calls: "list[OpenCall]") -> None:
        """Show the calls that had not ended when the program last did, and follow those that a queue has.

        What waited in line was never sent: it waits again, until somebody says that it may go.
        """
        for found in open_calls:
            self.log.restore(list(found.events))
            if found.request is None:
                continue
            self._show_earlier(found.call, found.request, found.events)
            state = fold(found.events)
            if found.ticket is not None:
                engine.runner.resume(found.call, found.request)
            elif not state.is_ended:
                engine.runner.wait_again(found.call, found.request, state.held_order)

    def _fetching(self, keeping: "Keeping", engine: "Engine") -> "Results":
        results: Any = importlib.import_module("fal_studio.app.results")
        fetching: Results = results.Results(self.log, keeping, engine, self.window.bytes_of, self.calls.hold)
        fetching.start()
        return fetching

    def _finding_out(self, keeping: "Keeping", engine: "Engine") -> "Reconciling | None":
        if keeping.ledger is None:
            return None
        module: Any = importlib.import_module("fal_studio.app.reconciling")
        reconciling: Reconciling = module.Reconciling(
            self.log, keeping.ledger, engine, self.blobs.keep, self._show_earlier
        )
        engine.runner.latest.start("reconcile", reconciling.run())
        return reconciling

    def _show_earlier(self, call: str, request: Request, events: Sequence[Event]) -> None:
        """Show a call of an earlier run of the program."""
        self.calls.add(call, request)
        self.window.take(events)

    def _join(self, engine: "Engine") -> None:
        self.engine = engine
        engine.runner.latest.start("catalogue", self._load_catalogue())
        early, self._early = self._early, []
        for work in early:
            work(engine)

    def _connect(self) -> None:
        window = self.window
        self.hub.events.connect(window.take)
        self.funnel.crashed.connect(self._on_crashed)
        self.emulator.ready.connect(self._on_emulator_ready)
        self.emulator.failed.connect(self._on_emulator_failed)
        window.run_wanted.connect(self._on_run_wanted)
        window.run_in_front_wanted.connect(self._on_run_in_front_wanted)
        window.cancel_wanted.connect(self._on_cancel_wanted)
        window.hang_up_wanted.connect(self._on_hang_up_wanted)
        window.send_wanted.connect(self._on_send_wanted)
        window.follow_wanted.connect(self._on_follow_wanted)
        window.check_wanted.connect(self._on_check_wanted)
        window.commands.check_wanted.connect(self._on_check_wanted)
        window.fetch_wanted.connect(self._on_fetch_wanted)
        window.restart_wanted.connect(self._on_restart_wanted)
        window.webhooks_wanted.connect(self._on_webhooks_wanted)
        window.front_changed.connect(self._on_front_changed)
        window.closing.connect(self.close)

    def _on_run_wanted(self, key: str, request: Request) -> None:
        self._run(key, request)

    def _on_run_in_front_wanted(self, key: str, request: Request) -> None:
        self._run(key, request, in_front=True)

    def _run(self, key: str, request: Request, *, in_front: bool = False) -> None:
        def start(engine: "Engine") -> None:
            call = engine.runner.start(request, in_front=in_front)
            self.calls.add(call, request)
            self.hub.flush()
            self.window.follow(key, call)

        self.do(start)

    def _settings(self) -> Settings:
        return preferences.load(self._kept.preferences).settings

    def _on_webhooks_wanted(self, panel: "WebhookPanel") -> None:
        if self._hooks is None:
            hooks: Any = importlib.import_module("fal_studio.app.hooks")
            self._hooks = hooks.Hooks(panel, self.do, self._kept, self)
        assert self._hooks is not None
        self._hooks.open()

    def _on_front_changed(self, call: str) -> None:
        before, self._front = self._front, call

        def watch(engine: "Engine") -> None:
            engine.runner.watch(before, is_watched=False)
            if call:
                engine.runner.watch(call)

        self.do(watch)

    def _on_cancel_wanted(self, call: str) -> None:
        self.do(lambda engine: engine.cancel(call, self.calls.request(call)))

    def _on_hang_up_wanted(self, call: str) -> None:
        self.do(lambda engine: _drop(engine.runner.hang_up(call)))

    def _on_send_wanted(self, call: str, value: Json) -> None:
        self.do(lambda engine: _drop(engine.runner.send(call, value)))

    def _on_follow_wanted(self, call: str) -> None:
        request = self.calls.request(call)
        if request is not None:
            self.do(lambda engine: engine.runner.resume(call, request))

    def _on_check_wanted(self, call: str) -> None:
        def check(engine: "Engine") -> None:
            if self.reconciling is not None:
                engine.runner.latest.start(f"check {call}", self.reconciling.check(call))

        self.do(check)

    def _on_fetch_wanted(self, url: str) -> None:
        self.do(lambda engine: engine.runner.latest.start(f"media {url}", self._fetch(url)))

    async def _fetch(self, url: str) -> None:
        media: Any = importlib.import_module("fal_studio.services.media")
        if self._results is None:
            return
        try:
            found = await self._results.fetch(url)
        except media.MediaError as error:
            self.window.bytes_of.fail(url, str(error))
        else:
            self.window.bytes_of.put(url, found.data, found.content_type)

    async def _load_catalogue(self) -> None:
        httpx: Any = importlib.import_module("httpx")
        engine = self.engine
        if engine is None:
            return
        try:
            records = await engine.models()
        except EmulatorError:
            return  # told by the emulator's own signal
        except httpx.HTTPError as error:
            self.window.banner.tell(
                f"The emulator's catalogue could not be read: {error}",
                is_bad=False,
                action="Try again",
                about="emulator",
            )
            return
        endpoints = await asyncio.to_thread(endpoints_of, records, sketch_uri())
        await asyncio.to_thread(checking.load)
        self.catalogue.replace(endpoints)

    def _on_emulator_ready(self, addresses: Addresses) -> None:
        self.window.banner.settle("emulator")
        self.window.code.set_profile(profile_of(addresses))
        self.window.show_server(f"Emulator at {addresses.base.removeprefix('http://')}", addresses.base)

    def _on_emulator_failed(self, sentence: str, printed: str) -> None:
        self.window.show_server("Emulator not running", "")
        self.window.banner.tell(sentence, printed, action="Start it again", about="emulator")

    def _on_restart_wanted(self) -> None:
        self.do(lambda engine: engine.runner.latest.start("restart", self._restart()))

    async def _restart(self) -> None:
        await self.emulator.stop()
        self.emulator.start(self._emulator_folder())
        await self._load_catalogue()

    def _on_store_troubled(self, sentence: str, next_step: str) -> None:
        self.window.banner.tell(f"{sentence} {next_step}", is_bad=False, about="ledger")

    def _on_store_recovered(self) -> None:
        self.window.banner.settle("ledger")

    def _on_crashed(self, sentence: str, report: str) -> None:
        self.window.banner.tell(sentence, report)


def _drop(_: object) -> None:
    """Make a value none."""


class _left_generators:  # noqa: N801 - reads as a statement
    """Lets the loop close the asynchronous generators that were left in the middle, such as the body of an answer that was
    too large. asyncio's own loop sees to that by itself; qasync's does not, and their connections would stay open.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._before = sys.get_asyncgen_hooks()
        self._closing: set[asyncio.Task[None]] = set()

    def __enter__(self) -> None:
        sys.set_asyncgen_hooks(finalizer=self._on_left)

    def __exit__(self, *_error: object) -> None:
        sys.set_asyncgen_hooks(*self._before)

    def _on_left(self, generator: AsyncGenerator[Any, Any]) -> None:
        """Take a generator that nobody holds any more, from any thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._close, generator)

    def _close(self, generator: AsyncGenerator[Any, Any]) -> None:
        task = self._loop.create_task(generator.aclose(), name="close a left generator")
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


class _signals:  # noqa: N801 - reads as a statement
    """Calls back on SIGTERM and SIGINT while the block runs."""

    def __init__(self, loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
        self._loop, self._callback = loop, callback
        self._set: list[int] = []

    def __enter__(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError, RuntimeError, ValueError):
                self._loop.add_signal_handler(number, self._callback)
                self._set.append(number)

    def __exit__(self, *_error: object) -> None:
        for number in self._set:
            self._loop.remove_signal_handler(number)
