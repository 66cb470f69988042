"""The event log: every fact of every call, stamped, in order; panes and the ledger are folds of it."""

import time
from collections.abc import Callable, Iterable, Sequence

from fal_studio.core.events import Event, Fact, Resumed, Started
from fal_studio.core.pages import Events

Listener = Callable[[Event], None]


class EventLog:
    """Appends facts, keeps them per call and tells listeners at once, in order."""

    def __init__(self, now_ns: Callable[[], int] = time.perf_counter_ns) -> None:
        self._now_ns = now_ns
        self._events: dict[str, Events] = {}
        self._zero_ns: dict[str, int] = {}
        self._listeners: tuple[Listener, ...] = ()

    def append(self, call: str, fact: Fact) -> Event:
        """Stamp the fact, keep it, tell the listeners; the first fact of a call must be Started or Resumed."""
        now = self._now_ns()
        events = self._events.get(call)
        if events is None:
            if not isinstance(fact, Started):
                raise ValueError(f"call {call} has not been started: {type(fact).__name__}")
            events = self._events[call] = Events()
            self._zero_ns[call] = now
        event = Event(call, events.length, now - self._zero_ns[call], fact)
        events.append(event)
        for listener in self._listeners:
            listener(event)
        return event

    def extend(self, call: str, facts: Iterable[Fact]) -> None:
        """Append facts that came with the same bytes, and so at the same time, to a call that has been started."""
        events, t_ns = self._events[call], self.elapsed_ns(call)
        seq = events.length
        for fact in facts:
            if events.length != seq:  # a listener appended something, too: the rest comes after it
                seq, t_ns = events.length, self.elapsed_ns(call)
            event = Event(call, seq, t_ns, fact)
            events.append(event)
            seq += 1
            for listener in self._listeners:
                listener(event)

    def restore(self, events: Sequence[Event]) -> None:
        """Take back a call of an earlier run of the program; nobody is told, it already happened.

        Later facts continue its `seq`; their `t_ns` continues after the last one, since the clock of the
        earlier run is gone: a Resumed fact carries the calendar time.
        """
        if not events:
            return
        call = events[0].call
        if call in self._events:
            raise ValueError(f"call {call} is already in the log")
        self._events[call] = Events(events)
        self._zero_ns[call] = self._now_ns() - events[-1].t_ns

    def resume(self, call: str, wall_s: float) -> Event:
        """Note that a restored call is followed again."""
        return self.append(call, Resumed(wall_s))

    def elapsed_ns(self, call: str) -> int:
        """Return what `t_ns` a fact of a call would have that was appended now; 0 for an unknown call."""
        zero_ns = self._zero_ns.get(call)
        return 0 if zero_ns is None else self._now_ns() - zero_ns

    def of(self, call: str) -> Sequence[Event]:
        """Return all events of a call, oldest first; empty for an unknown one.

        A tuple, but for a stream that is too long to be copied: then it goes on growing.
        """
        events = self._events.get(call, ())
        return events if isinstance(events, Events) and events.packed_bytes else tuple(events)

    def calls(self) -> tuple[str, ...]:
        """Return all calls, oldest first."""
        return tuple(self._events)

    def forget(self, call: str) -> None:
        """Drop a call from memory (the ledger keeps it)."""
        self._events.pop(call, None)
        self._zero_ns.pop(call, None)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every later event, synchronously; returns what ends that."""
        self._listeners += (listener,)

        def unsubscribe() -> None:
            left = list(self._listeners)
            if listener in left:
                left.remove(listener)
            self._listeners = tuple(left)

        return unsubscribe
