"""Changing one place in JSON text and nothing else: everything around it stays as it was typed.

Places are paths of names and numbers; the text must be good JSON. What lies before a place is skipped by the parser
itself, so that a change far inside a large text takes as long as reading up to it.
"""

import json
import re
from collections.abc import Iterator
from typing import NamedTuple

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Path

_skip = json.JSONDecoder().raw_decode
_SPACE = r"[ \t\r\n]*"
_STEP = "  "


class Member(NamedTuple):
    """One entry of an object or a list, as places in the text."""

    name: str | int
    name_start: int
    """Where its name begins; in a list, where its value does."""
    start: int
    end: int


def with_value(text: str, path: Path, value: Json) -> str:
    """Return the text with the value at `path` set; what is missing on the way there is made.

    A number one beyond the end of a list adds to it. Raises LookupError for a number further beyond.
    """
    text = text if text.strip() else "{}"
    start = _after_space(text, 0)
    for depth, step in enumerate(path):
        rest = path[depth + 1 :]
        if text[start] not in ("{" if isinstance(step, str) else "["):
            end = _skip(text, start)[1]
            return _replaced(text, start, end, _wrapped((step, *rest), value))
        members = list(_members(text, start))
        found = next((member for member in members if member.name == step), None)
        if found is None:
            if isinstance(step, int) and step != len(members):
                raise LookupError(f"The list has {len(members)} items; there is no place {step}.")
            return _added(text, start, members, step, _wrapped(rest, value))
        start = found.start
    return _replaced(text, start, _skip(text, start)[1], value)


def without_value(text: str, path: Path) -> str:
    """Return the text without the entry at `path`; the same text if there is none."""
    found = _find(text, path)
    if found is None:
        return text
    start, members, index = found
    member = members[index]
    if len(members) == 1:
        end = _skip(text, start)[1]
        return text[: start + 1] + text[end - 1 :]
    if index == 0:
        return text[: member.name_start] + text[members[1].name_start :]
    return text[: members[index - 1].end] + text[member.end :]


def renamed(text: str, path: Path, name: str) -> str:
    """Return the text with the entry at `path` under another name, in its old place."""
    found = _find(text, path)
    if found is None:
        return text
    member = found[1][found[2]]
    old_end = _skip(text, member.name_start)[1]
    return text[: member.name_start] + json.dumps(name, ensure_ascii=False) + text[old_end:]


def moved(text: str, path: Path, before: int, after: int) -> str:
    """Return the text with an item of the list at `path` moved from one number to another."""
    start = _place(text, path)
    if start is None:
        return text
    members = list(_members(text, start))
    parts = [text[member.start : member.end] for member in members]
    if not (0 <= before < len(parts) and 0 <= after < len(parts)):
        return text
    parts.insert(after, parts.pop(before))
    for member, part in zip(reversed(members), reversed(parts), strict=True):
        text = text[: member.start] + part + text[member.end :]
    return text


def place_of(text: str, path: Path) -> tuple[int, int] | None:
    """Return where the value at `path` begins and ends; None if there is none, or the text is broken before it."""
    try:
        start = _place(text, path)
        return None if start is None else (start, _skip(text, start)[1])
    except (ValueError, IndexError, RecursionError):
        return None


def _place(text: str, path: Path) -> int | None:
    """Return where the value at `path` begins."""
    start = _after_space(text, 0)
    for step in path:
        if start >= len(text) or text[start] not in ("{" if isinstance(step, str) else "["):
            return None
        member = next((each for each in _members(text, start) if each.name == step), None)
        if member is None:
            return None
        start = member.start
    return start


def _find(text: str, path: Path) -> tuple[int, list[Member], int] | None:
    """Return the container of the entry at `path`: where it begins, its entries, and which of them it is."""
    start = _place(text, path[:-1]) if path else None
    if start is None or start >= len(text) or text[start] not in ("{" if isinstance(path[-1], str) else "["):
        return None
    members = list(_members(text, start))
    index = next((index for index, member in enumerate(members) if member.name == path[-1]), None)
    return None if index is None else (start, members, index)


def _members(text: str, start: int) -> Iterator[Member]:
    """Yield the entries of the object or list that begins at `start`."""
    is_object = text[start] == "{"
    at = _after_space(text, start + 1)
    number = 0
    while text[at] not in "}]":
        name: str | int = number
        name_start = at
        if is_object:
            name, at = _skip(text, at)
            at = _after_space(text, _after_space(text, at) + 1)
        value_start = at
        end = _skip(text, at)[1]
        yield Member(name, name_start, value_start, end)
        number += 1
        at = _after_space(text, end)
        if text[at] == ",":
            at = _after_space(text, at + 1)


def _added(text: str, start: int, members: list[Member], step: str | int, value: Json) -> str:
    """Put a new entry behind the others, on a line of its own where they have such lines."""
    name = f"{json.dumps(step, ensure_ascii=False)}: " if isinstance(step, str) else ""
    if not members:
        end = _skip(text, start)[1]
        indent = _indent_at(text, start)
        inner = indent + _STEP
        entry = f"\n{inner}{name}{_dumped(value, inner)}\n{indent}"
        return text[: start + 1] + entry + text[end - 1 :]
    last = members[-1]
    line_start = text.rfind("\n", 0, last.name_start) + 1
    before = text[line_start : last.name_start]
    if line_start and not before.strip():
        entry = f",\n{before}{name}{_dumped(value, before)}"
    else:
        entry = f", {name}{json.dumps(value, ensure_ascii=False)}"
    return text[: last.end] + entry + text[last.end :]


def _replaced(text: str, start: int, end: int, value: Json) -> str:
    is_long = isinstance(value, dict | list) and "\n" in text
    new = _dumped(value, _indent_at(text, start)) if is_long else json.dumps(value, ensure_ascii=False)
    return text[:start] + new + text[end:]


def _wrapped(path: Path, value: Json) -> Json:
    """Return the value inside the objects and lists that a path names."""
    for step in reversed(path):
        value = {step: value} if isinstance(step, str) else [value]
    return value


def _dumped(value: Json, indent: str) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2).replace("\n", "\n" + indent)


def _indent_at(text: str, place: int) -> str:
    """Return the spaces that the line of a place begins with."""
    line_start = text.rfind("\n", 0, place) + 1
    found = re.match(r"[ \t]*", text[line_start:place])
    return found.group() if found else ""


def _after_space(text: str, at: int) -> int:
    found = re.compile(_SPACE).match(text, at)
    return found.end() if found else at
