"""Running calls: one task for each, all with one owner; and named slots where new work cancels old."""

import asyncio
import logging
import secrets
import time
import traceback
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Self

from fal_studio.core import events as e
from fal_studio.core.blobs import Keep
from fal_studio.core.log import EventLog
from fal_studio.core.redact import Redactor
from fal_studio.core.request import Json, Mode, Request
from fal_studio.modes import realtime, run, stream, submit, subscribe
from fal_studio.modes.base import Access, BeforePaid, CallError, Line, Tools, at_once
from fal_studio.modes.http import Http

GetAccess = Callable[[str], Awaitable[Access]]
"""Returns the profile of that name with its key; raises CallError when it cannot be had."""
BeforeStart = Callable[[str, Request], Awaitable[None]]
"""Awaited with the call and its request before anything is sent: the ledger writes the wish down."""
Work = Callable[[Request, Http, Tools, Callable[[e.Fact], None]], Awaitable[None]]

SHUTDOWN = "shutdown"
_TURNS = frozenset({e.Enqueued, e.Detached, *e.ENDS})
"""Facts that change what the runner does."""
_logger = logging.getLogger(__name__)
_WORK: dict[Mode, Work] = {
    Mode.RUN: run.perform,
    Mode.SUBSCRIBE: subscribe.perform,
    Mode.SUBMIT: submit.perform,
    Mode.STREAM: stream.perform,
    Mode.REALTIME: realtime.perform,
}


@dataclass(slots=True)
class _Running:
    """One call that is being performed."""

    request: Request
    inbox: "asyncio.Queue[Json]" = field(default_factory=asyncio.Queue)
    hang_up: asyncio.Event = field(default_factory=asyncio.Event)
    task: "asyncio.Task[None] | None" = None
    cancelled_by: str = ""
    ticket: e.Enqueued | None = None
    is_ended: bool = False
    is_detached: bool = False


