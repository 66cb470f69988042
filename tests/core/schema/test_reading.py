"""A document is read into fields: every oddity of real ones has a kind of its own, and nothing raises."""

import copy
import random
from typing import Any

import pytest

from fal_studio.core.schema.field import Field, FieldKind, Media, Schema, beginning, walk
from fal_studio.core.schema.reading import read, read_output
from tests.core.schema.samples import NAMES, around, document, endpoint


def sample(name: str) -> Schema:
    return read(document(name), endpoint(name))


def one(node: Any, name: str = "x", **schemas: Any) -> Field:
    """Read a document of one field."""
    return read(around({name: node}, **schemas), "lab/model").fields[0]


def test_fields_stand_in_the_documents_own_order_and_the_forgotten_last() -> None:
    names = [field.name for field in sample("picture").fields]
    assert names[:4] == ["prompt", "image_size", "steps", "seed"]
    assert names[-1] == "forgotten_by_the_order"


@pytest.mark.parametrize(
    ("name", "path", "kind"),
    [
        ("picture", ("prompt",), FieldKind.PROMPT),
        ("picture", ("image_size",), FieldKind.SIZE),
        ("picture", ("seed",), FieldKind.SEED),
        ("picture", ("loras",), FieldKind.LIST),
        ("picture", ("loras", 3, "scale"), FieldKind.NUMBER),
        ("picture", ("style_id",), FieldKind.TEXT),
        ("film", ("duration",), FieldKind.CHOICE),
        ("film", ("aspect_ratio",), FieldKind.SUGGESTION),
        ("film", ("camera",), FieldKind.OBJECT),
        ("film", ("tail_image_url",), FieldKind.FILE),
        ("chat", ("messages", 0, "content"), FieldKind.VARIANT),
        ("chat", ("stop",), FieldKind.VARIANT),
        ("chat", ("max_tokens",), FieldKind.SUGGESTION),
        ("chat", ("response_format",), FieldKind.VARIANT),
        ("chat", ("metadata",), FieldKind.MAP),
        ("chat", ("tree", "children"), FieldKind.LIST),
        ("chat", ("tree", "children", 0), FieldKind.JSON),
        ("speech", ("audio_setting", "channel"), FieldKind.CHOICE),
        ("speech", ("pronunciation_dict", "word"), FieldKind.LIST),
        ("speech", ("reference_audio",), FieldKind.VARIANT),
        ("training", ("frame_size",), FieldKind.SIZE),
        ("training", ("resume",), FieldKind.MAP),
        ("oddities", ("nowhere",), FieldKind.JSON),
        ("oddities", ("elsewhere",), FieldKind.JSON),
        ("oddities", ("ring",), FieldKind.JSON),
        ("oddities", ("anything",), FieldKind.JSON),
        ("oddities", ("yes",), FieldKind.JSON),
        ("oddities", ("no_object",), FieldKind.JSON),
        ("oddities", ("tuple",), FieldKind.JSON),
        ("oddities", ("all_of_self",), FieldKind.JSON),
        ("oddities", ("deep",), FieldKind.TEXT),
        ("oddities", ("condition",), FieldKind.OBJECT),
        ("oddities", ("two_enums",), FieldKind.CHOICE),
        ("oddities", ("hidden",), FieldKind.TEXT),
    ],
)
def test_every_oddity_has_its_kind(name: str, path: tuple[str | int, ...], kind: FieldKind) -> None:
    found = sample(name).at(path)
    assert found is not None
    assert found.kind is kind


def test_values_keep_their_json_type() -> None:
    film, speech = sample("film"), sample("speech")
    assert film.field("duration").choices == ("5", "10")
    assert film.field("fps").choices == (16, 24, 30)
    assert [type(choice) for choice in sample("oddities").field("mixed").choices] == [str, int, float, bool]
    assert speech.at(("audio_setting", "sample_rate")).choices == (8000, 16000, 44100)


def test_null_is_a_permission_not_a_type() -> None:
    nullable = [
        ("picture", ("style_id",)),
        ("film", ("tail_image_url",)),
        ("film", ("voice_url",)),
        ("film", ("frames",)),
        ("chat", ("temperature",)),
        ("chat", ("stop",)),
        ("speech", ("language_boost",)),
        ("speech", ("voice_setting", "emotion")),
        ("oddities", ("null_default",)),
        ("oddities", ("mixed",)),
        ("oddities", ("deep",)),
    ]
    assert all(sample(name).at(path).nullable for name, path in nullable)
    assert not sample("picture").field("seed").nullable
    assert None not in sample("speech").field("language_boost").choices


