"""An OpenAPI document read into fields: one `read` for what goes in, one for what comes out. Nothing raises."""

import inspect
import re
from typing import Any

from fal_studio.core.request import Json
from fal_studio.core.schema import advanced
from fal_studio.core.schema.field import Field, FieldKind, Schema
from fal_studio.core.schema.media import limits_of, media_of
from fal_studio.core.schema.nodes import Node, Plain, as_list, as_node, plain, types_of

_DEPTH = 10
"""Fields inside fields inside fields; below that a value is edited as JSON."""
_MOST_FIELDS = 2000
"""A document that would unfold into more is edited as JSON from there on."""
_MOST_VARIANTS = 8
_LONG = frozenset({"prompt", "prompts", "text", "lyrics", "script", "caption", "instruction", "instructions"})
"""Words in the name of a field that takes more than a line."""
_SHORT = 120
"""A text of at most this many characters fits a line."""
_SIDES = ("width", "height")


def read(document: Json, endpoint: str = "") -> Schema:
    """Return what an endpoint takes; no fields if the document names none that can be found."""
    fields = _fields(as_node(document), input_node(as_node(document), endpoint))
    return Schema(advanced.folded(fields), document, endpoint) if fields else Schema()


def read_output(document: Json, endpoint: str = "") -> Schema:
    """Return the shape of what an endpoint gives back."""
    return Schema(_fields(as_node(document), output_node(as_node(document), endpoint)), document, endpoint)


def _fields(root: Node, node: Node) -> tuple[Field, ...]:
    try:
        return _Reader(root).properties(_flat(plain(node, root)), 0)
    except RecursionError:
        return ()  # nested deeper than anything that a person would fill in


def input_node(root: Node, endpoint: str) -> Node:
    """Return the schema of the arguments, as it stands in the document.

    A queue document has one POST path, the endpoint's own; the document of a local app has one for each route.
    """
    posts = {
        str(path): as_node(as_node(item)["post"])
        for path, item in as_node(root.get("paths")).items()
        if "post" in as_node(item)
    }
    only = next(iter(posts.values())) if len(posts) == 1 else {}
    chosen = posts.get(f"/{endpoint}") or posts.get("/") or only
    return _content(as_node(chosen.get("requestBody"))) or _named(root, endpoint, "Input")


def output_node(root: Node, endpoint: str) -> Node:
    """Return the schema of the result: of the queue's result path, or of the route itself in a local app."""
    paths = as_node(root.get("paths"))
    result = f"/{endpoint}/requests/{{request_id}}"
    found = as_node(as_node(paths.get(result)).get("get"))
    if not found:
        gets = (
            as_node(item).get("get") for path, item in paths.items() if str(path).endswith("{request_id}")
        )
        found = next((as_node(item) for item in gets if item), {})
    if not found:
        found = as_node(as_node(paths.get(f"/{endpoint}") or paths.get("/")).get("post"))
    return _content(as_node(as_node(found.get("responses")).get("200"))) or _named(root, endpoint, "Output")


def _content(body: Node) -> Node:
    content = as_node(body.get("content"))
    chosen = content.get("application/json") or next(iter(content.values()), None)
    return as_node(as_node(chosen).get("schema"))


def _named(root: Node, endpoint: str, ending: str) -> Node:
    """Return a schema by fal's naming, `fal-ai/flux/dev` → FluxDevInput; the only one with the ending will do."""
    schemas = as_node(as_node(root.get("components")).get("schemas"))
    found = {str(name): as_node(item) for name, item in schemas.items() if str(name).endswith(ending)}
    wanted = re.sub(r"[^a-z0-9]", "", endpoint.partition("/")[2].lower()) + ending.lower()
    named = next((item for name, item in found.items() if name.lower() == wanted), {})
    return named or (next(iter(found.values())) if len(found) == 1 else {})


