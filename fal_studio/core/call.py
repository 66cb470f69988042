"""The state of a call as a fold of its facts; `advance` is the only way state changes."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import msgspec

from fal_studio.core import events as e
from fal_studio.core.advice import said_anew
from fal_studio.core.events import Event, Fact, HeldFor, SessionState, Stage
from fal_studio.core.request import Json, Mode
from fal_studio.core.stranded import is_paid
from fal_studio.words import mark, tr


class Phase(StrEnum):
    """The state words that people read. A draft is not a call yet."""

    DRAFT = mark("draft")
    WAITING = mark("waiting")
    """Ours to start: waiting for a slot or for the network."""
    UPLOADING = mark("uploading")
    SUBMITTED = mark("submitted?")
    """Handed to the network; no answer yet."""
    QUEUED = mark("queued")
    RUNNING = mark("running")
    FETCHING = mark("fetching")
    DONE = mark("done")
    FAILED = mark("failed")
    CANCELLED = mark("cancelled")
    CANCEL_REQUESTED = mark("cancel requested")
    UNKNOWN = mark("unknown")


ENDED = frozenset({Phase.DONE, Phase.FAILED, Phase.CANCELLED, Phase.UNKNOWN})


class CallState(msgspec.Struct, frozen=True):
    """What is known about a call after some of its facts."""

    call: str
    phase: Phase = Phase.WAITING
    endpoint: str = ""
    mode: Mode | None = None
    profile: str = ""
    started_wall_s: float = 0.0
    zero_wall_s: float = 0.0
    """Calendar time of `t_ns` 0, as the clock of this run of the program has it: see `wall_s`."""
    last_t_ns: int = 0
    ended_t_ns: int | None = None
    held_for: HeldFor | None = None
    """Why it waits on this side; None when it does not. Nothing was sent then: see `waiting_why` for words."""
    held_limit: int = 0
    held_order: float = 0.0
    """Calls of a profile are sent in rising order."""
    client: str = ""
    """The client of fal's own that made it; "" for ours."""
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
    stage: Stage | None = None
    """Where the server last said it is; kept at the end."""
    stage_t_ns: int = 0
    """Since when."""
    queue_ns: int = 0
    run_ns: int = 0
    """Time in the stages before the present one; `queue_s` and `run_s` add that."""
    last_checked_t_ns: int | None = None
    """When the queue last gave a good answer about it."""
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
    cancel_by: str = ""
    """Who asked for a cancel; kept when the call ended otherwise."""
    unknown_why: str = ""
    expired: bool = False
    """Unknown because the server does not know it any more."""
    checked_wall_s: float = 0.0
    """When somebody last looked for an unknown call at the server; 0 for never."""
    checked_said: str = ""
    """What was found then."""
    files: dict[str, e.Download] = {}
    """The newest word on each file of the result, by URL. Their downloads are remarks after the end: a call whose
    result is here is done, whether its files are or not, so they never bring back the phase "fetching"."""
    described: dict[str, str] = {}
    """What a person wrote that pictures of the result show, by their path in it."""
    trouble: str = ""
    """The newest thing that went wrong without ending the call; empty again after a good answer."""

    @property
    def is_ended(self) -> bool:
        """Whether an end has happened."""
        return self.phase in ENDED

    @property
    def elapsed_s(self) -> float:
        """Seconds from Started to the end, or to the last fact."""
        return (self.ended_t_ns if self.ended_t_ns is not None else self.last_t_ns) / 1e9

    @property
    def waiting_why(self) -> str:
        """Why it waits on this side, in words; empty when it does not. What a *queued* call waits for: `core.slots`."""
        match self.held_for:
            case None:
                return ""
            case HeldFor.SLOT:
                return (
                    tr("waiting for your own slot")
                    if self.held_limit < 2
                    else tr("waiting for your own {held_limit} slots").format(held_limit=self.held_limit)
                )
            case HeldFor.PAUSED:
                return tr("sending is paused")
            case HeldFor.RESTART:
                return tr("was not sent before fal Studio ended; send it when you like")

    @property
    def queue_s(self) -> float | None:
        """Seconds in line at the server as far as it was seen, up to the last fact; None if nothing was seen of it.

        Of a call that ran and ended while nobody looked, it is not known how much was waiting.
        """
        if self.running_t_ns is None and (self.fetching_t_ns is not None or self.phase is Phase.DONE):
            return None
        return (self.queue_ns + self._in_stage_ns(Stage.QUEUED)) / 1e9 or None

    @property
    def run_s(self) -> float | None:
        """Seconds running at the server: as it told (inference_time), else as far as it was seen; None if not known."""
        if (told := self.metrics.get("inference_time")) is not None:
            return told
        if self.stage is None:  # no queue: since the first sign of life
            until = self.last_t_ns if self.ended_t_ns is None else self.ended_t_ns
            return None if self.running_t_ns is None else (until - self.running_t_ns) / 1e9
        return (self.run_ns + self._in_stage_ns(Stage.RUNNING)) / 1e9 or None

    def wall_s(self, t_ns: int) -> float:
        """Return the calendar time of an offset in this call, for example of `last_checked_t_ns`."""
        return self.zero_wall_s + t_ns / 1e9

    def _in_stage_ns(self, stage: Stage) -> int:
        if self.stage is not stage:
            return 0
        return (self.last_t_ns if self.ended_t_ns is None else self.ended_t_ns) - self.stage_t_ns


