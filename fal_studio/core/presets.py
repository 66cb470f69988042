"""Which arguments a preset could hold: those that are not what the endpoint takes anyway."""

from typing import NamedTuple

from fal_studio.core.request import Json
from fal_studio.core.schema.field import FieldKind, Schema
from fal_studio.core.schema.fit import is_same

_LONG = 2_000
"""Characters of a text that is rather content than a setting."""


class Choice(NamedTuple):
    """One argument that a preset could hold."""

    name: str
    value: Json
    is_usual: bool
    """Whether one would want it in a preset: a setting, and not what is asked for in words or files."""


def choices(arguments: dict[str, Json], schema: Schema, prompt_key: str = "") -> list[Choice]:
    """Return the arguments that differ from the endpoint's defaults, in their order."""
    found: list[Choice] = []
    for name, value in arguments.items():
        field = schema.field(name)
        if field is not None and field.has_default and is_same(field.default, value):
            continue
        is_content = name == prompt_key or (
            field is not None and field.kind in (FieldKind.PROMPT, FieldKind.FILE)
        )
        is_long = isinstance(value, str) and (len(value) > _LONG or value.startswith("data:"))
        found.append(Choice(name, value, not is_content and not is_long))
    return found
