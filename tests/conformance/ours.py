"""Our engine, as a client that can be asked like a referee."""

from collections.abc import Callable
from typing import Any

from fal_studio.core import events as e
from fal_studio.core.request import Mode, Request
from tests.bench.engine import Engine
from tests.conformance.wire import Meaning, meanings
from tests.emulator_process import EmulatorProcess
from tests.waiting import until


class Ours:
    """Makes calls and tells what the emulator saw of them."""

    def __init__(self, emulator: EmulatorProcess, run: Callable[..., Any]) -> None:
        self._emulator = emulator
        self._run = run

    def make(self, request: Request, *, cancel: bool = False) -> tuple[dict[str, Meaning], list[e.Fact]]:
        """Make a call and return its requests and its facts."""
        since = self._emulator.last()
        facts = self._run(self._perform(request, cancel=cancel))
        return meanings(self._emulator.requests(since)), facts

    async def _perform(self, request: Request, *, cancel: bool) -> list[e.Fact]:
        engine = Engine(self._emulator)

        def has(kind: type) -> bool:
            return any(isinstance(event.fact, kind) for event in engine.log.of(call))

        async with engine.running() as runner:
            call = runner.start(request)
            if request.mode is Mode.REALTIME:
                runner.send(call, request.arguments)
                await until(lambda: has(e.Partial))
                runner.hang_up(call)
            if cancel:
                await until(lambda: has(e.Enqueued))
                runner.cancel(call)
            await runner.finished(call)
            if request.mode is Mode.SUBMIT:
                runner.resume(call, request)
                await runner.finished(call)
        facts = [event.fact for event in engine.log.of(call)]
        wanted = (e.Cancelled,) if cancel else (e.Output, e.Closed)
        assert isinstance(facts[-1], wanted), facts[-1]
        return facts
