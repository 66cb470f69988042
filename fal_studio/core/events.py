"""What can happen in a call: its facts (`core.facts`), together, and the envelope that dates each.

Whoever deals with facts imports this module: it has them all, and the words they are told in.

Invariants of every call: the first fact is Started; exactly one fact is an end, and it is the last but for
late remarks; `seq` has no gaps; `t_ns` never falls.
"""

from typing import TypeAlias

import msgspec

from fal_studio.core import large
from fal_studio.core.facts.beginning import Compared, Held, HeldFor, Released, Started, Upload
from fal_studio.core.facts.ends import (
    Cancelled,
    Charged,
    Clock,
    Closed,
    Failed,
    FailureKind,
    FieldProblem,
    Output,
    Refusal,
    Unknown,
)
from fal_studio.core.facts.live import Closer, Control, Partial, Session, SessionState, StreamClosed, Token
from fal_studio.core.facts.notes import UNREADABLE, Log, Metric, Slept, Trouble
from fal_studio.core.facts.queue import (
    CancelAnswer,
    CancelRequested,
    Checked,
    Delivered,
    Detached,
    Enqueued,
    Polled,
    Progress,
    Reconciled,
    Resumed,
    Stage,
)
from fal_studio.core.facts.remarks import Decoded, Described, Download, FileState, Forgotten
from fal_studio.core.facts.wire import Attempt, BodyRead, Connection, Response, Retry, Sent

__all__ = [
    "ENDS",
    "UNREADABLE",
    "Attempt",
    "BodyRead",
    "CancelAnswer",
    "CancelRequested",
    "Cancelled",
    "Charged",
    "Checked",
    "Clock",
    "Closed",
    "Closer",
    "Compared",
    "Connection",
    "Control",
    "Decoded",
    "Delivered",
    "Described",
    "Detached",
    "Download",
    "End",
    "Enqueued",
    "Event",
    "Fact",
    "Failed",
    "FailureKind",
    "FieldProblem",
    "FileState",
    "Forgotten",
    "Held",
    "HeldFor",
    "Log",
    "Metric",
    "Output",
    "Partial",
    "Polled",
    "Progress",
    "Reconciled",
    "Refusal",
    "Released",
    "Response",
    "Resumed",
    "Retry",
    "Sent",
    "Session",
    "SessionState",
    "Slept",
    "Stage",
    "Started",
    "StreamClosed",
    "Token",
    "Trouble",
    "Unknown",
    "Upload",
    "decode",
    "encode",
]

Fact: TypeAlias = (
    Started
    | Held
    | Released
    | Upload
    | Attempt
    | Retry
    | Connection
    | Sent
    | Response
    | BodyRead
    | StreamClosed
    | Enqueued
    | Progress
    | Polled
    | Slept
    | Log
    | Session
    | Token
    | Partial
    | Control
    | Metric
    | Trouble
    | CancelRequested
    | CancelAnswer
    | Detached
    | Resumed
    | Checked
    | Reconciled
    | Delivered
    | Forgotten
    | Download
    | Decoded
    | Described
    | Compared
    | Output
    | Closed
    | Failed
    | Cancelled
    | Unknown
)

End: TypeAlias = Output | Closed | Failed | Cancelled | Unknown
ENDS = (Output, Closed, Failed, Cancelled, Unknown)


class Event(msgspec.Struct, frozen=True, gc=False):
    """A fact with its place in its call."""

    call: str
    seq: int
    t_ns: int
    """Nanoseconds since Started, stamped where the bytes arrive."""
    fact: Fact


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Event)


def encode(event: Event) -> bytes:
    """Return the event as one line of JSON, without a line break."""
    fact = event.fact
    if isinstance(fact, Output) and fact.size_bytes >= large.LARGE_BYTES:
        fact = msgspec.structs.replace(fact, payload=large.writable(fact.payload))
        event = msgspec.structs.replace(event, fact=fact)
    return _ENCODER.encode(event)


def decode(line: bytes | str) -> Event:
    """Read one line that `encode` wrote; raises msgspec.ValidationError on anything else."""
    return _DECODER.decode(line)
