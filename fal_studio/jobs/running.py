"""What the runner knows of a call that it works on, and of one that it left at the server."""

import asyncio
from dataclasses import dataclass, field

from fal_studio.core import events as e
from fal_studio.core.budget import Refusal
from fal_studio.core.request import Json, Mode, Request
from fal_studio.modes.base import SHUTDOWN
from fal_studio.words import tr


@dataclass(slots=True)
class Running:
    """One call that has a task."""

    request: Request
    inbox: "asyncio.Queue[Json]" = field(default_factory=asyncio.Queue)
    hang_up: asyncio.Event = field(default_factory=asyncio.Event)
    woke: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the machine slept, or changed its network."""
    hang_up_reason: str = ""
    """Why a session is closed here, where it is not because somebody wants that."""
    task: "asyncio.Task[None] | None" = None
    wish: "asyncio.Task[Exception | None] | None" = None
    """Writes the wish down; nobody cancels it."""
    cancelled_by: str = ""
    go: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the line lets it go."""
    is_held: bool = False
    """In line; nothing was sent."""
    is_up: bool = False
    """Its task has taken its first step: one that is cancelled before never runs."""
    is_begun: bool = False
    """Its mode has the word: something may have been sent."""
    is_sent: bool = False
    """The whole request has left this machine."""
    ticket: e.Enqueued | None = None
    stage: e.Stage | None = None
    is_ended: bool = False
    is_detached: bool = False

    @property
    def is_queued(self) -> bool:
        """Whether it does not run yet, as far as we know: in our line, or in the server's."""
        if not self.is_begun and self.ticket is None:
            return True
        return self.ticket is not None and self.stage in (None, e.Stage.QUEUED)

    @property
    def awaits_ticket(self) -> bool:
        """Whether a queue has the request, most probably, and is about to say under which id it can be cancelled."""
        is_for_queue = self.request.mode in (Mode.SUBSCRIBE, Mode.SUBMIT)
        return is_for_queue and self.is_sent and self.ticket is None

    @property
    def stays_in_line(self) -> bool:
        """Whether it waits on disk for the next run of the program: nothing was sent, and nobody cancelled it."""
        return self.is_held and self.cancelled_by == SHUTDOWN

    def take(self, fact: e.Fact) -> None:
        """Note a fact that changes what the runner does."""
        if isinstance(fact, e.Sent):
            self.is_sent = True
        elif isinstance(fact, e.Enqueued):
            self.ticket = fact
        elif isinstance(fact, e.Progress):
            self.stage = fact.stage
        elif isinstance(fact, e.Detached):
            self.is_detached = True
        elif isinstance(fact, e.ENDS):
            self.is_ended = True


TURNS = frozenset({e.Sent, e.Enqueued, e.Detached, e.Progress, *e.ENDS})
"""The facts that `Running.take` looks at."""


@dataclass(frozen=True, slots=True)
class Left:
    """A call that goes on at the server and is not followed here."""

    request: Request
    ticket: e.Enqueued
    is_queued: bool
    """It did not run yet when it was last looked at."""


def stop_session(running: Running, why: Refusal) -> None:
    """Close a session in good order because no money is left for it; what waits to be sent is not."""
    running.hang_up_reason = tr("Stopped by your limit. {message}").format(message=why.message)
    while not running.inbox.empty():
        running.inbox.get_nowait()
    running.hang_up.set()
    running.inbox.put_nowait(None)
