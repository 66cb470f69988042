"""Saved requests: the same after a round trip, small differences in git, no secret in them."""

import difflib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fal_studio.core import saved as form
from fal_studio.core.request import Mode, Options, Priority
from fal_studio.core.saved import Kind, Saved, SavedError

LIGHTHOUSE = Saved(
    "Lighthouse, “dusk”",
    "studio/painter",
    {
        "prompt": "a lighthouse\nat dusk — 灯台",
        "seed": 2**70,
        "sizes": [512, 768],
        "extra": {"b": 1, "a": None},
    },
    Mode.STREAM,
    Options(priority=Priority.LOW, headers={"X-Team": "posters"}),
    profile="work",
    schema_hash="abc",
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


def test_a_request_comes_back_as_it_was() -> None:
    text = form.write(LIGHTHOUSE)
    assert form.read(text) == LIGHTHOUSE
    assert form.write(form.read(text)) == text
    assert list(form.read(text).arguments) == ["prompt", "seed", "sizes", "extra"]


@settings(max_examples=60)
@given(st.text(), st.dictionaries(st.text(), JSON, max_size=5), st.sampled_from(Mode))
def test_any_arguments_come_back(title: str, arguments: dict[str, object], mode: Mode) -> None:
    try:
        title.encode()
        json.dumps(arguments, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return  # half a character cannot stand in a file
    saved = Saved(title, "a/b", arguments, mode)
    text = form.write(saved)
    again = form.read(text.encode())
    assert again == saved
    assert form.write(again) == text, "1, 1.0 and True are equal, and are not the same"


def test_one_change_is_one_line() -> None:
    other = form.write(form.read(form.write(LIGHTHOUSE).replace('"a lighthouse', '"two lighthouses')))
    lines = difflib.unified_diff(form.write(LIGHTHOUSE).splitlines(), other.splitlines(), n=0, lineterm="")
    assert [line[0] for line in lines if not line.startswith(("---", "+++", "@@"))] == ["-", "+"]


def test_keys_of_a_newer_version_stay() -> None:
    document = json.loads(form.write(LIGHTHOUSE)) | {"stars": 5}
    again = json.loads(form.write(form.read(json.dumps(document))))
    assert again["stars"] == 5


@pytest.mark.parametrize("name", ["Authorization", "COOKIE", "x-api-key"])
def test_a_secret_is_never_written(name: str) -> None:
    with pytest.raises(SavedError, match="never written to files"):
        form.write(Saved("x", "a/b", {}, options=Options(headers={name: "Key secret"})))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("{}", "no saved request"),
        ('{"falStudio": 2}', "newer fal Studio"),
        ('{"falStudio": 1, "title": "x", "endpoint": "a/b"}', "arguments"),
        ('{"falStudio": 1, "title": "x", "endpoint": "a/b", "arguments": {}, "mode": "fly"}', "fly"),
        ('{"falStudio": 1, "title": "x", "endpoint": 3, "arguments": {}}', "endpoint"),
        ('{"falStudio": 1, "arguments": {"a": ' + "[" * 300 + "]" * 300 + "}}", "too deeply"),
    ],
)
def test_a_bad_file_says_what_is_wrong(text: str, why: str) -> None:
    with pytest.raises(SavedError, match=why):
        form.read(text)


def test_a_preset_is_read_as_it_was_written() -> None:
    preset = Saved("Fast", "a/b", {"steps": 4, "new": True}, kind=Kind.PRESET)
    assert "mode" not in json.loads(form.write(preset))
    assert form.read(form.write(preset)) == preset
