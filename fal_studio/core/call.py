"""The state of a call as a fold of its facts; `advance` is the only way state changes."""

from enum import StrEnum

import msgspec

from fal_studio.core import events as e
from fal_studio.core.events import Event, Fact, SessionState, Stage
from fal_studio.core.request import Json, Mode
from fal_studio.core.stranded import is_paid


class Phase(StrEnum):
    """The state words that people read. A draft is not a call yet."""

    DRAFT = "draft"
    WAITING = "waiting"
    """Ours to start: waiting for a slot or for the network."""
    UPLOADING = "uploading"
    SUBMITTED = "submitted?"
    """Handed to the network; no answer yet."""
    QUEUED = "queued"
    RUNNING = "running"
    FETCHING = "fetching"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    CANCEL_REQUESTED = "cancel requested"
    UNKNOWN = "unknown"


ENDED = frozenset({Phase.DONE, Phase.FAILED, Phase.CANCELLED, Phase.UNKNOWN})


class CallState(msgspec.Struct, frozen=True):
    """What is known about a call after some of its facts."""

    call: str
    phase: Phase = Phase.WAITING
    endpoint: str = ""
    mode: Mode | None = None
    profile: str = ""
    started_wall_s: float = 0.0
    last_t_ns: int = 0
    ended_t_ns: int | None = None
    request_id: str = ""
    status_url: str = ""
    response_url: str = ""
    cancel_url: str = ""
    position: int | None = None
    fraction: float | None = None
    first_byte_t_ns: int | None = None
    enqueued_t_ns: int | None = None
    """When the queue took it."""
    running_t_ns: int | None = None
    """When the server was first seen running it."""
    fetching_t_ns: int | None = None
    """When the server had finished and its answer was fetched."""
    http_status: int | None = None
    upload: e.Upload | None = None
    """How far the newest upload is."""
    cancel_t_ns: int | None = None
    """When a cancel was asked for."""
    attempts: int = 0
    """Attempts at the step that may cost money: run, submit, stream, connect."""
    sent: int = 0
    partials: int = 0
    received_bytes: int = 0
    logs: int = 0
    session: SessionState | None = None
    session_reason: str = ""
    detached: bool = False
    metrics: dict[str, float] = {}
    latest: Json = None
    """Payload of the newest partial result."""
    output: Json = None
    failure: e.Failed | None = None
    cancelled: e.Cancelled | None = None
    unknown_why: str = ""
    checked_wall_s: float = 0.0
    """When somebody last looked for an unknown call at the server; 0 for never."""
    checked_said: str = ""
    """What was found then."""
    files: dict[str, e.Download] = {}
    """The newest word on each file of the result, by URL. Their downloads are remarks after the end: a call whose
    result is here is done, whether its files are or not, so they never bring back the phase "fetching"."""
    trouble: str = ""
    """The newest thing that went wrong without ending the call."""

    @property
    def is_ended(self) -> bool:
        """Whether an end has happened."""
        return self.phase in ENDED

    @property
    def elapsed_s(self) -> float:
        """Seconds from Started to the end, or to the last fact."""
        return (self.ended_t_ns if self.ended_t_ns is not None else self.last_t_ns) / 1e9


def fold(events: tuple[Event, ...] | list[Event], call: str = "") -> CallState:
    """Return the state after all `events` of one call."""
    state = CallState(call or (events[0].call if events else ""))
    for event in events:
        state = advance(state, event)
    return state


_DIRECT_STEPS = frozenset({"run", "stream"})
"""Their answers name the request by a header; the queue names it in the ticket."""


def advance(state: CallState, event: Event) -> CallState:
    """Return the state after `event`; after an end only remarks are possible, and they change no more than `files`.

    Unknown is the one end that can be left: when somebody takes the call up again, or finds out about it.
    """
    if state.is_ended:
        if isinstance(event.fact, e.Download):
            return msgspec.structs.replace(state, files=state.files | {event.fact.url: event.fact})
        return _unknown_no_more(state, event) if state.phase is Phase.UNKNOWN else state
    changes = _changes(state, event.fact, event.t_ns)
    return msgspec.structs.replace(state, last_t_ns=event.t_ns, **changes)


def _unknown_no_more(state: CallState, event: Event) -> CallState:
    match event.fact:
        case e.Resumed() | e.Reconciled():
            again: dict[str, Json] = {"phase": Phase.SUBMITTED, "ended_t_ns": None, "unknown_why": ""}
            if isinstance(event.fact, e.Reconciled) and event.fact.request_id:
                again["request_id"] = event.fact.request_id
            return msgspec.structs.replace(state, last_t_ns=event.t_ns, **again)
        case e.Checked(wall_s=wall_s, said=said):
            return msgspec.structs.replace(state, checked_wall_s=wall_s, checked_said=said)
        case _:
            return state


