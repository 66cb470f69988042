"""Which saved arguments a changed schema would refuse, and in which words."""

from fal_studio.core.request import Json
from fal_studio.core.schema.drift import compare
from fal_studio.core.schema.outgrown import Judge
from fal_studio.core.schema.reading import read


def document(properties: dict[str, Json], *required: str) -> Json:
    schema = {"type": "object", "properties": properties, "required": list(required)}
    body = {"content": {"application/json": {"schema": schema}}}
    return {"paths": {"/a/one": {"post": {"requestBody": body}}}}


BEFORE = read(
    document(
        {"prompt": {"type": "string"}, "size": {"type": "integer"}, "style": {"type": "string"}}, "prompt"
    ),
    "a/one",
)
AFTER = read(
    document(
        {
            "prompt": {"type": "string"},
            "size": {"type": "integer", "maximum": 4},
            "mood": {"enum": ["calm", "wild"]},
        },
        "prompt",
        "mood",
    ),
    "a/one",
)


def test_what_still_fits_is_not_told() -> None:
    judge = Judge(AFTER, compare(BEFORE, AFTER))
    assert judge.problems({"prompt": "a lake", "size": 4, "mood": "calm"}) == ()
    assert judge.problems({"prompt": "a lake", "mood": "wild", "undocumented": 1}) == ()


def test_every_reason_is_a_sentence_about_its_input() -> None:
    judge = Judge(AFTER, compare(BEFORE, AFTER))
    assert judge.problems({"prompt": "a lake", "size": 5, "style": "old"}) == (
        "style is no input any more.",
        "mood is required and not set.",
        "size: Must be 4 or less.",
    )
    assert judge.problems(
        {
            "prompt": 3,
            "mood": "grim",
            "size": 9,
            "style": "",
        }
    ) == (
        "style is no input any more.",
        'prompt: Must be text: write "3" in quotes.',
        "mood: Must be calm or wild.",
        "size: Must be 4 or less.",
    )


def test_nothing_is_said_where_nothing_is_known() -> None:
    assert Judge(read(None, "a/one")).problems({"anything": 1}) == ()