def fold(events: Sequence[Event], call: str = "") -> CallState:
    """Return the state after all `events` of one call."""
    state = CallState(call or (events[0].call if events else ""))
    for event in events:
        state = advance(state, event)
    return state


_DIRECT_STEPS = frozenset({"run", "stream"})
"""Their answers name the request by a header; the queue names it in the ticket."""


def advance(state: CallState, event: Event) -> CallState:
    """Return the state after `event`; after an end only remarks are possible, and they change no more than `files` and `described`.

    Unknown is the one end that can be left: when somebody takes the call up again, or finds out about it.
    """
    if state.is_ended:
        if isinstance(event.fact, e.Download | e.Described):
            return msgspec.structs.replace(state, **_remark_changes(state, event.fact))
        return _unknown_no_more(state, event) if state.phase is Phase.UNKNOWN else state
    changes = _changes(state, event.fact, event.t_ns)
    return msgspec.structs.replace(state, last_t_ns=event.t_ns, **changes)


def _unknown_no_more(state: CallState, event: Event) -> CallState:
    match event.fact:
        case e.Resumed() | e.Reconciled():
            again: dict[str, Json] = {"phase": Phase.SUBMITTED, "ended_t_ns": None, "unknown_why": ""}
            again |= {"expired": False} | _changes(state, event.fact, event.t_ns)
            if isinstance(event.fact, e.Reconciled) and event.fact.request_id:
                again["request_id"] = event.fact.request_id
            return msgspec.structs.replace(state, last_t_ns=event.t_ns, **again)
        case e.Checked(wall_s=wall_s, said=said):
            return msgspec.structs.replace(state, checked_wall_s=wall_s, checked_said=said)
        case _:
            return state


def _changes(state: CallState, fact: Fact, t_ns: int) -> dict[str, Json]:
    match fact:
        case e.Started() | e.Held() | e.Released() | e.Slept():
            return _clock_changes(fact, t_ns)
        case e.Attempt() | e.Response() | e.Upload() | e.Enqueued() | e.Progress():
            return _way_changes(state, fact, t_ns)
        case e.Output() | e.Closed() | e.Failed() | e.Cancelled() | e.Unknown():
            return {"ended_t_ns": t_ns, "position": None, "held_for": None} | _end_changes(fact)
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
        case e.Sent() | e.BodyRead() | e.Control() | e.Polled() | e.Log() | e.Metric():
            return _heard_changes(state, fact, t_ns)
        case e.Trouble(message=message):
            return {"trouble": message}
        case e.Download() | e.Described():
            return _remark_changes(state, fact)
        case e.CancelRequested(by=by):
            first = {} if state.cancel_t_ns is not None else {"cancel_t_ns": t_ns, "cancel_by": by}
            return {"phase": Phase.CANCEL_REQUESTED} | first
        case e.Detached():
            return {"detached": True}
        case e.Resumed(wall_s=wall_s):
            return {"detached": False, "zero_wall_s": wall_s - t_ns / 1e9}
        case (
            e.Retry()
            | e.Connection()
            | e.StreamClosed()
            | e.Token()
            | e.CancelAnswer()
            | e.Checked()
            | e.Reconciled()
            | e.Decoded()
            | e.Forgotten()
        ):
            return {}
        case e.Compared(client=client):
            return {"client": client} if client else {}
        case e.Delivered(size_bytes=size):
            return {"received_bytes": state.received_bytes + size}