def _changes(state: CallState, fact: Fact, t_ns: int) -> dict[str, Json]:
    match fact:
        case e.Started() | e.Attempt() | e.Response() | e.Upload() | e.Enqueued() | e.Progress():
            return _way_changes(state, fact, t_ns)
        case e.Output() | e.Closed() | e.Failed() | e.Cancelled() | e.Unknown():
            return {"ended_t_ns": t_ns, "position": None} | _end_changes(fact)
        case e.Partial(payload=payload, size_bytes=size):
            changes: dict[str, Json] = {
                "partials": state.partials + 1,
                "latest": payload,
                "received_bytes": state.received_bytes + size,
            }
            return changes | ({} if state.phase is Phase.CANCEL_REQUESTED else _running(state, t_ns))
        case e.Session(state=session, reason=reason):
            changes = {"session": session, "session_reason": reason}
            return changes | (_running(state, t_ns) if session is SessionState.LIVE else {})
        case e.BodyRead(size_bytes=size) | e.Control(size_bytes=size):
            return {"received_bytes": state.received_bytes + size}
        case e.Sent():
            return {"sent": state.sent + 1}
        case e.Log():
            return {"logs": state.logs + 1}
        case e.Metric(name=name, value=value):
            return {"metrics": state.metrics | {name: value}}
        case e.Trouble(message=message):
            return {"trouble": message}
        case e.Download(url=url):
            return {"files": state.files | {url: fact}}
        case e.CancelRequested():
            first = {} if state.cancel_t_ns is not None else {"cancel_t_ns": t_ns}
            return {"phase": Phase.CANCEL_REQUESTED} | first
        case e.Detached():
            return {"detached": True}
        case e.Resumed():
            return {"detached": False}
        case e.Connection() | e.Token() | e.CancelAnswer() | e.Checked() | e.Reconciled():
            return {}


def _way_changes(
    state: CallState,
    fact: e.Started | e.Attempt | e.Response | e.Upload | e.Enqueued | e.Progress,
    t_ns: int,
) -> dict[str, Json]:
    keep = state.phase is Phase.CANCEL_REQUESTED
    match fact:
        case e.Started(wall_s=wall_s, endpoint=endpoint, mode=mode, profile=profile):
            return {"started_wall_s": wall_s, "endpoint": endpoint, "mode": mode, "profile": profile}
        case e.Upload():
            return {"upload": fact} | ({} if keep else {"phase": Phase.UPLOADING})
        case e.Attempt():
            if not is_paid(fact):
                return {}
            changes: dict[str, Json] = {"attempts": state.attempts + 1}
            return changes | ({} if keep else {"phase": Phase.SUBMITTED})
        case e.Response(status=status, headers=headers, why=why):
            changes = {"http_status": status}
            if state.first_byte_t_ns is None:
                changes["first_byte_t_ns"] = t_ns
            if why.split(" ", 1)[0] in _DIRECT_STEPS and (request_id := headers.get("x-fal-request-id")):
                changes["request_id"] = request_id
            return changes
        case e.Enqueued():
            first = {} if state.enqueued_t_ns is not None else {"enqueued_t_ns": t_ns}
            return (
                first
                | {
                    "request_id": fact.request_id,
                    "status_url": fact.status_url,
                    "response_url": fact.response_url,
                    "cancel_url": fact.cancel_url,
                    "position": fact.position,
                }
                | ({} if keep else {"phase": Phase.QUEUED})
            )
        case e.Progress(stage=Stage.QUEUED, position=position):
            return {"position": position} | ({} if keep else {"phase": Phase.QUEUED})
        case e.Progress(stage=stage, fraction=fraction):
            phase = Phase.FETCHING if stage is Stage.FETCHING else Phase.RUNNING
            changes = {"position": None, "fraction": fraction}
            if stage is not Stage.FETCHING:
                changes |= _running(state, t_ns)
            elif state.fetching_t_ns is None:
                changes["fetching_t_ns"] = t_ns
            return changes | ({"phase": state.phase} if keep else {"phase": phase})


def _running(state: CallState, t_ns: int) -> dict[str, Json]:
    first = {} if state.running_t_ns is not None else {"running_t_ns": t_ns}
    return {"phase": Phase.RUNNING, **first}


def _end_changes(fact: e.End) -> dict[str, Json]:
    match fact:
        case e.Output(payload=payload, size_bytes=_):
            return {"phase": Phase.DONE, "output": payload}
        case e.Closed():
            return {"phase": Phase.DONE}
        case e.Failed():
            return {"phase": Phase.FAILED, "failure": fact, "http_status": fact.status}
        case e.Cancelled():
            return {"phase": Phase.CANCELLED, "cancelled": fact}
        case e.Unknown(why=why):
            return {"phase": Phase.UNKNOWN, "unknown_why": why}
