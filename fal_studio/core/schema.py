"""A model's OpenAPI document as fields: names, kinds, bounds, defaults, examples; and arguments to begin with."""

import textwrap
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, cast

import msgspec

from fal_studio.core.request import Json


class FieldKind(StrEnum):
    """How a field is edited."""

    TEXT = "text"
    PROMPT = "prompt"
    """Long text."""
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    FILE = "file"
    """A URL of a picture, film or sound."""
    JSON = "json"
    """Lists, objects and whatever else."""


class Field(msgspec.Struct, frozen=True):
    """One argument of an endpoint."""

    name: str
    kind: FieldKind
    required: bool = False
    default: Json = None
    has_default: bool = False
    choices: tuple[Json, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    help: str = ""
    example: Json = None


class Schema(msgspec.Struct, frozen=True):
    """What an endpoint takes."""

    fields: tuple[Field, ...] = ()

    def field(self, name: str) -> Field | None:
        """Return a field by its name."""
        return next((field for field in self.fields if field.name == name), None)

    @property
    def prompt(self) -> Field | None:
        """The field that a person types into first."""
        prompts = [field for field in self.fields if field.kind is FieldKind.PROMPT]
        return next((field for field in prompts if field.name == "prompt"), prompts[0] if prompts else None)

    def example(self) -> dict[str, Json]:
        """Return arguments to begin with: what is required, and what the document gives an example for."""
        arguments: dict[str, Json] = {}
        for field in self.fields:
            if field.example is not None:
                arguments[field.name] = field.example
            elif field.required:
                arguments[field.name] = field.default if field.has_default else _BLANK[field.kind]
        return arguments


_BLANK: Mapping[FieldKind, Json] = {
    FieldKind.TEXT: "",
    FieldKind.PROMPT: "",
    FieldKind.INTEGER: 0,
    FieldKind.NUMBER: 0,
    FieldKind.BOOLEAN: False,
    FieldKind.CHOICE: "",
    FieldKind.FILE: "",
    FieldKind.JSON: None,
}
_FILE_ENDINGS = ("image_url", "video_url", "audio_url", "file_url", "mask_url")
_DEPTH = 8
Node = dict[str, Any]


def read(document: Json, endpoint: str = "") -> Schema:
    """Return the fields of a document's input; empty if it has none that can be found."""
    if not isinstance(document, dict):
        return Schema()
    root = cast("Node", document)
    node = _resolve(_input_node(root, endpoint), root)
    properties = _node(node.get("properties"))
    order = [name for name in node.get("x-fal-order-properties", ()) if name in properties]
    names = order + [name for name in properties if name not in order]
    required = set(node.get("required", ()))
    return Schema(tuple(_field(name, _node(properties[name]), name in required, root) for name in names))


def _input_node(root: Node, endpoint: str) -> Node:
    paths = _node(root.get("paths"))
    posts = {path: _node(item)["post"] for path, item in paths.items() if "post" in _node(item)}
    chosen = posts.get(f"/{endpoint}") or posts.get("/") or next(iter(posts.values()), None)
    content = _node(_node(_node(chosen).get("requestBody")).get("content"))
    found = _node(_node(content.get("application/json")).get("schema"))
    if found:
        return found
    schemas = _node(_node(root.get("components")).get("schemas"))
    return next((_node(item) for name, item in schemas.items() if name.endswith("Input")), {})


def _resolve(node: Node, root: Node, depth: int = 0) -> Node:
    """Follow references and unwrap single or nullable choices; siblings of a reference win over its target."""
    if depth > _DEPTH:
        return node
    if isinstance(reference := node.get("$ref"), str) and reference.startswith("#/"):
        target: Any = root
        for part in reference[2:].split("/"):
            target = _node(target).get(part.replace("~1", "/").replace("~0", "~"))
        rest = {key: value for key, value in node.items() if key != "$ref"}
        return _resolve({**_node(target), **rest}, root, depth + 1)
    for word in ("allOf", "anyOf", "oneOf"):
        branches = [_node(item) for item in node.get(word, ()) if _node(item).get("type") != "null"]
        if len(branches) == 1:
            rest = {key: value for key, value in node.items() if key != word}
            return _resolve({**branches[0], **rest}, root, depth + 1)
    return node


def _field(name: str, given: Node, required: bool, root: Node) -> Field:
    node = _resolve(given, root)
    branches = [_resolve(_node(item), root) for item in node.get("anyOf", ())]
    with_enum = next((item for item in (node, *branches) if item.get("enum")), None)
    kind = FieldKind.CHOICE if with_enum else _kind(name, node)
    examples = node.get("examples")
    bounds = _bounds(node)
    return Field(
        name=name,
        kind=kind,
        required=required,
        default=node.get("default"),
        has_default="default" in node,
        choices=tuple(with_enum["enum"]) if with_enum else (),
        minimum=bounds[0],
        maximum=bounds[1],
        help=textwrap.dedent(str(node.get("description", ""))).strip(),
        example=examples[0] if isinstance(examples, list) and examples else None,
    )


def _kind(name: str, node: Node) -> FieldKind:
    match node.get("type"):
        case "integer":
            return FieldKind.INTEGER
        case "number":
            return FieldKind.NUMBER
        case "boolean":
            return FieldKind.BOOLEAN
        case "string":
            if (
                name.endswith(_FILE_ENDINGS)
                or node.get("_fal_ui_field")
                or _node(node.get("ui")).get("field")
            ):
                return FieldKind.FILE
            is_long = "prompt" in name or name in ("text", "input", "input_text")
            return FieldKind.PROMPT if is_long else FieldKind.TEXT
        case _:
            return FieldKind.JSON


def _bounds(node: Node) -> tuple[float | None, float | None]:
    found: list[float | None] = []
    for names in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        value = next((node[name] for name in names if isinstance(node.get(name), int | float)), None)
        found.append(None if value is None or isinstance(value, bool) else float(value))
    return found[0], found[1]


def _node(value: Any) -> Node:
    return cast("Node", value) if isinstance(value, dict) else {}
