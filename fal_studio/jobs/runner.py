"""The call runner: one task for each call, all with one owner."""

import asyncio
import secrets
import time
from collections.abc import Callable
from typing import Self

from fal_studio.core import events as e
from fal_studio.core.blobs import Keep
from fal_studio.core.log import EventLog
from fal_studio.core.request import Json, Mode, Request
from fal_studio.core.transcript import Keeper
from fal_studio.jobs.call_tasks import BeforeStart, CallTasks, GetAccess, Means, Noted, Prepare, Work
from fal_studio.jobs.cancelling import Cancelling
from fal_studio.jobs.delivering import Delivering
from fal_studio.jobs.latest import Latest
from fal_studio.jobs.open_calls import OpenCalls
from fal_studio.jobs.purse import Purse
from fal_studio.jobs.sending_line import SendingLine
from fal_studio.jobs.shared import Shared
from fal_studio.jobs.sleep import SleepWatch
from fal_studio.jobs.taking_up import TakingUp
from fal_studio.modes import realtime, run, stream, submit, subscribe, ws_http
from fal_studio.modes.base import SHUTDOWN, BeforePaid, at_once
from fal_studio.modes.following import Followers
from fal_studio.modes.http import Http
from fal_studio.modes.ways import Trust

_WORK: dict[Mode, Work] = {
    Mode.RUN: run.perform,
    Mode.SUBSCRIBE: subscribe.perform,
    Mode.SUBMIT: submit.perform,
    Mode.STREAM: stream.perform,
    Mode.REALTIME: realtime.perform,
}


