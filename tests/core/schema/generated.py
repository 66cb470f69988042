"""Schemas as hypothesis makes them: those that documents could really hold, and plain nonsense."""

from typing import Any

from hypothesis import strategies as st

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
)
json_values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3), max_leaves=8
)  # fmt: skip
_WORDS = st.sampled_from([
    "type", "properties", "items", "required", "enum", "const", "anyOf", "oneOf", "allOf", "$ref", "default", "examples",
    "minimum", "maximum", "exclusiveMinimum", "multipleOf", "minLength", "maxLength", "pattern", "nullable", "format",
    "additionalProperties", "x-fal-order-properties", "ui", "_fal_ui_field", "title", "description", "minItems",
])  # fmt: skip
_TARGETS = st.sampled_from(
    ["#/components/schemas/A", "#/components/schemas/B", "#/nowhere", "#", "", "#/components/schemas"]
)
_ODD = st.sampled_from(["string", "integer", "object", "array", "null", "image", "([", "^(a+)+$"])
nonsense = st.recursive(
    scalars | _ODD | _TARGETS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(_WORDS | st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=30,
)
"""Nodes whose words have any value at all."""
_NAMES = st.sampled_from([
    "prompt", "negative_prompt", "image_url", "image_urls", "seed", "steps", "image_size", "loras", "scale", "path", "voice", "a b", "x",
])  # fmt: skip


@st.composite
def _number(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    low = draw(st.integers(-50, 50))
    high = low + draw(st.integers(2, 100))
    node: dict[str, Any] = {"type": kind}
    if draw(st.booleans()):
        node["minimum"] = low
    if draw(st.booleans()):
        node["exclusiveMaximum" if draw(st.booleans()) else "maximum"] = high
    if draw(st.booleans()):
        node["default"] = draw(st.integers(low, high - 1))
    return node


def _text() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"type": st.just("string")},
        optional={
            "maxLength": st.integers(5, 500),
            "default": st.text(max_size=5),
            "examples": st.lists(st.text(max_size=5), max_size=2),
            "description": st.text(max_size=30),
            "ui": st.fixed_dictionaries({"field": st.sampled_from(["image", "video", "audio"])}),
        },
    )


@st.composite
def _enum(draw: st.DrawFn) -> dict[str, Any]:
    values = draw(
        st.lists(
            st.sampled_from(["5", "10", 5, 10, "a/b", True, 1.5]), min_size=1, max_size=5, unique_by=repr
        )
    )
    return {"enum": values} | ({"default": draw(st.sampled_from(values))} if draw(st.booleans()) else {})


def _nullable(node: dict[str, Any]) -> dict[str, Any]:
    outer = {key: node[key] for key in ("default", "examples", "description") if key in node}
    return {
        "anyOf": [{key: item for key, item in node.items() if key not in outer}, {"type": "null"}],
        **outer,
    }


@st.composite
def _object(draw: st.DrawFn, inner: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    properties = draw(st.dictionaries(_NAMES, inner, max_size=4))
    required = [name for name in properties if draw(st.booleans())]
    node: dict[str, Any] = {"type": "object", "properties": properties, "required": required}
    if draw(st.booleans()):
        node["x-fal-order-properties"] = draw(st.permutations(list(properties)))
    return node


_leaves = st.one_of(
    _text(), _number("integer"), _number("number"), _enum(), st.just({"type": "boolean", "default": True}), st.just({}),
    st.just({"$ref": "#/components/schemas/Size"}), st.just({"$ref": "#/components/schemas/Tree"}),
    st.just({"anyOf": [{"$ref": "#/components/schemas/Size"}, {"type": "string", "enum": ["square", "wide"]}], "default": "wide"}),
)  # fmt: skip


def _deeper(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        inner.map(_nullable),
        _object(inner),
        inner.map(lambda node: {"type": "array", "items": node}),
        inner.map(lambda node: {"type": "object", "additionalProperties": node}),
        inner.map(lambda node: {"allOf": [node]}),
        st.lists(inner, min_size=2, max_size=3).map(lambda nodes: {"anyOf": nodes}),
    )


nodes = st.recursive(_leaves, _deeper, max_leaves=6)
inputs = _object(nodes)
"""Schemas of arguments as a careful server would write them."""
SIDE = {"type": "integer", "exclusiveMinimum": 0, "default": 512}
SHARED = {
    "Size": {"type": "object", "properties": {"width": SIDE, "height": SIDE}},
    "Tree": {"type": "object", "properties": {"leaf": {"type": "string"}, "kids": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}},
}  # fmt: skip


def document(node: Any, **schemas: Any) -> dict[str, Any]:
    """Return the OpenAPI document of `lab/model` whose arguments are `node`."""
    content = {"application/json": {"schema": node}}
    return {
        "paths": {"/lab/model": {"post": {"requestBody": {"content": content}}}},
        "components": {"schemas": {**SHARED, **schemas}},
    }
