"""A call in fal's queue: taken, followed, withdrawn, left alone, found again."""

from enum import StrEnum

from fal_studio.core.facts.base import FactBase
from fal_studio.words import mark


class Stage(StrEnum):
    """Where a call is, as the server says it."""

    QUEUED = mark("queued")
    RUNNING = mark("running")
    FETCHING = mark("fetching")
    """We are reading the result or its media."""


class Enqueued(FactBase, frozen=True):
    """The queue took the request. On disk before anything else happens: it may cost money."""

    request_id: str
    status_url: str
    response_url: str
    cancel_url: str
    position: int | None = None
    gateway_request_id: str = ""


class Progress(FactBase, frozen=True):
    """The server's word on where the call is. Running may go back to queued: the server retried."""

    stage: Stage
    position: int | None = None
    """How many are in front; 0 is next."""
    fraction: float | None = None
    """0 to 1, only when the server gave one."""


class Polled(FactBase, frozen=True):
    """The queue answered a question about the call, whether there was news or not."""

    status: int
    took_s: float


class CancelRequested(FactBase, frozen=True):
    """Somebody asked to cancel. Not an end: a running job may still finish and be billed."""

    by: str


class CancelAnswer(FactBase, frozen=True):
    """What the server said to it."""

    status: int
    word: str
    """fal's word, such as CANCELLATION_REQUESTED or ALREADY_COMPLETED."""


class Detached(FactBase, frozen=True):
    """Nobody waits any more; the call goes on at the server and can be followed again."""

    by: str = "submit"


class Resumed(FactBase, frozen=True):
    """A follower took the call up again."""

    wall_s: float


class Delivered(FactBase, frozen=True):
    """fal called our webhook for this call, with a signature that fits; the end it brings comes next."""

    size_bytes: int
    user_id: str = ""
    """Of the account whose key submitted the call, as fal says it."""
    age_s: float = 0.0
    """From the signature to its arrival here."""


class Checked(FactBase, frozen=True):
    """Somebody looked for an unknown call in the server's list of requests, and it is still not known."""

    wall_s: float
    said: str
    """What the list shows so far, in words."""


class Reconciled(FactBase, frozen=True):
    """Evidence was found of what became of an unknown call: its end is open again, the next facts tell it."""

    how: str
    """By what it was found, in words."""
    request_id: str = ""
    """Empty when the evidence is that there is no such request."""
