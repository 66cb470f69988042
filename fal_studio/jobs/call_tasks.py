"""The tasks of calls: each works on one call, from its wish to its end."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from fal_studio.core import events as e
from fal_studio.core.blobs import Keep
from fal_studio.core.kept_words import BEFORE_SENT
from fal_studio.core.log import EventLog
from fal_studio.core.request import Json, Mode, Request
from fal_studio.core.transcript import Keeper, Piece, Record, no_record
from fal_studio.jobs.latest import Latest
from fal_studio.jobs.open_calls import OpenCalls
from fal_studio.jobs.performing import perform
from fal_studio.jobs.purse import Purse
from fal_studio.jobs.running import TURNS, Left, Running, stop_session
from fal_studio.jobs.sending_line import SendingLine
from fal_studio.jobs.shared import Shared
from fal_studio.modes.base import Access, Line, Tools
from fal_studio.modes.http import Http

GetAccess = Callable[[str], Awaitable[Access]]
"""Returns the profile of that name with its key; raises CallError when it cannot be had."""
BeforeStart = Callable[[str, Request], Awaitable[None]]
"""Awaited with the call and its request before anything is sent: the ledger writes the wish down."""
Noted = Callable[[str], Awaitable[None]]
"""Awaited with a call: returns when all its facts so far are on disk. Must not raise: trouble is told elsewhere."""
Prepare = Callable[[Request], Awaitable[Request]]
"""Returns the request as it is sent; raises CallError when it cannot be."""
Work = Callable[[Request, Http, Tools, Callable[[e.Fact], None]], Awaitable[None]]
"""What a mode does for a call."""


@dataclass(frozen=True, slots=True)
class Means:
    """What calls are made with; `CallRunner` says what each is for."""

    access: GetAccess
    keep: Keep
    before_start: BeforeStart | None
    noted: Noted | None
    prepare: Prepare | None
    record: Keeper | None
    gives_up: bool
    purse: Purse | None


class CallTasks:
    """Begins tasks in the runner's group, and hands each mode its tools."""

    def __init__(
        self,
        log: EventLog,
        means: Means,
        calls: OpenCalls,
        line: SendingLine,
        shared: Shared,
        group: asyncio.TaskGroup,
        latest: Latest,
    ) -> None:
        self._log, self._means, self._calls = log, means, calls
        self._line, self._shared, self._group, self._latest = line, shared, group, latest
        self.is_closing = False
        """Whether the program ends: queue calls go on at the server without a word."""

    def begin(
        self,
        call: str,
        request: Request,
        work: Work,
        *,
        is_new: bool,
        held: e.Held | None = None,
        grant_id: str | None = None,
    ) -> Running:
        """Work on a call from now on; `held`: why it has to wait first.

        `grant_id`: of a call that is still to be paid for, "" without a grant; None: it was sent before.
        """
        running = self._calls.running[call] = Running(request)
        if grant_id is None and self._means.purse is not None:
            self._means.purse.follow(call, request)
        if held is not None:
            running.is_held = True
            self._log.append(call, held)
        if is_new and self._means.before_start is not None:
            wish = _wished(self._means.before_start, call, request)
            running.wish = self._group.create_task(wish, name=f"wish {call}")
        running.task = self._group.create_task(
            self._perform(call, running, work, grant_id), name=f"call {call}"
        )
        running.task.add_done_callback(lambda _task: self._leave(call, running))
        return running

    def emit(self, call: str, running: Running, fact: e.Fact) -> None:
        """Log what happened in a call; nothing happens after its end."""
        if running.is_ended:
            return
        if type(fact) in TURNS:  # most facts only pass through, thousands a second
            running.take(fact)
            if isinstance(fact, e.Enqueued | e.Output):
                self._shared.followers(running.request.profile).questions.reached()
        self._log.append(call, fact)

    def _leave(self, call: str, running: Running) -> None:
        del self._calls.running[call]
        self._latest.cancel(f"spending {call}")
        self._line.leave(call)
        if running.is_ended:
            return
        if running.ticket is not None:
            self._calls.left[call] = Left(running.request, running.ticket, running.is_queued)
        elif running.cancelled_by and not running.stays_in_line:  # before its task had begun
            self._log.append(call, e.Cancelled(running.cancelled_by, e.Charged.NO, BEFORE_SENT))

    async def _perform(self, call: str, running: Running, work: Work, grant_id: str | None) -> None:
        means = self._means

        def emit(fact: e.Fact) -> None:
            self.emit(call, running, fact)

        async def do(access: Access) -> None:
            request = running.request if means.prepare is None else await means.prepare(running.request)
            await work(request, self._shared.http(access), self._tools(call, running), emit)

        async def admitted() -> Access:
            access = await means.access(running.request.profile)
            if grant_id is not None and means.purse is not None:
                await means.purse.admit(call, running.request, grant_id)
                if running.request.mode is Mode.REALTIME:
                    stop = partial(stop_session, running)
                    self._latest.start(f"spending {call}", means.purse.watch(call, stop))
            return access

        running.is_up = True
        await perform(running, admitted, do, emit, lambda: self.is_closing)

    def _tools(self, call: str, running: Running) -> Tools:
        door = Line(
            running.inbox,
            running.hang_up,
            lambda: running.cancelled_by,
            lambda: running.hang_up_reason,
            running.woke,
        )
        followers = self._shared.followers(running.request.profile)
        return Tools(
            call,
            self._means.keep,
            door,
            followers,
            partial(self._emit_all, call, running),
            self._means.gives_up,
            self._recorder(call),
            lambda: self._written(call),
            partial(self._may_send, call, running),
        )

    def _emit_all(self, call: str, running: Running, facts: Sequence[e.Partial | e.Control]) -> None:
        if not running.is_ended:
            self._log.extend(call, facts)

    def _recorder(self, call: str) -> Record:
        keep = self._means.record
        if keep is None:
            return no_record
        return lambda way, shape, data: keep(call, Piece(self._log.elapsed_ns(call), way, shape, data))

    async def _written(self, call: str) -> None:
        if self._means.noted is not None:
            await self._means.noted(call)

    async def _may_send(self, call: str, running: Running, message: Json) -> bool:
        purse = self._means.purse
        refusal = await purse.admit_input(call, message) if purse is not None else None
        if refusal is not None:
            stop_session(running, refusal)
        return refusal is None


async def _wished(write: BeforeStart, call: str, request: Request) -> Exception | None:
    """Write the wish down and return what went wrong with that: the call it belongs to raises it."""
    try:
        await write(call, request)
    except Exception as error:  # noqa: BLE001 - a bug in one call must not end the others
        return error
    return None
