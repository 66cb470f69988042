"""Whether a value has the shape of a field, and which of several forms it has. Bounds are not looked at."""

import json

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field, FieldKind

_DEPTH = 6


def fits(field: Field, value: Json) -> bool:
    """Say whether a value is of the field's kind, so that a control for the kind can show it."""
    if value is None:
        return field.nullable or None in field.choices
    match field.kind:
        case FieldKind.TEXT | FieldKind.PROMPT | FieldKind.FILE:
            return isinstance(value, str)
        case FieldKind.INTEGER | FieldKind.SEED:
            return isinstance(value, int) and not isinstance(value, bool)
        case FieldKind.NUMBER:
            return isinstance(value, int | float) and not isinstance(value, bool)
        case FieldKind.BOOLEAN:
            return isinstance(value, bool)
        case FieldKind.CHOICE:
            return index_of(field.choices, value) >= 0
        case FieldKind.SUGGESTION:
            return index_of(field.choices, value) >= 0 or (field.item is not None and fits(field.item, value))
        case FieldKind.SIZE:
            return index_of(field.choices, value) >= 0 or _is_size(value)
        case FieldKind.OBJECT | FieldKind.MAP:
            return isinstance(value, dict)
        case FieldKind.LIST:
            return isinstance(value, list)
        case FieldKind.VARIANT:
            return any(fits(form, value) for form in field.fields)
        case FieldKind.JSON:
            return True


def index_of(choices: tuple[Json, ...], value: Json) -> int:
    """Return where a value stands among choices, -1 if it does not: "5" is not 5, and 1 is not true."""
    for index, choice in enumerate(choices):
        if is_same(choice, value):
            return index
    return -1


def is_same(one: Json, other: Json) -> bool:
    """Say whether two JSON values are the same to a server: 1 and 1.0 are, 1 and true are not."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def is_written_alike(one: Json, other: Json) -> bool:
    """Say whether two values look the same in JSON: 1, 1.0 and true do not."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict | list):
        return one == other and json.dumps(one) == json.dumps(other)
    return bool(one == other)


def form_of(field: Field, value: Json) -> int:
    """Return which form of a variant a value has, or comes nearest to; the first if it has none."""
    marks = [_likeness(form, value, 0) for form in field.fields]
    return marks.index(max(marks)) if marks else 0


def _likeness(field: Field, value: Json, depth: int) -> float:
    """Return how well a value fits a form, at most 1; 0 if it does not."""
    if not fits(field, value) or depth > _DEPTH:
        return 0.0
    if field.kind is FieldKind.OBJECT and isinstance(value, dict):
        known = {part.name: part for part in field.fields}
        if any(part.required and part.name not in value for part in field.fields):
            return 0.1
        marks = [_likeness(known[key], value[key], depth + 1) if key in known else 0.0 for key in value]
        fixed = [known[key] for key in value if key in known and known[key].kind is FieldKind.CHOICE]
        if any(index_of(part.choices, value[part.name]) < 0 for part in fixed):
            return 0.1  # a constant that names the form, and names another one
        return 0.2 + 0.8 * (sum(marks) / len(marks) if marks else 0.5)
    if field.kind is FieldKind.LIST and isinstance(value, list) and field.item is not None and value:
        return 0.2 + 0.8 * sum(_likeness(field.item, item, depth + 1) for item in value[:4]) / len(value[:4])
    return 1.0 if field.kind is not FieldKind.JSON else 0.3


def _is_size(value: Json) -> bool:
    return (
        isinstance(value, dict)
        and set(value) == {"width", "height"}
        and all(isinstance(side, int) and not isinstance(side, bool) for side in value.values())
    )
