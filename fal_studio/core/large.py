"""JSON with lists of very many numbers, read and written in pieces.

Python's interpreter belongs to one thread at a time, and one call that reads or writes millions of numbers keeps it from
the window's thread for as long as it takes, in whatever thread it happens. Between pieces the window has its turn.
"""

import importlib
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from fal_studio.core.request import Json

LARGE_BYTES = 512 * 1024
"""A shorter document is read at once: that takes a few milliseconds."""
PIECE_BYTES = 128 * 1024
PIECE_ITEMS = 20_000
_MOST_AROUND = 8
"""Lists around a long one."""
_MOST_LEVELS = 16
"""Lists in each other: each level costs memory, and a few hundred thousand are sent to hurt."""
_LOOK_BYTES = 4 * 1024 * 1024
_MOST_QUOTES = 20_000
"""With more texts than this in it, a document is not mainly numbers, and looking for lists between them takes long."""
_OPENING = re.compile(rb"\[+")
_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


class _IrregularError(ValueError):
    """A list that cannot be cut into pieces."""


def decode(body: bytes) -> Json:
    """Read a document; raises what msgspec raises for one that is no JSON."""
    if len(body) >= LARGE_BYTES and count(body, b'"', most=_MOST_QUOTES) <= _MOST_QUOTES:
        try:
            return _in_pieces(body)
        except (_IrregularError, msgspec.DecodeError, UnicodeDecodeError):
            pass  # reading it at once says what is wrong, or that nothing is
    return _decode(body)


def count(
    body: bytes, what: bytes, start: int = 0, end: int | None = None, *, most: int = sys.maxsize
) -> int:
    """Return how often one byte is there, looked for in pieces; a number above `most` is only told to be so."""
    found, last = 0, len(body) if end is None else end
    for at in range(start, last, _LOOK_BYTES):
        found += body.count(what, at, min(at + _LOOK_BYTES, last))
        if found > most:
            break
    return found


def holds(body: bytes, what: bytes) -> bool:
    """Whether some bytes are there, looked for in pieces."""
    more = len(what) - 1
    return any(body.find(what, at, at + _LOOK_BYTES + more) >= 0 for at in range(0, len(body), _LOOK_BYTES))


def writable(value: Json) -> Json:
    """Return the same with its very long lists written already, for an encoder that is given it."""
    if isinstance(value, dict):
        return {key: writable(item) for key, item in value.items()} if _has_large(value.values()) else value
    if not isinstance(value, list):
        return value
    if _weight(value) > PIECE_ITEMS:
        return _written(value)
    return [writable(item) for item in value] if _has_large(value) else value