class CallRunner:
    """Starts, follows, steers and ends calls. An async context manager; methods are for the loop's thread.

    Every start enters the waiting line of its profile (`line`). Without a limit and a pause it leaves it at once; else
    the call is `Held` until its turn (`Released`), its wish being on disk already. Realtime sessions never wait and
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
        self._before_start = before_start
        self._group = asyncio.TaskGroup()
        self.latest = Latest(self._group)
        self._shared = Shared(before_paid, new_followers)
        self._sleep = SleepWatch(self._on_slept)
        self._calls = OpenCalls()
        self.line = SendingLine(log, self._calls)
        """The calls that wait on this side: pauses, limits, who goes next."""
        means = Means(access, keep, before_start, noted, prepare, record, gives_up, purse)
        self._tasks = CallTasks(log, means, self._calls, self.line, self._shared, self._group, self.latest)
        self._taking_up = TakingUp(log, self._calls, self.line, self._tasks)
        self._cancelling = Cancelling(log, self._calls, self.line, self._shared, self._taking_up)
        self._delivering = Delivering(log, self._calls, self._shared, self._tasks, self._taking_up)

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
            held = self.line.enter(call, request.profile, in_front=in_front)
        work = ws_http.perform if over_socket and request.mode is Mode.RUN else _WORK[request.mode]
        self._tasks.begin(call, request, work, is_new=True, held=held, grant_id=grant_id)
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

        It keeps its place (`CallState.held_order`) and is not sent until `line.release` or `line.resume` says so.
        """
        if not self.is_running(call):
            held = self.line.enter(call, request.profile, order=order)
            self._tasks.begin(call, request, _WORK[request.mode], is_new=False, held=held, grant_id="")

    def follow(self, request: Request, ticket: e.Enqueued, *, call: str = "") -> str:
        """Begin a call here that already runs at the server, known by its ticket; return its name."""
        call = call or secrets.token_hex(16)
        self._begin(call, request)
        self._log.append(call, ticket)
        self._taking_up.by_ticket(call, request, ticket, is_new=True, is_known=False)
        return call

    def follow_id(self, request: Request, known_by: str, *, call: str = "") -> str:
        """Begin a call here that already runs at the server; return its name.

        `known_by`: its request id, which goes with the endpoint of `request`, or one of its URLs. The arguments of `request` are what is known of its input, {} for nothing: they are not sent.
        """
        call = call or secrets.token_hex(16)
        self._begin(call, request)
        self._taking_up.by_id(call, request, known_by)
        return call

    def resume(self, call: str, request: Request) -> None:
        """Follow a call of the log again, by the ticket in it; raises LookupError when it holds none.

        A cancel that was asked for is told to the server again: nobody knows whether it heard of it.
        """
        if not self.is_running(call):
            self._taking_up.from_log(call, request)

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
        for running in self._calls.running.values():
            running.woke.set()

    def note_wake(self) -> None:
        """Take the system's word that this machine woke, and do not wait until the clock shows it."""
        if not self._tasks.is_closing and not self._sleep.look(is_sure=True):
            self.check_all()

    def call_of(self, request_id: str) -> str:
        """Return the open call that has this id at the server, followed here or not; "" if there is none."""
        return self._calls.of_request(request_id)

    def deliver(self, call: str, delivered: e.Delivered, end: e.Output | e.Failed | None) -> bool:
        """End an open call by what a webhook brought; None has its result fetched. False: no such open call."""
        return self._delivering.deliver(call, delivered, end)

    def cancel(self, call: str, by: str = "user") -> bool:
        """Ask for a cancel. False: there is nothing to cancel.

        A queue call goes on being followed until the server says what became of it: it may still finish, and be billed. One
        that was just sent is waited for until the queue has named it, since without its id it could not be cancelled.
        The second time, nobody waits for that any more.
        """
        return self._cancelling.cancel(call, by)

    def cancel_all(self, *, queued_only: bool = False, by: str = "user") -> int:
        """Ask for a cancel of every open call, or only of those that do not run yet; return how many were asked.

        Waiting ones end at once and cost nothing; the others end as the server says.
        """
        return self._cancelling.cancel_all(by, queued_only=queued_only)

    def send(self, call: str, message: Json) -> bool:
        """Send one input to a realtime call; it waits while the session connects. False: not running."""
        running = self._calls.running.get(call)
        if running is None or running.is_ended or running.request.mode is not Mode.REALTIME:
            return False
        running.inbox.put_nowait(message)
        return True

    def hang_up(self, call: str) -> bool:
        """End a realtime session in good order, after what was sent; the call ends as Closed. False: not running."""
        running = self._calls.running.get(call)
        if running is None or running.is_ended:
            return False
        running.hang_up.set()
        running.inbox.put_nowait(None)  # wakes the sender; inputs before it still go out
        return True

    def is_running(self, call: str) -> bool:
        """Whether a task works on the call."""
        return call in self._calls.running

    def running(self) -> tuple[str, ...]:
        """Return the calls that tasks work on, oldest first."""
        return tuple(self._calls.running)

    async def finished(self, call: str) -> None:
        """Wait until no task works on the call; returns at once for an unknown one. Cancelling this cancels no call."""
        running = self._calls.running.get(call)
        if running is not None and running.task is not None:
            await asyncio.wait([running.task])

    async def http(self, profile: str) -> Http:
        """Return the HTTP client of a profile, for what is no call; raises CallError when the profile cannot be used."""
        return self._shared.http(await self._access(profile))

    def _begin(self, call: str, request: Request) -> None:
        self._log.append(call, e.Started(time.time(), request.endpoint, request.mode, request.profile))

    def _on_slept(self, seconds: float, wall_s: float) -> None:
        for call in self._calls.running:
            self._log.append(call, e.Slept(seconds, wall_s))
        self.check_all()

    def _shut_down(self) -> None:
        """Let queue calls go on at the server without us, leave those in line that were not sent; end all others."""
        self._tasks.is_closing = True
        self.line.close()
        self._sleep.stop()
        for call, running in tuple(self._calls.running.items()):
            if running.task is None or running.is_ended:
                continue
            running.cancelled_by = running.cancelled_by or SHUTDOWN
            if running.ticket is not None:
                self._log.append(call, e.Detached(SHUTDOWN))
            running.task.cancel()
        self.latest.cancel_all()
