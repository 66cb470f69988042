"""The same request several times: what changes from one to the next, and what that means for what is made."""

from enum import StrEnum

import msgspec

from fal_studio.core.guard import CHANCE
from fal_studio.core.request import Json, Request
from fal_studio.core.schema.field import Field, FieldKind, Schema


class Seeds(StrEnum):
    """What the calls of a batch do about chance."""

    RANDOM = "random"
    """No seed is sent: the model takes another one each time."""
    SAME = "same"
    """The same seed each time, or a default that is always the same: the same is made each time."""
    STEPPED = "stepped"
    """The seed rises by one from call to call."""
    NONE = "none"
    """The endpoint knows no seed; whether it throws dice otherwise is not known."""
    FIXED = "fixed"
    """The endpoint knows no chance at all: the same is made each time."""


def seed_field(schema: Schema) -> Field | None:
    """Return the field of an endpoint's seed."""
    return next((field for field in schema.fields if field.kind is FieldKind.SEED), schema.field("seed"))


def seeds_of(arguments: Json, schema: Schema, *, is_stepped: bool) -> Seeds:
    """Return what several calls of these arguments do about chance."""
    field = seed_field(schema)
    seed = _seed(arguments, field)
    if seed is not None:
        return Seeds.STEPPED if is_stepped else Seeds.SAME
    if field is not None:
        return Seeds.RANDOM
    names = {field.name for field in schema.fields}
    return Seeds.NONE if not names or names & CHANCE else Seeds.FIXED


def requests_of(request: Request, count: int, schema: Schema, *, is_stepped: bool) -> tuple[Request, ...]:
    """Return the requests of a batch, the first one as it is."""
    field = seed_field(schema)
    seed = _seed(request.arguments, field) if is_stepped else None
    if seed is None:
        return (request,) * count
    name = field.name if field is not None else "seed"
    filled: dict[str, Json] = dict(request.arguments)
    return tuple(
        msgspec.structs.replace(request, arguments={**filled, name: _wrapped(seed + step, field)})
        for step in range(count)
    )


def rising(arguments: Json, schema: Schema, count: int) -> tuple[int, int]:
    """Return the first and the last seed of a batch whose seed rises; raises ValueError where no seed is fixed."""
    field = seed_field(schema)
    seed = _seed(arguments, field)
    if seed is None:
        raise ValueError("there is no fixed seed")
    return seed, _wrapped(seed + count - 1, field)


def _seed(arguments: Json, field: Field | None) -> int | None:
    """Return the seed that is fixed: the one that is sent, or else the endpoint's default."""
    given = arguments if isinstance(arguments, dict) else {}
    value = given.get(field.name if field is not None else "seed")
    if value is None and field is not None and field.has_default:
        value = field.default
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _wrapped(seed: int, field: Field | None) -> int:
    """Return a seed that the endpoint takes: past the largest one it begins again at the smallest."""
    if field is None or field.maximum is None or seed <= field.maximum:
        return seed
    least = int(field.minimum or 0)
    return least + (seed - least) % (int(field.maximum) - least + 1)
