"""JSON as people type it: what is wrong and on which line, and where a field stands."""

import json
import re
from typing import NamedTuple

import msgspec

from fal_studio.core.nesting import DEEPEST, is_deeper
from fal_studio.core.request import Json
from fal_studio.core.schema.field import Path
from fal_studio.words import tr

_PARTS = (
    r"""(?s)(?P<space>[ \t\r\n]+)|(?P<string>"(?:[^"\\\x00-\x1f]|\\.)*")|(?P<punct>[{}\[\],:])"""
    r"""|(?P<word>[^\s{}\[\],:"]+)|(?P<other>.)"""
)
LONG = 200_000
"""Characters from which a text is first read by the quicker of two readers: it holds up other threads a fifth as long."""
_NOT_NUMBERS = {"NaN", "Infinity", "-Infinity"}


class TextProblem(NamedTuple):
    """Something wrong in the text, with its place."""

    message: str
    line: int
    """From 1."""
    column: int = 1


class Span(NamedTuple):
    """Where a value stands in the text."""

    start: int
    end: int


class Reading(NamedTuple):
    """A text, read: the arguments if it is good, otherwise what is wrong with it."""

    arguments: dict[str, Json] | None
    problems: tuple[TextProblem, ...]


def read(text: str) -> Reading:
    """Read the arguments of a request; never raises."""
    if not text.strip():
        return Reading({}, ())
    value, problems = _loaded(text)
    if not problems and not isinstance(value, dict):
        problems = (TextProblem(tr("Arguments are an object: start with { and end with }."), 1),)
    return Reading(None if problems else value, problems)


def read_value(text: str) -> tuple[Json, str]:
    """Read one JSON value of any type: the value, and why there is none; never raises."""
    value, problems = _loaded(text)
    return (None, problems[0].message) if problems else (value, "")


def _loaded(text: str) -> tuple[Json, tuple[TextProblem, ...]]:
    if len(text) > LONG and (found := _quickly(text)) is not None and not _is_deep(text, found):
        return found, ()
    doubts = _Doubts()
    try:
        value = json.loads(text, object_pairs_hook=doubts.take_object, parse_constant=doubts.take_constant)
        text.encode()
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
        # Where the doubtful places are is looked for only if there are any: the walk is slow on megabytes.
        problems = _scan(text).problems if doubts.any else []
    except json.JSONDecodeError as error:
        return None, (TextProblem(_plain(error), error.lineno, error.colno),)
    except RecursionError:
        return None, (_too_deep(),)
    except UnicodeEncodeError:
        return None, (TextProblem(tr("Half a surrogate pair (\\ud800…) is not a character."), 1),)
    except ValueError as error:
        return None, (TextProblem(tr("A number cannot be read: {error}").format(error=error), 1),)
    return (None, (_too_deep(),)) if _is_deep(text, value) else (value, tuple(problems))


def _too_deep() -> TextProblem:
    return TextProblem(tr("The JSON is nested too deeply to be read."), 1)


def _is_deep(text: str, value: Json) -> bool:
    """Whether a value is deeper than any request may be: what walks it would break before it is refused there."""
    return text.count("[") + text.count("{") > DEEPEST and is_deeper(value, DEEPEST)


def _quickly(text: str) -> Json | None:
    """Read a text that is good beyond doubt; None if there is the least."""
    if "\\u" in text:
        return None
    try:
        value: Json = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None
    # A name that stands twice is read as one: then there are more colons behind quotes than names.
    colons = text.count('":') + text.count('" :')
    return value if isinstance(value, dict) and _names_in(value) == colons else None


def _names_in(value: Json) -> int:
    count, level = 0, [value]
    while level:
        inner: list[Json] = []
        for item in level:
            children = item
            if isinstance(item, dict):
                count += len(item)
                children = item.values()
            inner += [child for child in children if isinstance(child, dict | list)]
        level = inner
    return count


