"""Where in JSON text a cursor stands: in a name or a value, of what, and what is around it. Pure; the text may be broken.

A text of megabytes is not read anew for every key: it is looked at in pieces of whole lines (strings do not go over
lines), and what is known of the pieces before the cursor is kept for the next time.
"""

import contextlib
import itertools
import json
import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from fal_studio.core.schema.field import Path

PIECE = 32_000
"""Characters of a piece, up to the next end of a line."""
MOST_TOKENS = 5_000
"""So much of one object is looked at for the names that stand in it."""
_STRING = r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"?'
_STRINGS = re.compile(_STRING)
_TOKEN = re.compile(_STRING + r'|[{}\[\],:]|[^\s{}\[\],:"]+')
_BRACKET = re.compile(_STRING + r"|[{}\[\]]")
_NO_BRACKETS = re.compile(r"[^{}\[\]]+")
_SPACE = re.compile(r"\s*")
_MOST_QUOTES = 50_000
"""More of them in one piece: a line of megabytes, which cannot be read while somebody types."""
_SHORT = 100
"""Characters of values that are told along with their names."""


class Place(NamedTuple):
    """A cursor's place."""

    role: Literal["name", "value"]
    path: Path
    """Of the object that the name belongs to, or of the value; items of lists are number 0."""
    start: int
    """What is typed there begins here."""
    end: int
    typed: str
    """What stands between `start` and the cursor, without quotes."""
    present: dict[str, str]
    """For a name: the others in the object, with the JSON of their values where it is short, else ""."""
    in_string: bool
    comma_at: int | None
    """Where a comma is missing before it, None if none is."""
    has_colon: bool
    needs_comma: bool
    """Whether one is missing behind it."""


class Open(NamedTuple):
    """What is open at a place."""

    brackets: list[int]
    """Where the brackets stand, outermost first."""
    start: int
    """A line not far before the place begins here,"""
    depth: int
    """and what stands there is so much deeper than the place."""


class Nesting:
    """Knows which brackets are open at a place of a text that changes."""

    def __init__(self) -> None:
        self._pieces: list[tuple[str, int, int]] = []
        """Text, brackets closed that were opened before, and brackets left open."""

    def at(self, text: str, at: int) -> Open | None:
        """Return what is open at a place; None if that cannot be said in time."""
        start, count = self._follow(text, at)
        if text.count('"', start, at) > _MOST_QUOTES:
            return None  # one line of megabytes
        last = (text[start:at], *_balance(text[start:at]))
        pieces = [*self._pieces[:count], last]
        left: list[int] = []
        for number, (_piece, closed, opened) in enumerate(pieces):
            if closed:
                del left[max(0, len(left) - closed) :]
            left += [number] * opened
        return Open(_places(left, text, pieces), start, last[1])

    def _follow(self, text: str, at: int) -> tuple[int, int]:
        """Take in the whole pieces before a place; return where they end and how many there are."""
        start = count = 0
        while count < len(self._pieces):
            piece = self._pieces[count][0]
            if start + len(piece) > at or not text.startswith(piece, start):
                break
            start += len(piece)
            count += 1
        while end := text.find("\n", start + PIECE, at) + 1:
            piece = text[start:end]
            self._pieces[count:] = [(piece, *_balance(piece))]
            start, count = end, count + 1
        return start, count


def place_at(text: str, at: int, nesting: Nesting) -> Place | None:
    """Return what stands at a place of a text; None inside other things, and outside of all brackets."""
    opened = nesting.at(text, at)
    if opened is None or not opened.brackets:
        return None
    brackets = opened.brackets
    path: list[str | int] = []
    for outer, inner in itertools.pairwise(brackets):
        name = 0 if text[outer] == "[" else _name_before(text, inner)
        if name is None:
            return None
        path.append(name)
    level, word = _read_from_bracket(text, at, opened)
    if level.expects == "colon" or (word is None and _begins_word(text, at)):
        return None
    return _place(level, text, at, tuple(path), word)


def _place(level: "_Level", text: str, at: int, path: Path, word: "re.Match[str] | None") -> Place:
    start, end = (word.start(), word.end() if _has_end(word.group()) else at) if word else (at, at)
    typed = text[start:at]
    is_name = level.is_object and level.expects in ("name", "comma")
    step = 0 if level.name is None else level.name
    following = _char_after(text, end)
    if is_name:
        _take_following(level, text, end)
    return Place(
        "name" if is_name else "value",
        path if is_name else (*path, step),
        start,
        end,
        unquoted(typed),
        level.present,
        in_string=typed.startswith('"'),
        comma_at=_end_before(text, start) if level.expects == "comma" else None,
        has_colon=following == ":",
        needs_comma=following not in ("", ",", "}", "]", ":"),
    )


class _Level:
    """What was read of one object or list so far."""

    def __init__(self, *, is_object: bool) -> None:
        self.is_object = is_object
        self.present: dict[str, str] = {}
        self.name: str | None = None
        self.expects: Literal["name", "colon", "value", "comma"] = "name" if is_object else "value"

    def take(self, token: "re.Match[str]") -> None:
        """Read one thing more."""
        part = token.group()
        if part == ",":
            self.name, self.expects = None, "name" if self.is_object else "value"
        elif part == ":":
            self.expects = "value"
        elif self.expects == "name":
            self.name = unquoted(part) if part.startswith('"') else None
            if self.name is not None:
                self.present[self.name] = ""
            self.expects = "colon"
        elif self.expects == "value":
            if self.name is not None and len(part) <= _SHORT and part not in "{[":
                self.present[self.name] = part
            self.expects = "comma"


