"""Our engine on the program's loop, for the rows that measure it."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Coroutine
from typing import Any, TypeVar

import qasync
from PySide6.QtWidgets import QApplication

from fal_studio.core import events as e
from fal_studio.core.blobs import Blob, blob_of
from fal_studio.core.events import Event
from fal_studio.core.log import EventLog
from fal_studio.core.request import Hosts, Profile, ProfileKind, Request
from fal_studio.jobs.runner import CallRunner
from fal_studio.modes.base import Access
from tests.emulator_process import KEY, EmulatorProcess

T = TypeVar("T")


def application() -> QApplication:
    """Return the one application of this process."""
    app = QApplication.instance() or QApplication(["bench"])
    assert isinstance(app, QApplication)
    app.setQuitOnLastWindowClosed(False)
    return app


def on_the_programs_loop(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine on asyncio on Qt, as the program does; both sides of a ratio."""
    app = application()
    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        return runner.run(main)


def profile_of(emulator: EmulatorProcess) -> Profile:
    urls = emulator.urls
    hosts = Hosts(
        run=urls["run"],
        queue=urls["queue"],
        rest=urls["rest"],
        cdn=urls["cdn"],
        platform=urls["api"],
        ws=urls["ws"],
        schema=urls["openapi"],
    )
    return Profile("emulator", ProfileKind.EMULATOR, hosts)


def keep(data: bytes, content_type: str) -> Blob:
    """Drop the bytes: what files cost is another row."""
    return blob_of(data, content_type)


class Engine:
    """The call runner and its log, without window and ledger."""

    def __init__(self, emulator: EmulatorProcess) -> None:
        self.log = EventLog()
        self._access = Access(profile_of(emulator), KEY)
        self._ends: dict[str, asyncio.Future[Event]] = {}
        self.log.subscribe(self._on_event)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[CallRunner]:
        async with CallRunner(self.log, self._of_profile, keep) as runner:
            self.runner = runner
            yield runner

    async def call(self, request: Request) -> Event:
        """Run a call to its end and return that."""
        call = self.runner.start(request)
        future = self._ends[call] = asyncio.get_running_loop().create_future()
        end = await future
        assert isinstance(end.fact, e.Output | e.Closed), f"{request.endpoint} ended with {end.fact}"
        return end

    async def _of_profile(self, _name: str) -> Access:
        return self._access

    def _on_event(self, event: Event) -> None:
        if isinstance(event.fact, e.ENDS) and (future := self._ends.pop(event.call, None)):
            future.set_result(event)
