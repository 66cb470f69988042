"""The German catalogue: whole, and true to what it translates. Others' new texts may stay English for a while."""

import itertools
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from fal_studio import resources, words
from fal_studio.ui.shell.help_panel import TOPICS
from tests.pseudo import faults, run_in

FOLDER = resources.path("words", "de", "LC_MESSAGES")
LEAST_TRANSLATED = 0.95
_NAME = re.compile(r"\{[^{}\s]*\}")
_LINK = re.compile(r"\]\([^)\s]*\)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|&(?:amp|lt|gt|quot|#\d+);")
_MNEMONIC = re.compile(r"&(?=[\w])(?!(?:amp|lt|gt|quot);)")
_ADDRESS = re.compile(r"\bhttps?://[\w.{}/:#-]*[\w}/]")

TERMS = {
    "answer": "antwort",
    "call": "aufruf|ruf",
    "catalogue": "katalog",
    "comparison": "vergleich",
    "event": "ereignis",
    "folder": "ordner",
    "header": "header",
    "history": "verlauf",
    "keyring": "schlüsselb",
    "lane": "spur",
    "ledger": "journal",
    "profile": "profil",
    "request": "anfrage|request|fordert",
    "result": "ergebnis|ergab|resultat|textergebnis",
    "session": "sitzung",
    "transcript": "mitschnitt",
}
"""An English word, and the beginnings of the German ones that stand for it. The German word stands for no other thing."""
SAID_OTHERWISE = 0.12
"""The part of the texts with a term that may say it with other words: a pronoun, a verb, a name of the wire."""


class Text(NamedTuple):
    """A text with all its forms: one, or one and many."""

    english: tuple[str, ...]
    german: tuple[str, ...]


def forms(of: object) -> tuple[str, ...]:
    return (of,) if isinstance(of, str) else tuple(of) if isinstance(of, list | tuple) else ()


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    with (FOLDER / "fal_studio.po").open("rb") as source:
        catalogue = read_po(source, locale="de")
    return [Text(forms(one.id), forms(one.string)) for one in catalogue if one.id]


@pytest.fixture(scope="module")
def translated(texts: list[Text]) -> list[Text]:
    return [one for one in texts if all(one.german)]


def read(text: str) -> str:
    """What people read of a text: without mnemonics and names in braces."""
    return _NAME.sub("", _MNEMONIC.sub("", text))


def pairs(translated: list[Text]) -> Iterator[tuple[str, str]]:
    for one in translated:
        yield from zip(one.english, one.german, strict=True)


def test_nearly_all_of_it_is_translated(texts: list[Text], translated: list[Text]) -> None:
    assert len(translated) > LEAST_TRANSLATED * len(texts), (
        "packaging/dev.py words de, then translate what is new"
    )


def test_what_is_compiled_is_what_was_translated(translated: list[Text]) -> None:
    with (FOLDER / "fal_studio.mo").open("rb") as source:
        compiled = {forms(one.id): forms(one.string) for one in read_mo(source) if one.id}
    assert [one.english for one in translated if compiled.get(one.english) != one.german] == []


def test_a_text_for_one_and_for_many_has_both_forms(texts: list[Text]) -> None:
    assert [one for one in texts if len(one.german) != len(one.english)] == []
    assert [one for one in texts if any(one.german) and not all(one.german)] == []


def test_names_in_braces_are_those_of_the_english_text(translated: list[Text]) -> None:
    for one in translated:
        last = _NAME.findall(one.english[-1])
        assert Counter(_NAME.findall(one.german[-1])) == Counter(last), one
        # A form for one may leave out the number, and nothing else that it has in English.
        of_one = set(_NAME.findall(one.german[0]))
        assert (
            set(_NAME.findall(one.english[0])) - {"{count}"}
            <= of_one
            <= {*last, *_NAME.findall(one.english[0])}
        ), one


@pytest.mark.parametrize("kept", [_LINK, _TAG, _ADDRESS], ids=["links", "tags", "addresses"])
def test_what_is_no_word_comes_through_whole(translated: list[Text], kept: re.Pattern[str]) -> None:
    for english, german in pairs(translated):
        assert sorted(kept.findall(german)) == sorted(kept.findall(english)), (english, german)


