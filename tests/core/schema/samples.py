"""Documents with all the oddities of fal's own, written for the tests; each file shows a few."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "schemas"
NAMES = sorted(file.stem for file in FOLDER.glob("*.json"))


def document(name: str) -> dict[str, Any]:
    return json.loads((FOLDER / f"{name}.json").read_text())


def endpoint(name: str) -> str:
    return document(name)["info"].get("x-fal-metadata", {}).get("endpointId", "")


def around(properties: dict[str, Any], required: tuple[str, ...] = (), **schemas: Any) -> dict[str, Any]:
    """Return the document of `lab/model` with these properties."""
    node = {"type": "object", "properties": properties, "required": list(required)}
    content = {"application/json": {"schema": node}}
    return {
        "paths": {"/lab/model": {"post": {"requestBody": {"content": content}}}},
        "components": {"schemas": schemas},
    }
