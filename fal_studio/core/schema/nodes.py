"""Schema nodes made plain: references followed, single choices unwrapped, null taken out of the types.

Documents call themselves OpenAPI 3.0.4 and use 3.1: null among the types, numeric exclusive bounds, siblings of `$ref`.
Whatever a node is, reading it raises nothing: what cannot be understood is left out.
"""

from typing import Any, NamedTuple, TypeAlias, cast

from fal_studio.core.request import Json

Node: TypeAlias = dict[str, Any]
_HOPS = 32
"""References that only lead to further references are followed this far."""
_DEPTH = 8
"""allOf, anyOf and oneOf inside each other."""
_MOST_BRANCHES = 32
_COMBINED = ("anyOf", "oneOf")
_SHAPES = frozenset({"type", "enum", "properties", "items", "additionalProperties", "format", "pattern"})
"""Words that say what a value looks like; a branch without any only adds a condition, such as `required`."""
_TYPES = frozenset({"string", "integer", "number", "boolean", "array", "object", "null"})


class Plain(NamedTuple):
    """A node without its wrapping."""

    node: Node
    nullable: bool = False
    branches: "tuple[Plain, ...]" = ()
    """The forms it may take when there are several; null is none of them."""
    trail: frozenset[str] = frozenset()
    """References that led here: meeting one of them again would never end."""
    is_endless: bool = False


def as_node(value: Json) -> Node:
    """Return the value if it is an object, else an empty one."""
    return cast("Node", value) if isinstance(value, dict) else {}


def as_list(value: Json) -> list[Any]:
    """Return the value if it is a list, else an empty one."""
    return cast("list[Any]", value) if isinstance(value, list) else []


def types_of(node: Node) -> list[str]:
    """Return the JSON types that a node names, those that exist; empty when it names none."""
    given = node.get("type")
    names = given if isinstance(given, list) else [given]
    return [name for name in names if isinstance(name, str) and name in _TYPES]


def lookup(root: Node, reference: Json) -> Node | None:
    """Return what a reference inside the document points to; None if there is nothing, or it is elsewhere."""
    if not isinstance(reference, str) or not reference.startswith("#"):
        return None
    found: Any = root
    for part in reference[1:].strip("/").split("/") if reference.strip("#/") else ():
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(found, list):
            items = cast("list[Any]", found)
            found = items[int(key)] if key.isdecimal() and int(key) < len(items) else None
        else:
            found = as_node(found).get(key)
    return cast("Node", found) if isinstance(found, dict) else None


def plain(value: Json, root: Node, trail: frozenset[str] = frozenset(), depth: int = 0) -> Plain:
    """Return a node of the document as it is meant."""
    node: Node = as_node(value)
    if depth > _DEPTH:
        return Plain({}, trail=trail, is_endless=True)
    for _hop in range(_HOPS):
        if "$ref" not in node:
            break
        reference = str(node["$ref"])
        rest: Node = {key: item for key, item in node.items() if key != "$ref"}
        if reference in trail:
            return Plain(rest, trail=trail, is_endless=True)
        trail |= {reference}
        node = (lookup(root, reference) or {}) | rest
    else:
        return Plain({}, trail=trail, is_endless=True)
    if "allOf" in node:
        node, trail, is_endless = _merged(node, root, trail, depth)
        if is_endless:
            return Plain(node, trail=trail, is_endless=True)
    return _parted(node, root, trail, depth)


def _merged(node: Node, root: Node, trail: frozenset[str], depth: int) -> tuple[Node, frozenset[str], bool]:
    """Lay the members of an allOf over each other, and the node's own words over them."""
    merged: Node = {}
    properties: Node = {}
    required: list[Any] = []
    order: list[Any] = []
    nullable = False
    own = {key: item for key, item in node.items() if key != "allOf"}
    behind = trail
    for member in (*as_list(node["allOf"]), own):
        part = plain(member, root, trail, depth + 1) if member is not own else Plain(own)
        if part.is_endless:
            return own, trail, True
        behind |= part.trail
        nullable = nullable or part.nullable
        properties |= as_node(part.node.get("properties"))
        required += as_list(part.node.get("required"))
        order += as_list(part.node.get("x-fal-order-properties"))
        if part.branches:
            part.node["anyOf"] = [branch.node for branch in part.branches]
        merged |= part.node
    if properties:
        merged["properties"] = properties
    if required:
        merged["required"] = required
    if order:
        merged["x-fal-order-properties"] = order
    if nullable:
        merged["nullable"] = True
    return merged, behind, False


def _parted(node: Node, root: Node, trail: frozenset[str], depth: int) -> Plain:
    """Take null out of the types, the values and the branches; unwrap the one that is left."""
    node = dict(node)
    nullable = node.pop("nullable", False) is True
    if "const" in node:
        node["enum"] = [node.pop("const")]
    values = as_list(node.get("enum"))
    if None in values and len(values) > 1:
        nullable = True
        node["enum"] = [value for value in values if value is not None]
    types = types_of(node)
    if "null" in types and len(types) > 1:
        nullable = True
        types = [name for name in types if name != "null"]
        node["type"] = types[0] if len(types) == 1 else types
    if "default" in node and node["default"] is None:
        nullable = True
    given = [item for word in _COMBINED for item in as_list(node.get(word))]
    rest = {key: item for key, item in node.items() if key not in _COMBINED}
    branches: list[Plain] = []
    for item in given:
        branch = plain(item, root, trail, depth + 1)
        if types_of(branch.node) == ["null"] or as_list(branch.node.get("enum")) == [None]:
            nullable = True
            continue
        nullable = nullable or branch.nullable
        if len(branches) > _MOST_BRANCHES:
            break
        branches += [
            each for each in branch.branches or (branch,) if each.is_endless or _SHAPES & set(each.node)
        ]
    if len(branches) == 1:
        only = branches[0]
        return only._replace(node={**only.node, **rest}, nullable=nullable)
    if not branches and len(types) > 1:
        branches = [Plain({**node, "type": name}, trail=trail) for name in types]
    return Plain(rest, nullable, tuple(branches), trail)
