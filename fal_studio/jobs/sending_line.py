"""When calls are sent: the line that they wait in on this side, its pauses and limits."""

from fal_studio.core import events as e
from fal_studio.core.line import Move, WaitingLine
from fal_studio.core.log import EventLog
from fal_studio.jobs.open_calls import OpenCalls


class SendingLine:
    """Lets calls go as `WaitingLine` decides, and tells the log of it. Profiles do not wait for each other."""

    def __init__(self, log: EventLog, calls: OpenCalls) -> None:
        self._log, self._calls = log, calls
        self._line = WaitingLine()
        self._is_closed = False

    def pause(self, profile: str = "") -> None:
        """Send no new call of a profile, of any for "". Calls that were sent go on and are followed."""
        self._line.pause(profile)
        self._pump()

    def resume(self, profile: str = "") -> None:
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

    def enter(
        self, call: str, profile: str, *, in_front: bool = False, order: float | None = None
    ) -> e.Held | None:
        """Take a call in. None: it may be sent at once; else why it waits, which is to be told before it is worked on.

        `order`: its place from an earlier run of the program; such a call is not sent until `release` or `resume` says so.
        """
        return self._line.enter(call, profile, in_front=in_front, order=order)

    def count(self, call: str, profile: str) -> None:
        """Note a call that is under way without having waited."""
        self._line.count(call, profile)

    def give_up(self, call: str) -> None:
        """Take a call out that shall not be sent any more."""
        self._line.leave(call)

    def leave(self, call: str) -> None:
        """Forget a call that nobody works on any more: the next ones may have its place."""
        self._line.leave(call)
        self._pump()

    def close(self) -> None:
        """Send nothing any more; what waits stays in line for the next run of the program."""
        self._is_closed = True

    def _pump(self) -> None:
        """Send what may go by now, and tell those who wait for another reason than before."""
        if self._is_closed:
            return
        for call in self._line.next():
            self._let_go(call)
        for call, held in self._line.news():
            self._log.append(call, held)

    def _let_go(self, call: str) -> None:
        running = self._calls.running[call]
        self._log.append(call, e.Released())
        running.is_held = False
        running.go.set()
