"""Brackets find their partners, in good text and in broken."""

import json

import pytest

from fal_studio.ui.widgets.json_brackets import opened, partner

TEXT = '{\n  "a": [1, {"b": "}]"}],\n  "c": {}\n}'


IN_STRING = {TEXT.index('}]"'), TEXT.index('}]"') + 1}


@pytest.mark.parametrize("bracket", [place for place, char in enumerate(TEXT) if char in "{}[]"])
def test_partners_find_each_other_and_brackets_in_strings_have_none(bracket: int) -> None:
    other = partner(TEXT, bracket)
    if bracket in IN_STRING:
        assert other is None
    else:
        assert other is not None
        assert partner(TEXT, other) == bracket
        json.loads(TEXT[min(bracket, other) : max(bracket, other) + 1])


@pytest.mark.parametrize("text", ["[}", "{", "]", "[\n}", '"[', ""])
def test_what_does_not_belong_together_has_no_partner(text: str) -> None:
    assert partner(text, 0) is None


def test_far_away_is_not_looked_for() -> None:
    text = "[" + "1,\n" * 50_000 + "1]"
    assert partner(text, 0) is None
    assert partner(text, len(text) - 1) is None
    assert partner(text, 0, most=len(text)) == len(text) - 1


@pytest.mark.parametrize(
    ("line", "place"),
    [('"a": {', 5), ("[1, [2], {", 9), ("{}", None), ('"{"', None), ("}, {", 3), ("", None)],
)
def test_what_a_line_leaves_open(line: str, place: int | None) -> None:
    assert opened(line) == place
