"""What the completion of JSON offers: the schema's names and values, also inside lists, maps and forms."""

from typing import Any

from fal_studio.core.schema.field import Schema
from fal_studio.core.schema.proposals import names, values
from fal_studio.core.schema.reading import read
from tests.core.schema.samples import around

URL = {"type": "object", "title": "Link", "required": ["type", "url"], "properties": {
    "type": {"const": "url", "type": "string"}, "url": {"type": "string"}, "width": {"type": "integer"}}}  # fmt: skip
TEXT = {"type": "object", "title": "Words", "required": ["type", "text"], "properties": {
    "type": {"const": "text", "type": "string"}, "text": {"type": "string"}}}  # fmt: skip
FIELDS: dict[str, Any] = {
    "style": {"type": "string", "enum": ["none", "high"], "default": "none", "description": "How it looks. More words."},
    "prompt": {"type": "string", "description": "What to draw.", "examples": ["a fox"]},
    "count": {"type": "integer", "minimum": 1, "maximum": 4, "default": 1},
    "safe": {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
    "loras": {"type": "array", "items": {"$ref": "#/components/schemas/Lora"}},
    "part": {"anyOf": [{"$ref": "#/components/schemas/Url"}, {"$ref": "#/components/schemas/Text"}, {"type": "string"}]},
    "more": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Lora"}},
}  # fmt: skip
LORA = {"type": "object", "required": ["path"], "properties": {
    "scale": {"type": "number", "default": 1}, "path": {"type": "string", "description": "Where it lies."}}}  # fmt: skip


def schema() -> Schema:
    return read(around(FIELDS, ("prompt",), Lora=LORA, Url=URL, Text=TEXT), "lab/model")


def labels(found: list[Any]) -> list[str]:
    return [each.label for each in found]


def test_required_names_come_first_and_those_there_already_not_at_all() -> None:
    found = names(schema(), (), {"style": '"none"'})
    assert labels(found) == ["prompt", "count", "safe", "loras", "part", "more"]
    assert (found[0].is_required, found[0].kind, found[0].help) == (True, "text", "What to draw.")
    assert found[1].kind == "1 to 4"
    assert names(schema(), (), {})[1].help == "How it looks."


def test_names_inside_lists_and_maps_are_those_of_their_items() -> None:
    assert labels(names(schema(), ("loras", 0), {})) == ["path", "scale"]
    assert labels(names(schema(), ("more", "mine"), {"path": ""})) == ["scale"]
    assert names(schema(), ("nothing", "here"), {}) == []


def test_what_is_there_already_decides_between_forms() -> None:
    assert labels(names(schema(), ("part",), {})) == ["type", "url", "text", "width"]
    assert labels(names(schema(), ("part",), {"type": '"text"'})) == ["text"]
    assert labels(names(schema(), ("part",), {"width": "3"})) == ["type", "url"]
    assert labels(names(schema(), ("part",), {"odd": ""})) == ["type", "url", "text", "width"]


def test_values_are_the_default_fixed_ones_examples_and_null() -> None:
    assert [(each.label, each.kind) for each in values(schema(), ("style",))] == [
        ("none", "default"),
        ("high", ""),
    ]
    assert [each.value for each in values(schema(), ("safe",))] == [True, False, None]
    assert [(each.value, each.kind) for each in values(schema(), ("prompt",))] == [("a fox", "example")]
    assert [each.value for each in values(schema(), ("count",))] == [1]


def test_objects_begin_with_what_they_require() -> None:
    (item,) = values(schema(), ("loras", 0))
    assert item.value == {"path": ""}
    found = {each.kind: each.value for each in values(schema(), ("part",))}
    assert found["Link"] == {"type": "url", "url": ""}
    assert found["Words"] == {"type": "text", "text": ""}
    assert [each.value for each in values(schema(), ("part", "type"))] == ["url", "text"]
