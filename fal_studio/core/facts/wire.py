"""What went over the wire: attempts, connections, and what was sent and read."""

from fal_studio.core.facts.base import FactBase
from fal_studio.core.request import Json


class Attempt(FactBase, frozen=True):
    """One network attempt, so that a retry is never silent."""

    number: int
    """1 for the first attempt at this step."""
    why: str
    """What the attempt is for: "run", "submit", "status", "result", "token", "connect", "retry after 429" …"""
    method: str
    url: str
    """Without secrets: tokens in the query are replaced."""
    headers: dict[str, str] = {}
    """As sent, secrets replaced."""


class Retry(FactBase, frozen=True):
    """An attempt came to nothing; the same is tried once more after a pause."""

    number: int
    """Of the attempt that came to nothing."""
    why: str
    """First word of the attempt's `why`: what is tried again."""
    message: str
    """What happened instead of an answer, or the code of one that is no help: "503", "no connection" …"""
    after_s: float
    """The pause."""


class Connection(FactBase, frozen=True):
    """What the transport really did for an attempt; None where a step did not happen."""

    reused: bool
    remote: str = ""
    dns_s: float | None = None
    connect_s: float | None = None
    tls_s: float | None = None
    http_version: str = ""


class Sent(FactBase, frozen=True):
    """One outgoing message has left: a request body, or a realtime input."""

    index: int
    size_bytes: int
    payload: Json = None
    """A realtime input, bytes lifted into blobs; None for a request body, which the request already holds."""


class Response(FactBase, frozen=True):
    """Status line and headers arrived; the time of this fact is the first byte."""

    status: int
    headers: dict[str, str]
    why: str = ""
    """The attempt's `why`."""


class BodyRead(FactBase, frozen=True):
    """A whole body was read; the time of this fact is the last byte."""

    size_bytes: int
    why: str = ""
