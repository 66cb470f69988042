"""What every mode is given: how to tell what happened, where to call and as whom, and how to fail."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import msgspec

from fal_studio.core.blobs import Keep
from fal_studio.core.events import Failed, Unknown
from fal_studio.core.request import Json, Profile

Emit = Callable[[Any], object]
"""Takes one fact, stamps and keeps it at once; never blocks."""


class Access(msgspec.Struct, frozen=True):
    """Where and as whom to call: a profile together with its key, or "" where none is needed."""

    profile: Profile
    key: str = ""


class CallFailed(Exception):  # noqa: N818 - it is the word of the house for this end
    """A call cannot go on; carries the fact that ends it."""

    def __init__(self, fact: Failed | Unknown) -> None:
        super().__init__(fact.message if isinstance(fact, Failed) else fact.why)
        self.fact = fact


@dataclass(frozen=True, slots=True)
class Line:
    """The door between a running call and those who steer it from outside."""

    inbox: "asyncio.Queue[Json]"
    """Realtime inputs that wait to be sent."""
    hang_up: asyncio.Event
    """Set when somebody wants a realtime session closed in good order."""
    cancelled_by: Callable[[], str]
    """Who cancelled: "" while nobody did, "shutdown" when the program ends."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What a mode needs apart from the request."""

    keep: Keep
    line: Line


@asynccontextmanager
async def deadline(seconds: float) -> AsyncGenerator[None]:
    """Give up quietly on the block after `seconds`: for letting go of things, where nothing waits for the outcome."""
    try:
        async with asyncio.timeout(seconds) as limit:
            yield
    except TimeoutError:
        if not limit.expired():
            raise
