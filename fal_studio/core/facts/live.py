"""Streams and realtime sessions: how they are, and what comes in them."""

from enum import StrEnum

from fal_studio.core.facts.base import FactBase
from fal_studio.core.request import Json
from fal_studio.words import mark


class SessionState(StrEnum):
    """The states of a realtime session, in the words that people read."""

    IDLE = mark("idle")
    TOKEN = mark("getting token")
    CONNECTING = mark("connecting")
    LIVE = mark("live")
    RECONNECTING = mark("reconnecting")
    STOPPED = mark("stopped")


class Session(FactBase, frozen=True):
    """A realtime session changed its state, and why."""

    state: SessionState
    reason: str
    attempt: int = 0
    limit: int = 0


class Token(FactBase, frozen=True):
    """A realtime token was fetched; never its text."""

    lifetime_s: float


class Partial(FactBase, frozen=True):
    """An intermediate result: an SSE event or a realtime answer. A later one replaces it on screen, not here."""

    index: int
    payload: Json
    """JSON with bytes and long data URIs lifted into blobs; a plain string for text that is no JSON."""
    size_bytes: int = 0
    """As it stood on the wire."""
    event: str = ""
    """The SSE event name, when there was one."""
    reply_to: int | None = None
    """Index of the Sent it answers, where that is known."""


class Control(FactBase, frozen=True):
    """A message that is not a result: a keep-alive comment, `[DONE]`, realtime timings, a ping."""

    name: str
    payload: Json = None
    size_bytes: int = 0


class Closer(StrEnum):
    """Who ended a stream of events."""

    SERVER = "server"
    NETWORK = "network"
    """Nobody: the connection broke."""
    US = "us"


class StreamClosed(FactBase, frozen=True):
    """A stream of events is over: who ended it, and after how much. What became of the call is told by its end."""

    by: Closer
    partials: int
    size_bytes: int
    """Of the body, as far as it came."""
    reason: str = ""
    """What broke it, or why we closed it; `core.kept_words.reason_in_words` says it."""
    is_usable: bool = True
    """False where the last event is no result."""
