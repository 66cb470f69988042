"""Events of one call, as many as come: the newest as they are, older ones packed, so that an endless stream stays small."""

import zlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import msgspec

from fal_studio.core.events import Event

PAGE = 512
"""Events that are packed together."""
OPEN_PAGES = 8
"""Full pages that stay as they are."""
CACHED_PAGES = 6
"""Packed pages that were read lately and stay open."""
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(list[Event]).decode


class Events(Sequence[Event]):
    """A sequence that grows at its end; not for changing in any other way."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._packed: list[bytes | list[Event]] = []
        """Lists stand for what JSON cannot say."""
        self._tail: list[Event] = []
        """All that is not packed."""
        self.length = 0
        """`len()` without a call: it is asked for with every event."""
        self._read: OrderedDict[int, list[Event]] = OrderedDict()
        self.extend(events)

    def append(self, event: Event) -> None:
        """Put an event at the end."""
        self._tail.append(event)
        self.length += 1
        if len(self._tail) >= (OPEN_PAGES + 1) * PAGE:
            self._pack()

    def extend(self, events: Iterable[Event]) -> None:
        """Put events at the end."""
        for event in events:
            self.append(event)

    @property
    def packed_bytes(self) -> int:
        """How much room the packed ones take."""
        return sum(len(page) for page in self._packed if isinstance(page, bytes))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(other) == len(self) and list(self) == list(other)

    __hash__ = None  # pyright: ignore[reportAssignmentType] - it grows

    def __len__(self) -> int:
        return self.length

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> list[Event]: ...
    def __getitem__(self, index: int | slice) -> Event | list[Event]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        at = index + len(self) if index < 0 else index
        packed = len(self._packed) * PAGE
        if at >= packed:
            return self._tail[at - packed]
        if at < 0:
            raise IndexError(index)
        return self._page(at // PAGE)[at % PAGE]

    def __iter__(self) -> Iterator[Event]:
        for page in tuple(self._packed):
            yield from _unpack(page)
        yield from self._tail

    def _page(self, number: int) -> list[Event]:
        found = self._read.get(number)
        if found is None:
            found = self._read[number] = _unpack(self._packed[number])
            if len(self._read) > CACHED_PAGES:
                self._read.popitem(last=False)
        else:
            self._read.move_to_end(number)
        return found

    def _pack(self) -> None:
        page, self._tail = self._tail[:PAGE], self._tail[PAGE:]
        try:
            self._packed.append(zlib.compress(_encode(page), 1))
        except (msgspec.MsgspecError, TypeError, ValueError):
            self._packed.append(page)


def _unpack(page: bytes | list[Event]) -> list[Event]:
    return _decode(zlib.decompress(page)) if isinstance(page, bytes) else page
