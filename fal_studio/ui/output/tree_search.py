"""Looking for words or a JSONPath in a JSON value: words in slices between which the window lives, a path in a thread."""

import importlib
import json
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

from PySide6.QtCore import QObject, QRunnable, Signal

from fal_studio.core.json_paths import Path, Step
from fal_studio.core.request import Json
from fal_studio.ui.widgets.json_display import LONG_STRING, chip_of
from fal_studio.words import tr

MOST = 10_000
"""Places that are kept."""
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


class Later(QRunnable):
    """Work that a thread does; its answer, or the error in words, comes back in the thread of the window."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__()
        self.answers = _Answers()
        self._work = work

    def run(self) -> None:
        """Do it, and answer."""
        self.answers.ready.emit(self._work())


class _Answers(QObject):
    ready = Signal(object)


def named_by(text: str, value: Json) -> list[Path] | str:
    """Return the places that a JSONPath names, or why there are none to tell."""
    # A parser is loaded for it, so only for those who want it.
    paths: Any = importlib.import_module("jsonpath_ng")
    errors: Any = importlib.import_module("jsonpath_ng.exceptions")
    try:
        parsed = paths.parse(text.strip())
    except errors.JSONPathError as error:
        return tr("This is no JSONPath: {error}").format(error=error)
    try:
        found: list[Any] = parsed.find(value)
        places = [_place(each) for each in found[: MOST + 1]]
        while found:  # a million at once would hold up the window
            del found[-MOST:]
        return places
    except (RecursionError, AttributeError, TypeError, KeyError, IndexError) as error:
        return tr("This JSONPath does not fit the result: {error}").format(error=error)


def _place(found: Any) -> Path:
    steps: list[Step] = []
    while found.context is not None:
        step = found.path
        if hasattr(step, "fields"):
            steps.append(step.fields[0])
        elif hasattr(step, "indices"):
            steps.append(step.indices[0])
        found = found.context
    return tuple(reversed(steps))


def _inside(value: Json) -> Iterator[tuple[Step, Json]]:
    if isinstance(value, dict):
        return iter(value.items())
    return iter(enumerate(value)) if isinstance(value, list) else iter(())
