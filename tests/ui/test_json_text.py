"""JSON as people type it: what is wrong is named with its line."""

import pytest

from fal_studio.ui.request import json_text


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('{"a": 1,}', 1, "comma too many"),
        ('{\n  "a": 1\n  "b": 2\n}', 3, "comma is missing"),
        ('{"a" 1}', 1, "colon is missing"),
        ('{"a": }', 1, "value belongs here"),
        ('{"a": "x}', 1, "has no end"),
        ('{"a": "x\ny"}', 1, "line break"),
        ('{"a": "\\x"}', 1, "backslash"),
        ('{"a": 1} x', 1, "after the closing"),
        ('{"a": [1, 2', 1, "ends too early"),
        ('{\n"a": NaN}', 2, "no NaN"),
        ('{"a": -Infinity}', 1, "no -Infinity"),
        ('{"a": 1,\n\n"a": 2}', 3, "twice"),
        ("[1]", 1, "object"),
        ("nonsense", 1, "value belongs here"),
        ('{"a": "\\ud800"}', 1, "surrogate"),
        ("[" * 100_000, 1, "too deeply"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, line: int, words: str) -> None:
    reading = json_text.read(text)
    assert reading.arguments is None
    assert reading.problems[0].line == line
    assert words in reading.problems[0].message


def test_good_text_is_read_and_nothing_is_empty() -> None:
    assert json_text.read('{"a": [1, {"b": null}]}').arguments == {"a": [1, {"b": None}]}
    assert json_text.read("  \n").arguments == {}


def test_the_same_name_in_different_objects_is_no_mistake() -> None:
    assert json_text.read('{"a": {"x": 1}, "b": {"x": 2}}').problems == ()


def test_a_field_is_found_by_its_path() -> None:
    text = '{\n  "a": 1,\n  "loras": [\n    {"path": "x"},\n    {"path": "y"}\n  ]\n}'
    assert json_text.line_of(text, ("loras", 1, "path")) == 5
    assert json_text.line_of(text, ("loras",)) == 3
    assert json_text.line_of(text, ("nowhere",)) is None