def _flat(whole: Plain) -> Plain:
    """Return an object that may have several forms as one object: all their fields, required if in every form."""
    forms = [branch for branch in whole.branches if "properties" in branch.node]
    if not forms:
        return whole
    node, trail = dict(whole.node), whole.trail
    properties = as_node(node.get("properties"))
    asked = [_names(form.node.get("required")) for form in forms]
    always = [name for name in asked[0] if all(name in names for names in asked)]
    for form in forms:
        for name, item in as_node(form.node["properties"]).items():
            before = properties.get(name, item)
            # `type` is "circle" in one form and "box" in the other.
            properties = {**properties, name: item if before == item else {"anyOf": [before, item]}}
        trail |= form.trail
    node["properties"] = properties
    node["required"] = [*_names(node.get("required")), *always]
    order = [name for form in forms for name in _order(form.node)]
    node["x-fal-order-properties"] = [*_order(node), *order]
    return Plain(node, trail=trail)


def _names(value: Json) -> list[str]:
    return [name for name in as_list(value) if isinstance(name, str)]


def _order(node: Node) -> list[str]:
    """Return the names of a node's properties in their meant order; those the list forgets go last."""
    known = [str(name) for name in as_node(node.get("properties"))]
    first = [name for name in _names(node.get("x-fal-order-properties")) if name in known]
    return list(dict.fromkeys([*first, *known]))


class _Reader:
    """Reads nodes of one document; counts fields, so that no document unfolds without end."""

    def __init__(self, root: Node) -> None:
        self._root = root
        self._left = _MOST_FIELDS

    def properties(self, whole: Plain, depth: int, inside: str = "") -> tuple[Field, ...]:
        """Read the fields of an object."""
        properties = as_node(whole.node.get("properties"))
        required = set(_names(whole.node.get("required")))
        return tuple(
            self.field(name, properties.get(name), whole.trail, depth, name in required, inside)
            for name in _order(whole.node)
        )

    def field(
        self,
        name: str,
        given: Json,
        trail: frozenset[str],
        depth: int,
        required: bool = False,
        inside: str = "",
    ) -> Field:
        """Read one field."""
        self._left -= 1
        whole = plain(given, self._root, trail)
        shape = Field(name, FieldKind.JSON)
        if not whole.is_endless and self._left > 0:
            shape = self._shape(name, whole, depth, inside)
        return _described(shape, whole, required)

    def _shape(self, name: str, whole: Plain, depth: int, inside: str) -> Field:
        """Return what kind of field it is, with what only that kind has."""
        if whole.branches:
            return self._union(name, whole, depth, inside)
        node = whole.node
        if values := as_list(node.get("enum")):
            return Field(name, FieldKind.CHOICE, choices=_unique(values))
        match _type(node):
            case "boolean":
                return Field(name, FieldKind.BOOLEAN)
            case "integer":
                return _bounded(Field(name, FieldKind.SEED if _is_seed(name) else FieldKind.INTEGER), node)
            case "number":
                return _bounded(Field(name, FieldKind.NUMBER), node)
            case "string":
                return _text(name, node, inside)
            case "array":
                return self._list(name, whole, depth)
            case "object":
                return self._object(name, whole, depth)
            case _:
                return Field(name, FieldKind.JSON)

    def _list(self, name: str, whole: Plain, depth: int) -> Field:
        node = whole.node
        if "items" not in node or isinstance(node["items"], list) or node.get("prefixItems"):
            return Field(name, FieldKind.JSON)
        item = self.field(name, node["items"], whole.trail, depth + 1) if depth < _DEPTH else None
        if item is None:
            return Field(name, FieldKind.JSON)
        if item.kind in (FieldKind.TEXT, FieldKind.PROMPT):
            # A mark may stand at the list instead of at its items.
            media = media_of(name, {**as_node(node["items"]), **node})
            item = _replace(item, kind=FieldKind.FILE if media else item.kind, media=media)
        return Field(
            name,
            FieldKind.LIST,
            item=item,
            media=item.media if item.kind is FieldKind.FILE else None,
            limits=item.limits,
            min_length=_count(node.get("minItems")),
            max_length=_count(node.get("maxItems")),
        )

    def _object(self, name: str, whole: Plain, depth: int) -> Field:
        node = whole.node
        if depth >= _DEPTH:
            return Field(name, FieldKind.JSON)
        if as_node(node.get("properties")):
            fields = self.properties(whole, depth + 1, f"{name} {node.get('title') or ''}")
            is_size = sorted(field.name for field in fields) == sorted(_SIDES) and all(
                field.kind is FieldKind.INTEGER for field in fields
            )
            if is_size:
                return Field(name, FieldKind.SIZE, fields=tuple(sorted(fields, key=_side)))
            return Field(name, FieldKind.OBJECT, fields=fields)
        more = node.get("additionalProperties")
        if more is False:
            return Field(name, FieldKind.JSON)
        known = more if isinstance(more, dict) else {}
        return Field(
            name,
            FieldKind.MAP,
            item=self.field(name, known, whole.trail, depth + 1),
            min_length=_count(node.get("minProperties")),
            max_length=_count(node.get("maxProperties")),
        )

    def _union(self, name: str, whole: Plain, depth: int, inside: str) -> Field:
        shapes = [
            self._variant(name, branch, depth, inside) for branch in whole.branches[: _MOST_VARIANTS + 1]
        ]
        kinds = [shape.kind for shape in shapes]
        fixed = [shape for shape in shapes if shape.kind is FieldKind.CHOICE]
        free = [shape for shape in shapes if shape.kind is not FieldKind.CHOICE]
        choices = _unique([choice for shape in fixed for choice in shape.choices])
        if not free:
            return Field(name, FieldKind.CHOICE, choices=choices)
        single = _single(name, free)
        if single is not None and not fixed:
            return single
        if single is not None and single.kind is FieldKind.SIZE:
            return _replace(single, choices=choices)
        if single is not None and single.kind in _FREE:
            return Field(name, FieldKind.SUGGESTION, choices=choices, item=single, media=single.media)
        if FieldKind.JSON in kinds or len(shapes) > _MOST_VARIANTS or depth >= _DEPTH:
            return Field(name, FieldKind.JSON)
        return Field(name, FieldKind.VARIANT, fields=tuple(shapes))

    def _variant(self, name: str, branch: Plain, depth: int, inside: str) -> Field:
        if branch.is_endless:
            return Field(name, FieldKind.JSON)
        self._left -= 1
        shape = self._shape(name, branch, depth + 1, inside)
        return _described(shape, branch, required=False)


