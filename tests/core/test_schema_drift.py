"""A changed schema is told field by field, and what breaks requests is told first."""

from copy import deepcopy
from typing import Any

import pytest

from fal_studio.core.schema.drift import Change, compare
from fal_studio.core.schema.reading import read

INPUT: dict[str, Any] = {
    "type": "object",
    "required": ["prompt"],
    "x-fal-order-properties": ["prompt", "size", "steps", "strength", "loras"],
    "properties": {
        "prompt": {"type": "string", "description": "What to paint."},
        "size": {"type": "string", "enum": ["square", "wide"], "default": "square"},
        "steps": {"type": "integer", "minimum": 1, "maximum": 50, "default": 28},
        "strength": {"type": "number"},
        "loras": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["path"],
                "properties": {"path": {"type": "string"}, "scale": {"type": "number", "default": 1}},
            },
        },
    },
}


def schema(change: Any = None) -> Any:
    node = deepcopy(INPUT)
    if change:
        change(node["properties"], node)
    body = {"content": {"application/json": {"schema": node}}}
    return read({"paths": {"/a/b": {"post": {"requestBody": body}}}}, "a/b")


def test_the_same_schema_has_not_drifted() -> None:
    assert compare(schema(), schema()) == ()
    shuffled = schema(lambda p, n: n.update(properties=dict(reversed(p.items()))))
    assert compare(schema(), shuffled) == ()
    reworded = schema(lambda p, n: p["prompt"].update(description="Other words."))
    assert compare(schema(), reworded) == ()


@pytest.mark.parametrize(
    ("change", "name", "kind", "breaks", "after"),
    [
        (lambda p, n: p.update(seed={"type": "integer"}), "seed", Change.ADDED, False, "seed"),
        (lambda p, n: (p.update(kind={"type": "string"}), n["required"].append("kind")), "kind", Change.ADDED, True, "required"),
        (lambda p, n: p.pop("strength"), "strength", Change.REMOVED, True, ""),
        (lambda p, n: p["steps"].update(maximum=30), "steps", Change.CHANGED, True, "to 30"),
        (lambda p, n: p["steps"].update(maximum=80), "steps", Change.CHANGED, False, "to 80"),
        (lambda p, n: p["steps"].update(default=20), "steps", Change.CHANGED, False, "default 20"),
        (lambda p, n: p["size"].update(enum=["square"]), "size", Change.CHANGED, True, "one of square"),
        (lambda p, n: p["size"].update(enum=["square", "wide", "tall"]), "size", Change.CHANGED, False, "tall"),
        (lambda p, n: p["strength"].update(type="string"), "strength", Change.CHANGED, True, "text"),
        (lambda p, n: n["required"].append("strength"), "strength", Change.CHANGED, True, "required"),
        (lambda p, n: p["loras"].update(maxItems=2), "loras", Change.CHANGED, True, "at most 2 long"),
        (lambda p, n: p["loras"]["items"]["properties"].pop("scale"), "loras[].scale", Change.REMOVED, True, ""),
    ],
)  # fmt: skip
def test_one_change_is_told_once(change: Any, name: str, kind: Change, breaks: bool, after: str) -> None:
    (drift,) = compare(schema(), schema(change))
    assert (drift.name, drift.change, drift.breaks) == (name, kind, breaks)
    assert after in drift.after


def test_what_breaks_comes_first() -> None:
    def change(p: Any, n: Any) -> None:
        p["seed"] = {"type": "integer"}
        del p["strength"]

    assert [drift.name for drift in compare(schema(), schema(change))] == ["strength", "seed"]
