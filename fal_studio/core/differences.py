"""What is not the same in two JSON values, place by place."""

from collections.abc import Iterator
from enum import StrEnum

import msgspec

from fal_studio.core.request import Json
from fal_studio.words import mark

MOST = 500
"""As many places as a person reads."""


class Change(StrEnum):
    """What became of a place on the way from left to right."""

    ADDED = mark("added")
    REMOVED = mark("removed")
    CHANGED = mark("changed")


class Difference(msgspec.Struct, frozen=True):
    """One place where two values differ."""

    path: str
    """As people write it: `loras[0].path`; "" for the whole value."""
    change: Change
    left: Json = None
    """None where it was added."""
    right: Json = None
    """None where it was removed."""


def differences(left: Json, right: Json, most: int = MOST) -> tuple[Difference, ...]:
    """Return where two values differ, in the order of the left one; no more than `most` places.

    Objects are compared name by name and lists place by place; 7 and 7.0 are the same, 1 and true are not.
    """
    found: list[Difference] = []
    for difference in _walk(left, right, ""):
        found.append(difference)
        if len(found) >= most:
            break
    return tuple(found)


def _walk(left: Json, right: Json, path: str) -> Iterator[Difference]:
    if isinstance(left, dict) and isinstance(right, dict):
        yield from _walk_objects(left, right, path)
    elif isinstance(left, list) and isinstance(right, list):
        for at in range(max(len(left), len(right))):
            place = f"{path}[{at}]"
            if at >= len(left):
                yield Difference(place, Change.ADDED, right=right[at])
            elif at >= len(right):
                yield Difference(place, Change.REMOVED, left=left[at])
            else:
                yield from _walk(left[at], right[at], place)
    elif left != right or isinstance(left, bool) is not isinstance(right, bool):
        yield Difference(path, Change.CHANGED, left, right)


def _walk_objects(left: dict[str, Json], right: dict[str, Json], path: str) -> Iterator[Difference]:
    for name, value in left.items():
        place = _below(path, name)
        if name in right:
            yield from _walk(value, right[name], place)
        else:
            yield Difference(place, Change.REMOVED, left=value)
    for name, value in right.items():
        if name not in left:
            yield Difference(_below(path, name), Change.ADDED, right=value)


def _below(path: str, name: str) -> str:
    if not name.isidentifier():
        return f'{path}["{name}"]'
    return f"{path}.{name}" if path else name