def test_bounds_are_read_in_both_ways_of_writing_them() -> None:
    flag = one({"type": "number", "minimum": 0, "exclusiveMinimum": True, "maximum": 9})
    number = one({"type": "number", "minimum": -1, "exclusiveMinimum": 0, "exclusiveMaximum": 1})
    assert (flag.minimum, flag.excludes_minimum, flag.maximum, flag.excludes_maximum) == (0, True, 9, False)
    assert (number.minimum, number.excludes_minimum, number.maximum) == (0, True, 1)
    big = one({"type": "integer", "maximum": 2**63 - 1})
    assert big.maximum == 2**63 - 1
    nonsense = one({"type": "integer", "minimum": "three", "maximum": True, "multipleOf": -2})
    assert (nonsense.minimum, nonsense.maximum, nonsense.multiple_of) == (None, None, None)


def test_a_reference_is_followed_and_its_siblings_win() -> None:
    field = sample("speech").field("voice_setting")
    assert field.default == {"voice_id": "Calm", "speed": 1}
    assert [part.name for part in field.fields] == ["voice_id", "speed", "emotion"]
    described = one(
        {"$ref": "#/components/schemas/T", "description": "Mine."},
        T={"type": "string", "description": "Its."},
    )
    assert described.help == "Mine."


def test_the_members_of_an_all_of_are_one_object() -> None:
    assert [part.name for part in sample("speech").field("audio_setting").fields] == [
        "format", "sample_rate", "channel",
    ]  # fmt: skip


def test_forms_of_the_whole_input_become_one_list_of_fields() -> None:
    shapes = sample("shapes")
    assert shapes.field("shape").choices == ("circle", "box")
    assert {field.name: field.required for field in shapes.fields} == {
        "shape": True, "radius": False, "side": False, "label": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("node", "name", "media"),
    [
        ({"type": "string"}, "image_url", Media.IMAGE),
        ({"type": "string"}, "subject_reference_image_url", Media.IMAGE),
        ({"type": "string"}, "imageUrl", Media.IMAGE),
        ({"type": "string"}, "mask_url", Media.IMAGE),
        ({"type": "string"}, "video_url", Media.VIDEO),
        ({"type": "string"}, "ref_audio_url", Media.AUDIO),
        ({"type": "string"}, "file_url", Media.FILE),
        ({"type": "string"}, "images_data_url", Media.ARCHIVE),
        ({"type": "string"}, "input_image", Media.IMAGE),
        ({"type": "string", "_fal_ui_field": "video"}, "anything", Media.VIDEO),
        ({"type": "string", "ui": {"field": "audio"}}, "anything", Media.AUDIO),
        ({"anyOf": [{"type": "string", "ui": {"field": "image"}}, {"type": "null"}]}, "tail", Media.IMAGE),
        ({"type": "string", "format": "binary"}, "payload", Media.FILE),
        ({"type": "string", "contentMediaType": "audio/wav"}, "payload", Media.AUDIO),
        ({"type": "string", "description": "URL or the path to the weights."}, "path", Media.FILE),
        ({"type": "string"}, "webhook_url", None),
        ({"type": "string"}, "path", None),
        ({"type": "string", "enum": ["a", "b"]}, "image", None),
        ({"type": "integer"}, "max_image", None),
    ],
)  # fmt: skip
def test_files_are_found_by_mark_or_by_name(node: dict[str, Any], name: str, media: Media | None) -> None:
    field = one(node, name)
    assert field.media is media
    assert (field.kind is FieldKind.FILE) is (media is not None)


def test_lists_of_files_are_found_and_say_what_a_file_may_be() -> None:
    training, film = sample("training"), sample("film")
    assert training.field("image_urls").media is Media.IMAGE
    assert training.field("clips").item.kind is FieldKind.FILE
    assert film.field("image_url").limits == {"max_file_size": 10485760, "min_width": 300, "min_height": 300}
    assert (
        one({"type": "object", "title": "Image", "properties": {"url": {"type": "string"}}}, "mask")
        .fields[0]
        .media
    )


def test_help_is_dedented_and_examples_come_in_every_spelling() -> None:
    assert sample("picture").field("seed").help == "The same seed and the same prompt\ngive the same picture."
    odd = sample("oddities")
    assert odd.field("examples_by_name").example == "first"
    assert odd.field("example_singular").example == "single"


