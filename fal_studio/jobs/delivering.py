"""What webhooks bring for open calls."""

from fal_studio.core import events as e
from fal_studio.core.log import EventLog
from fal_studio.jobs.call_tasks import CallTasks
from fal_studio.jobs.open_calls import OpenCalls
from fal_studio.jobs.shared import Shared
from fal_studio.jobs.taking_up import TakingUp
from fal_studio.modes.base import SHUTDOWN


class Delivering:
    """Ends the call that a delivery is for, whether it is followed here or not."""

    def __init__(
        self, log: EventLog, calls: OpenCalls, shared: Shared, tasks: CallTasks, taking_up: TakingUp
    ) -> None:
        self._log, self._calls, self._shared = log, calls, shared
        self._tasks, self._taking_up = tasks, taking_up

    def deliver(self, call: str, delivered: e.Delivered, end: e.Output | e.Failed | None) -> bool:
        """End an open call by what was brought; None has its result fetched. False: no such open call."""
        running = self._calls.running.get(call)
        if running is not None and running.ticket is not None and not running.is_ended:
            self._log.append(call, delivered)
            if end is None:
                self._shared.check(call)
            elif running.task is not None:
                running.cancelled_by = SHUTDOWN  # its follower lets go and says nothing to the server
                self._tasks.emit(call, running, end)
                running.task.cancel()
            return True
        if call not in self._calls.left:
            return False
        self._log.append(call, delivered)
        if end is None:
            self._taking_up.left(call)
        else:
            del self._calls.left[call]
            self._log.append(call, end)
        return True