class CallRunner:
    """Starts, follows, steers and ends calls. An async context manager; methods are for the loop's thread."""

    def __init__(
        self,
        log: EventLog,
        access: GetAccess,
        keep: Keep,
        *,
        before_start: BeforeStart | None = None,
        before_paid: BeforePaid = at_once,
    ) -> None:
        """Facts go to `log`; bytes in payloads go through `keep`, which must not block for long.

        `before_paid` is awaited before every step that may cost money, when its Attempt is in the log.
        """
        self._log = log
        self._access = access
        self._keep = keep
        self._before_start = before_start
        self._before_paid = before_paid
        self._group = asyncio.TaskGroup()
        self._running: dict[str, _Running] = {}
        self._https: dict[Access, Http] = {}
        self._detached: dict[str, tuple[Request, e.Enqueued]] = {}
        """Calls that go on at the server and are not followed here."""
        self.latest = Latest(self._group)

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._shut_down()
        try:
            await self._group.__aexit__(None, None, None)
        finally:
            for http in self._https.values():
                await http.aclose()

    def start(self, request: Request, *, call: str = "") -> str:
        """Begin a call and return its name; Started is in the log when this returns."""
        call = call or secrets.token_hex(16)
        self._begin(call, request)
        self._spawn(call, request, _WORK[request.mode], is_new=True)
        return call

    def follow(self, request: Request, ticket: e.Enqueued, *, call: str = "") -> str:
        """Begin a call here that already runs at the server, known by its ticket; return its name."""
        call = call or secrets.token_hex(16)
        self._begin(call, request)
        self._log.append(call, ticket)
        self._resume(call, request, ticket, is_new=True)
        return call

    def resume(self, call: str, request: Request) -> None:
        """Follow a call of the log again, by the ticket in it; raises LookupError when it holds none."""
        if self.is_running(call):
            return
        tickets = [event.fact for event in self._log.of(call) if isinstance(event.fact, e.Enqueued)]
        if not tickets:
            raise LookupError(f"call {call} was never taken by a queue: there is nothing to follow")
        self._resume(call, request, tickets[-1], is_new=False)

    def cancel(self, call: str, by: str = "user") -> bool:
        """Ask for a cancel; the second time, stop waiting for the server's word on it. False: not running."""
        running = self._running.get(call)
        if running is None:
            return self._withdraw(call, by)
        if running.task is None or running.is_ended:
            return False
        if not running.cancelled_by:
            running.cancelled_by = by
            self._log.append(call, e.CancelRequested(by))
        running.task.cancel()
        return True

    def send(self, call: str, message: Json) -> bool:
        """Send one input to a realtime call; it waits while the session connects. False: not running."""
        running = self._running.get(call)
        if running is None or running.is_ended or running.request.mode is not Mode.REALTIME:
            return False
        running.inbox.put_nowait(message)
        return True

    def hang_up(self, call: str) -> bool:
        """End a realtime session in good order, after what was sent; the call ends as Closed. False: not running."""
        running = self._running.get(call)
        if running is None or running.is_ended:
            return False
        running.hang_up.set()
        running.inbox.put_nowait(None)  # wakes the sender; inputs before it still go out
        return True

    def is_running(self, call: str) -> bool:
        """Whether a task works on the call."""
        return call in self._running

    def running(self) -> tuple[str, ...]:
        """Return the calls that tasks work on, oldest first."""
        return tuple(self._running)

    async def finished(self, call: str) -> None:
        """Wait until no task works on the call; returns at once for an unknown one. Cancelling this cancels no call."""
        running = self._running.get(call)
        if running is not None and running.task is not None:
            await asyncio.wait([running.task])

    def _withdraw(self, call: str, by: str) -> bool:
        """Cancel a call that nobody follows, by its ticket."""
        detached = self._detached.pop(call, None)
        if detached is None:
            return False
        request, ticket = detached

        async def work(request: Request, http: Http, tools: Tools, emit: Callable[[e.Fact], None]) -> None:
            await submit.withdraw(request, ticket, http, tools, emit)

        self._log.resume(call, time.time())
        self._log.append(call, e.CancelRequested(by))
        self._spawn(call, request, work, is_new=False)
        self._running[call].ticket = ticket
        self._running[call].cancelled_by = by
        return True

    def _begin(self, call: str, request: Request) -> None:
        self._log.append(call, e.Started(time.time(), request.endpoint, request.mode, request.profile))

    def _resume(self, call: str, request: Request, ticket: e.Enqueued, *, is_new: bool) -> None:
        async def work(request: Request, http: Http, tools: Tools, emit: Callable[[e.Fact], None]) -> None:
            await submit.follow(request, ticket, http, tools, emit)

        self._detached.pop(call, None)
        self._log.resume(call, time.time())
        self._spawn(call, request, work, is_new=is_new)
        self._running[call].ticket = ticket

    def _spawn(self, call: str, request: Request, work: Work, *, is_new: bool) -> None:
        running = self._running[call] = _Running(request)
        running.task = self._group.create_task(
            self._perform(call, running, work, is_new=is_new), name=f"call {call}"
        )
        running.task.add_done_callback(lambda _task: self._leave(call, running))

    def _leave(self, call: str, running: _Running) -> None:
        del self._running[call]
        if running.is_ended:
            return
        if running.ticket is not None:
            self._detached[call] = (running.request, running.ticket)
        elif running.cancelled_by:  # before its task had begun
            self._log.append(call, e.Cancelled(running.cancelled_by, e.Charged.NO))

    async def _perform(self, call: str, running: _Running, work: Work, *, is_new: bool) -> None:
        """Do the work and see to it that the call has exactly one end; raises only CancelledError."""
        key = ""

        def emit(fact: e.Fact) -> None:
            self._emit(call, running, fact)

        limit = asyncio.timeout(running.request.options.client_timeout_s)
        try:
            if is_new and self._before_start is not None:
                await self._before_start(call, running.request)
            access = await self._access(running.request.profile)
            key = access.key
            async with limit:
                await work(running.request, self._http(access), self._tools(running), emit)
            if not (running.is_ended or running.is_detached):
                raise AssertionError(f"{running.request.mode.value} came back without an end")
        except CallError as failure:
            emit(failure.fact)
        except asyncio.CancelledError:
            if running.cancelled_by != SHUTDOWN or running.ticket is None:
                emit(e.Cancelled(running.cancelled_by or SHUTDOWN))
            raise
        except Exception as error:  # noqa: BLE001 - the funnel: a bug in one call must not end the others
            if isinstance(error, TimeoutError) and limit.expired():
                emit(_timed_out(running.request))
                return
            text = Redactor((key,) if key else ()).text("".join(traceback.format_exception(error)))
            _logger.error("call %s: %s", call, text)  # noqa: TRY400 - the traceback is in the text, without the key
            emit(_bug(error, text, running.request))

    def _emit(self, call: str, running: _Running, fact: e.Fact) -> None:
        if running.is_ended:
            return
        if type(fact) in _TURNS:  # most facts only pass through, thousands a second
            if isinstance(fact, e.Enqueued):
                running.ticket = fact
            elif isinstance(fact, e.Detached):
                running.is_detached = True
            else:
                running.is_ended = True
        self._log.append(call, fact)

    def _tools(self, running: _Running) -> Tools:
        return Tools(self._keep, Line(running.inbox, running.hang_up, lambda: running.cancelled_by))

    def _http(self, access: Access) -> Http:
        http = self._https.get(access)
        if http is None:
            http = self._https[access] = Http(access.profile, access.key, self._before_paid)
        return http

    def _shut_down(self) -> None:
        """Let queue calls go on at the server without us; end all others."""
        for call, running in tuple(self._running.items()):
            if running.task is None or running.is_ended:
                continue
            running.cancelled_by = running.cancelled_by or SHUTDOWN
            if running.ticket is not None and running.cancelled_by == SHUTDOWN:
                self._log.append(call, e.Detached(SHUTDOWN))
            running.task.cancel()
        self.latest.cancel_all()


