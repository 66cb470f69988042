"""The call runner: one task for each call, all with one owner."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Self

from fal_studio.core import events as e
from fal_studio.core.blobs import Keep
from fal_studio.core.kept_words import BEFORE_SENT
from fal_studio.core.line import Move, WaitingLine
from fal_studio.core.log import EventLog
from fal_studio.core.request import Json, Mode, Request
from fal_studio.core.stranded import is_paid
from fal_studio.core.transcript import Keeper, Piece, Record, no_record
from fal_studio.jobs.latest import Latest
from fal_studio.jobs.performing import perform
from fal_studio.jobs.purse import Purse
from fal_studio.jobs.running import TURNS, Left, Running, stop_session
from fal_studio.jobs.shared import Shared
from fal_studio.jobs.sleep import SleepWatch
from fal_studio.modes import realtime, run, stream, submit, subscribe, ws_http
from fal_studio.modes.base import SHUTDOWN, Access, BeforePaid, Line, Tools, at_once
from fal_studio.modes.following import Followers
from fal_studio.modes.http import Http
from fal_studio.modes.ways import Trust

GetAccess = Callable[[str], Awaitable[Access]]
"""Returns the profile of that name with its key; raises CallError when it cannot be had."""
BeforeStart = Callable[[str, Request], Awaitable[None]]
"""Awaited with the call and its request before anything is sent: the ledger writes the wish down."""
Noted = Callable[[str], Awaitable[None]]
"""Awaited with a call: returns when all its facts so far are on disk. Must not raise: trouble is told elsewhere."""
Prepare = Callable[[Request], Awaitable[Request]]
"""Returns the request as it is sent; raises CallError when it cannot be."""
Work = Callable[[Request, Http, Tools, Callable[[e.Fact], None]], Awaitable[None]]

_WORK: dict[Mode, Work] = {
    Mode.RUN: run.perform,
    Mode.SUBSCRIBE: subscribe.perform,
    Mode.SUBMIT: submit.perform,
    Mode.STREAM: stream.perform,
    Mode.REALTIME: realtime.perform,
}


TICKET_S = 5.0
"""How long a call that was cancelled while the queue takes it is waited for: without its id nobody can withdraw it."""


class CallRunner:
    """Starts, follows, steers and ends calls. An async context manager; methods are for the loop's thread.

    Every start enters the waiting line of its profile. Without a limit and a pause it leaves it at once; else the
    call is `Held` until its turn (`Released`), its wish being on disk already. Realtime sessions never wait and
    do not count. Profiles do not wait for each other.
    """

    def __init__(
        self,
        log: EventLog,
        access: GetAccess,
        keep: Keep,
        *,
        before_start: BeforeStart | None = None,
        before_paid: BeforePaid = at_once,
        noted: Noted | None = None,
        prepare: Prepare | None = None,
        record: Keeper | None = None,
        gives_up: bool = True,
        new_followers: Callable[[], Followers] = Followers,
        purse: Purse | None = None,
    ) -> None:
        """Facts go to `log`; bytes in payloads go through `keep`, which must not block for long.

        `before_start` is awaited before a call waits or is sent; `before_paid` before every step that may cost money,
        when its Attempt is in the log; `noted` when a queue took the call, before anything else is sent for it.
        `prepare` may fill in what is only known when a call is sent, such as the webhook's address; the log and the
        ledger keep the request as it was asked for. `record` takes the bytes of streams and realtime sessions.

        `gives_up`: a queue call that cannot be asked about for the profile's idle time ends as Unknown; else it is
        asked about until the network is back. `new_followers` makes what the queue calls of one profile share.

        `purse` is asked for the money of every call, right before it is sent; None: nothing is counted.
        """
        self._log = log
        self._access = access
        self._keep = keep
        self._before_start = before_start
        self._noted = noted
        self._prepare = prepare
        self._record = record
        self._purse = purse
        self._gives_up = gives_up
        self._shared = Shared(before_paid, new_followers)
        self._sleep = SleepWatch(self._on_slept)
        self._line = WaitingLine()
        self._is_closing = False
        self._group = asyncio.TaskGroup()
        self._running: dict[str, Running] = {}
        self._detached: dict[str, Left] = {}
        """Calls that go on at the server and are not followed here."""
        self.latest = Latest(self._group)

    @property
    def trust(self) -> Trust:
        """The certificates that have been read: others than calls need them, too."""
        return self._shared.trust

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        self._sleep.start()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        self._shut_down()
        try:
            await self._group.__aexit__(None, None, None)
        finally:
            await self._shared.aclose()

    def start(
        self,
        request: Request,
        *,
        call: str = "",
        in_front: bool = False,
        over_socket: bool = False,
        grant_id: str = "",
    ) -> str:
        """Begin a call and return its name; Started is in the log when this returns.

        It may have to wait: then Held is in the log too. `in_front`: before all that wait already. `over_socket`: a run
        goes by HTTP over WebSocket. `grant_id`: money was set aside for it (`Purse.reserve`).
        """
        call = call or secrets.token_hex(16)
        self._begin(call, request)
        held = None
        if request.mode is not Mode.REALTIME:
            held = self._line.enter(call, request.profile, in_front=in_front)
        work = ws_http.perform if over_socket and request.mode is Mode.RUN else _WORK[request.mode]
        self._spawn(call, request, work, is_new=True, held=held, grant_id=grant_id)
        return call

    async def host(self, request: Request, *, call: str = "") -> str:
        """Begin a call that another program makes, and return its name when its wish is on disk.

        Whoever watches that program appends what it tells; `resume` takes the call up when the program has died.
        """
        call = call or secrets.token_hex(16)
        self._begin(call, request)
        if self._before_start is not None:
            await self._before_start(call, request)
        return call

    def wait_again(self, call: str, request: Request, order: float) -> None:
        """Put a call of the log back in line that an earlier run of the program did not send (`CallState.held_for`).

        It keeps its place (`CallState.held_order`) and is not sent until `release` or `resume_sending` says so.
        """
        if not self.is_running(call):
            held = self._line.enter(call, request.profile, order=order)
            self._spawn(call, request, _WORK[request.mode], is_new=False, held=held, grant_id="")

    def pause(self, profile: str = "") -> None:
        """Send no new call of a profile, of any for "". Calls that were sent go on and are followed."""
        self._line.pause(profile)
        self._pump()

    def resume_sending(self, profile: str = "") -> None:
        """Send again, also what was left over from an earlier run; "" ends all pauses, also those of single profiles."""
        self._line.resume(profile)
        self._pump()

    def is_paused(self, profile: str = "") -> bool:
        """Whether sending is paused for a profile; for "": for all of them together."""
        return self._line.is_paused(profile)

    def set_limit(self, profile: str, limit: int | None) -> None:
        """Set how many calls of a profile may be under way at once, realtime not counted; None: no limit.

        "" sets it for every profile that has none of its own; for a single one, None means "as for all". A lower limit
        ends nothing: it holds back the next ones. Raises ValueError below 1.
        """
        self._line.set_limit(profile, limit)
        self._pump()

    def limit(self, profile: str = "") -> int | None:
        """Return how many calls of a profile may be under way at once; None: no limit."""
        return self._line.limit(profile)

    def move(self, call: str, place: Move | int) -> bool:
        """Move a waiting call in its profile's line; an int is its new index, 0 for the next one. False: it does not wait."""
        is_moved = self._line.move(call, place)
        self._pump()
        return is_moved

    def release(self, call: str) -> bool:
        """Send a waiting call now, whatever limit or pause says. False: it does not wait."""
        if not self._line.allow(call):
            return False
        self._let_go(call)
        return True

    def waiting(self, profile: str = "") -> tuple[str, ...]:
        """Return the calls in line, the next one first; those of all profiles for ""."""
        return self._line.waiting(profile)

    def place(self, call: str) -> int | None:
        """Return how many calls stand before a waiting one in its line; None: it does not wait."""
        return self._line.place(call)

    def follow(self, request: Request, ticket: e.Enqueued, *, call: str = "") -> str:
        """Begin a call here that already runs at the server, known by its ticket; return its name."""
        call = call or secrets.token_hex(16)
        self._begin(call, request)
        self._log.append(call, ticket)
        self._resume(call, request, ticket, is_new=True, is_known=False)
        return call

    def follow_id(self, request: Request, known_by: str, *, call: str = "") -> str:
        """Begin a call here that already runs at the server; return its name.

        `known_by`: its request id, which goes with the endpoint of `request`, or one of its URLs. The arguments of `request` are what is known of its input, {} for nothing: they are not sent.
        """

        async def work(request: Request, http: Http, tools: Tools, emit: Callable[[e.Fact], None]) -> None:
            await submit.take_up(request, known_by, http, tools, emit)

        call = call or secrets.token_hex(16)
        self._begin(call, request)
        self._line.count(call, request.profile)
        self._spawn(call, request, work, is_new=True)
        return call

    def resume(self, call: str, request: Request) -> None:
        """Follow a call of the log again, by the ticket in it; raises LookupError when it holds none.

        A cancel that was asked for is told to the server again: nobody knows whether it heard of it.
        """
        if self.is_running(call):
            return
        facts = [event.fact for event in self._log.of(call)]
        tickets = [fact for fact in facts if isinstance(fact, e.Enqueued)]
        if not tickets:
            raise LookupError(f"call {call} was never taken by a queue: there is nothing to follow")
        is_known = any(is_paid(fact) or isinstance(fact, e.Polled | e.Progress) for fact in facts)
        self._resume(call, request, tickets[-1], is_new=False, is_known=is_known)
        self._running[call].cancelled_by = next(
            (fact.by for fact in reversed(facts) if isinstance(fact, e.CancelRequested)), ""
        )

    def watch(self, call: str, *, is_watched: bool = True) -> None:
        """Follow a call more closely than others while somebody looks at it; also one that is started later."""
        self._shared.watch(call, is_watched=is_watched)

    def ask_evenly(self, call: str) -> None:
        """Ask about a call at its interval to the end, however long it takes; for calls whose times are compared."""
        self._shared.ask_evenly(call)

    def watched(self) -> frozenset[str]:
        """Return the calls that somebody looks at."""
        return self._shared.watched()

    def check(self, call: str) -> bool:
        """Ask the server about a call now, for example because a webhook told of it. False: it is not followed."""
        return self._shared.check(call)

    def check_all(self) -> None:
        """Ask about every followed call as soon as the rate allows, and open sessions for a sign of life.

        To be called when the network changed, or the machine woke up.
        """
        self._shared.check_all()
        for running in self._running.values():
            running.woke.set()

    def note_wake(self) -> None:
        """Take the system's word that this machine woke, and do not wait until the clock shows it."""
        if not self._is_closing and not self._sleep.look(is_sure=True):
            self.check_all()

    def call_of(self, request_id: str) -> str:
        """Return the open call that has this id at the server, followed here or not; "" if there is none."""
        tickets = {call: running.ticket for call, running in self._running.items() if not running.is_ended}
        tickets |= {call: left.ticket for call, left in self._detached.items()}
        ids = (request_id,)
        return next(
            (c for c, t in tickets.items() if t and (t.request_id in ids or t.gateway_request_id in ids)), ""
        )

    def deliver(self, call: str, delivered: e.Delivered, end: e.Output | e.Failed | None) -> bool:
        """End an open call by what a webhook brought; None has its result fetched. False: no such open call."""
        running, left = self._running.get(call), self._detached.get(call)
        if running is not None and running.ticket is not None and not running.is_ended:
            self._log.append(call, delivered)
            if end is None:
                self.check(call)
            elif running.task is not None:
                running.cancelled_by = SHUTDOWN  # its follower lets go and says nothing to the server
                self._emit(call, running, end)
                running.task.cancel()
            return True
        if left is None:
            return False
        self._log.append(call, delivered)
        if end is None:
            self._resume(call, left.request, left.ticket, is_new=False, is_known=True)
        else:
            del self._detached[call]
            self._log.append(call, end)
        return True

    def cancel(self, call: str, by: str = "user") -> bool:
        """Ask for a cancel. False: there is nothing to cancel.

        A queue call goes on being followed until the server says what became of it: it may still finish, and be billed. One
        that was just sent is waited for until the queue has named it, since without its id it could not be cancelled.
        The second time, nobody waits for that any more.
        """
        if call in self._detached:
            self._withdraw(call, by)
            return True
        running = self._running.get(call)
        if running is None or running.task is None or running.is_ended:
            return False
        if running.cancelled_by:
            if running.is_up or running.ticket is None:  # else the server would never be asked
                running.task.cancel()
            return True
        running.cancelled_by = by
        self._log.append(call, e.CancelRequested(by))
        if running.is_held:
            self._line.leave(call)  # not to be let go any more
        if running.awaits_ticket:
            # Its mode looks whether it is still wanted, as soon as it has the ticket.
            asyncio.get_running_loop().call_later(TICKET_S, _give_up, running)
            return True
        if running.ticket is None:
            running.task.cancel()
        elif (seat := self._shared.followers(running.request.profile).get(call)) is not None:
            seat.act()
        return True

    def cancel_all(self, *, queued_only: bool = False, by: str = "user") -> int:
        """Ask for a cancel of every open call, or only of those that do not run yet; return how many were asked.

        Waiting ones end at once and cost nothing; the others end as the server says.
        """
        wanted = [call for call, running in self._running.items() if not queued_only or running.is_queued]
        wanted += [call for call, left in self._detached.items() if not queued_only or left.is_queued]
        return sum(self.cancel(call, by) for call in wanted if not self._is_being_cancelled(call))

    def _is_being_cancelled(self, call: str) -> bool:
        return call in self._running and bool(self._running[call].cancelled_by)

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

    def _withdraw(self, call: str, by: str) -> None:
        """Cancel a call that nobody follows, by its ticket."""
        left = self._detached[call]
        self._resume(call, left.request, left.ticket, is_new=False, is_known=True)
        self._log.append(call, e.CancelRequested(by))
        self._running[call].cancelled_by = by

    def _begin(self, call: str, request: Request) -> None:
        self._log.append(call, e.Started(time.time(), request.endpoint, request.mode, request.profile))

    def _resume(
        self, call: str, request: Request, ticket: e.Enqueued, *, is_new: bool, is_known: bool
    ) -> None:
        async def work(request: Request, http: Http, tools: Tools, emit: Callable[[e.Fact], None]) -> None:
            await submit.follow(request, ticket, http, tools, emit, is_known=is_known)

        self._detached.pop(call, None)
        self._log.resume(call, time.time())
        self._line.count(call, request.profile)
        self._spawn(call, request, work, is_new=is_new)
        self._running[call].ticket = ticket

    def _spawn(
        self,
        call: str,
        request: Request,
        work: Work,
        *,
        is_new: bool,
        held: e.Held | None = None,
        grant_id: str | None = None,
    ) -> None:
        """`grant_id`: of a call that is still to be paid for, "" without a grant; None: it was sent before."""
        running = self._running[call] = Running(request)
        if grant_id is None and self._purse is not None:
            self._purse.follow(call, request)
        if held is not None:
            running.is_held = True
            self._log.append(call, held)
        if is_new and self._before_start is not None:
            wish = _wished(self._before_start, call, request)
            running.wish = self._group.create_task(wish, name=f"wish {call}")
        running.task = self._group.create_task(
            self._perform(call, running, work, grant_id), name=f"call {call}"
        )
        running.task.add_done_callback(lambda _task: self._leave(call, running))

    def _leave(self, call: str, running: Running) -> None:
        del self._running[call]
        self.latest.cancel(f"spending {call}")
        self._line.leave(call)
        self._pump()
        if running.is_ended:
            return
        if running.ticket is not None:
            self._detached[call] = Left(running.request, running.ticket, running.is_queued)
        elif running.cancelled_by and not running.stays_in_line:  # before its task had begun
            self._log.append(call, e.Cancelled(running.cancelled_by, e.Charged.NO, BEFORE_SENT))

    def _pump(self) -> None:
        """Send what may go by now, and tell those who wait for another reason than before."""
        if self._is_closing:
            return
        for call in self._line.next():
            self._let_go(call)
        for call, held in self._line.news():
            self._log.append(call, held)

    def _let_go(self, call: str) -> None:
        running = self._running[call]
        self._log.append(call, e.Released())
        running.is_held = False
        running.go.set()

    async def _written(self, call: str) -> None:
        if self._noted is not None:
            await self._noted(call)

    async def _perform(self, call: str, running: Running, work: Work, grant_id: str | None) -> None:
        def emit(fact: e.Fact) -> None:
            self._emit(call, running, fact)

        async def do(access: Access) -> None:
            request = running.request if self._prepare is None else await self._prepare(running.request)
            await work(request, self._shared.http(access), self._tools(call, running), emit)

        async def admitted() -> Access:
            access = await self._access(running.request.profile)
            if grant_id is not None and self._purse is not None:
                await self._purse.admit(call, running.request, grant_id)
                if running.request.mode is Mode.REALTIME:
                    stop = partial(stop_session, running)
                    self.latest.start(f"spending {call}", self._purse.watch(call, stop))
            return access

        running.is_up = True
        await perform(running, admitted, do, emit, lambda: self._is_closing)

    def _emit(self, call: str, running: Running, fact: e.Fact) -> None:
        if running.is_ended:
            return
        if type(fact) in TURNS:  # most facts only pass through, thousands a second
            running.take(fact)
            if isinstance(fact, e.Enqueued | e.Output):
                self._shared.followers(running.request.profile).questions.reached()
        self._log.append(call, fact)

    def _emit_all(self, call: str, running: Running, facts: Sequence[e.Partial | e.Control]) -> None:
        if not running.is_ended:
            self._log.extend(call, facts)

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
            self._keep,
            door,
            followers,
            partial(self._emit_all, call, running),
            self._gives_up,
            self._recorder(call),
            lambda: self._written(call),
            partial(self._may_send, call, running),
        )

    def _recorder(self, call: str) -> Record:
        keep = self._record
        if keep is None:
            return no_record
        return lambda way, shape, data: keep(call, Piece(self._log.elapsed_ns(call), way, shape, data))

    async def _may_send(self, call: str, running: Running, message: Json) -> bool:
        refusal = await self._purse.admit_input(call, message) if self._purse is not None else None
        if refusal is not None:
            stop_session(running, refusal)
        return refusal is None

    async def http(self, profile: str) -> Http:
        """Return the HTTP client of a profile, for what is no call; raises CallError when the profile cannot be used."""
        return self._shared.http(await self._access(profile))

    def _on_slept(self, seconds: float, wall_s: float) -> None:
        for call in self._running:
            self._log.append(call, e.Slept(seconds, wall_s))
        self.check_all()

    def _shut_down(self) -> None:
        """Let queue calls go on at the server without us, leave those in line that were not sent; end all others."""
        self._is_closing = True
        self._sleep.stop()
        for call, running in tuple(self._running.items()):
            if running.task is None or running.is_ended:
                continue
            running.cancelled_by = running.cancelled_by or SHUTDOWN
            if running.ticket is not None:
                self._log.append(call, e.Detached(SHUTDOWN))
            running.task.cancel()
        self.latest.cancel_all()


async def _wished(write: BeforeStart, call: str, request: Request) -> Exception | None:
    """Write the wish down and return what went wrong with that: the call it belongs to raises it."""
    try:
        await write(call, request)
    except Exception as error:  # noqa: BLE001 - a bug in one call must not end the others
        return error
    return None


def _give_up(running: Running) -> None:
    """Wait no longer for the id of a call that was cancelled: it ends as one that may have been sent."""
    if running.awaits_ticket and running.task is not None:
        running.task.cancel()
