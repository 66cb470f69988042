"""One place in the text changes and the rest stays as it was typed."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fal_studio.core.schema.field import Path
from fal_studio.ui.request import json_edit
from tests.core.schema.generated import json_values

TYPED = """{ "prompt":"old",
\t"loras" : [ {"path": "x"} , {"path": "y", "scale": 2} ],
  "deep": {"a": {"b": 1}}
}"""


@pytest.mark.parametrize(
    ("path", "value", "before", "after"),
    [
        (("prompt",), "né\n", '"old"', '"né\\n"'),
        (("loras", 1, "scale"), 3, "2}", "3}"),
        (("loras", 0, "scale"), 0.5, '"x"}', '"x", "scale": 0.5}'),
        (("loras", 2), {"path": "z"}, "2} ]", '2}, {"path": "z"} ]'),
        (("deep", "a", "b"), None, "1}", "null}"),
        (("deep", "c", "d"), True, "1}}", '1}, "c": {"d": true}}'),
        (("seed",), 7, "1}}\n}", '1}},\n  "seed": 7\n}'),
    ],
)
def test_a_value_changes_only_its_own_place(path: Path, value: Any, before: str, after: str) -> None:
    assert json_edit.with_value(TYPED, path, value) == TYPED.replace(before, after, 1)


def test_a_new_object_is_laid_out_like_the_text_around_it() -> None:
    text = '{\n  "a": {},\n  "b": 1\n}'
    assert (
        json_edit.with_value(text, ("a", "x"), [1])
        == '{\n  "a": {\n    "x": [\n      1\n    ]\n  },\n  "b": 1\n}'
    )
    assert json_edit.with_value("{}", ("a",), 1) == '{\n  "a": 1\n}'
    assert json_edit.with_value(" ", ("a",), 1) == '{\n  "a": 1\n}'
    assert json_edit.with_value('{"a": null}', ("a", 0, "b"), 1) == '{"a": [{"b": 1}]}'


def test_an_entry_goes_with_its_comma() -> None:
    assert json_edit.without_value(TYPED, ("prompt",)) == TYPED.replace('"prompt":"old",\n\t', "")
    assert json_edit.without_value(TYPED, ("loras", 1, "scale")) == TYPED.replace(', "scale": 2', "")
    assert json_edit.without_value(TYPED, ("deep", "a", "b")) == TYPED.replace('"b": 1', "")
    assert json_edit.without_value(TYPED, ("loras", 0)) == TYPED.replace('{"path": "x"} , ', "")
    assert json_edit.without_value(TYPED, ("nowhere", "at", "all")) == TYPED


def test_items_change_places_and_names_change_in_place() -> None:
    assert json_edit.moved('[1,  {"a": 2},\n3]', (), 0, 2) == '[{"a": 2},  3,\n1]'
    assert json_edit.moved(TYPED, ("deep",), 0, 5) == TYPED
    assert json_edit.renamed(TYPED, ("deep", "a"), "é") == TYPED.replace('"a": {', '"é": {')


def test_there_is_no_place_far_behind_the_end_of_a_list() -> None:
    with pytest.raises(LookupError):
        json_edit.with_value('{"a": [1]}', ("a", 5), 2)


def _paths(value: Any, at: Path = ()) -> list[Path]:
    found = [at] if at else []
    if isinstance(value, dict):
        for key, item in value.items():
            found += _paths(item, (*at, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += _paths(item, (*at, index))
    return found


def _set(value: Any, path: Path, new: Any) -> None:
    for step in path[:-1]:
        value = value[step]
    value[path[-1]] = new


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=4), json_values, min_size=1, max_size=4), json_values, st.data())
def test_any_place_of_any_text_changes_alone(value: dict[str, Any], new: Any, data: st.DataObject) -> None:
    indent = data.draw(st.sampled_from([None, 0, 2, "\t"]))
    text = json.dumps(value, indent=indent, ensure_ascii=data.draw(st.booleans()))
    path = data.draw(st.sampled_from(_paths(value)))
    changed = json_edit.with_value(text, path, new)
    expected = json.loads(text)
    _set(expected, path, new)
    assert json.loads(changed) == expected
    assert json.loads(json_edit.with_value(json_edit.without_value(text, path), path[:1], 1))[path[0]] == 1