def test_a_default_outside_the_choices_can_be_chosen() -> None:
    assert sample("film").field("resolution").choices == ("480p", "720p", "1080p", "4k")


def test_a_request_begins_with_what_is_required_and_an_example_prompt() -> None:
    assert sample("picture").example() == {"prompt": "a heron in the reeds, ink on paper"}
    assert sample("training").example() == {"images_data_url": "", "steps": 100}
    assert "tail_image_url" in sample("film").filled()
    assert one({"type": "number", "exclusiveMinimum": 0, "maximum": 1}).minimum == 0


def test_what_is_common_stays_in_sight_and_plumbing_is_folded() -> None:
    folded = {field.name for field in sample("picture").fields if field.is_advanced}
    assert folded == {"enable_safety_checker", "output_format"}
    many = read(around({f"option_{number}": {"type": "boolean"} for number in range(40)}), "lab/model")
    assert 4 <= sum(not field.is_advanced for field in many.fields) <= 12
    assert not any(
        field.is_advanced for field in read(around({"sync_mode": {"type": "boolean"}}), "lab/model").fields
    )


def test_a_local_app_has_a_schema_for_each_route() -> None:
    app = document("local_app")
    assert [field.name for field in read(app, "").fields] == ["text"]
    assert [field.name for field in read(app, "upper").fields] == ["loud"]


def test_the_shape_of_the_result_is_read_too() -> None:
    out = read_output(document("picture"), endpoint("picture"))
    assert out.at(("images", 0, "url")).media is Media.IMAGE
    assert out.field("timings").item.kind is FieldKind.NUMBER
    assert read_output(document("local_app"), "").field("text") is not None


@pytest.mark.parametrize(
    "nonsense", [None, 3, "x", [], {}, {"paths": 3}, {"paths": {"/a": None}}, {"components": []}]
)
def test_nonsense_has_no_fields(nonsense: Any) -> None:
    assert read(nonsense) == Schema()
    assert read_output(nonsense).fields == ()


def test_a_document_that_unfolds_without_end_is_cut() -> None:
    doubling = {
        f"N{number}": {
            "type": "object",
            "properties": {side: {"$ref": f"#/components/schemas/N{number + 1}"} for side in ("a", "b")},
        }
        for number in range(40)
    }
    union = {
        "anyOf": [{"$ref": "#/components/schemas/U"}, {"$ref": "#/components/schemas/U"}, {"type": "string"}]
    }
    schema = read(
        around({"deep": {"$ref": "#/components/schemas/N0"}, "wide": union}, U=union, **doubling), "lab/model"
    )
    assert len(list(walk(schema.fields))) < 4000
    nested: Any = {"type": "string"}
    for _ in range(900):
        nested = {"anyOf": [nested, {"type": "null"}], "items": nested}
    assert read(around({"x": nested}), "lab/model").fields


@pytest.mark.parametrize("name", NAMES)
def test_reading_does_not_change_the_document(name: str) -> None:
    given = document(name)
    before = copy.deepcopy(given)
    read(given, endpoint(name))
    assert given == before


def shuffled(value: Any, dice: random.Random) -> Any:
    """Return the value with the names of every object in another order."""
    if isinstance(value, list):
        return [shuffled(item, dice) for item in value]
    if not isinstance(value, dict):
        return value
    names = list(value)
    dice.shuffle(names)
    return {name: shuffled(value[name], dice) for name in names}


@pytest.mark.parametrize("name", ["picture", "film", "speech"])
def test_the_order_of_properties_means_nothing_where_a_document_names_one(name: str) -> None:
    again = read(shuffled(document(name), random.Random(3)), endpoint(name))
    ordered = [field.name for field in again.fields if field.name not in ("forgotten_by_the_order", "frames")]
    assert ordered == [field.name for field in sample(name).fields if field.name in ordered]


def test_numbers_of_several_forms_have_the_bounds_that_all_agree_on_and_begin_like_the_first() -> None:
    whole, real = (
        {"type": "integer", "minimum": 1, "maximum": 9},
        {"type": "number", "exclusiveMinimum": 0, "maximum": 2},
    )
    field = one({"anyOf": [whole, real]})
    assert (field.kind, field.minimum, field.excludes_minimum, field.maximum) == (
        FieldKind.NUMBER,
        0,
        True,
        9,
    )
    assert beginning(field) == 1
    assert one({"anyOf": [whole, {"type": "number"}]}).minimum is None
