"""What can happen in a call: one frozen class for each kind of fact, and the envelope that dates it.

Invariants of every call: the first fact is Started; exactly one fact is an end, and it is the last but for
late remarks; `seq` has no gaps; `t_ns` never falls.
"""

from enum import StrEnum
from typing import TypeAlias

import msgspec

from fal_studio.core import large
from fal_studio.core.request import Json, Mode
from fal_studio.words import mark


class _Fact(msgspec.Struct, frozen=True, tag_field="fact", omit_defaults=True, gc=False):
    """Base of all facts; the class name is the tag in JSON.

    Facts hold plain JSON and never a cycle, so the garbage collector need not look at them: with it, a stream of
    tens of thousands of events spends half its time in collections.
    """


class Stage(StrEnum):
    """Where a call is, as the server says it."""

    QUEUED = mark("queued")
    RUNNING = mark("running")
    FETCHING = mark("fetching")
    """We are reading the result or its media."""


class SessionState(StrEnum):
    """The states of a realtime session, in the words that people read."""

    IDLE = mark("idle")
    TOKEN = mark("getting token")
    CONNECTING = mark("connecting")
    LIVE = mark("live")
    RECONNECTING = mark("reconnecting")
    STOPPED = mark("stopped")


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


class FileState(StrEnum):
    """How far the download of one file of a result is."""

    FETCHING = mark("fetching")
    KEPT = mark("kept")
    """It is on the disk, whole."""
    FAILED = mark("failed")
    """Not now; it will be tried again."""
    GONE = mark("gone")
    """The server has it no more, or it may not be fetched: trying again is of no use."""


class HeldFor(StrEnum):
    """Why a call waits on this side."""

    SLOT = "slot"
    """As many calls are under way as the profile allows at once."""
    PAUSED = "paused"
    """Sending is paused."""
    RESTART = "restart"
    """The program ended before it was sent: it is not sent again without a word."""


class FieldProblem(msgspec.Struct, frozen=True, omit_defaults=True):
    """One complaint about one field of the arguments."""

    loc: tuple[str | int, ...]
    """Path below the arguments, without fal's leading "body"."""
    message: str
    type: str = ""
    ctx: dict[str, Json] = {}


class Started(_Fact, frozen=True):
    """The call began; offset zero and the only calendar time in it."""

    wall_s: float
    endpoint: str
    mode: Mode
    profile: str


class Held(_Fact, frozen=True):
    """The call waits in line on this side; nothing was sent. Said again when the reason or the order changes."""

    why: HeldFor
    order: float
    """Its place: calls of a profile go in rising order."""
    limit: int = 0
    """How many calls may be under way at once, when that is what it waits for."""


class Released(_Fact, frozen=True):
    """The call leaves the line. On disk before anything is sent: from here on it may cost money."""


class Upload(_Fact, frozen=True):
    """Bytes of one input file that have been sent; `url` once the file is in place."""

    name: str
    sent_bytes: int
    total_bytes: int
    url: str = ""


class Attempt(_Fact, frozen=True):
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


class Retry(_Fact, frozen=True):
    """An attempt came to nothing; the same is tried once more after a pause."""

    number: int
    """Of the attempt that came to nothing."""
    why: str
    """First word of the attempt's `why`: what is tried again."""
    message: str
    """What happened instead of an answer, or the code of one that is no help: "503", "no connection" …"""
    after_s: float
    """The pause."""


class Connection(_Fact, frozen=True):
    """What the transport really did for an attempt; None where a step did not happen."""

    reused: bool
    remote: str = ""
    dns_s: float | None = None
    connect_s: float | None = None
    tls_s: float | None = None
    http_version: str = ""


class Sent(_Fact, frozen=True):
    """One outgoing message has left: a request body, or a realtime input."""

    index: int
    size_bytes: int
    payload: Json = None
    """A realtime input, bytes lifted into blobs; None for a request body, which the request already holds."""


class Response(_Fact, frozen=True):
    """Status line and headers arrived; the time of this fact is the first byte."""

    status: int
    headers: dict[str, str]
    why: str = ""
    """The attempt's `why`."""


class BodyRead(_Fact, frozen=True):
    """A whole body was read; the time of this fact is the last byte."""

    size_bytes: int
    why: str = ""


class Closer(StrEnum):
    """Who ended a stream of events."""

    SERVER = "server"
    NETWORK = "network"
    """Nobody: the connection broke."""
    US = "us"


class StreamClosed(_Fact, frozen=True):
    """A stream of events is over: who ended it, and after how much. What became of the call is told by its end."""

    by: Closer
    partials: int
    size_bytes: int
    """Of the body, as far as it came."""
    reason: str = ""
    """What broke it, or why we closed it."""
    is_usable: bool = True
    """False where the last event is no result."""


class Enqueued(_Fact, frozen=True):
    """The queue took the request. On disk before anything else happens: it may cost money."""

    request_id: str
    status_url: str
    response_url: str
    cancel_url: str
    position: int | None = None
    gateway_request_id: str = ""


class Progress(_Fact, frozen=True):
    """The server's word on where the call is. Running may go back to queued: the server retried."""

    stage: Stage
    position: int | None = None
    """How many are in front; 0 is next."""
    fraction: float | None = None
    """0 to 1, only when the server gave one."""