class _TooMuchError(Exception):
    """A level holds more than is looked at while somebody types."""


def _read_from_bracket(text: str, at: int, opened: Open) -> tuple[_Level, "re.Match[str] | None"]:
    """Read the innermost object or list up to a place; a long list, or an object of megabytes, only from nearby."""
    bracket = opened.brackets[-1]
    is_object = text[bracket] == "{"
    if is_object or bracket >= opened.start:
        level = _Level(is_object=is_object)
        with contextlib.suppress(_TooMuchError):
            return level, _read(level, text, bracket + 1, at)
    level = _Level(is_object=is_object)
    level.expects = "comma" if opened.depth else level.expects
    return level, _read(level, text, opened.start, at, opened.depth)


def _read(level: _Level, text: str, start: int, at: int, depth: int = 0) -> "re.Match[str] | None":
    """Read a level up to a place; return the word that the place stands in."""
    for token in _tokens(text, start, depth):
        if token.start() >= at:
            break
        if token.group() not in ("{", "}", "[", "]", ",", ":") and _holds(token, at):
            return token
        level.take(token)
    return None


def _take_following(level: _Level, text: str, start: int) -> None:
    """Take in the names behind a place."""
    rest = _Level(is_object=True)
    rest.present = level.present
    with contextlib.suppress(_TooMuchError):
        for token in _tokens(text, start, 0):
            rest.take(token)  # at last the closing bracket, which ends it


def _char_after(text: str, at: int) -> str:
    found = _SPACE.match(text, at)
    end = found.end() if found else at
    return text[end : end + 1]


def _holds(token: "re.Match[str]", at: int) -> bool:
    """Whether a place stands in a word, or behind one that has no end of its own."""
    part = token.group()
    return at < token.end() or (token.end() == at and not (part.startswith('"') and _has_end(part)))


def _begins_word(text: str, at: int) -> bool:
    """Whether a word without quotes begins right there: what is written there would run into it."""
    return at < len(text) and not text[at].isspace() and text[at] not in '{}[],:"'


def _tokens(text: str, start: int, depth: int) -> Iterator["re.Match[str]"]:
    """Yield the tokens of one level; an opening bracket stands for all that it holds, the level's own closing one comes last.

    `depth` says how much deeper than the level the text is at its start.
    """
    for count, token in enumerate(_TOKEN.finditer(text, start)):
        if count > MOST_TOKENS:
            raise _TooMuchError
        part = token.group()
        if part in ("}", "]"):
            depth -= 1
            if depth < 0:
                yield token
                return
        else:
            if depth == 0:
                yield token
            depth += part in ("{", "[")


def _balance(piece: str) -> tuple[int, int]:
    """Return how many brackets a piece of whole lines closes that were opened before it, and how many it leaves open."""
    brackets = _NO_BRACKETS.sub("", _STRINGS.sub("", piece))
    before = -1
    while before != len(brackets):
        before = len(brackets)
        brackets = brackets.replace("{}", "").replace("[]", "")
    closed = opened = 0
    for bracket in brackets:
        if bracket in "{[":
            opened += 1
        elif opened:
            opened -= 1  # a pair that does not match: somebody is at work there
        else:
            closed += 1
    return closed, opened


def _places(left: list[int], text: str, pieces: list[tuple[str, int, int]]) -> list[int]:
    """Return where the brackets stand that are left open, each given by the number of its piece."""
    found: list[int] = []
    begins = [0, *itertools.accumulate(len(piece) for piece, _closed, _opened in pieces)]
    for number, group in itertools.groupby(left):
        still = len(list(group))  # later pieces have closed the inner ones
        found += _left_open(text, begins[number], begins[number + 1])[:still]
    return found


def _left_open(text: str, start: int, end: int) -> list[int]:
    open_at: list[int] = []
    for token in _BRACKET.finditer(text, start, end):
        part = token.group()
        if part in ("{", "["):
            open_at.append(token.start())
        elif part in ("}", "]") and open_at:
            open_at.pop()
    return open_at


def _name_before(text: str, at: int) -> str | None:
    """Return the name of the value that begins at a place; None if no name and colon stand before it."""
    colon = _end_before(text, at) - 1
    if colon < 0 or text[colon] != ":":
        return None
    end = _end_before(text, colon)
    last = None
    for token in _STRINGS.finditer(text, text.rfind("\n", 0, end) + 1, end):
        last = token
    return unquoted(last.group()) if last is not None and last.end() == end else None


def _end_before(text: str, at: int) -> int:
    """Return where the last thing before a place ends."""
    while at > 0 and text[at - 1].isspace():
        at -= 1
    return at


def _has_end(part: str) -> bool:
    """Say whether a word ends where it seems to: a string of which the closing quote is missing does not."""
    if not part.startswith('"'):
        return True
    return len(part) > 1 and part.endswith('"') and (len(part) - len(part[:-1].rstrip("\\")) - 1) % 2 == 0


def unquoted(part: str) -> str:
    """Return a string's text, also of one without its end; other words as they are."""
    if not part.startswith('"'):
        return part
    whole = part if _has_end(part) else part + '"'
    try:
        return str(json.loads(whole, strict=False))
    except ValueError:
        return part.strip('"')