_FREE = frozenset({FieldKind.TEXT, FieldKind.PROMPT, FieldKind.INTEGER, FieldKind.NUMBER, FieldKind.FILE})
_NUMBERS = frozenset({FieldKind.INTEGER, FieldKind.NUMBER, FieldKind.SEED})
_TEXTS = frozenset({FieldKind.TEXT, FieldKind.PROMPT, FieldKind.FILE})


def _single(name: str, shapes: list[Field]) -> Field | None:
    """Return several forms as one if they are edited alike: numbers, or texts."""
    if len(shapes) == 1:
        return shapes[0]
    kinds = {shape.kind for shape in shapes}
    if kinds <= _NUMBERS:
        return _loosest(name, shapes) if FieldKind.NUMBER in kinds else shapes[0]
    if kinds <= _TEXTS:
        return next((shape for shape in shapes if shape.kind is FieldKind.FILE), Field(name, shapes[0].kind))
    return None


def _loosest(name: str, shapes: list[Field]) -> Field:
    """Return numbers of several forms as one: what any form allows, beginning like the first (`item`)."""
    lows = [(shape.minimum, shape.excludes_minimum) for shape in shapes if shape.minimum is not None]
    highs = [(shape.maximum, not shape.excludes_maximum) for shape in shapes if shape.maximum is not None]
    low, is_above = min(lows) if len(lows) == len(shapes) else (None, False)
    high, is_reached = max(highs) if len(highs) == len(shapes) else (None, True)
    return Field(
        name,
        FieldKind.NUMBER,
        minimum=low,
        maximum=high,
        excludes_minimum=is_above,
        excludes_maximum=not is_reached,
        item=shapes[0],
    )


