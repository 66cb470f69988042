"""What is shown of JSON: long strings and long lines as marks, and whatever is edited, the text stays exact."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fal_studio.ui.widgets.json_display import LONG_LINE, MARK, Held, Piece, Shown, more_of, shortened

URI = "data:image/png;base64," + "A" * 4000


def whole(piece: Piece) -> str:
    parts = piece.display.split(MARK)
    return parts[0] + "".join(held.text + part for held, part in zip(piece.held, parts[1:], strict=True))


def test_ordinary_text_is_shown_as_it_is() -> None:
    text = json.dumps({"prompt": "a lake " * 100, "seed": 3}, indent=2)
    assert shortened(text) == Piece(text)


def test_a_data_uri_stands_as_a_mark_that_names_type_and_size() -> None:
    piece = shortened(json.dumps({"image_url": URI, "seed": 1}, indent=2))
    assert piece.display == f'{{\n  "image_url": "{MARK}",\n  "seed": 1\n}}'
    assert piece.held == (Held(URI, "image/png  3.0 KB"),)


@pytest.mark.parametrize(
    ("inside", "label"),
    [
        ("Ab1+/" * 100, "encoded  500 B"),
        ("words and " * 2000, "text  20 KB"),
        ("data:,x" + "y" * 400, "data  407 B"),
    ],
)
def test_other_long_strings(inside: str, label: str) -> None:
    piece = shortened(f'"{inside}"')
    assert (piece.display, piece.held[0].label) == (f'"{MARK}"', label)


def test_one_line_of_megabytes_shows_its_beginning_and_can_be_shown_step_by_step() -> None:
    text = json.dumps({"points": list(range(300_000))})
    piece = shortened(text)
    assert len(piece.display) <= LONG_LINE + 1
    assert whole(piece) == text
    (rest,) = piece.held
    assert rest.is_rest
    step = more_of(rest)
    assert whole(step) == rest.text
    assert 1000 < len(step.display) < 1600


def test_a_mark_that_stands_in_the_text_itself_is_kept() -> None:
    for text in (f'{{"a": "{MARK}"}}', f'{{"a": "{MARK}{"x" * 400}"}}', MARK, f"{'[1,' * 5000}{MARK}"):
        assert whole(shortened(text)) == text


texts = st.text(
    alphabet=st.sampled_from([*'{}[],:"\\ \n1aé🦊', MARK, "\u2029"]), max_size=40
) | st.sampled_from([URI, f'"{URI}"', '"' + "x" * 9000 + '"', "1," * 6000, "\\" * 700])


@settings(max_examples=300, deadline=None)
@given(st.lists(texts, max_size=6))
def test_any_text_is_whole_behind_its_display(parts: list[str]) -> None:
    text = "".join(parts)
    shown = Shown(text)
    assert shown.text == text
    assert whole(Piece(shown.display, tuple(shown.held))) == text
    assert "\u2029" not in shown.display
    assert shown.units == len(shown.display.encode("utf-16-le")) // 2


@settings(max_examples=300, deadline=None)
@given(st.lists(texts, max_size=4), st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), texts), max_size=5))
def test_edits_of_what_is_shown_are_edits_of_the_text(
    parts: list[str], edits: list[tuple[float, float, str]]
) -> None:
    shown = Shown("".join(parts))
    for where, how_much, added in edits:
        start = round(where * len(shown.display))
        end = start + round(how_much * (len(shown.display) - start))
        at = len(shown.display[:start].encode("utf-16-le")) // 2
        removed = len(shown.display[start:end].encode("utf-16-le")) // 2
        before, after = shown.text[: shown.text_index(at)], shown.text[shown.text_index(at + removed) :]
        shown.replace(at, removed, shortened(added))
        assert shown.text == before + added + after


@given(st.lists(texts, max_size=4), st.floats(0, 1))
def test_places_are_found_both_ways(parts: list[str], where: float) -> None:
    shown = Shown("".join(parts))
    at = len(shown.display[: round(where * len(shown.display))].encode("utf-16-le")) // 2
    assert shown.shown_at(shown.text_index(at)) == at
    index = round(where * len(shown.text))
    assert 0 <= shown.shown_at(index) <= shown.units
