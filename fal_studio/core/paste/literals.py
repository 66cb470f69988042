"""JavaScript literals as values: a small tolerant reader that follows names and passes over what it cannot know."""

import re
from collections.abc import Callable, Mapping

import msgspec

from fal_studio.core.request import Json
from fal_studio.words import tr

_SPACE = re.compile(r"(?:\s|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
_NUMBER = re.compile(
    r"[+-]?(?:0[xX][\da-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)n?(?![\w$])"
)
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
_WORDS: dict[str, Json] = {"true": True, "false": False, "null": None, "undefined": None, "NaN": None}
_ESCAPE = re.compile(r"\\(?:u\{([\da-fA-F]{1,6})\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|(\r\n|.))", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}
_PAIRS = {"(": ")", "[": "]", "{": "}"}
_DEEPEST = 100
_STRINGS = {
    '"': re.compile(r'"(?:[^"\\\n]|\\.)*+"', re.DOTALL),
    "'": re.compile(r"'(?:[^'\\\n]|\\.)*+'", re.DOTALL),
    "`": re.compile(r"`(?:[^`\\]|\\.)*+`", re.DOTALL),
}
_QUIET = re.compile(
    "|".join([*(one.pattern for one in _STRINGS.values()), r"//[^\n]*", r"/\*.*?(?:\*/|\Z)", r"[\"'`].*?\Z"]),
    re.DOTALL,
)
"""Strings and comments; what is not closed is quiet to the end."""


class Unknown(msgspec.Struct, frozen=True):
    """An expression whose value only running it would give."""

    text: str


Value = Json | Unknown


class LiteralError(ValueError):
    """The text is not a value; says where."""


class Reader:
    """Reads values out of one text."""

    def __init__(self, text: str, names: Mapping[str, int] | None = None) -> None:
        """`names`: where the values of plain names stand in the text."""
        self._text = text
        self._names = names or {}
        self._following: list[str] = []
        self._depth = 0

    def value(self, at: int) -> tuple[Value, int]:
        """Return the value at a place and the place behind it; raises LiteralError."""
        self._depth += 1
        try:
            if self._depth > _DEEPEST:
                raise LiteralError(tr("it is nested too deeply"))
            return self._expression(at)
        finally:
            self._depth -= 1

    def space(self, at: int) -> int:
        """Return the place behind spaces and comments."""
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def arguments(self, at: int) -> list[Value]:
        """Return the arguments of a call whose bracket opens at a place."""
        return self._listed(at, ")")[0]

    def _expression(self, at: int) -> tuple[Value, int]:
        at = begin = self.space(at)
        value, at = self._single(at)
        end = at
        while True:
            at = self.space(end)
            if self._text.startswith("+", at) and isinstance(value, str):
                more, end = self._single(self.space(at + 1))
                value = value + more if isinstance(more, str) else Unknown(self._text[begin:end])
                continue
            if (name := _NAME.match(self._text, at)) and name[0] in ("as", "satisfies"):
                end = self._past(at)  # TypeScript says what the value is
                return value, end
            break
        if at < len(self._text) and self._text[at] not in ",;)]}:\n" and not self._is_next_line(end, at):
            end = self._past(at)
            return Unknown(self._text[begin:end].strip()), end
        return value, end

    def _is_next_line(self, end: int, at: int) -> bool:
        return "\n" in self._text[end:at]

    def _single(self, at: int) -> tuple[Value, int]:
        text = self._text
        if at >= len(text):
            raise LiteralError(tr("it ends too early"))
        char = text[at]
        if char == "{":
            return self._object(at)
        if char == "[":
            return self._listed(at, "]")
        if char in "\"'`":
            return self._string(at)
        if found := _NUMBER.match(text, at):
            return _number(found[0]), found.end()
        if found := _NAME.match(text, at):
            return self._named(found[0], at, found.end())
        if char == "(":
            return self._bracketed(at)
        end = self._past(at)
        if end == at:
            raise LiteralError(tr("“{text}” is not a value").format(text=text[at : at + 20]))
        return Unknown(text[at:end].strip()), end

    def _bracketed(self, at: int) -> tuple[Value, int]:
        end = self.closing(at)
        after = self.space(end)
        if self._text.startswith("=>", after):
            end = self._past(after)
            return Unknown(self._text[at:end].strip()), end
        value, inner = self.value(at + 1)
        if self.space(inner) != end - 1:
            return Unknown(self._text[at:end]), end
        return value, end

    def _named(self, name: str, at: int, end: int) -> tuple[Value, int]:
        text = self._text
        after = self.space(end)
        if name in _WORDS and not text.startswith((".", "("), after):
            return _WORDS[name], end
        if text.startswith("JSON.stringify", at):
            bracket = self.space(at + len("JSON.stringify"))
            if text.startswith("(", bracket):
                values = self.arguments(bracket)
                return (values[0] if values else None), self.closing(bracket)
        is_plain = text[after : after + 1] in ("", ",", ";", ")", "]", "}", "\n") or self._is_next_line(
            end, after
        )
        if is_plain and name in self._names and name not in self._following:
            self._following.append(name)
            try:
                return self.value(self._names[name])[0], end
            except LiteralError:
                return Unknown(name), end
            finally:
                self._following.pop()
        end = self._past(at)
        return Unknown(text[at:end].strip()), end

    def _object(self, at: int) -> tuple[Value, int]:
        text = self._text
        found: dict[str, Value] = {}
        at = self.space(at + 1)
        while not text.startswith("}", at):
            if at >= len(text):
                raise LiteralError(tr("an object is not closed"))
            if text.startswith("...", at):
                inner, at = self.value(at + 3)
                found |= inner if isinstance(inner, dict) else {}
            else:
                at = self._entry(at, found)
            at = self.space(at)
            if text.startswith((",", ";"), at):
                at = self.space(at + 1)
            elif not text.startswith("}", at):
                raise LiteralError(tr("a comma is missing before “{text}”").format(text=text[at : at + 20]))
        return found, at + 1

    def _entry(self, at: int, found: dict[str, Value]) -> int:
        text = self._text
        begin = at
        key, at = self._key(at)
        at = self.space(at)
        if text.startswith(":", at):
            found[key], at = self.value(at + 1)
        elif text.startswith("(", at) or (_NAME.match(text, at) and _NAME.match(text, begin)):
            at = self._past(begin)  # a method
        elif key in self._names and key not in self._following:
            found[key] = self._named(key, begin, begin + len(key))[0]
        else:
            found[key] = Unknown(key)
        return at

    def _key(self, at: int) -> tuple[str, int]:
        text = self._text
        if text.startswith("[", at):
            key, end = self.value(at + 1)
            end = self.space(end)
            if not text.startswith("]", end):
                raise LiteralError(tr("a computed name is not closed"))
            return str(key), end + 1
        if text[at] in "\"'`":
            key, end = self._string(at)
            return str(key), end
        if found := _NAME.match(text, at) or re.compile(r"[\w.$]+").match(text, at):
            return found[0], found.end()
        raise LiteralError(tr("“{text}” is not a name").format(text=text[at : at + 20]))

    def _listed(self, at: int, closing: str) -> tuple[list[Value], int]:
        text = self._text
        found: list[Value] = []
        at = self.space(at + 1)
        while not text.startswith(closing, at):
            if at >= len(text):
                raise LiteralError(tr("a list is not closed"))
            if text.startswith("...", at):
                inner, at = self.value(at + 3)
                found += inner if isinstance(inner, list) else []
            else:
                item, at = self.value(at)
                found.append(item)
            at = self.space(at)
            if text.startswith(",", at):
                at = self.space(at + 1)
            elif not text.startswith(closing, at):
                raise LiteralError(tr("a comma is missing before “{text}”").format(text=text[at : at + 20]))
        return found, at + 1

    def _string(self, at: int) -> tuple[Value, int]:
        end = string_end(self._text, at)
        inner = self._text[at + 1 : end - 1]
        if self._text[at] == "`" and re.search(r"(?<!\\)\$\{", inner):
            return Unknown(self._text[at:end]), end
        return _joined_surrogates(_ESCAPE.sub(_char, inner)), end

    def _past_comment(self, at: int) -> int:
        end = self.space(at)
        if end == at:
            raise LiteralError(tr("a comment is not closed"))
        return end

    def _past(self, at: int) -> int:
        """Return the place behind an expression that is not understood: before the comma or bracket that ends it."""
        text = self._text
        while at < len(text):
            char = text[at]
            if char in ",;)]}":
                return at
            if char in "\"'`":
                at = string_end(text, at)
            elif char in _PAIRS:
                at = self.closing(at)
            elif text.startswith(("//", "/*"), at):
                at = self._past_comment(at)
            else:
                at += 1
        return at

    def closing(self, at: int) -> int:
        """Return the place behind the bracket that closes the one at a place; raises LiteralError."""
        text, wanted = self._text, [_PAIRS[self._text[at]]]
        at += 1
        while wanted and at < len(text):
            char = text[at]
            if char in "\"'`":
                at = string_end(text, at)
                continue
            if text.startswith(("//", "/*"), at):
                at = self._past_comment(at)
                continue
            if char in _PAIRS:
                wanted.append(_PAIRS[char])
            elif char == wanted[-1]:
                wanted.pop()
            at += 1
        if wanted:
            raise LiteralError(tr("a {wanted} is missing").format(wanted=wanted[-1]))
        return at


def masked(text: str) -> str:
    """Return a text of the same length whose strings and comments are blank, to look for code in."""
    pieces: list[str] = []
    at = 0
    for found in _QUIET.finditer(text):
        pieces.append(text[at : found.start()])
        pieces.append("\n".join(" " * len(line) for line in found[0].split("\n")))
        at = found.end()
    return "".join([*pieces, text[at:]])


def string_end(text: str, at: int) -> int:
    """Return the place behind the string that begins at a place; raises LiteralError."""
    found = _STRINGS[text[at]].match(text, at)
    if found is None:
        raise LiteralError(
            tr("the text that begins with {text} is not closed").format(text=text[at : at + 20])
        )
    return found.end()


def known(value: Value, tell: Callable[[str, Unknown], None]) -> Json:
    """Return a value without the entries that are unknown; `tell` hears the name and the expression of each."""
    if isinstance(value, dict):
        found: dict[str, Json] = {}
        for key, item in value.items():
            if isinstance(item, Unknown):
                tell(key, item)
            else:
                found[key] = known(item, tell)
        return found
    if isinstance(value, list):
        for item in value:
            if isinstance(item, Unknown):
                tell(tr("an item of a list"), item)
        return [known(item, tell) for item in value if not isinstance(item, Unknown)]
    return value


def _number(text: str) -> Json:
    text = text.replace("_", "").removesuffix("n")
    body = text.lstrip("+-").lower()
    if body.startswith(("0x", "0b", "0o")):
        return int(text, 0)
    return int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)


def _char(found: "re.Match[str]") -> str:
    for group in (1, 2, 3):
        if found[group] is not None:
            return chr(min(int(found[group], 16), 0x10FFFF))
    return _LETTERS.get(found[4], found[4])


def _joined_surrogates(text: str) -> str:
    return (
        text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        if re.search("[\ud800-\udfff]", text)
        else text
    )