def test_edges_and_lines_are_those_of_the_english_text(translated: list[Text]) -> None:
    for english, german in pairs(translated):
        assert (german[:1].isspace(), german[-1:].isspace()) == (
            english[:1].isspace(),
            english[-1:].isspace(),
        ), german
        assert german.count("\n") == english.count("\n"), german
        assert german.endswith("…") == english.endswith("…"), (english, german)
        assert len(_MNEMONIC.findall(german)) == len(_MNEMONIC.findall(english)), (english, german)


def test_quotes_are_german(translated: list[Text]) -> None:
    assert [
        german
        for _english, german in pairs(translated)
        if "”" in german or german.count("„") != german.count("“")
    ] == []


@pytest.mark.parametrize("term", TERMS)
def test_one_word_stands_for_one_thing(translated: list[Text], term: str) -> None:
    english_word = re.compile(
        rf"\b{term}s?\b" if term[-1] != "y" else rf"\b{term[:-1]}(?:y|ies)\b", re.IGNORECASE
    )
    german_word = re.compile(rf"(?:{TERMS[term]})", re.IGNORECASE)
    both = [(english, german) for english, german in pairs(translated) if english_word.search(read(english))]
    assert both
    otherwise = [one for one in both if not german_word.search(read(one[1]))]
    assert len(otherwise) <= max(2, SAID_OTHERWISE * len(both)), otherwise


def test_no_german_word_stands_for_two_things(translated: list[Text]) -> None:
    only = {
        "schlüsselbund": "keyring",
        "mitschnitt": "transcript",
        "journal": "ledger",
        "verlauf": "history",
        "ordner": "folder|media",
        "katalog": "catalogue|price is listed",
        "sitzung": "session",
    }
    for german_word, english_word in only.items():
        for english, german in pairs(translated):
            if re.search(german_word, read(german), re.IGNORECASE):
                assert re.search(english_word, read(english), re.IGNORECASE), (
                    english,
                    german,
                )


def test_the_menus_have_mnemonics_of_their_own(translated: list[Text]) -> None:
    """Beside the menu bar, which `german_window` opens: the menus that are made when they are asked for."""
    said = dict(pairs(translated))
    for menu in (
        ("&Save as preset…", "&Rename", "&Move to the trash"),
        ("&Open", "&Rename…\tF2", "&Duplicate", "Show in &folder", "&Move to the trash\tDel"),
        ("&File", "&Edit", "&Request", "&Queue", "&View", "&Help"),
    ):
        letters = [said[text][said[text].index("&") + 1].lower() for text in menu]
        assert [one for one, other in itertools.combinations(letters, 2) if one == other] == [], menu


def test_the_window_speaks_german() -> None:
    prints = "from fal_studio.words import TAG, tr, trn; print(TAG, tr('Cancel'), trn('{count} call', '{count} calls', 2))"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", prints],
        env={"PATH": "", "LANG": "de_AT.UTF-8", "PYTHONPATH": str(Path(words.__file__).parents[1])},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=True,
    )
    assert done.stdout.split() == ["de", "Abbrechen", "{count}", "Aufrufe"]


@pytest.mark.timeout(180)
def test_in_german_no_menu_has_a_mnemonic_twice_and_keys_have_german_names() -> None:
    done = run_in("de", Path(__file__).parent / "ui" / "window" / "german_window.py")
    assert done.returncode == 0, faults(done)


@pytest.mark.parametrize("topic", TOPICS)
def test_each_page_of_help_is_there_and_leads_where_the_english_one_does(topic: str) -> None:
    german, english = (resources.path("help", one, f"{topic}.md").read_text("utf-8") for one in ("de", "en"))
    assert re.findall(r"\]\([^)\s]*\)", german) == re.findall(r"\]\([^)\s]*\)", english)
    assert re.findall(r"^#+ ", german, re.MULTILINE) == re.findall(r"^#+ ", english, re.MULTILINE)
    assert german != english
