"""Calls that a queue has already: followed by their ticket, also after the program was gone."""

import time
from collections.abc import Callable

from fal_studio.core import events as e
from fal_studio.core.log import EventLog
from fal_studio.core.request import Request
from fal_studio.core.stranded import is_paid
from fal_studio.jobs.call_tasks import CallTasks
from fal_studio.jobs.open_calls import OpenCalls
from fal_studio.jobs.running import Running
from fal_studio.jobs.sending_line import SendingLine
from fal_studio.modes import submit
from fal_studio.modes.base import Tools
from fal_studio.modes.http import Http


class TakingUp:
    """Follows them; they count among those under way, and are neither sent nor paid for again."""

    def __init__(self, log: EventLog, calls: OpenCalls, line: SendingLine, tasks: CallTasks) -> None:
        self._log, self._calls, self._line, self._tasks = log, calls, line, tasks

    def by_ticket(
        self, call: str, request: Request, ticket: e.Enqueued, *, is_new: bool, is_known: bool
    ) -> Running:
        """Follow a call; `is_new`: it is not on disk yet; `is_known`: the server has told of it since it was taken."""

        async def work(request: Request, http: Http, tools: Tools, emit: Callable[[e.Fact], None]) -> None:
            await submit.follow(request, ticket, http, tools, emit, is_known=is_known)

        self._calls.left.pop(call, None)
        self._log.resume(call, time.time())
        self._line.count(call, request.profile)
        running = self._tasks.begin(call, request, work, is_new=is_new)
        running.ticket = ticket
        return running

    def by_id(self, call: str, request: Request, known_by: str) -> None:
        """Follow a call that is new here, by its request id or one of its URLs."""

        async def work(request: Request, http: Http, tools: Tools, emit: Callable[[e.Fact], None]) -> None:
            await submit.take_up(request, known_by, http, tools, emit)

        self._line.count(call, request.profile)
        self._tasks.begin(call, request, work, is_new=True)

    def from_log(self, call: str, request: Request) -> None:
        """Follow a call of the log again, by the ticket in it; raises LookupError when it holds none."""
        facts = [event.fact for event in self._log.of(call)]
        tickets = [fact for fact in facts if isinstance(fact, e.Enqueued)]
        if not tickets:
            raise LookupError(f"call {call} was never taken by a queue: there is nothing to follow")
        is_known = any(is_paid(fact) or isinstance(fact, e.Polled | e.Progress) for fact in facts)
        running = self.by_ticket(call, request, tickets[-1], is_new=False, is_known=is_known)
        running.cancelled_by = next(
            (fact.by for fact in reversed(facts) if isinstance(fact, e.CancelRequested)), ""
        )

    def left(self, call: str) -> Running:
        """Follow a call again that goes on at the server without us."""
        left = self._calls.left[call]
        return self.by_ticket(call, left.request, left.ticket, is_new=False, is_known=True)