class Polled(_Fact, frozen=True):
    """The queue answered a question about the call, whether there was news or not."""

    status: int
    took_s: float


class Slept(_Fact, frozen=True):
    """This machine slept, or its clock was set: `t_ns` stood still meanwhile."""

    seconds: float
    wall_s: float
    """The calendar time after it."""


class Log(_Fact, frozen=True):
    """One line of the runner's log, each only once."""

    message: str
    level: str = "INFO"
    server_time: str = ""
    source: str = ""


class Session(_Fact, frozen=True):
    """A realtime session changed its state, and why."""

    state: SessionState
    reason: str
    attempt: int = 0
    limit: int = 0


class Token(_Fact, frozen=True):
    """A realtime token was fetched; never its text."""

    lifetime_s: float


class Partial(_Fact, frozen=True):
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


class Control(_Fact, frozen=True):
    """A message that is not a result: a keep-alive comment, `[DONE]`, realtime timings, a ping."""

    name: str
    payload: Json = None
    size_bytes: int = 0


class Metric(_Fact, frozen=True):
    """A number that the server told: inference_time, billable units …"""

    name: str
    value: float
    unit: str = ""


UNREADABLE = mark("A frame cannot be read")
"""How the trouble with a frame begins that came and is no message."""


class Trouble(_Fact, frozen=True):
    """Something went wrong that ends nothing: a failed poll, a broken status stream."""

    message: str
    kind: FailureKind = FailureKind.NETWORK


class CancelRequested(_Fact, frozen=True):
    """Somebody asked to cancel. Not an end: a running job may still finish and be billed."""

    by: str


class CancelAnswer(_Fact, frozen=True):
    """What the server said to it."""

    status: int
    word: str
    """fal's word, such as CANCELLATION_REQUESTED or ALREADY_COMPLETED."""


class Detached(_Fact, frozen=True):
    """Nobody waits any more; the call goes on at the server and can be followed again."""

    by: str = "submit"


class Resumed(_Fact, frozen=True):
    """A follower took the call up again."""

    wall_s: float


class Checked(_Fact, frozen=True):
    """Somebody looked for an unknown call in the server's list of requests, and it is still not known."""

    wall_s: float
    said: str
    """What the list shows so far, in words."""


class Reconciled(_Fact, frozen=True):
    """Evidence was found of what became of an unknown call: its end is open again, the next facts tell it."""

    how: str
    """By what it was found, in words."""
    request_id: str = ""
    """Empty when the evidence is that there is no such request."""


class Download(_Fact, frozen=True):
    """A file of the result on its way to the disk; a late remark, since the call itself has ended."""

    url: str
    """As it stands in the payload."""
    state: FileState
    received_bytes: int = 0
    total_bytes: int | None = None
    sha256: str = ""
    """The blob; only of a file that is kept."""
    content_type: str = ""
    message: str = ""
    """Why it is not here, and what to do."""
    took_s: float = 0.0
    """From the first byte asked for to this outcome; 0 while it is on its way, and in calls of older versions."""
    redirects: tuple[str, ...] = ()
    """Where the server sent it on to, in order, secrets replaced; only of a file that is kept."""


class Decoded(_Fact, frozen=True):
    """A file of the result was turned into what can be shown; a late remark. Measured where somebody asks for it: comparisons."""

    url: str
    """As it stands in the payload; "" for bytes that came inside it."""
    took_s: float
    message: str = ""
    """Why it could not be decoded; else ""."""


class Described(_Fact, frozen=True):
    """A person wrote what a picture of the result shows, for those who cannot see it; a late remark."""

    path: str
    """Where the picture stands in the result: `images[0].url`."""
    text: str
    """"" takes back what was written before."""


class Compared(_Fact, frozen=True):
    """The call is a turn of a comparison; said right after Started."""

    comparison: str
    lane: str
    index: int
    is_warm_up: bool = False
    client: str = ""
    """The client of fal's own that makes the call, with its version; "" for ours."""


class Delivered(_Fact, frozen=True):
    """fal called our webhook for this call, with a signature that fits; the end it brings comes next."""

    size_bytes: int
    user_id: str = ""
    """Of the account whose key submitted the call, as fal says it."""
    age_s: float = 0.0
    """From the signature to its arrival here."""


class Forgotten(_Fact, frozen=True):
    """The server has deleted the inputs and outputs that it kept of the call, because somebody asked for it."""

    wall_s: float
    files: int = 0
    """Result files that went, too."""
    left: int = 0
    """Result files that could not be deleted."""


class Output(_Fact, frozen=True):
    """END: the result."""

    payload: Json
    size_bytes: int = 0


class Closed(_Fact, frozen=True):
    """END: a realtime session or a binary stream was closed in good order."""

    code: int
    reason: str


class Failed(_Fact, frozen=True):
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


class Cancelled(_Fact, frozen=True):
    """END: stopped."""

    by: str
    charged: Charged = Charged.UNKNOWN
    note: str = ""
    """How far it had come, as far as that is known: "before it was sent", "before it ran" …"""


class Unknown(_Fact, frozen=True):
    """END of this run of the program: it may have been submitted; to be reconciled, never called done."""

    why: str
    wall_s: float = 0.0
    """When that was noted, for a call of an earlier run of the program, whose clock is gone; else 0."""
    expired: bool = False
    """The server took the call once and does not know it any more: what became of it cannot be found out."""


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
