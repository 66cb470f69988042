"""What can be said of a call that the end of the program cut off, from what was on disk of it alone."""

from collections.abc import Sequence

from fal_studio.core import events as e
from fal_studio.core.events import Event
from fal_studio.core.kept_words import BEFORE_SENT, PROGRAM_END
from fal_studio.core.request import Mode
from fal_studio.words import mark

PAID_STEPS = frozenset({"run", "submit", "stream", "connect"})
"""First words of the attempts that may cost money. Each is on disk before its first byte is sent."""
_QUEUED = (Mode.SUBSCRIBE, Mode.SUBMIT)


def is_paid(fact: e.Fact) -> bool:
    """Whether it is an attempt at a step that may cost money."""
    return isinstance(fact, e.Attempt) and fact.why.split(" ", 1)[0] in PAID_STEPS


def ticket_in(events: Sequence[Event]) -> e.Enqueued | None:
    """Return what a queue call is followed by, the latest if there are several; None: there is none."""
    return next((event.fact for event in reversed(events) if isinstance(event.fact, e.Enqueued)), None)


def end_of(events: Sequence[Event], mode: Mode, wall_s: float) -> e.Cancelled | e.Unknown | None:
    """Return the end of an open call that was found at the start of the program; None: it is still open.

    Then a queue has it, and it can be followed; or it waited in line here, was not sent, and waits again.
    `wall_s` is now: nothing of the call was sent later than that.
    """
    if ticket_in(events) is not None:
        return None
    if not any(is_paid(event.fact) for event in events):
        if any(isinstance(event.fact, e.Held) for event in events):
            return None
        return e.Cancelled(PROGRAM_END, e.Charged.NO, BEFORE_SENT)
    if mode is Mode.REALTIME:
        return e.Cancelled(PROGRAM_END, e.Charged.UNKNOWN)  # a session lives no longer than its socket
    if mode in _QUEUED:
        why = mark(
            "fal Studio ended before the queue answered; the request may have been submitted, and may be charged."
        )
    else:
        why = mark(
            "fal Studio ended while this call was open; it may have been submitted, and may have been charged."
        )
    return e.Unknown(why, wall_s)
