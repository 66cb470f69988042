"""One life of the real program with its window, run by `test_killed`: starts the calls of a plan, then dies where the plan says.

Reads the plan as JSON from standard input. Every fact of every call is written to standard output before anything else
happens with it (a pipe keeps what a killed process wrote), so the test knows how far each call had come. The seam is a listener of the event
log and nothing else: the product has no switch for this.

A plan without a kill is a life that goes on until every call is settled, or with `stays` until it is told to end by a signal;
it ends in good order and says how long that took.

With `--many` it reads a plan from every line. Each life is a process of its own that is forked from this one, which has the
program's modules loaded and nothing else: loading takes three quarters of a start. After each the exit code is written.
"""

import asyncio
import importlib
import json
import os
import pkgutil
import signal
import sys
import threading
import time
from collections import Counter, deque
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import qasync
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

import fal_studio
from fal_studio.app.emulator import Addresses
from fal_studio.app.program import Program
from fal_studio.app.start import application
from fal_studio.core import events as e
from fal_studio.core.call import ENDED, Phase
from fal_studio.core.events import Event
from fal_studio.core.history import Query
from fal_studio.core.request import Mode, Options, Request
from fal_studio.store.paths import folders
from fal_studio.ui.request.draft import Draft
from tests.waiting import until

HELD_WITHIN_S = 8
KILLED_WITHIN_S = 30
SETTLED_WITHIN_S = 200
ENDED_WITHIN_S = 240


class Kill(msgspec.Struct):
    """Where the life ends: at the nth fact of that name in that call, before the ledger has it or a while later."""

    tag: str
    fact: str
    nth: int = 1
    delay_ms: float = -1.0
    """Negative: in the listener, before anybody else learns of the fact."""


class Wish(msgspec.Struct):
    """One call to make."""

    tag: str
    mode: Mode
    endpoint: str
    arguments: dict[str, Any]
    headers: dict[str, str] = {}
    start_timeout_s: float | None = None
    hold: str = ""
    """The fact after which the call stays where it is for a while; the kill waits for it."""
    by_hand: bool = False
    """Typed into a request of the window and run with Ctrl+Enter."""


class Plan(msgspec.Struct):
    """What happens in this life."""

    data: str
    addresses: Addresses
    wishes: list[Wish] = []
    kill: Kill | None = None
    stays: bool = False


def many() -> None:
    """Live one life after the other, each in a child."""
    for room in ("app", "jobs", "modes", "services", "store", "ui", "wire"):
        folder = Path(fal_studio.__path__[0], room)
        for module in pkgutil.walk_packages([str(folder)], f"fal_studio.{room}."):
            importlib.import_module(module.name)
    for line in sys.stdin.buffer:
        plan = msgspec.json.decode(line, type=Plan)
        pid = os.fork()
        if pid == 0:
            live(plan)
            return
        too_late = threading.Timer(ENDED_WITHIN_S, os.kill, (pid, signal.SIGABRT))
        too_late.start()
        _, status = os.waitpid(pid, 0)
        too_late.cancel()
        too_late.join()
        tell({"exit_code": os.waitstatus_to_exitcode(status)})


def live(plan: Plan) -> None:
    """Be the program."""
    app = application("dark")
    program = Program(folders(Path(plan.data)), plan.addresses)
    life = Life(program, plan)

    async def both() -> None:
        async with asyncio.TaskGroup() as group:
            running = group.create_task(program.run())
            await life.live(running)

    with asyncio.Runner(loop_factory=lambda: qasync.QEventLoop(app)) as runner:
        runner.run(both())