class Latest:
    """Named slots for work of which only the newest matters: new work cancels the old of the same name."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Begin `work` in the slot, ending what is there; an error in it is logged and ends nothing else."""
        self.cancel(name)
        task = self._tasks[name] = self._group.create_task(self._guarded(name, work), name=name)
        task.add_done_callback(lambda done: self._forget(name, done))

    def cancel(self, name: str) -> None:
        """End the work in the slot, if there is any."""
        task = self._tasks.pop(name, None)
        if task is not None:
            task.cancel()

    def cancel_all(self) -> None:
        """End all work."""
        for name in tuple(self._tasks):
            self.cancel(name)

    def is_busy(self, name: str) -> bool:
        """Whether work is going on in the slot."""
        return name in self._tasks

    async def _guarded(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception:
            _logger.exception("%s", name)

    def _forget(self, name: str, task: "asyncio.Task[None]") -> None:
        if self._tasks.get(name) is task:
            del self._tasks[name]


def _timed_out(request: Request) -> e.Failed:
    return e.Failed(
        e.FailureKind.TIMEOUT,
        f"{request.endpoint} was given up after {request.options.client_timeout_s:g} s: our own time limit for the call.",
        "Raise the client timeout, or use submit and come back later.",
        clock=e.Clock.CLIENT,
    )


def _bug(error: Exception, text: str, request: Request) -> e.Failed:
    return e.Failed(
        e.FailureKind.BUG,
        f"A mistake in fal Studio ended the call to {request.endpoint}: {type(error).__name__}.",
        "Send the details below to the people who make fal Studio; the call may have run at fal.",
        body=text[-4000:],
    )
