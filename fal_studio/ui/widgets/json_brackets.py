"""Brackets in JSON text, whole or broken: which ones belong together, and where a line opens what a later one closes. Pure."""

import re
from collections.abc import Iterator

MOST = 100_000
"""Characters that are looked through while somebody types."""
_TOKEN = re.compile(r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|[{}\[\]]')
_PARTNER = {"{": "}", "[": "]", "}": "{", "]": "["}


def partner(text: str, index: int, most: int = MOST) -> int | None:
    """Return where the partner of the bracket at `index` stands; None for no bracket, one in a string, or one too far away."""
    bracket = text[index : index + 1]
    if bracket not in _PARTNER or not bracket:
        return None
    line = text.rfind("\n", 0, index) + 1
    if all(place != index for place, _ in _brackets(text, line, index + 1)):
        return None
    if bracket in "{[":
        return _closing(text, index, most)
    return _opening(text, index, line, most)


def opened(line: str) -> int | None:
    """Return where in a line the last bracket stands that the line itself does not close."""
    open_at: list[int] = []
    for place, bracket in _brackets(line, 0, len(line)):
        if bracket in "{[":
            open_at.append(place)
        elif open_at:
            open_at.pop()
    return open_at[-1] if open_at else None


def _closing(text: str, index: int, most: int) -> int | None:
    depth = 0
    for place, bracket in _brackets(text, index, min(len(text), index + most)):
        depth += 1 if bracket in "{[" else -1
        if depth == 0:
            return place if _PARTNER[bracket] == text[index] else None
    return None


def _opening(text: str, index: int, line: int, most: int) -> int | None:
    """Look for the partner line by line upwards: strings do not go over lines."""
    depth, end = 0, index + 1
    while True:
        for place, bracket in reversed(list(_brackets(text, line, end))):
            depth += 1 if bracket in "}]" else -1
            if depth == 0:
                return place if _PARTNER[bracket] == text[index] else None
        if line == 0 or index - line > most:
            return None
        end = line - 1
        line = text.rfind("\n", 0, end) + 1


def _brackets(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    for token in _TOKEN.finditer(text, start, end):
        if (part := token.group()) in _PARTNER:
            yield token.start(), part
