"""The places that a JSONPath names in a value. No Qt: as a program it does the same for large ones, in a process of its own.

A path through a large value makes millions of objects, and looking after them would hold up the window. The program reads a
Question and the value from its input, and writes an Answer.
"""

import gc
import importlib
import sys
from typing import Any

import msgspec

from fal_studio.core.json_paths import Path, Step
from fal_studio.core.request import Json
from fal_studio.words import tr

MOST = 10_000
"""Places that are kept."""


class Question(msgspec.Struct, frozen=True):
    """The first line of the input; the value follows as JSON, up to the end."""

    text: str


class Answer(msgspec.Struct, frozen=True):
    """The one line of the output."""

    places: list[list[Step]] = []
    """Not more than one beyond `MOST`."""
    why: str = ""
    """Why there are none to tell."""


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
        return [_place(each) for each in parsed.find(value)[: MOST + 1]]
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


def main() -> None:
    """Read, answer, and end."""
    gc.disable()  # nothing that is made here is garbage before the end
    question = msgspec.json.decode(sys.stdin.buffer.readline(), type=Question)
    named = named_by(question.text, msgspec.json.decode(sys.stdin.buffer.read()))
    answer = Answer(why=named) if isinstance(named, str) else Answer([list(place) for place in named])
    sys.stdout.buffer.write(msgspec.json.encode(answer))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
