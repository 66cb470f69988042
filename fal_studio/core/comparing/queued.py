"""When a queue call began and finished at the server, as well as it can be known from outside: by asking now and then.

An answer tells the state at some moment between the question and the answer. So what changed between two answers happened
after the earlier question was asked and before the later answer came. Where the server tells how long the model ran, the two
windows narrow each other.

A webhook is called when the result is there, so nothing is asked meanwhile; how long the model ran is asked afterwards.
"""

from collections.abc import Sequence

import msgspec

from fal_studio.core import events as e
from fal_studio.core.events import Event, Stage

Window = tuple[int, int]
"""The earliest and the latest moment, in nanoseconds since the start of the call."""


class Guess(msgspec.Struct, frozen=True):
    """The best that is known; each moment lies in its window."""

    begun_ns: int
    """A runner took it."""
    begun: Window
    done_ns: int
    """The result was ready."""
    done: Window
    seen_ns: int
    """That was heard of here."""


def guess(events: Sequence[Event]) -> Guess | None:
    """Return when the server began and finished; None for what no queue has taken or what was not seen to finish."""
    taken_ns = next((event.t_ns for event in events if isinstance(event.fact, e.Enqueued)), None)
    called_ns = next((event.t_ns for event in events if isinstance(event.fact, e.Delivered)), None)
    took_s = _took_s(events)
    if taken_ns is not None and called_ns is not None and took_s is not None:
        return _called_back(taken_ns, called_ns, round(took_s * 1e9))
    seen_ns = next((event.t_ns for event in events if _is(event, Stage.FETCHING)), None)
    if taken_ns is None or seen_ns is None:
        return None
    begun, done = _windows(events, taken_ns, seen_ns)
    if took_s is None:
        begun_ns, done_ns = sum(begun) // 2, sum(done) // 2
    else:
        begun, done = _narrowed(begun, done, round(took_s * 1e9))
        done_ns = sum(done) // 2
        begun_ns = min(max(done_ns - round(took_s * 1e9), begun[0]), begun[1])
    return Guess(begun_ns, begun, max(done_ns, begun_ns), done, seen_ns)


def _called_back(taken_ns: int, called_ns: int, took_ns: int) -> Guess:
    """Return when a call ran whose webhook was called: as late as it can have, since the webhook is called at once."""
    begun_ns = max(taken_ns, called_ns - took_ns)
    done: Window = (min(called_ns, taken_ns + took_ns), called_ns)
    return Guess(begun_ns, (taken_ns, begun_ns), called_ns, done, called_ns)


def _is(event: Event, stage: Stage) -> bool:
    return isinstance(event.fact, e.Progress) and event.fact.stage is stage


def _took_s(events: Sequence[Event]) -> float | None:
    """Return how long the model ran, as the server tells."""
    return next(
        (
            event.fact.value
            for event in reversed(events)
            if isinstance(event.fact, e.Metric) and event.fact.name == "inference_time"
        ),
        None,
    )


def _windows(events: Sequence[Event], taken_ns: int, seen_ns: int) -> tuple[Window, Window]:
    """Return when it began and when it finished.

    A question answered without news was asked before the change. News on an open status stream has just happened, but for the
    first word on it, which tells what was so already.
    """
    known_ns = taken_ns  # nothing had changed yet at this moment
    begun: Window | None = None
    is_live = False  # the status stream has told where the call is, so that whatever it tells next is news
    asked_ns: int | None = None  # when the question was asked whose answer is being read
    for event in events:
        match event.fact:
            case e.Polled(took_s=took_s):
                known_ns, asked_ns, is_live = (
                    asked_ns if asked_ns is not None else known_ns,
                    event.t_ns - round(took_s * 1e9),
                    False,
                )
            case e.Response(why="status-stream"):
                known_ns, asked_ns = asked_ns if asked_ns is not None else known_ns, None
                is_live = False
            case e.Progress(stage=stage):
                early = event.t_ns if is_live else max(known_ns, taken_ns)
                if stage is Stage.RUNNING:
                    begun = (min(early, event.t_ns), event.t_ns)
                elif stage is Stage.FETCHING:
                    done = (min(early, seen_ns), seen_ns)
                    return begun or (taken_ns, seen_ns), done
                if asked_ns is None:
                    is_live, known_ns = True, event.t_ns
            case _:
                pass
    return begun or (taken_ns, seen_ns), (taken_ns, seen_ns)


def _narrowed(begun: Window, done: Window, took_ns: int) -> tuple[Window, Window]:
    """Return both windows without what the other one and the time between them rule out."""
    early, late = max(done[0], begun[0] + took_ns), min(done[1], begun[1] + took_ns)
    if early > late:  # the server's clock counts something else: the nearest moment that was possible
        early = late = min(max(late, done[0]), done[1])
    first, last = max(begun[0], early - took_ns), min(begun[1], late - took_ns)
    if first > last:
        first = last = min(max(first, begun[0]), begun[1])
    return (first, last), (early, late)
