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
    if _has_intersection(parsed, paths):
        return None, tr("A part of this JSONPath is not supported.")

    def pick(payload: Json) -> list[Json]:
        try:
            return [found.value for found in parsed.find(payload)]
        except _MISSED:
            return []

    return pick, ""


def _has_intersection(path: Any, paths: Any) -> bool:
    """Whether a part of a path asks for what two others have in common: the library reads that, and breaks where it gets there."""
    if type(path).__name__.lstrip("_") == "Intersect":  # the library warns of whoever asks for the class
        return True
    parts = (part for part in vars(path).values() if isinstance(part, paths.JSONPath))
    return any(_has_intersection(part, paths) for part in parts)
