"""Which frame on the wire an event of a session was: the transcript has its bytes."""

from collections.abc import Sequence
from typing import NamedTuple

from fal_studio.core import events as e
from fal_studio.core.events import Event
from fal_studio.core.transcript import Way


class Place(NamedTuple):
    """The `index`-th piece, from 0, that went this way."""

    way: Way
    index: int


def place_of(events: Sequence[Event], number: int) -> Place | None:
    """Return where the frame of an event stands in the transcript; None for what was no frame of its own."""
    way = _way_of(events[number].fact)
    if way is None:
        return None
    return Place(way, sum(_way_of(event.fact) is way for event in events[:number]))


def ranges_of(events: Sequence[Event], from_ns: int, to_ns: int) -> dict[Way, range]:
    """Return which pieces of each way belong to the events between two moments, both included."""
    found: dict[Way, range] = {}
    for way in Way:
        before = sum(_way_of(event.fact) is way for event in events if event.t_ns < from_ns)
        inside = sum(_way_of(event.fact) is way for event in events if from_ns <= event.t_ns <= to_ns)
        found[way] = range(before, before + inside)
    return found


def _way_of(fact: e.Fact) -> Way | None:
    match fact:
        case e.Sent(payload=payload):
            return Way.OUT if payload is not None else None
        case e.Partial():
            return Way.IN
        case e.Control(name="ping", payload=None, size_bytes=0):
            return None  # a ping of our own: the protocol's frames are no pieces
        case e.Control():
            return Way.IN
        case e.Trouble(message=message):
            return Way.IN if message.startswith(e.UNREADABLE) else None
        case _:
            return None
