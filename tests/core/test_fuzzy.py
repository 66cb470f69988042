"""What is typed into a palette finds what was meant, best first, and tells which letters it were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fal_studio.core.fuzzy import fit, near
from fal_studio.core.uses import Uses


@pytest.mark.parametrize(
    ("typed", "best", "others"),
    [
        ("run", "Run", ["Return to the run", "Prune"]),
        ("str", "Stream", ["Mode: stream", "Restraint"]),
        ("cm", "Compare all modes", []),
        ("queue", "Queue", ["Cancel all queued", "Requeue it"]),
    ],
)
def test_the_better_fit_comes_first(typed: str, best: str, others: list[str]) -> None:
    words = typed.split()
    scores = []
    for title in (best, *others):
        found = fit(words, (title,))
        assert found is not None, title
        scores.append(found.score)
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)


def test_beginnings_of_words_make_up_a_word_and_are_told() -> None:
    found = fit(["comall"], ("Compare all modes", ""))
    assert found is not None
    assert found.spans[0] == ((0, 3), (8, 11))
    assert fit(["cpy"], ("Copy as JavaScript",)) is None, "letters in the middle of words are no beginnings"


def test_every_word_has_to_fit_somewhere_and_the_title_counts_most() -> None:
    in_title = fit(["open", "saved"], ("Open saved", "file"))
    behind = fit(["open", "file"], ("Open saved", "file"))
    assert in_title is not None
    assert behind is not None
    assert in_title.score > behind.score
    assert behind.spans == (((0, 4),), ((0, 4),))
    assert fit(["open", "nothing"], ("Open saved", "file")) is None


@given(st.text(max_size=12), st.text(max_size=30))
def test_whatever_is_typed_the_places_lie_in_the_text_in_order(typed: str, text: str) -> None:
    found = fit(typed.split(), (text,))
    for start, end in found.spans[0] if found else ():
        assert 0 <= start < end <= len(text)
    if found:
        assert list(found.spans[0]) == sorted(found.spans[0])
        assert 0 <= found.score <= 1


def test_a_mistyped_word_finds_the_one_that_was_meant() -> None:
    assert near("comapre", ["Compare", "Cancel"]) == "compare"
    assert near("qqqq", ["Compare", "Cancel"]) == ""


def test_what_was_used_often_and_lately_counts_most() -> None:
    uses = Uses()
    for key in ("old", "old", "often", "often", "often", "once"):
        uses.note(key)
    assert uses.share("often") > uses.share("old") > uses.share("once") > uses.share("never") == 0
    for _ in range(200):
        uses.note("else")
    assert set(uses.weights) == {"else"}
    again = Uses()
    again.take(uses.weights)
    assert again.share("else") == uses.share("else")
    again.take({"damaged": float("nan"), "huge": 1e9, "below": -1.0})
    assert again.weights == {}


@pytest.mark.parametrize("typed", ["log...", "log…", "log."])
def test_the_dots_behind_a_word_of_a_menu_may_be_typed_or_not(typed: str) -> None:
    found = fit([typed], ["Log…", "What happened"])
    assert found is not None
    assert found.spans[0] == ((0, 3),)