def dump(value: Json) -> str:
    """Return the value as indented JSON, one field a line."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def line_of(text: str, path: Path) -> int | None:
    """Return the line, from 1, on which the value at `path` begins; None if there is no such value."""
    try:
        span = _scan(text).spans.get(path)
    except RecursionError:
        return None
    return None if span is None else text.count("\n", 0, span.start) + 1


class _Doubts:
    """Notices, while the text is read, what JSON forbids or leaves open: fields named twice, NaN, Infinity."""

    def __init__(self) -> None:
        self.any = False

    def take_object(self, pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        found = dict(pairs)
        self.any = self.any or len(found) != len(pairs)
        return found

    def take_constant(self, word: str) -> float:
        self.any = True
        return float(word)


class _Spots:
    """What one walk over the tokens finds."""

    def __init__(self) -> None:
        self.spans: dict[Path, Span] = {}
        self.problems: list[TextProblem] = []


class _Level:
    """One object or list that is open during the walk."""

    def __init__(self, path: Path, start: int, *, is_object: bool) -> None:
        self.path = path
        self.start = start
        self.is_object = is_object
        self.keys: set[str] = set()
        self.key: str | None = None
        self.index = 0

    def here(self) -> Path:
        return (*self.path, self.key if self.is_object and self.key is not None else self.index)


def _scan(text: str) -> _Spots:
    """Walk over the tokens: spans of all values; fields named twice and numbers that JSON does not have."""
    spots, levels = _Spots(), list[_Level]()
    line, line_start = 1, 0
    for token in re.finditer(_PARTS, text):
        kind, part, start = token.lastgroup, token.group(), token.start()
        if kind == "space":
            if breaks := part.count("\n"):
                line += breaks
                line_start = start + part.rindex("\n") + 1
        elif kind == "punct":
            _punctuation(part, start, levels, spots)
        elif kind in ("string", "word"):
            level = levels[-1] if levels else None
            place = (line, start - line_start + 1)
            if level and level.is_object and level.key is None and kind == "string":
                _take_key(part, level, spots, place)
            else:
                if part in _NOT_NUMBERS:
                    spots.problems.append(
                        TextProblem(tr("JSON has no {part}. Use a number or null.").format(part=part), *place)
                    )
                spots.spans[level.here() if level else ()] = Span(start, token.end())
    return spots


def _take_key(part: str, level: _Level, spots: _Spots, place: tuple[int, int]) -> None:
    level.key = json.loads(part)
    assert level.key is not None
    if level.key in level.keys:
        message = tr("“{key}” stands here twice. Only one of them would be sent.").format(key=level.key)
        spots.problems.append(TextProblem(message, *place))
    level.keys.add(level.key)


def _punctuation(part: str, start: int, levels: list[_Level], spots: _Spots) -> None:
    if part in "{[":
        path = levels[-1].here() if levels else ()
        levels.append(_Level(path, start, is_object=part == "{"))
    elif part in "}]" and levels:
        level = levels.pop()
        spots.spans[level.path] = Span(level.start, start + 1)
    elif part == "," and levels:
        levels[-1].key = None
        levels[-1].index += 1


def _plain(error: json.JSONDecodeError) -> str:
    """Say in plain words what json's error means."""
    before = error.doc[: error.pos].rstrip()
    after = error.doc[error.pos :].lstrip()[:1]
    word = error.msg
    if word.startswith(("Expecting property name", "Illegal trailing comma")):
        if before.endswith(",") or word.startswith("Illegal"):
            return tr("A comma too many: nothing follows it. Remove it.")
        return tr("A field name in double quotes belongs here, not {after}.").format(
            after=after or tr("the end")
        )
    if word.startswith("Expecting ',' delimiter"):
        return (
            tr("The text ends too early: a closing } or ] is missing.")
            if not after
            else tr("A comma is missing before this.")
        )
    if word.startswith("Expecting ':' delimiter"):
        return tr("A colon is missing after the field name.")
    if word.startswith("Expecting value"):
        if not after:
            return tr("A value is missing at the end.")
        return tr(
            "A value belongs here: text goes in double quotes, also true, false, null and numbers are "
            "fine; not {after}"
        ).format(after=after)
    if word.startswith("Unterminated string"):
        return tr('The text in quotes has no end: a closing " is missing.')
    if word.startswith("Invalid control character"):
        return tr("A line break inside quotes is written as \\n.")
    if word.startswith(("Invalid \\escape", "Invalid \\u")):
        return tr("A backslash in text is written as \\\\.")
    if word.startswith("Extra data"):
        return tr("Something stands after the closing }. Remove it.")
    return f"{word}."
