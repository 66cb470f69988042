"""How a call ends, and of what kind a failure is."""

from enum import StrEnum

import msgspec

from fal_studio.core.facts.base import FactBase
from fal_studio.core.request import Json


class FailureKind(StrEnum):
    """Whose door a failure came through."""

    INPUT = "input"
    AUTH = "auth"
    BALANCE = "balance"
    LIMIT = "limit"
    NETWORK = "network"
    TIMEOUT = "timeout"
    SERVER = "server"
    PROTOCOL = "protocol"
    """An answer that does not fit fal's protocol: HTML, broken JSON, a body cut off."""
    DISK = "disk"
    """The call could not be written down here, so it was not sent."""
    BUDGET = "budget"
    """The person's own limit for spending; nothing was sent."""
    BUG = "bug"


class Charged(StrEnum):
    """Whether a failed call costs money, as far as it can be known."""

    NO = "no"
    YES = "yes"
    UNKNOWN = "unknown"


class Clock(StrEnum):
    """Which time limit fired."""

    START_DEADLINE = "start deadline"
    """The server's: no runner began in time."""
    CLIENT = "client timeout"
    """Ours, over the whole call."""
    CONNECT = "connect timeout"
    IDLE = "idle timeout"
    """Ours: nothing was heard for too long."""
    GENERATION = "generation timeout"
    """The model's own limit."""


class FieldProblem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One complaint about one field of the arguments."""

    loc: tuple[str | int, ...]
    """Path below the arguments, without fal's leading "body"."""
    message: str
    type: str = ""
    ctx: dict[str, Json] = {}


class Output(FactBase, frozen=True):
    """END: the result."""

    payload: Json
    size_bytes: int = 0


class Closed(FactBase, frozen=True):
    """END: a realtime session or a binary stream was closed in good order."""

    code: int
    reason: str


class Refusal(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an error answer said; with it, `core.advice.said_anew` says a failure in the language of today."""

    by: str
    """Whose answer it was: the endpoint, or another address that was asked."""
    said: str = ""
    """The server's own words, read out of the body."""


class Failed(FactBase, frozen=True):
    """END: it did not work; names the thing, the cause and the next step."""

    kind: FailureKind
    message: str
    """One plain sentence: what did not work and why."""
    next_step: str = ""
    status: int | None = None
    error_type: str = ""
    """fal's machine-readable word, when it gave one."""
    fields: tuple[FieldProblem, ...] = ()
    retryable: bool = False
    """Whether sending the same again is safe and may help."""
    charged: Charged = Charged.UNKNOWN
    clock: Clock | None = None
    body: str = ""
    """The beginning of the raw answer, for people who want to see it."""
    refusal: Refusal | None = None
    """Where message and next step follow from an error answer; None: they are kept as they were said, in the language of then."""


class Cancelled(FactBase, frozen=True):
    """END: stopped."""

    by: str
    charged: Charged = Charged.UNKNOWN
    note: str = ""
    """How far it had come, as far as that is known: "before it was sent", "before it ran" …"""


class Unknown(FactBase, frozen=True):
    """END of this run of the program: it may have been submitted; to be reconciled, never called done."""

    why: str
    wall_s: float = 0.0
    """When that was noted, for a call of an earlier run of the program, whose clock is gone; else 0."""
    expired: bool = False
    """The server took the call once and does not know it any more: what became of it cannot be found out."""