def _remark_changes(state: CallState, fact: e.Download | e.Described) -> dict[str, Any]:
    match fact:
        case e.Download(url=url):
            return {"files": state.files | {url: fact}}
        case e.Described(path=path, text=text):
            return {"described": {**state.described, path: text}}


def _clock_changes(fact: e.Started | e.Held | e.Released | e.Slept, t_ns: int) -> dict[str, Json]:
    match fact:
        case e.Started(wall_s=wall_s, endpoint=endpoint, mode=mode, profile=profile):
            about: dict[str, Json] = {"endpoint": endpoint, "mode": mode, "profile": profile}
            return about | {"started_wall_s": wall_s, "zero_wall_s": wall_s - t_ns / 1e9}
        case e.Held(why=why, order=order, limit=limit):
            return {"held_for": why, "held_order": order, "held_limit": limit}
        case e.Released():
            return {"held_for": None}
        case e.Slept(wall_s=wall_s):
            return {"zero_wall_s": wall_s - t_ns / 1e9}


def _heard_changes(
    state: CallState,
    fact: e.Sent | e.BodyRead | e.Control | e.Polled | e.Log | e.Metric,
    t_ns: int,
) -> dict[str, Json]:
    match fact:
        case e.Sent():
            return {"sent": state.sent + 1}
        case e.BodyRead(size_bytes=size):
            return {"received_bytes": state.received_bytes + size}
        case e.Control(size_bytes=size):
            return {"received_bytes": state.received_bytes + size} | _polled(state, t_ns)
        case e.Polled():
            return _polled(state, t_ns)
        case e.Log():
            return {"logs": state.logs + 1} | _polled(state, t_ns)
        case e.Metric(name=name, value=value):
            return {"metrics": state.metrics | {name: value}}


def _polled(state: CallState, t_ns: int) -> dict[str, Json]:
    """A good answer of the queue; what a direct call hears is no such thing."""
    return {"last_checked_t_ns": t_ns, "trouble": ""} if state.request_id else {}


def _way_changes(
    state: CallState,
    fact: e.Attempt | e.Response | e.Upload | e.Enqueued | e.Progress,
    t_ns: int,
) -> dict[str, Json]:
    keep = state.phase is Phase.CANCEL_REQUESTED
    match fact:
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
                    "last_checked_t_ns": t_ns,
                    "request_id": fact.request_id,
                    "status_url": fact.status_url,
                    "response_url": fact.response_url,
                    "cancel_url": fact.cancel_url,
                    "position": fact.position,
                }
                | _entered(state, Stage.QUEUED, t_ns)
                | ({} if keep else {"phase": Phase.QUEUED})
            )
        case e.Progress(stage=stage):
            heard = {} if stage is Stage.FETCHING else _polled(state, t_ns)  # fetching is our own word
            return _progress_changes(state, fact, t_ns) | _entered(state, stage, t_ns) | heard


def _progress_changes(state: CallState, fact: e.Progress, t_ns: int) -> dict[str, Json]:
    keep = state.phase is Phase.CANCEL_REQUESTED
    if fact.stage is Stage.QUEUED:
        return {"position": fact.position} | ({} if keep else {"phase": Phase.QUEUED})
    is_fetching = fact.stage is Stage.FETCHING
    changes: dict[str, Json] = {"position": None, "fraction": fact.fraction}
    if not is_fetching:
        changes |= _running(state, t_ns)
    elif state.fetching_t_ns is None:
        changes["fetching_t_ns"] = t_ns
    phase = Phase.FETCHING if is_fetching else Phase.RUNNING
    return changes | ({"phase": state.phase} if keep else {"phase": phase})


def _entered(state: CallState, stage: Stage, t_ns: int) -> dict[str, Json]:
    """The server moved it on, or back: the time in the stage before is added up."""
    if state.stage is stage:
        return {}
    changes: dict[str, Json] = {"stage": stage, "stage_t_ns": t_ns}
    match state.stage:
        case Stage.QUEUED:
            changes["queue_ns"] = state.queue_ns + t_ns - state.stage_t_ns
        case Stage.RUNNING:
            changes["run_ns"] = state.run_ns + t_ns - state.stage_t_ns
        case Stage.FETCHING | None:
            pass
    return changes


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
            return {"phase": Phase.FAILED, "failure": said_anew(fact), "http_status": fact.status}
        case e.Cancelled():
            return {"phase": Phase.CANCELLED, "cancelled": fact}
        case e.Unknown(why=why, expired=expired):
            return {"phase": Phase.UNKNOWN, "unknown_why": why, "expired": expired}
