"""Where the time of a call went: stages that follow each other without a gap, and milestones."""

from collections.abc import Sequence
from enum import StrEnum

import msgspec

from fal_studio.core import events as e
from fal_studio.core.events import Event, Fact, SessionState, Stage
from fal_studio.words import mark


class Part(StrEnum):
    """What a call is doing, in the words people read."""

    PREPARING = mark("preparing")
    HELD = mark("waiting to be sent")
    """In line on this side."""
    UPLOADING = mark("uploading")
    TOKEN = mark("getting token")
    CONNECTING = mark("connecting")
    SENDING = mark("sending")
    WAITING = mark("waiting for an answer")
    """The request is out, nothing came back: for a direct call the model runs in this time."""
    QUEUED = mark("queued")
    RUNNING = mark("running")
    STREAMING = mark("streaming")
    LIVE = mark("live")
    RECONNECTING = mark("reconnecting")
    PAUSING = mark("waiting to try again")
    """An attempt came to nothing: the server asked for patience, or it is given some."""
    FETCHING = mark("fetching")
    RECEIVING = mark("receiving")
    CANCELLING = mark("cancelling")
    AWAY = mark("not followed")
    """The call went on at the server while nobody here listened."""


class Span(msgspec.Struct, frozen=True):
    """One stretch of a call."""

    part: Part
    start_ns: int
    end_ns: int

    @property
    def length_ns(self) -> int:
        """How long it took."""
        return self.end_ns - self.start_ns


class Milestones(msgspec.Struct, frozen=True):
    """When things were reached, in nanoseconds since Started; None for what was not, never 0 for it."""

    sent_ns: int | None = None
    first_byte_ns: int | None = None
    enqueued_ns: int | None = None
    running_ns: int | None = None
    first_partial_ns: int | None = None
    last_partial_ns: int | None = None
    live_ns: int | None = None
    ended_ns: int | None = None


def spans(events: Sequence[Event]) -> tuple[Span, ...]:
    """Return the stretches of a call up to its end or its last fact; their lengths sum to the wall clock."""
    found: list[Span] = []
    part, start_ns = Part.PREPARING, 0
    for event in events:
        following = _part_after(event.fact, part)
        if following is not part:
            _close(found, part, start_ns, event.t_ns)
            part, start_ns = following, event.t_ns
        if isinstance(event.fact, e.ENDS):
            _close(found, part, start_ns, event.t_ns)
            return tuple(found)
    if events:
        _close(found, part, start_ns, events[-1].t_ns)
    return tuple(found)


def part_now(events: Sequence[Event]) -> Part:
    """Return what a call does after its last fact."""
    part = Part.PREPARING
    for event in events:
        part = _part_after(event.fact, part)
    return part


def _close(found: list[Span], part: Part, start_ns: int, end_ns: int) -> None:
    if end_ns > start_ns:
        found.append(Span(part, start_ns, end_ns))


def _part_after(fact: Fact, now: Part) -> Part:
    """Return what the call does from this fact on."""
    match fact:
        case e.Started() | e.Released():
            return Part.PREPARING
        case e.Held():
            return Part.HELD
        case e.Upload(url=url):
            return Part.UPLOADING if not url else Part.PREPARING
        case e.Progress(stage=stage):
            return {Stage.QUEUED: Part.QUEUED, Stage.RUNNING: Part.RUNNING, Stage.FETCHING: Part.FETCHING}[
                stage
            ]
        case e.Enqueued() | e.Resumed():
            return Part.QUEUED
        case e.Session(state=state):
            return _SESSIONS.get(state, now)
        case e.CancelRequested():
            return Part.CANCELLING
        case e.Detached():
            return Part.AWAY
        case e.Attempt() | e.Retry() | e.Connection() | e.Sent() | e.Response() | e.Partial():
            return _part_of_way(fact, now)
        case _:
            return now


_SESSIONS = {
    SessionState.TOKEN: Part.TOKEN,
    SessionState.CONNECTING: Part.CONNECTING,
    SessionState.LIVE: Part.LIVE,
    SessionState.RECONNECTING: Part.RECONNECTING,
}
_UNTOUCHED = frozenset(
    {
        Part.QUEUED,
        Part.RUNNING,
        Part.FETCHING,
        Part.CANCELLING,
        Part.LIVE,
        Part.TOKEN,
        Part.RECONNECTING,
        Part.AWAY,
    }
)
"""What goes on while questions are asked on the side."""


def _part_of_way(
    fact: e.Attempt | e.Retry | e.Connection | e.Sent | e.Response | e.Partial, now: Part
) -> Part:
    if now in _UNTOUCHED:
        return now
    match fact:
        case e.Attempt():
            return Part.CONNECTING
        case e.Retry():
            return Part.PAUSING
        case e.Connection():
            return Part.SENDING
        case e.Sent():
            return Part.WAITING
        case e.Response():
            return Part.RECEIVING
        case e.Partial():
            return Part.STREAMING


def milestones(events: Sequence[Event]) -> Milestones:
    """Return when a call reached what."""
    found: dict[str, int] = {}
    for event in events:
        for name in _reached(event.fact):
            if name not in found or name == "last_partial_ns":
                found[name] = event.t_ns
    return Milestones(**found)


def _reached(fact: Fact) -> tuple[str, ...]:
    match fact:
        case e.Sent():
            return ("sent_ns",)
        case e.Response(why=why) if why.split(" ", 1)[0] in ("run", "stream", "submit"):
            return ("first_byte_ns",)
        case e.Enqueued():
            return ("enqueued_ns",)
        case e.Progress(stage=Stage.RUNNING):
            return ("running_ns",)
        case e.Partial():
            return ("first_partial_ns", "last_partial_ns")
        case e.Session(state=SessionState.LIVE):
            return ("live_ns",)
        case e.Output() | e.Closed() | e.Failed() | e.Cancelled() | e.Unknown():
            return ("ended_ns",)
        case _:
            return ()