def _written(value: list[Json]) -> Any:
    """Return a long list as an encoder takes it over; an item of it that is long by itself is written in pieces, too."""
    at_once = max(1, PIECE_ITEMS // _weight(value[0]))
    whole = bytearray(b"[")
    for at in range(0, len(value), at_once):
        piece = value[at : at + at_once]
        whole += _encode(piece)[1:-1] if at_once > 1 else _encode(writable(piece[0]))
        whole += b","
    whole[-1:] = b"]"
    return msgspec.Raw(whole)


def _weight(value: Json) -> int:
    """Return about how many values there are in one, judged by the first item of each list."""
    if isinstance(value, list):
        return len(value) * _weight(value[0]) if value else 1
    return 1 + sum(_weight(item) for item in value.values()) if isinstance(value, dict) else 1


def _has_large(values: Iterable[Json]) -> bool:
    """Whether a long list is in there; not looked for deeper than it is worth."""
    return any(
        _weight(item) > PIECE_ITEMS
        or (isinstance(item, list) and _has_large(item[:8]))
        or (isinstance(item, dict) and _has_large(item.values()))
        for item in values
    )


def _in_pieces(body: bytes) -> Json:
    lists = list(_long_lists(body))
    if not lists:
        raise _IrregularError
    skeleton, at = bytearray(), 0
    secrets: Any = importlib.import_module("secrets")  # it loads hashes, which the start does without
    mark = f"list {secrets.token_hex(16)} "  # nobody else writes it
    for number, (start, end) in enumerate(lists):
        skeleton += body[at:start] + f'"{mark}{number}"'.encode()
        at = end
    skeleton += body[at:]
    return _filled(_decode(bytes(skeleton)), mark, [_list_of(body, *where) for where in lists])


def _filled(value: Json, mark: str, lists: list[list[Json]]) -> Json:
    """Put the lists where their marks stand."""
    if isinstance(value, str) and value.startswith(mark):
        return lists[int(value.removeprefix(mark))]
    if isinstance(value, dict):
        return {key: _filled(item, mark, lists) for key, item in value.items()}
    return [_filled(item, mark, lists) for item in value] if isinstance(value, list) else value


def _long_lists(body: bytes) -> Iterator[tuple[int, int]]:
    """Yield where lists without texts and objects in them begin and end, if they are long."""
    for start, end in _between_texts(body):
        if end - start < LARGE_BYTES:
            continue
        first = body.find(b"[", start, end)
        if first < 0:
            continue
        for brace in (b"{", b"}"):  # not by a pattern: that is slow, and nobody else has a turn meanwhile
            found = body.find(brace, first, end)
            end = found if found >= 0 else end
        last = body.rfind(b"]", first, end) + 1
        if last - first < LARGE_BYTES:
            continue
        more = count(body, b"[", first, last) - count(body, b"]", first, last)
        for _ in range(min(more, _MOST_AROUND)):  # lists that hold this one and texts behind it
            first = body.find(b"[", first + 1, last)
        for _ in range(min(-more, _MOST_AROUND)):  # lists that hold this one and texts before it
            last = body.rfind(b"]", first, last - 1) + 1
        if abs(more) <= _MOST_AROUND and last - first >= LARGE_BYTES:
            yield first, last


def _between_texts(body: bytes) -> Iterator[tuple[int, int]]:
    """Yield the stretches outside of quotes."""
    at, start, is_inside = 0, 0, False
    while (quote := body.find(b'"', at)) >= 0:
        at = quote + 1
        if is_inside and _is_escaped(body, quote):
            continue
        if not is_inside:
            yield start, quote
        start, is_inside = at, not is_inside
    if not is_inside:
        yield start, len(body)


def _is_escaped(body: bytes, at: int) -> bool:
    slashes = 0
    while at - slashes > 0 and body[at - slashes - 1] == 0x5C:
        slashes += 1
    return slashes % 2 == 1


def _list_of(body: bytes, start: int, end: int, around: int = 0) -> list[Json]:
    """Read one list, cut where its own items end; raises what tells that this was not there, or that it is too deep."""
    opening = _OPENING.match(body, start, end)
    deep = opening.end() - opening.start() if opening else 1
    if around + deep > _MOST_LEVELS:
        raise _IrregularError
    closing = b"]" * (deep - 1) + b","
    found: list[Json] = []
    at, last = start + 1, end - 1
    while at <= last:
        stop = _stop(body, closing, at, at + PIECE_BYTES, last)
        if stop - at > 2 * PIECE_BYTES and len(closing) > 1:
            stop = _stop(body, closing, at, at, last)
        piece = b"" if stop - at > 2 * PIECE_BYTES else body[at:stop]
        if piece.strip():
            found += _decode(b"[" + piece + b"]")
        else:
            found.append(_list_of(body, *_inner(body, at, stop), around + 1))
        at = stop + 1
    return found


def _stop(body: bytes, closing: bytes, at: int, after: int, last: int) -> int:
    """Return where the items from `at` on end that end behind `after`: at a comma, or at the end of the list."""
    cut = body.find(closing, max(at, after), last)
    return cut + len(closing) - 1 if cut >= 0 else last


def _inner(body: bytes, at: int, stop: int) -> tuple[int, int]:
    """Return where the one long list begins and ends that is an item of another."""
    first, last = body.find(b"[", at, stop), body.rfind(b"]", at, stop) + 1
    if first < 0 or body[at:first].strip() or body[last:stop].strip():
        raise _IrregularError
    return first, last
