"""Looking for words in a JSON value, in slices between which the window lives."""

import json
from collections.abc import Iterator
from time import perf_counter

from fal_studio.core.json_paths import Path, Step
from fal_studio.core.request import Json
from fal_studio.ui.output.path_naming import MOST
from fal_studio.ui.widgets.json_display import LONG_STRING, chip_of

_OF_NUMBERS = set("0123456789.+-eE")
_AT_ONCE = 200
"""Values that are looked at between two looks at the clock,"""
_CHARACTERS_AT_ONCE = 400_000
"""and characters in their strings."""


class Search:
    """Looks through the keys and values of one value, in the order in which they stand."""

    def __init__(self, value: Json, words: str, *, matches_case: bool) -> None:
        self.found: list[Path] = []
        """Not more than one beyond `MOST`."""
        self.looked = 0
        """How many keys and values were looked at so far, nearly."""
        self.is_done = not words
        self._words = words if matches_case else words.lower()
        self._matches_case = matches_case
        self._can_be_number = set(self._words) <= _OF_NUMBERS
        self._steps = self._walk(value)

    def go_on(self, slice_s: float) -> None:
        """Look for so many seconds, and a little more."""
        if self.is_done:
            return
        end = perf_counter() + slice_s
        for _ in self._steps:
            if perf_counter() >= end:
                return
        self.is_done = True

    def _walk(self, value: Json) -> Iterator[None]:
        if self._has(value):
            self.found.append(())
        path: list[Step] = []
        stack = [_inside(value)]
        looked = characters = 0
        while stack:
            each = next(stack[-1], None)
            if each is None:
                stack.pop()
                del path[-1:]
                continue
            key, item = each
            looked += 1
            characters += len(item) if isinstance(item, str) else 0
            if looked % _AT_ONCE == 0 or characters > _CHARACTERS_AT_ONCE:
                self.looked += looked
                looked = characters = 0
                yield
            if (isinstance(key, str) and self._fits(key)) or self._has(item):
                self.found.append((*path, key))
                if len(self.found) > MOST:
                    return
            if isinstance(item, dict | list):
                path.append(key)
                stack.append(_inside(item))

    def _has(self, value: Json) -> bool:
        if isinstance(value, dict | list):
            return False
        if isinstance(value, str):
            return self._fits(value[:LONG_STRING] if chip_of(value) else value)
        if value is None or isinstance(value, bool):
            return self._fits(json.dumps(value))
        return self._can_be_number and self._words in repr(value).lower()

    def _fits(self, text: str) -> bool:
        return self._words in (text if self._matches_case else text.lower())


def _inside(value: Json) -> Iterator[tuple[Step, Json]]:
    if isinstance(value, dict):
        return iter(value.items())
    return iter(enumerate(value)) if isinstance(value, list) else iter(())
