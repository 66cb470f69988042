"""What asking for a cancel does: at once where nothing was sent, else by the server's word."""

import asyncio

from fal_studio.core import events as e
from fal_studio.core.log import EventLog
from fal_studio.jobs.open_calls import OpenCalls
from fal_studio.jobs.running import Running
from fal_studio.jobs.sending_line import SendingLine
from fal_studio.jobs.shared import Shared
from fal_studio.jobs.taking_up import TakingUp

TICKET_S = 5.0
"""How long a call that was cancelled while the queue takes it is waited for: without its id nobody can withdraw it."""


class Cancelling:
    """Cancels open calls, also those that nobody follows here."""

    def __init__(
        self, log: EventLog, calls: OpenCalls, line: SendingLine, shared: Shared, taking_up: TakingUp
    ) -> None:
        self._log, self._calls, self._line = log, calls, line
        self._shared, self._taking_up = shared, taking_up

    def cancel(self, call: str, by: str) -> bool:
        """Ask for a cancel of a call; False: there is nothing to cancel. The second time, nobody waits for its id."""
        if call in self._calls.left:
            self._withdraw(call, by)
            return True
        running = self._calls.running.get(call)
        if running is None or running.task is None or running.is_ended:
            return False
        if running.cancelled_by:
            if running.is_up or running.ticket is None:  # else the server would never be asked
                running.task.cancel()
            return True
        running.cancelled_by = by
        self._log.append(call, e.CancelRequested(by))
        if running.is_held:
            self._line.give_up(call)
        if running.awaits_ticket:
            # Its mode looks whether it is still wanted, as soon as it has the ticket.
            asyncio.get_running_loop().call_later(TICKET_S, _give_up, running)
            return True
        if running.ticket is None:
            running.task.cancel()
        elif (seat := self._shared.followers(running.request.profile).get(call)) is not None:
            seat.act()
        return True

    def cancel_all(self, by: str, *, queued_only: bool) -> int:
        """Ask for a cancel of every open call, or only of those that do not run yet; return how many were asked."""
        calls = self._calls
        wanted = [call for call, running in calls.running.items() if not queued_only or running.is_queued]
        wanted += [call for call, left in calls.left.items() if not queued_only or left.is_queued]
        return sum(self.cancel(call, by) for call in wanted if not self._is_asked(call))

    def _is_asked(self, call: str) -> bool:
        running = self._calls.running.get(call)
        return running is not None and bool(running.cancelled_by)

    def _withdraw(self, call: str, by: str) -> None:
        """Cancel a call that nobody follows, by its ticket."""
        running = self._taking_up.left(call)
        self._log.append(call, e.CancelRequested(by))
        running.cancelled_by = by


def _give_up(running: Running) -> None:
    """Wait no longer for the id of a call that was cancelled: it ends as one that may have been sent."""
    if running.awaits_ticket and running.task is not None:
        running.task.cancel()
