"""Finding by a few letters: how well typed words fit a title, and which of its letters they are.

Not an edit distance: what is typed into a palette are beginnings of words ("cm" for "Compare modes"), and the letters that
fit are shown, which the libraries for distances cannot tell.
"""

import difflib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

Span = tuple[int, int]
"""Where letters fit: from, and to just behind."""
_WHOLE, _START, _WORD, _INSIDE, _PIECES = 1.0, 0.95, 0.85, 0.5, 0.6
_LESS_BEHIND = 0.55
"""Words that fit the second text count so much less than words of the first."""
_DOTS = ".…"
"""Menus end many words with them, and so does who reads them off."""
_NEAR = 0.7
"""How alike a mistyped word has to be, 0 to 1, as `difflib` counts."""


class Fit(NamedTuple):
    """How texts fit what was typed."""

    score: float
    """0 to 1, higher is better."""
    spans: tuple[tuple[Span, ...], ...]
    """For each text the places that fit, sorted, not touching each other."""


def fit(words: Sequence[str], texts: Sequence[str]) -> Fit | None:
    """Return how well texts fit all of the words, the first text most of all; None if one word fits nowhere."""
    spans: list[list[Span]] = [[] for _ in texts]
    score = 0.0
    for word in words:
        best, at, found = 0.0, 0, ()
        for number, text in enumerate(texts):
            # Pieces of a long sentence fit nearly everything: they count in the title alone.
            one = fit_word(word, text, in_pieces=not number)
            weighed = one[0] * (_LESS_BEHIND if number else 1.0)
            if weighed > best:
                best, at, found = weighed, number, one[1]
        if not found:
            return None
        score += best
        spans[at].extend(found)
    return Fit(score / max(1, len(words)), tuple(_joined(each) for each in spans))


def fit_word(word: str, text: str, *, in_pieces: bool = True) -> tuple[float, tuple[Span, ...]]:
    """Return how well one word fits a text, 0 for not at all, and where; `in_pieces`: also as beginnings of several words."""
    word, text = _small(word.rstrip(_DOTS) or word), _small(text)
    if not word or not text:
        return 0.0, ()
    at, best, place = text.find(word), 0.0, -1
    while at >= 0:
        score = _START if at == 0 else _WORD if _begins(text, at) else _INSIDE
        if score > best:
            best, place = score, at
        at = text.find(word, at + 1) if best < _WORD else -1
    if place >= 0:
        whole = _WHOLE if len(word) == len(text) else best
        return whole + 0.04 * len(word) / len(text) - 0.04, ((place, place + len(word)),)
    pieces = _pieces(word, text) if in_pieces else ()
    if not pieces:
        return 0.0, ()
    return _PIECES * (1 - 0.1 * (len(pieces) - 1)) if len(pieces) < 6 else 0.1, pieces


def near(word: str, known: Iterable[str]) -> str:
    """Return the known word that a mistyped one was probably meant to be, "" for none."""
    found = difflib.get_close_matches(_small(word), sorted({_small(one) for one in known}), 1, _NEAR)
    return found[0] if found else ""


def _small(text: str) -> str:
    """Return small letters, as many as there were: a few letters are two when they are small."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(letter.lower()[:1] for letter in text)


def _begins(text: str, at: int) -> bool:
    return text[at].isalnum() and (at == 0 or not text[at - 1].isalnum())


def _pieces(word: str, text: str) -> tuple[Span, ...]:
    """Return beginnings of words of the text that make up the word, as few as the first words allow; empty for none."""
    starts = [at for at in range(len(text)) if _begins(text, at)]
    dead: set[tuple[int, int]] = set()

    def walk(done: int, number: int) -> tuple[Span, ...] | None:
        if done == len(word):
            return ()
        if (done, number) in dead:
            return None
        for later in range(number, len(starts)):
            start = starts[later]
            length = 0
            while (
                done + length < len(word)
                and start + length < len(text)
                and text[start + length] == word[done + length]
            ):
                length += 1
            for taken in range(length, 0, -1):
                rest = walk(done + taken, later + 1)
                if rest is not None:
                    return ((start, start + taken), *rest)
        dead.add((done, number))
        return None

    return walk(0, 0) or ()


def _joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