class Life:
    """Drives the program and watches its log."""

    def __init__(self, program: Program, plan: Plan) -> None:
        self._program = program
        self._plan = plan
        self._tags: dict[str, str] = {}
        self._begun: deque[str] = deque()
        self._seen: Counter[tuple[str, str]] = Counter()
        self._closed_at = 0.0
        program.log.subscribe(self._on_event)
        program.closed.connect(self._on_closed)

    async def live(self, running: "asyncio.Task[None]") -> None:
        """Make the calls; die, or wait for their ends and close."""
        await until(lambda: self._program.engine is not None, what="the engine", limit_s=30)
        kill = self._plan.kill
        last = [wish for wish in self._plan.wishes if kill is not None and wish.tag == kill.tag]
        for wish in self._plan.wishes:
            if wish not in last:
                self._wish(wish)
        held = [wish for wish in self._plan.wishes if wish.hold and wish not in last]
        with suppress(AssertionError):  # on a busy machine a step may be over before it is noticed
            await until(lambda: all(self._has_seen(wish) for wish in held), limit_s=HELD_WITHIN_S)
        for wish in held:
            if not self._has_seen(wish):
                tell({"never": f"{wish.hold} of {wish.tag}"})
        for wish in last:
            self._wish(wish)
        if kill is not None:
            await asyncio.sleep(KILLED_WITHIN_S)
            tell({"never": f"{kill.fact} of {kill.tag}"})
            die()
        if self._plan.stays:
            tell({"stays": True, "banner": self._program.window.banner.text})
        else:
            await self._settled()
            self._program.close()
        await asyncio.wait([running])
        tell({"ended_within_s": time.monotonic() - self._closed_at})

    def _on_closed(self) -> None:
        self._closed_at = self._closed_at or time.monotonic()

    async def _settled(self) -> None:
        """Wait until the ledger holds no call that is open or unknown, and every file of a result is here."""
        reconciling = self._program.reconciling
        assert reconciling is not None
        ends = time.monotonic() + SETTLED_WITHIN_S
        unsettled = Query(phases=tuple(set(Phase) - ENDED | {Phase.UNKNOWN}))
        ledger = reconciling._ledger
        while True:
            page = await asyncio.wrap_future(ledger.search(unsettled))
            files = await asyncio.wrap_future(ledger.unfinished())
            if not page.rows and not files:
                return
            if time.monotonic() > ends:
                raise AssertionError(f"still not settled: {page.rows} {files}")
            await asyncio.sleep(0.1)

    def _has_seen(self, wish: Wish) -> bool:
        return self._seen[wish.tag, wish.hold] > 0

    def _wish(self, wish: Wish) -> None:
        self._begun.append(wish.tag)
        if wish.by_hand:
            window = self._program.window
            window.open_draft(Draft(wish.tag, wish.endpoint, wish.mode, json.dumps(wish.arguments)))
            window.activateWindow()
            QTest.keyClick(
                window.focusWidget() or window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier
            )
            return
        options = Options(headers=wish.headers, start_timeout_s=wish.start_timeout_s)
        request = Request(wish.endpoint, wish.mode, wish.arguments, options=options)
        self._program.window.run_wanted.emit(self._program.window.tabs.current(), request)

    def _on_event(self, event: Event) -> None:
        name = name_of(event.fact)
        if isinstance(event.fact, e.Started) and self._begun:
            self._tags[event.call] = self._begun.popleft()
        tag = self._tags.get(event.call, "")
        self._seen[tag, name] += 1
        received = {"received": event.fact.received_bytes} if isinstance(event.fact, e.Download) else {}
        tell({"call": event.call, "tag": tag, "fact": name} | received)
        kill = self._plan.kill
        if kill is None or (kill.tag, kill.fact, kill.nth) != (tag, name, self._seen[tag, name]):
            return
        tell({"killed": True})
        if kill.delay_ms < 0:
            die()
        threading.Timer(kill.delay_ms / 1000, die).start()


def name_of(fact: e.Fact) -> str:
    """Return what plans call a fact: its class, for progress with its stage, for downloads with their state."""
    if isinstance(fact, e.Download):
        return f"Download {fact.state}"
    return f"Progress {fact.stage}" if isinstance(fact, e.Progress) else type(fact).__name__


def tell(what: dict[str, Any]) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    if "--many" in sys.argv:
        many()
    else:
        live(msgspec.json.decode(sys.stdin.buffer.read(), type=Plan))
