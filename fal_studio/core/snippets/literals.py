"""JSON values as they are written in Python, JavaScript and JSON: short lines, no character that hides."""

import json
import math
import re
import unicodedata
from collections.abc import Callable
from typing import Any, NamedTuple

from fal_studio.core.request import Json

_WIDTH = 60
"""A list or object that is shorter, and holds no other, stays on one line."""
_JOINERS = "\u200c\u200d"
"""Invisible, but part of words and of emoji: shown as they are."""
_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
SAFE_INTEGER = 2**53 - 1
"""JavaScript's numbers are doubles: larger integers are rounded."""


class _Style(NamedTuple):
    words: dict[Any, str]
    text: Callable[[str], str]
    key: Callable[[str], str]
    number: Callable[[float], str]
    indent: int
    last: str = ""
    """What stands behind the last entry of several lines."""
    air: str = ""
    """What stands inside the braces of a one-line object."""


def python(value: Json, depth: int = 0) -> str:
    """Return a Python literal; `depth` is how many levels the line is indented."""
    return _write(value, _PYTHON, depth, is_top=True)


def javascript(value: Json, depth: int = 0) -> str:
    """Return a JavaScript literal."""
    return _write(value, _JAVASCRIPT, depth, is_top=True)


def json_text(value: Json, depth: int = 0) -> str:
    """Return JSON of two spaces a level."""
    return _write(value, _JSON, depth, is_top=True)


def python_text(text: str) -> str:
    """Return a Python string literal."""
    return _fewer_escapes(
        _quoted(text, lambda code: f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
    )


def javascript_text(text: str) -> str:
    """Return a JavaScript string literal."""
    return _fewer_escapes(_json_string(text))


def is_exact_in_javascript(value: Json) -> bool:
    """Whether every integer in the value is one that JavaScript can hold."""
    if isinstance(value, dict):
        return all(is_exact_in_javascript(item) for item in value.values())
    if isinstance(value, list):
        return all(is_exact_in_javascript(item) for item in value)
    return not isinstance(value, int) or abs(value) <= SAFE_INTEGER


def number(value: float) -> str:
    """Return a number without a fraction that says nothing: 30, 0.5."""
    return str(int(value)) if value == int(value) else repr(value)


def _json_string(text: str) -> str:
    return _quoted(text, _utf16_escape)


def _fewer_escapes(literal: str) -> str:
    """Put single quotes around a text that has double quotes in it and no single ones."""
    inner = literal[1:-1]
    if '\\"' not in inner or "'" in inner:
        return literal
    return "'" + re.sub(r"\\(.)", lambda found: '"' if found[1] == '"' else found[0], inner) + "'"


def _quoted(text: str, escape: Callable[[int], str]) -> str:
    plain = json.dumps(text, ensure_ascii=False)
    return "".join(escape(ord(char)) if _hides(char) else char for char in plain)


def _hides(char: str) -> bool:
    if char < "\x7f":
        return False  # what is below the space was escaped by json
    return char not in _JOINERS and unicodedata.category(char) in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")


def _utf16_escape(code: int) -> str:
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def _javascript_key(key: str) -> str:
    if key == "__proto__":
        return '["__proto__"]'  # written plainly it would set the prototype
    return key if _IDENTIFIER.fullmatch(key) else javascript_text(key)


def _python_number(value: float) -> str:
    return repr(value) if math.isfinite(value) else f'float("{value}")'


def _javascript_number(value: float) -> str:
    return repr(value) if math.isfinite(value) else json.dumps(value)


_JSON_WORDS = {True: "true", False: "false", None: "null"}
_PYTHON = _Style(
    {True: "True", False: "False", None: "None"}, python_text, python_text, _python_number, 4, last=","
)
_JAVASCRIPT = _Style(_JSON_WORDS, javascript_text, _javascript_key, _javascript_number, 2, last=",", air=" ")
_JSON = _Style(_JSON_WORDS, _json_string, _json_string, _javascript_number, 2)


def _write(value: Json, style: _Style, depth: int, *, is_top: bool = False) -> str:
    if value is None or value is True or value is False:
        return style.words[value]
    if isinstance(value, str):
        return style.text(value)
    if isinstance(value, float):
        return style.number(value)
    if isinstance(value, dict):
        items = [f"{style.key(key)}: {_write(item, style, depth + 1)}" for key, item in value.items()]
        return _joined(items, "{}", value.values(), style, depth, is_top=is_top)
    if isinstance(value, list):
        items = [_write(item, style, depth + 1) for item in value]
        return _joined(items, "[]", value, style, depth, is_top=False)
    return str(value)


def _joined(items: list[str], pair: str, values: Any, style: _Style, depth: int, *, is_top: bool) -> str:
    if not items:
        return pair
    is_flat = not any(isinstance(item, dict | list) and item for item in values)
    if is_flat and not is_top and sum(len(item) + 2 for item in items) <= _WIDTH:
        air = style.air if pair == "{}" else ""
        return f"{pair[0]}{air}{', '.join(items)}{air}{pair[1]}"
    inner, outer = " " * style.indent * (depth + 1), " " * style.indent * depth
    return f"{pair[0]}\n" + ",\n".join(inner + item for item in items) + f"{style.last}\n{outer}{pair[1]}"
