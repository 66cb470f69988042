"""What every mode is given: how to tell what happened, where to call and as whom, and how to fail."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from fal_studio.core.blobs import Keep
from fal_studio.core.events import Cancelled, Control, Failed, Partial, Unknown
from fal_studio.core.kept_words import SHUTDOWN
from fal_studio.core.request import Json, Profile
from fal_studio.core.transcript import Record, no_record
from fal_studio.modes.following import Followers

Emit = Callable[[Any], object]
"""Takes one fact, stamps and keeps it at once; never blocks."""
BeforePaid = Callable[[], Awaitable[None]]
"""Returns when all facts so far are on disk; raises CallError when they cannot be, and then nothing may be sent.

A call without a paid Attempt on disk was never sent: the next start can say so, whatever happened to this one.
"""


class Access(msgspec.Struct, frozen=True):
    """Where and as whom to call: a profile together with its key, or "" where none is needed."""

    profile: Profile
    key: str = ""


async def at_once() -> None:
    """Wait for nothing: where no facts are kept."""


async def always(_message: Json) -> bool:
    """Let every input through: where nothing is counted."""
    return True


class CallError(Exception):
    """A call cannot go on; carries the fact that ends it."""

    def __init__(self, fact: Failed | Unknown | Cancelled, *, may_have_been_sent: bool = False) -> None:
        """`may_have_been_sent`: the server may have the request, although no answer came."""
        match fact:
            case Failed(message=words) | Unknown(why=words) | Cancelled(note=words):
                super().__init__(words)
        self.fact = fact
        self.may_have_been_sent = may_have_been_sent


@dataclass(frozen=True, slots=True)
class Line:
    """The door between a running call and those who steer it from outside."""

    inbox: "asyncio.Queue[Json]"
    """Realtime inputs that wait to be sent."""
    hang_up: asyncio.Event
    """Set when somebody wants a realtime session closed in good order."""
    cancelled_by: Callable[[], str]
    """Who cancelled: "" while nobody did, `SHUTDOWN` when the program ends."""
    why_hung_up: Callable[[], str] = str
    """Why a session is closed here: "" because somebody wants that."""
    woke: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the machine slept, or changed its network: an open socket may be dead without a word."""

    @property
    def wants_cancel(self) -> bool:
        """Whether somebody wants the server to stop the call: the end of the program does not."""
        return self.cancelled_by() not in ("", SHUTDOWN)


@dataclass(frozen=True, slots=True)
class Tools:
    """What a mode needs apart from the request."""

    call: str
    keep: Keep
    line: Line
    followers: Followers
    """What it shares with the other queue calls of the profile."""
    emit_all: Callable[[Sequence[Partial | Control]], None]
    """Emits what came with the same bytes, at the same moment: cheaper than one after the other."""
    gives_up: bool = True
    """Whether a queue call that cannot be asked about is left as Unknown after a while; else it is asked about for ever."""
    record: Record = no_record
    """Takes what passes over the wire, already without secrets."""
    noted: Callable[[], Awaitable[None]] = at_once
    """Returns when every fact of this call so far is on disk: awaited after Enqueued, before anything else is sent."""
    may_send: Callable[[Json], Awaitable[bool]] = always
    """Awaited before every realtime input. False: it must not be sent, and the session is to be closed."""


@asynccontextmanager
async def deadline(seconds: float) -> AsyncGenerator[None]:
    """Give up quietly on the block after `seconds`: for letting go of things, where nothing waits for the outcome."""
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
