"""Arguments are checked against the schema: what would be refused is told at its place, in plain words."""

from typing import Any

import pytest

from fal_studio.core.events import FieldProblem
from fal_studio.core.schema import wording
from fal_studio.core.schema.checking import Checker, validate
from fal_studio.core.schema.digest import digest
from fal_studio.core.schema.field import Schema
from fal_studio.core.schema.reading import read
from tests.core.schema.samples import NAMES, around, document, endpoint
from tests.core.schema.test_reading import shuffled


def told(name: str, **arguments: Any) -> list[tuple[tuple[str | int, ...], str]]:
    """Return the problems of a sample's arguments, without those of what is missing."""
    schema = read(document(name), endpoint(name))
    return [(p.loc, p.message) for p in validate(schema, arguments) if p.type != "required" or len(p.loc) > 1]


@pytest.mark.parametrize(
    ("name", "arguments", "loc", "message"),
    [
        ("picture", {"prompt": ""}, ("prompt",), "Must not be empty."),
        ("picture", {"prompt": "x" * 1001}, ("prompt",), "Takes at most 1000 characters; these are 1001."),
        ("picture", {"prompt": 5}, ("prompt",), 'Must be text: write "5" in quotes.'),
        ("picture", {"steps": 0}, ("steps",), "Must be 1 or more."),
        ("picture", {"steps": 2.5}, ("steps",), "Must be a whole number."),
        ("picture", {"steps": "7"}, ("steps",), "Must be a whole number: write it without quotes."),
        ("picture", {"steps": None}, ("steps",), "Must be a whole number, not null."),
        ("picture", {"steps": True}, ("steps",), "Must be a whole number."),
        ("picture", {"guidance_scale": 0}, ("guidance_scale",), "Must be more than 0."),
        ("picture", {"guidance_scale": 21}, ("guidance_scale",), "Must be 20 or less."),
        ("picture", {"output_format": "gif"}, ("output_format",), "Must be jpeg or png."),
        ("picture", {"enable_safety_checker": "yes"}, ("enable_safety_checker",), "Must be on or off (true or false)."),
        ("picture", {"image_size": {"width": 0, "height": 9}}, ("image_size", "width"), "Must be more than 0."),
        ("picture", {"image_size": 5}, ("image_size",), "Must be square_hd, square, portrait_4_3, portrait_16_9, landscape_4_3, landscape_16_9 or an object."),
        ("picture", {"loras": {}}, ("loras",), "Must be a list."),
        ("picture", {"loras": [{"path": "a"}, {}]}, ("loras", 1, "path"), "Is required."),
        ("picture", {"loras": [{"path": "a", "scale": 9}]}, ("loras", 0, "scale"), "Must be 4 or less."),
        ("film", {"duration": 5}, ("duration",), 'Must be "5" or "10", with the quotes.'),
        ("film", {"fps": "24"}, ("fps",), "Must be 16, 24 or 30, without quotes."),
        ("film", {"cfg_scale": 0.35}, ("cfg_scale",), "Must be a multiple of 0.1."),
        ("film", {"frames": 0}, ("frames",), "Must be more than 0."),
        ("chat", {"messages": []}, ("messages",), "Must not be empty."),
        ("chat", {"stop": 3}, ("stop",), "Must be text, a list or null."),
        ("chat", {"stop": list("abcde")}, ("stop",), "Takes at most 4 items; these are 5."),
        ("chat", {"max_tokens": "much"}, ("max_tokens",), "Must be auto or a whole number."),
        ("chat", {"max_tokens": 0}, ("max_tokens",), "Must be 1 or more."),
        ("chat", {"metadata": {"a": 1}}, ("metadata", "a"), 'Must be text: write "1" in quotes.'),
        ("chat", {"tree": {"children": [{"children": [{"name": 3}]}]}}, ("tree", "children", 0, "children", 0, "name"), "Must be text"),
        (
            "chat",
            {"messages": [{"role": "user", "content": [{"type": "text", "text": 4}]}]},
            ("messages", 0, "content", 0, "text"),
            'Must be text: write "4" in quotes.',
        ),
        (
            "chat",
            {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {}}]}]},
            ("messages", 0, "content", 0, "image_url", "url"),
            "Is required.",
        ),
        ("training", {"samples": ["a", "a"]}, ("samples",), "Each item may stand here only once."),
        ("training", {"trigger_word": "Ab9"}, ("trigger_word",), "Does not have the form"),
        ("training", {"steps": 150}, ("steps",), "Must be a multiple of 100."),
        ("training", {"learning_rate": 1}, ("learning_rate",), "Must be less than 1."),
    ],
)  # fmt: skip
def test_a_problem_is_told_at_its_place(
    name: str, arguments: dict[str, Any], loc: tuple[str | int, ...], message: str
) -> None:
    problems = told(name, **arguments)
    assert [where for where, _ in problems] == [loc]
    assert problems[0][1].startswith(message)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("picture", {"image_size": "square"}),
        ("picture", {"image_size": {"width": 8, "height": 8}}),
        ("picture", {"seed": 10**30, "style_id": None, "unknown": {"kept": True}}),
        ("film", {"resolution": "4k", "cfg_scale": 0.3, "aspect_ratio": "21:9", "frames": None}),
        ("chat", {"temperature": None, "stop": None, "max_tokens": 5, "messages": [{"role": "user", "content": "x"}]}),
        ("oddities", {"outside": 9, "wrong_default": "many", "null_default": None, "mixed": None, "ring": 5, "nowhere": []}),
        ("oddities", {"slow_pattern": "a" * 40 + "!", "strange_type": {"any": 1}, "all_of_self": 3, "anything": [None]}),
    ],
)  # fmt: skip
def test_what_the_endpoint_takes_is_no_problem(name: str, arguments: dict[str, Any]) -> None:
    assert told(name, **arguments) == []


