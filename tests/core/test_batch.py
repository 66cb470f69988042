"""Several calls of one request: which seeds they take, and what is said about it."""

import pytest

from fal_studio.core.batch import Seeds, requests_of, rising, seeds_of
from fal_studio.core.request import Json, Mode, Request
from fal_studio.core.schema.field import Field, FieldKind, Schema

PROMPT = Field("prompt", FieldKind.PROMPT)
SEEDED = Schema((PROMPT, Field("seed", FieldKind.SEED, maximum=9)))
DEFAULTED = Schema((PROMPT, Field("noise_seed", FieldKind.SEED, default=42, has_default=True)))
THROWN = Schema((PROMPT, Field("temperature", FieldKind.NUMBER)))
PLAIN = Schema((Field("image_url", FieldKind.FILE),))


@pytest.mark.parametrize(
    ("arguments", "schema", "is_stepped", "seeds"),
    [
        ({"prompt": "x"}, SEEDED, True, Seeds.RANDOM),
        ({"prompt": "x", "seed": None}, SEEDED, False, Seeds.RANDOM),
        ({"prompt": "x", "seed": 3}, SEEDED, False, Seeds.SAME),
        ({"prompt": "x", "seed": 3}, SEEDED, True, Seeds.STEPPED),
        ({"prompt": "x"}, DEFAULTED, False, Seeds.SAME),
        ({"prompt": "x"}, THROWN, False, Seeds.NONE),
        ({"prompt": "x"}, Schema(), False, Seeds.NONE),
        ({"seed": True}, Schema(), False, Seeds.NONE),
        ({"seed": 3}, Schema(), False, Seeds.SAME),
        ({"image_url": "x"}, PLAIN, False, Seeds.FIXED),
        (None, PLAIN, True, Seeds.FIXED),
    ],
)
def test_what_several_calls_do_about_chance(
    arguments: Json, schema: Schema, is_stepped: bool, seeds: Seeds
) -> None:
    assert seeds_of(arguments, schema, is_stepped=is_stepped) is seeds


def made(arguments: Json, schema: Schema, *, is_stepped: bool) -> list[Json]:
    request = Request("a/b", Mode.RUN, arguments)
    return [one.arguments for one in requests_of(request, 3, schema, is_stepped=is_stepped)]


def test_seeds_rise_and_begin_again_at_the_smallest() -> None:
    assert [each["seed"] for each in made({"seed": 8}, SEEDED, is_stepped=True)] == [8, 9, 0]
    assert rising({"seed": 8}, SEEDED, 3) == (8, 0)
    assert [each["noise_seed"] for each in made({}, DEFAULTED, is_stepped=True)] == [42, 43, 44]
    assert [each["seed"] for each in made({"seed": 2**70}, Schema(), is_stepped=True)] == [
        2**70,
        2**70 + 1,
        2**70 + 2,
    ]


def test_without_a_fixed_seed_or_a_wish_all_are_the_same_request() -> None:
    assert made({"prompt": "x"}, SEEDED, is_stepped=True) == [{"prompt": "x"}] * 3
    assert made({"seed": 3}, SEEDED, is_stepped=False) == [{"seed": 3}] * 3
