"""What the events of a stream amount to: the text put together, the pictures in order, the nodes of a workflow."""

from bisect import bisect_right
from collections.abc import Callable, Sequence

import msgspec

from fal_studio.core import events as e
from fal_studio.core.artifacts import Artifact, Kind, find, words
from fal_studio.core.events import Event
from fal_studio.core.request import Json

Pick = Callable[[Json], list[Json]]
"""Returns the values of a payload that a path names."""


class Node(msgspec.Struct, frozen=True):
    """One step of a workflow."""

    name: str
    app: str
    start_ns: int
    end_ns: int | None = None
    is_failed: bool = False


class Extract:
    """Grows with the events of one call. Cumulative and delta texts both come out right, also after each other."""

    def __init__(self, pick: Pick | None = None) -> None:
        """`pick` takes fragments out of payloads instead of what models are known to say."""
        self._pick = pick
        self._pieces: list[str] = []
        self._lengths: list[int] = []
        """Length of the text after each of the events in `_at`."""
        self._at: list[int] = []
        self._since: list[int] = []
        """Which event of `_at` the text after it began with: a cumulative text begins anew."""
        self._whole: str | None = ""
        self.frames: list[tuple[int, Artifact]] = []
        """The first picture of each event that has one, with the event's place."""
        self.values: list[int] = []
        """The places of events with something that moves the latest value on."""
        self.nodes: dict[str, Node] = {}
        self.matches = 0
        """Events in which the path named something."""
        self.count = 0

    def take(self, events: Sequence[Event]) -> None:
        """Take the next events of the call."""
        for event in events:
            fact = event.fact
            if isinstance(fact, e.Partial):
                self._take(self.count, event.t_ns, fact.payload)
            elif isinstance(fact, e.Output):
                self.values.append(self.count)
            self.count += 1

    @property
    def text(self) -> str:
        """The text so far."""
        if self._whole is None:
            self._whole = "".join(self._pieces)
            self._pieces = [self._whole]
        return self._whole

    def text_at(self, number: int, events: Sequence[Event]) -> str:
        """Return the text as it stood right after an event of the call."""
        last = bisect_right(self._at, number) - 1
        if last < 0:
            return ""
        begun = self._since[last]
        if begun == self._since[-1]:
            return self.text[: self._lengths[last]]
        told = Extract(self._pick)
        told.take([events[at] for at in self._at[begun : last + 1]])
        return told.text

    def value_at(self, number: int) -> int | None:
        """Return the place of the event that had brought the latest value by then; None before the first."""
        last = bisect_right(self.values, number) - 1
        return self.values[last] if last >= 0 else None

    def _take(self, number: int, t_ns: int, payload: Json) -> None:
        self.values.append(number)
        if isinstance(payload, dict) and isinstance(name := payload.get("node_id"), str):
            self._note_node(name, t_ns, payload)
        if self._pick is None:
            if (said := words(payload)) is not None:
                self._say(number, said.text, is_delta=said.is_delta)
        elif found := self._pick(payload):
            self.matches += 1
            for value in found:
                if isinstance(value, str | int | float) and not isinstance(value, bool):
                    text = str(value)
                    grows = bool(self._at) and len(text) > 1 and text.startswith(self.text)
                    self._say(number, text, is_delta=not grows)
        picture = next((item for item in find(payload, 1000) if item.kind is Kind.IMAGE), None)
        if picture is not None:
            self.frames.append((number, picture))

    def _say(self, number: int, text: str, *, is_delta: bool) -> None:
        length = len(text) + (self._lengths[-1] if is_delta and self._lengths else 0)
        begun = self._since[-1] if is_delta and self._since else len(self._at)
        if is_delta:
            self._pieces.append(text)
            self._whole = None
        else:
            self._pieces, self._whole = [text], text
        self._at.append(number)
        self._lengths.append(length)
        self._since.append(begun)

    def _note_node(self, name: str, t_ns: int, payload: dict[str, Json]) -> None:
        before = self.nodes.get(name)
        kind = payload.get("type")
        if before is None:
            before = Node(name, str(payload.get("app_id") or ""), t_ns)
        if kind in ("completion", "error"):
            before = msgspec.structs.replace(before, end_ns=t_ns, is_failed=kind == "error")
        self.nodes[name] = before
