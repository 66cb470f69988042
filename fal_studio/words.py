"""The program's words in the language of the person at the screen. Plain gettext: no Qt, and nothing is read for English.

**A text for people** is written in English where it is used, as the whole sentence and as a literal, for that is how it is
found (`packaging/dev.py words` collects all of them for translators, and a test sees to it that each call has a literal):

    tr("Copy the address")
    tr("{name} was saved in {folder}.").format(name=name, folder=folder)      # never tr(f"…")
    trn("{count} call", "{count} calls", n).format(count=number(n))           # never + "s"

    QUEUED = mark("queued")                                                   # is kept and compared as it stands here,
    told(state.phase)                                                         # and translated where it is shown

Names in braces stay as they are in every language; a translator may change their order. What is kept, compared, sent or
logged is no text for people and is not translated: keys, enum values, object names, words of the wire, lines of the log.
Numbers in a text are written by `fal_studio.figures`, which knows the decimal mark.

**The language** is chosen once, when this module is first imported, so a text may stand in a constant of a module or a class;
`fal_studio.language` says how. Where there is no catalogue, the words stay English. `FAL_STUDIO_LANGUAGE=pseudo` is the language
of tests: every text has accents and brackets and is a third longer, so what was not translated or finds no room shows.

**A language is added** with `packaging/dev.py words de`: that writes `resources/words/de/LC_MESSAGES/fal_studio.po` from all texts,
or brings the one that is there up to date, and compiles what is translated into the `.mo` beside it. Both are committed.
Longer texts are documents in Markdown, in a folder for each language: `resources/help/en/run.md`, `resources/help/de/run.md`. One that
a language does not have is shown in English.
"""

import gettext
import re
from typing import Protocol

from fal_studio import language as choice
from fal_studio import resources
from fal_studio.language import DOMAIN, ENGLISH, PSEUDO, SYSTEM

OPEN, CLOSE = "⟦", "⟧"
"""Between these stands every translated text of the pseudo language."""
_ACCENTS = str.maketrans("aceginorsuyACEGINORSUY", "áçéĝïñóŕšúýÁÇÉĜÏÑÓŔŠÚÝ")
_VOWELS = frozenset("aeiouAEIOU")
_LONGER = 0.3
# What must come through whole: names in braces and of argparse, targets of links, tags, addresses, code, entities.
_WHOLE = r"(\{[^{}]*\}|%(?:\(\w+\))?[rs]|\]\([^)\s]*\)|</?[a-zA-Z][^<>]*>|\w+://\S+|`[^`]*`|&#?\w+;)"


class Catalogue(Protocol):
    """Where the words of a language stand."""

    def gettext(self, message: str, /) -> str:
        """Return a text in the language."""
        ...

    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str:
        """Return the text for `n` things in the language."""
        ...


class Pseudo:
    """A language for tests: English with accents and brackets, a third longer."""

    def gettext(self, message: str, /) -> str:
        """Return the text with accents, in brackets; what stands for something else is left whole."""
        if not message:
            return ""
        more = round(len(message) * _LONGER)
        parts: list[str] = []
        for place, part in enumerate(re.split(_WHOLE, message)):
            if place % 2:
                parts.append(part)
                continue
            longer = ""
            for letter in part:
                again = more > 0 and letter in _VOWELS
                more -= again
                longer += letter * (1 + again)
            parts.append(longer.translate(_ACCENTS))
        return f"{OPEN}{''.join(parts)}{CLOSE}"

    def ngettext(self, msgid1: str, msgid2: str, n: int, /) -> str:
        """Return one of the two as English does, in this language."""
        return self.gettext(msgid1 if n == 1 else msgid2)


def catalogue(language: str = SYSTEM) -> Catalogue:
    """Return the words of a language, or of the system's one; English where there is no catalogue."""
    if language == PSEUDO:
        return Pseudo()
    languages = choice.wanted(language)
    if not languages:
        return gettext.NullTranslations()
    try:
        folder = resources.path("words")
    except FileNotFoundError:  # a command without a window can do without; the window says what is missing
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, folder, languages, fallback=True)


LANGUAGE = choice.chosen()
"""What this run speaks, as it was asked for: one language, or the system's."""
_words = catalogue(LANGUAGE)
TAG = choice.tag(LANGUAGE)
"""The language in which texts are, as HTML names it: `en`, `pt-BR`."""


def languages() -> tuple[str, ...]:
    """Return what can be chosen: the system's language, English, and each that has a catalogue."""
    return (SYSTEM, ENGLISH, *choice.there())


def tr(text: str) -> str:
    """Return a text for people in the language of this run."""
    return _words.gettext(text) if text else ""  # gettext answers "" with the head of its catalogue


def trn(one: str, many: str, count: float) -> str:
    """Return the one of two texts that fits `count`: a language may have more forms, and has them in its catalogue."""
    # A broken number is never one of something, in no language that the house speaks: 1.5 seconds, 0.5 seconds.
    return _words.ngettext(one, many, count if isinstance(count, int) else 1 if count == 1.0 else 2)


def mark(text: str) -> str:
    """Return a word as it is, and let translators know it: it is kept or compared, and shown by `told`."""
    return text


def told(word: str) -> str:
    """Return a word that was marked in the language of this run."""
    return _words.gettext(word) if word else ""


def document(folder: str, name: str) -> str:
    """Return a document in Markdown, such as `help` and `run.md`, in the language of this run; English where that has none."""
    languages = choice.wanted(LANGUAGE)
    text = choice.document(folder, name, languages).read_text(encoding="utf-8")
    if not isinstance(_words, Pseudo):
        return text
    # Only the words: what makes a heading or an entry of a list stays at the beginning of its line.
    parts = (re.match(r"(\s*(?:#+ |[-*] |\d+\. )?)(.*)", line) for line in text.splitlines())
    return "\n".join(f"{part[1]}{_words.gettext(part[2])}" for part in parts if part)
