"""Where the time of a call went: stages that follow each other without a gap, and milestones."""

from collections.abc import Sequence

import msgspec

from fal_studio.core import events as e
from fal_studio.core.events import Event, Fact, SessionState, Stage
from fal_studio.core.stages import Step


class Span(msgspec.Struct, frozen=True):
    """One stretch of a call."""

    step: Step
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
    now = _Now()
    start_ns = 0
    for event in events:
        before = now.step
        now.take(event.fact)
        if now.step is not before:
            _close(found, before, start_ns, event.t_ns)
            start_ns = event.t_ns
        if isinstance(event.fact, e.ENDS):
            _close(found, now.step, start_ns, event.t_ns)
            return tuple(found)
    if events:
        _close(found, now.step, start_ns, events[-1].t_ns)
    return tuple(found)


def step_now(events: Sequence[Event]) -> Step:
    """Return what a call does after its last fact."""
    now = _Now()
    for event in events:
        now.take(event.fact)
    return now.step


def _close(found: list[Span], step: Step, start_ns: int, end_ns: int) -> None:
    if end_ns > start_ns:
        found.append(Span(step, start_ns, end_ns))


_ON_THE_WAY = e.Attempt | e.Retry | e.Connection | e.Sent | e.Response | e.Partial
_STAGES = {Stage.QUEUED: Step.QUEUE, Stage.RUNNING: Step.RUN, Stage.FETCHING: Step.FETCH}
_SESSIONS = {
    SessionState.TOKEN: Step.TOKEN,
    SessionState.CONNECTING: Step.CONNECT,
    SessionState.LIVE: Step.LIVE,
    SessionState.RECONNECTING: Step.CONNECT,
}
_UNTOUCHED = frozenset({Step.QUEUE, Step.RUN, Step.FETCH, Step.CANCEL, Step.LIVE, Step.TOKEN, Step.AWAY})
"""What goes on while questions are asked on the side."""


class _Now:
    """Takes fact after fact, and knows what the call does after it."""

    def __init__(self) -> None:
        self.step = Step.PREPARE
        self._is_for_queue = False
        """The attempt under way asks the queue to take the call."""

    def take(self, fact: Fact) -> None:
        match fact:
            case e.Started() | e.Released():
                self.step = Step.PREPARE
            case e.Held():
                self.step = Step.HELD
            case e.Upload(url=url):
                self.step = Step.UPLOAD if not url else Step.PREPARE
            case e.Progress(stage=stage):
                self.step = _STAGES[stage]
            case e.Enqueued() | e.Resumed():
                self.step = Step.QUEUE
            case e.Session(state=state):
                self.step = _SESSIONS.get(state, self.step)
            case e.CancelRequested():
                self.step = Step.CANCEL
            case e.Detached():
                self.step = Step.AWAY
            case e.Attempt() | e.Retry() | e.Connection() | e.Sent() | e.Response() | e.Partial():
                if self.step not in _UNTOUCHED:
                    self._go_on(fact)
            case _:
                pass

    def _go_on(self, fact: _ON_THE_WAY) -> None:
        match fact:
            case e.Attempt(why=why):
                self._is_for_queue = why.split(" ", 1)[0] == "submit"
                self.step = Step.CONNECT
            case e.Retry():
                self.step = Step.RETRY
            case e.Connection():
                self.step = Step.SEND
            case e.Sent():
                self.step = Step.SUBMIT if self._is_for_queue else Step.WAIT
            case e.Response():
                self.step = Step.SUBMIT if self._is_for_queue else Step.RECEIVE
            case e.Partial():
                self.step = Step.STREAM


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
