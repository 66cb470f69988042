"""Values that a JSONPath names in events."""

import importlib
from typing import Any

from fal_studio.core.extract import Pick
from fal_studio.words import tr


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
    return lambda payload: [found.value for found in parsed.find(payload)], ""
