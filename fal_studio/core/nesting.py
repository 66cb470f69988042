"""How deep JSON is nested: nobody means a very deep one, and what walks it would break."""

from fal_studio.core.request import Json

DEEPEST = 200
"""Levels of lists and objects in arguments and answers; more is nothing that anybody means."""
_NESTING = (dict, list)


def is_deeper(value: Json, levels: int) -> bool:
    """Whether lists and objects are nested more than so many levels deep; looks level by level."""
    level: list[Json] = [value]
    for _ in range(levels):
        inner: list[Json] = []
        for item in level:
            if isinstance(item, dict):
                inner += [child for child in item.values() if isinstance(child, _NESTING)]
            elif isinstance(item, list):
                inner += [child for child in item if isinstance(child, _NESTING)]
        if not inner:
            return False
        level = inner
    return True
