"""A name for what an endpoint takes and gives back: the same document says the same, a changed one something else.

fal shuffles properties and renames inner schemas from fetch to fetch; neither changes the digest, nor do words for
people (titles, descriptions, examples).
"""

import hashlib
import json
from typing import Any

from fal_studio.core.request import Json
from fal_studio.core.schema.nodes import Node, as_node, lookup
from fal_studio.core.schema.reading import input_node, output_node

_WORDS = frozenset({"title", "description", "examples", "example", "externalDocs", "$ref"})
_UNORDERED = frozenset({"required"})
_NAMED = frozenset({"properties", "patternProperties", "$defs", "definitions"})
"""Words whose keys are names of fields, not words of a schema."""


def digest(document: Json, endpoint: str = "") -> str:
    """Return the SHA-256, in hex, of an endpoint's input and output as canonical JSON."""
    root = as_node(document)
    walker = _Walker(root)
    try:
        told = [walker.told(input_node(root, endpoint)), walker.told(output_node(root, endpoint))]
        text = json.dumps(told, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    except RecursionError:
        text = ""
    return hashlib.sha256(text.encode()).hexdigest()


class _Walker:
    """Lays references open; each target once, as its own digest, since many may lead to it."""

    def __init__(self, root: Node) -> None:
        self._root = root
        self._open: list[str] = []
        self._told: dict[str, Json] = {}

    def told(self, value: Json) -> Json:
        """Return a node without names and words."""
        if isinstance(value, list):
            return [self.told(item) for item in value]
        if not isinstance(value, dict):
            return value
        node: Node = value
        kept = {key: self._word(key, item) for key, item in node.items() if key not in _WORDS}
        if "$ref" in node:
            kept["$ref"] = self._target(str(node["$ref"]))
        return kept

    def _word(self, key: str, value: Any) -> Json:
        if key in _UNORDERED and isinstance(value, list):
            return sorted(map(str, value))
        if key in _NAMED and isinstance(value, dict):
            return {name: self.told(item) for name, item in as_node(value).items()}
        return self.told(value) if key not in ("default", "enum", "const") else value

    def _target(self, reference: str) -> Json:
        if reference in self._open:
            return len(self._open) - self._open.index(reference)  # round in circles: so many steps back
        if reference not in self._told:
            self._open.append(reference)
            inner = json.dumps(self.told(lookup(self._root, reference)), sort_keys=True)
            self._told[reference] = hashlib.sha256(inner.encode()).hexdigest()
            self._open.pop()
        return self._told[reference]
