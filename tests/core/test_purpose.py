"""What an attempt is for: facts keep the same words in every language, people read them in theirs."""

import pytest

from fal_studio import words
from fal_studio.core import purpose

OF_A_LATER_PROGRAM = "submit as somebody else"


def test_people_read_in_english_what_facts_keep() -> None:
    for why in (
        "submit",
        purpose.again("submit", "503"),
        purpose.redirected("result"),
        OF_A_LATER_PROGRAM,
        "",
    ):
        assert purpose.in_words(why) == why


def test_facts_keep_the_same_words_in_every_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_words", words.Pseudo())
    again, redirected = purpose.again("submit", "503"), purpose.redirected("result")
    assert (again, redirected) == ("submit again after 503", "result redirected")
    for why in ("submit", again, redirected):
        told = purpose.in_words(why)
        assert told.startswith(words.OPEN)
        assert told.endswith(words.CLOSE)
    assert "503" in purpose.in_words(again)
    assert purpose.in_words(OF_A_LATER_PROGRAM) == OF_A_LATER_PROGRAM
