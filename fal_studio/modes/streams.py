"""Who has one of the few status streams of a profile: what is looked at, what runs, what will run soon, what is new."""

from typing import Protocol

Rank = tuple[bool, bool, bool, float]
"""Looked at, running, soon to run, when it came: the highest have the streams."""


class Listener(Protocol):
    """What is known here of a call."""

    wants_stream: bool
    has_stream: bool

    @property
    def rank(self) -> Rank:
        """How much it deserves a stream."""
        ...

    def stream_given(self) -> None:
        """Listen from now on."""
        ...

    def stream_taken(self) -> None:
        """Ask from now on."""
        ...


class Streams:
    """Deals the streams out."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._calls: dict[Listener, None] = {}
        self._listening: set[Listener] = set()

    def join(self, listener: Listener) -> None:
        """Count a call in; it may have a stream at once."""
        self._calls[listener] = None
        self.rank_changed(listener)

    def leave(self, listener: Listener) -> None:
        """Forget a call."""
        del self._calls[listener]
        self.take_back(listener)

    def rank_changed(self, listener: Listener) -> None:
        """See whether a call should have a stream by now, be there one left or held by a lower one."""
        self._deal()
        if not listener.wants_stream or listener.has_stream or not self._listening:
            return
        lowest = min(self._listening, key=lambda holder: holder.rank)
        # That it will run soon, or is newer, is no reason to end a stream.
        if listener.rank[:2] > lowest.rank[:2]:
            self._listening.discard(lowest)
            lowest.stream_taken()
            self._give(listener)

    def take_back(self, listener: Listener) -> None:
        """Take the stream of a call, if it has one, and give it to another."""
        if listener in self._listening:
            self._listening.discard(listener)
            listener.stream_taken()
            self._deal()

    def _deal(self) -> None:
        while len(self._listening) < self._places:
            wanting = (call for call in self._calls if call.wants_stream and not call.has_stream)
            best = max(wanting, key=lambda call: call.rank, default=None)
            if best is None:
                return
            self._give(best)

    def _give(self, listener: Listener) -> None:
        self._listening.add(listener)
        listener.stream_given()