def _described(shape: Field, whole: Plain, required: bool) -> Field:
    """Add what every kind of field has."""
    node = whole.node
    examples = as_list(node.get("examples")) or ([node["example"]] if node.get("example") is not None else [])
    if isinstance(node.get("examples"), dict):
        examples = [as_node(item).get("value") for item in as_node(node["examples"]).values()]
    default = node.get("default")
    choices = shape.choices
    is_preset = shape.kind is FieldKind.SIZE and isinstance(default, str)
    if default is not None and (shape.kind is FieldKind.CHOICE or is_preset) and default not in choices:
        choices = (*choices, default)  # what the endpoint does by itself can also be asked for
    return _replace(
        shape,
        required=required,
        nullable=whole.nullable,
        default=default,
        has_default=default is not None,
        choices=choices,
        title=str(node.get("title") or ""),
        help=inspect.cleandoc(str(node.get("description") or "")),
        examples=tuple(item for item in examples if item is not None),
        is_important=as_node(node.get("ui")).get("important") is True,
        is_advanced=as_node(node.get("ui")).get("hidden") is True,
    )


def _replace(field: Field, **changes: Any) -> Field:
    values = {name: getattr(field, name) for name in field.__struct_fields__}
    return Field(**{**values, **changes})


def _text(name: str, node: Node, inside: str) -> Field:
    media = media_of(name, node, inside)
    longest = _count(node.get("maxLength"))
    words = set(name.lower().replace("-", "_").split("_"))
    is_long = bool(words & _LONG) and (longest is None or longest > _SHORT) and not node.get("format")
    is_long = is_long or as_node(node.get("ui")).get("field") in ("textarea", "prompt")
    kind = FieldKind.FILE if media else FieldKind.PROMPT if is_long else FieldKind.TEXT
    return Field(
        name,
        kind,
        media=media,
        limits=limits_of(node) if media else {},
        min_length=_count(node.get("minLength")),
        max_length=longest,
        pattern=node["pattern"] if isinstance(node.get("pattern"), str) else "",
        format=node["format"] if isinstance(node.get("format"), str) else "",
    )


def _bounded(field: Field, node: Node) -> Field:
    """Add the bounds of a number: exclusive ones are numbers (3.1) or flags (3.0)."""
    low, high = number_of(node.get("minimum")), number_of(node.get("maximum"))
    above, below = node.get("exclusiveMinimum"), node.get("exclusiveMaximum")
    is_above, is_below = above is True, below is True
    if (edge := number_of(above)) is not None and (low is None or edge >= low):
        low, is_above = edge, True
    if (edge := number_of(below)) is not None and (high is None or edge <= high):
        high, is_below = edge, True
    step = number_of(node.get("multipleOf"))
    return _replace(
        field,
        minimum=low,
        maximum=high,
        excludes_minimum=is_above and low is not None,
        excludes_maximum=is_below and high is not None,
        multiple_of=step if step and step > 0 else None,
    )


def number_of(value: Json) -> int | float | None:
    """Return the value if it is a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if value - value == 0 else None


def _count(value: Json) -> int | None:
    found = number_of(value)
    return int(found) if found is not None and found >= 0 else None


def _type(node: Node) -> str:
    named = types_of(node)
    if named:
        return named[0]
    if "properties" in node or isinstance(node.get("additionalProperties"), dict):
        return "object"
    if "items" in node:
        return "array"
    return "string" if "pattern" in node or "maxLength" in node else ""


def _unique(values: list[Json]) -> tuple[Json, ...]:
    """Return the values without repetition; 1, 1.0 and True are three values."""
    found: dict[tuple[type, str], Json] = {}
    for value in values:
        found.setdefault((type(value), repr(value)), value)
    return tuple(found.values())


def _is_seed(name: str) -> bool:
    return "seed" in name.lower().split("_")


def _side(field: Field) -> int:
    return _SIDES.index(field.name)
