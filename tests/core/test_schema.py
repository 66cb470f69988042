"""An OpenAPI document as fields: references, nullable and enum-or-object branches, bounds, order, examples."""

from fal_studio.core.schema import FieldKind, Schema, read

DOCUMENT = {
    "paths": {
        "/e/x/requests/{request_id}": {"get": {}},
        "/e/x": {
            "post": {
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/XInput"}}}
                }
            }
        },
    },
    "components": {
        "schemas": {
            "Size": {"type": "object", "properties": {}},
            "XInput": {
                "x-fal-order-properties": ["prompt", "size", "seed"],
                "required": ["prompt", "image_url"],
                "properties": {
                    "steps": {"type": "integer", "minimum": 1, "maximum": 50, "default": 28},
                    "seed": {
                        "anyOf": [{"type": "integer"}, {"type": "null"}],
                        "description": "\n  The seed.\n",
                    },
                    "prompt": {"type": "string", "examples": ["a fox"]},
                    "size": {
                        "anyOf": [
                            {"$ref": "#/components/schemas/Size"},
                            {"type": "string", "enum": ["square", "wide"]},
                        ],
                        "default": "wide",
                    },
                    "image_url": {"type": "string"},
                    "loras": {"type": "array", "default": []},
                    "guidance": {"type": "number", "exclusiveMinimum": 0},
                    "safe": {"type": "boolean", "default": True},
                },
            },
        }
    },
}


def test_fields_are_read_in_the_documents_order() -> None:
    schema = read(DOCUMENT, "e/x")
    assert [field.name for field in schema.fields[:3]] == ["prompt", "size", "seed"]
    kinds = {field.name: field.kind for field in schema.fields}
    assert kinds == {
        "prompt": FieldKind.PROMPT,
        "size": FieldKind.CHOICE,
        "seed": FieldKind.INTEGER,
        "steps": FieldKind.INTEGER,
        "image_url": FieldKind.FILE,
        "loras": FieldKind.JSON,
        "guidance": FieldKind.NUMBER,
        "safe": FieldKind.BOOLEAN,
    }


def test_bounds_defaults_choices_and_help_are_kept() -> None:
    schema = read(DOCUMENT, "e/x")
    steps, size, seed = schema.field("steps"), schema.field("size"), schema.field("seed")
    assert steps is not None
    assert (steps.minimum, steps.maximum, steps.default) == (1, 50, 28)
    assert size is not None
    assert (size.choices, size.default) == (("square", "wide"), "wide")
    assert seed is not None
    assert seed.help == "The seed."
    assert not seed.required


def test_a_request_begins_with_what_is_required_or_shown_as_example() -> None:
    assert read(DOCUMENT, "e/x").example() == {"prompt": "a fox", "image_url": ""}


def test_nonsense_has_no_fields() -> None:
    for document in (None, [], {}, {"paths": 3}, {"error": {"code": "expansion_failed"}}):
        assert read(document) == Schema()
