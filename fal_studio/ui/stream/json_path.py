"""Values that a JSONPath names in events."""

import importlib
from typing import Any

from fal_studio.core.extract import Pick
from fal_studio.core.request import Json
from fal_studio.words import tr

_MISSED = (AssertionError, AttributeError, LookupError, TypeError, ValueError)
"""What the library raises where a path leads out of a payload, such as to the parent of all of it."""


def pick_of(text: str) -> tuple[Pick | None, str]:
    """Return what takes the values of a JSONPath out of a payload, and why it cannot be read."""
    if not text.strip():
        return None, ""
    # A parser is loaded for it, so only for those who want it.
    paths: Any = importlib.import_module("jsonpath_ng")
    errors: Any = importlib.import_module("jsonpath_ng.exceptions")
    try:
        parsed = paths.parse(text.strip())
    except errors.JSONPathError as error:
        return None, tr("This is no JSONPath: {error}").format(error=error)

    def pick(payload: Json) -> list[Json]:
        try:
            return [found.value for found in parsed.find(payload)]
        except _MISSED:
            return []

    try:
        pick({})
    except NotImplementedError:
        return None, tr("A part of this JSONPath is not supported.")
    return pick, ""
