"""Text as the full-text index holds it and asks for it: words, and characters of scripts that have no spaces."""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

# Thai to Khmer, kana, Han, Hangul: written without spaces or with endings glued on. Symbols and emoji: no letters.
# Each of them becomes a word, and a search for several of them a phrase: so any part of a sentence is found.
_ALONE = re.compile(
    "["
    "\u00a6\u00a9\u00ae\u00b0"
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff"
    "\u2100-\u2bff\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff"
    "\U0001f000-\U0001faff\U00020000-\U0003ffff"
    "]"
)


class Match(NamedTuple):
    """What to ask the index for, and what it knows nothing of."""

    expression: str
    """For MATCH; "" if there is nothing to ask."""
    marks: tuple[str, ...]
    """Words of punctuation only: to be looked for in the text itself."""


def indexed(text: str) -> str:
    """Return the text as the index is given it."""
    if text.isascii():
        return text
    return _ALONE.sub(r" \g<0> ", unicodedata.normalize("NFKC", text).casefold())


def all_of(words: Iterable[str]) -> Match:
    """Return the search for all the words; the last one may be the beginning of a word."""
    phrases, marks = _phrases(words)
    if phrases and not marks and not _ALONE.match(phrases[-1][-2]):
        phrases[-1] += "*"
    return Match(" AND ".join(phrases), marks)


def any_of(words: Iterable[str]) -> Match:
    """Return the search for one of the words, whole."""
    phrases, marks = _phrases(words)
    return Match(" OR ".join(phrases), marks)


def _phrases(words: Iterable[str]) -> tuple[list[str], tuple[str, ...]]:
    phrases: list[str] = []
    marks: list[str] = []
    for word in words:
        text = indexed(word).strip().replace("\0", " ")
        if any(unicodedata.category(char)[0] in "LN" or unicodedata.category(char) == "So" for char in text):
            phrases.append('"' + text.replace('"', '""') + '"')
        elif text:
            marks.append(text)
    return phrases, tuple(marks)