def test_what_is_missing_is_told_with_its_name() -> None:
    problems = validate(read(document("film"), endpoint("film")), {})
    assert [(p.loc, p.message, p.type) for p in problems] == [
        (("prompt",), "Is required.", "required"),
        (("image_url",), "Is required.", "required"),
    ]


def test_an_argument_that_a_closed_schema_does_not_know_is_told() -> None:
    given = around({"a": {"type": "string"}})
    given["paths"]["/lab/model"]["post"]["requestBody"]["content"]["application/json"]["schema"][
        "additionalProperties"
    ] = False
    problems = validate(read(given, "lab/model"), {"a": "x", "b": 1})
    assert [(p.loc, p.message) for p in problems] == [(("b",), "The endpoint does not know this argument.")]


@pytest.mark.parametrize("name", NAMES)
def test_defaults_and_examples_of_every_sample_fit_their_schema(name: str) -> None:
    schema = read(document(name), endpoint(name))
    for arguments in (schema.example(), schema.filled()):
        blank = {key for key, value in arguments.items() if value == ""}
        assert [
            p for p in validate(schema, arguments) if p.loc[0] not in blank and p.type != "required"
        ] == []


def test_a_checker_tells_the_same_again_and_notices_every_change() -> None:
    checker = Checker(read(document("picture"), endpoint("picture")))
    good = {"prompt": "x", "num_images": 1}
    assert checker.problems(good) == ()
    assert [p.loc for p in checker.problems({**good, "num_images": True})] == [("num_images",)]
    assert checker.problems({**good, "num_images": 1}) == ()
    assert [p.loc for p in checker.problems({**good, "loras": [{}]})] == [("loras", 0, "path")]


@pytest.mark.parametrize(
    "value",
    [float("inf"), float("nan"), 10**400, "\ud800", {"a": {1: 2}}, object()],
    ids=["infinite", "no number", "huge", "half a character", "numbered", "no JSON"],
)
def test_no_value_raises(value: Any) -> None:
    for name in NAMES:
        schema = read(document(name), endpoint(name))
        validate(schema, {field.name: value for field in schema.fields})
    assert validate(Schema(), {"x": value}) == ()


def test_what_fal_says_is_told_in_the_same_words() -> None:
    def said(type_: str, message: str, **ctx: Any) -> str:
        return wording.of_server(FieldProblem(("x",), message, type_, ctx))

    assert (
        said("less_than_equal", "Input should be less than or equal to 20", le=20.0) == "Must be 20 or less."
    )
    assert said("missing", "Field required") == "Is required."
    assert said("literal_error", "Input should be 'a' or 'b'", expected="'a' or 'b'") == "Must be 'a' or 'b'."
    assert said("too_long", "List should have at most 2 items", max_length=2, actual_length=3) == (
        "Takes at most 2 items; these are 3."
    )
    assert said("image_too_small", "The picture is too small.") == "The picture is too small."


def test_a_digest_names_what_an_endpoint_takes() -> None:
    import random

    given, name = document("picture"), endpoint("picture")
    first = digest(given, name)
    assert len(first) == 64
    again = shuffled(given, random.Random(5))
    schemas = again["components"]["schemas"]
    schemas["Renamed"] = schemas.pop("ImageSize")
    schemas["PainterTurboInput"]["properties"]["image_size"]["anyOf"][0]["$ref"] = (
        "#/components/schemas/Renamed"
    )
    schemas["PainterTurboInput"]["properties"]["prompt"]["description"] = "Other words."
    assert digest(again, name) == first
    schemas["LoraWeight"]["properties"]["scale"]["maximum"] = 5
    assert digest(again, name) != first
    assert digest(document("chat"), endpoint("chat")) != first
