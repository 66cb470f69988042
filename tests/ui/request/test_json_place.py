"""Where a cursor stands in JSON text: compared with what a real reading of the text says, and in broken text."""

import json
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fal_studio.ui.request import json_place
from fal_studio.ui.request.json_place import Nesting, Place, place_at

WORDS = st.text(alphabet='ab"\\{}[]:,\n é🦊', max_size=6)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)
MARK = "the value that is looked for"


def at(text: str, nesting: Nesting | None = None) -> Place | None:
    """Return the place of the bar in a text."""
    return place_at(text.replace("|", "", 1), text.index("|"), nesting or Nesting())


def places(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path] if path else []
    if isinstance(value, dict):
        for key, item in value.items():
            found += places(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += places(item, (*path, index))
    return found


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(WORDS, VALUES, min_size=1, max_size=4),
    st.data(),
    st.sampled_from([None, 2]),
    st.booleans(),
)
def test_a_value_is_found_under_the_path_that_a_real_reading_gives(
    value: dict[str, object], data: st.DataObject, indent: int | None, is_ascii: bool
) -> None:
    path = data.draw(st.sampled_from(places(value)))
    holder: object = value
    for step in path[:-1]:
        holder = holder[step]  # type: ignore[index]
    others = [key for key in holder if key != path[-1]] if isinstance(holder, dict) else []
    holder[path[-1]] = MARK  # type: ignore[index]
    text = json.dumps(value, indent=indent, ensure_ascii=is_ascii)
    start = text.index(f'"{MARK}"')
    found = place_at(text, start + 5, Nesting())
    assert found is not None
    assert found.role == "value"
    assert found.path == tuple(0 if isinstance(step, int) else step for step in path)
    assert (text[found.start : found.end], found.typed) == (f'"{MARK}"', MARK[:4])
    assert (found.comma_at, found.needs_comma) == (None, False)
    if isinstance(holder, dict):
        name = text.rindex(":", 0, start)
        before = place_at(text, name - 1, Nesting())
        assert before is not None
        assert (before.role, before.path, before.has_colon) == ("name", found.path[:-1], True)
        assert set(before.present) == set(others)


@pytest.mark.parametrize(
    ("text", "role", "path", "typed", "comma", "colon"),
    [
        ("{|}", "name", (), "", False, False),
        ('{"pro|"}', "name", (), "pro", False, False),
        ('{"pro|\n  "seed": 1}', "name", (), "pro", True, False),
        ('{"a": 1, |"b": 2}', "name", (), "", True, False),
        ('{"a": |}', "value", ("a",), "", False, False),
        ('{"a": |\n "b": 1}', "value", ("a",), "", True, False),
        ('{"a": fa|, "b": 1}', "value", ("a",), "fa", False, False),
        ('{"a": [1, |', "value", ("a", 0), "", False, False),
        ('{"a": [{"x": {}}, {|', "name", ("a", 0), "", False, False),
        ('{"a": {"k": "}]", |', "name", ("a",), "", False, False),
        ('{"a":\n  {|}}', "name", ("a",), "", False, False),
        ('{"a|": 1}', "name", (), "a", False, True),
    ],
)  # fmt: skip
def test_broken_text_has_places_too(
    text: str, role: str, path: tuple[str | int, ...], typed: str, comma: bool, colon: bool
) -> None:
    found = at(text)
    assert found is not None
    assert (found.role, found.path, found.typed, found.needs_comma, found.has_colon) == (
        role,
        path,
        typed,
        comma,
        colon,
    )


@pytest.mark.parametrize("text", ["|", "{}|", '{"a" |: 1}', '{"a": 1}, |', '{"a": |true}'])
def test_nothing_can_be_written_there(text: str) -> None:
    assert at(text) is None


def test_a_missing_comma_before_is_noticed_and_short_values_are_told() -> None:
    found = at('{"type": "url", "n": {"x": 1} |}')
    assert found is not None
    assert found.comma_at == len('{"type": "url", "n": {"x": 1}')
    assert found.present == {"type": '"url"', "n": ""}


def test_a_text_of_megabytes_is_answered_from_what_is_known_of_its_pieces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = random.Random(5)
    items = [{"path": f"x{n}", "scale": rng.random(), "tags": ["]", "{"]} for n in range(20_000)]
    text = json.dumps({"a": {"loras": items}, "z": 1}, indent=2)
    read = 0
    balance = json_place._balance  # pyright: ignore[reportPrivateUsage]

    def counted(piece: str) -> tuple[int, int]:
        nonlocal read
        read += len(piece)
        return balance(piece)

    monkeypatch.setattr(json_place, "_balance", counted)
    nesting = Nesting()
    middle = text.index('"x10000"') + len('"x10000"')
    before = time.perf_counter()
    place_at(text, middle + 5, nesting)
    first = time.perf_counter() - before
    assert read > len(text) / 3
    read = 0
    for number, key in enumerate("scale"):
        text = text[: middle + 2 + number] + key + text[middle + 2 + number :]
        found = place_at(text, middle + 3 + number, nesting)
        assert found is not None
        assert (found.role, found.path) == ("name", ("a", "loras", 0))
        assert {"path", "tags"} <= set(found.present)
    assert read < 6 * json_place.PIECE * 2, "only the last piece is read anew"
    assert first < 20
    end = place_at(text, len(text) - 2, nesting)
    assert end is not None
    assert end.path == ("z",)
