"""A document's schema as a clean JSON Schema (2020-12): what a checker can rely on, and nothing else.

Only words with a meaningful value are kept; a bound that is a text, a broken pattern or a reference to nowhere is
left out, so that a faulty document forbids too little rather than everything.
"""

import re
from collections.abc import Callable
from typing import Any

from fal_studio.core.request import Json
from fal_studio.core.schema.nodes import Node, as_list, as_node, lookup, types_of
from fal_studio.core.schema.reading import input_node, number_of

_DEPTH = 60
_PATTERN_CHARS = 300
_SLOW = re.compile(r"\([^()]*[+*}][^()]*\)[+*{]")
"""A repetition of a repetition can take for ever on a text that almost fits."""
_NULL = {"type": "null"}


def rules_of(document: Json, endpoint: str) -> tuple[Node, list[Node]]:
    """Return the schema of an endpoint's arguments and, innermost first, those nodes in it that have a default."""
    root = as_node(document)
    cleaner = _Cleaner(root)
    try:
        rules = cleaner.clean(input_node(root, endpoint))
    except RecursionError:
        return {}, []
    return {**rules, "$defs": cleaner.definitions}, cleaner.with_default


class _Cleaner:
    """Copies nodes word by word; a reference becomes one to `$defs`, so that endless schemas stay finite."""

    def __init__(self, root: Node) -> None:
        self._root = root
        self._names: dict[str, str] = {}
        self.definitions: Node = {}
        self.with_default: list[Node] = []

    def clean(self, value: Json, depth: int = 0) -> Node:
        """Return a node's clean copy."""
        given = as_node(value)
        if depth > _DEPTH:
            return {}
        node: Node = {}
        for word, keep in _WORDS.items():
            if word in given and (kept := keep(given[word])) is not None:
                node[word] = kept
        if "const" in given:
            node["enum"] = [given["const"]]
        self._add_bounds(node, given)
        self._add_inner(node, given, depth)
        self._add_reference(node, given, depth)
        types = types_of(given)
        if types and "enum" not in node:
            node["type"] = types  # values fix their types themselves
        values = as_list(given.get("enum"))
        if (
            given.get("nullable") is True
            or None in values
            or ("default" in given and given["default"] is None)
        ):
            node = {"anyOf": [node, dict(_NULL)]} if node else node
        if given.get("default") is not None:
            node["default"] = given["default"]
            self.with_default.append(node)
        return node

    def _add_bounds(self, node: Node, given: Node) -> None:
        for word, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            if given.get(exclusive) is True and word in node:
                node[exclusive] = node.pop(word)

    def _add_inner(self, node: Node, given: Node, depth: int) -> None:
        if isinstance(given.get("properties"), dict):
            inner = as_node(given["properties"])
            node["properties"] = {name: self.clean(item, depth + 1) for name, item in inner.items()}
        for word in ("items", "additionalProperties"):
            if isinstance(given.get(word), dict):
                node[word] = self.clean(given[word], depth + 1)
        every = [self.clean(item, depth + 1) for item in as_list(given.get("allOf"))]
        # A member that forbids what only its siblings name would forbid everything.
        is_closed = given.get("additionalProperties") is False and "properties" in node and not every
        if is_closed:
            node["additionalProperties"] = False
        for member in every:
            member.pop("additionalProperties", None)
        for word in ("anyOf", "oneOf"):
            # pydantic takes the first that fits; that two fit is no mistake of the arguments.
            branches = [
                self.clean(item, depth + 1) for item in as_list(given.get(word)) if isinstance(item, dict)
            ]
            if branches and "anyOf" not in node:
                node["anyOf"] = branches
            elif branches:
                every.append({"anyOf": branches})
        if every:
            node["allOf"] = every

    def _add_reference(self, node: Node, given: Node, depth: int) -> None:
        reference = given.get("$ref")
        target, seen = lookup(self._root, reference), set[Any]()
        while target is not None and set(target) == {"$ref"}:
            # A chain of bare references, perhaps a ring.
            if target["$ref"] in seen:
                return
            seen.add(target["$ref"])
            reference = target["$ref"]
            target = lookup(self._root, reference)
        if target is None:
            return
        name = self._names.get(str(reference))
        if name is None:
            name = self._names[str(reference)] = f"d{len(self._names)}"
            self.definitions[name] = {}
            self.definitions[name] = self.clean(target, depth + 1)
        node["$ref"] = f"#/$defs/{name}"


def _number(value: Json) -> int | float | None:
    return number_of(value)


def _step(value: Json) -> int | float | None:
    found = number_of(value)
    return found if found and found > 0 else None


def _count(value: Json) -> int | None:
    found = number_of(value)
    return int(found) if found is not None and found >= 0 and found == int(found) else None


def _pattern(value: Json) -> str | None:
    if not isinstance(value, str) or len(value) > _PATTERN_CHARS or _SLOW.search(value):
        return None
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError):
        return None
    return value


def _values(value: Json) -> list[Json] | None:
    return as_list(value) or None


def _names(value: Json) -> list[str] | None:
    return [name for name in as_list(value) if isinstance(name, str)] or None


_WORDS: dict[str, Callable[[Json], Any]] = {
    "enum": _values,
    "minimum": _number,
    "maximum": _number,
    "exclusiveMinimum": _number,
    "exclusiveMaximum": _number,
    "multipleOf": _step,
    "minLength": _count,
    "maxLength": _count,
    "pattern": _pattern,
    "minItems": _count,
    "maxItems": _count,
    "uniqueItems": lambda value: True if value is True else None,
    "minProperties": _count,
    "maxProperties": _count,
    "required": _names,
}
