"""OpenAPI documents of models in the form that fal publishes them: four queue paths, named schemas, `x-fal` extras.

Two habits of the real documents are kept on purpose, because forms have to cope with them: the order of `properties` means
nothing (`x-fal-order-properties` does), and OpenAPI 3.1 features appear in a document that calls itself 3.0.4.
"""

import hashlib
import re
from typing import Any

from pydantic import BaseModel

from fal_studio.emulator.endpoints import NAMESPACES
from fal_studio.emulator.model import Json, Model, Route

REF = "#/components/schemas/"
VERSION = "3.0.4"
QUEUE_STATUS: Json = {
    "type": "object",
    "properties": {
        "status": {"type": "string", "enum": ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]},
        "request_id": {"type": "string", "description": "The request id."},
        "response_url": {"type": "string", "description": "The response url."},
        "status_url": {"type": "string", "description": "The status url."},
        "cancel_url": {"type": "string", "description": "The cancel url."},
        # The real documents call it an object although an array arrives.
        "logs": {"type": "object", "description": "The logs.", "additionalProperties": True},
        "metrics": {"type": "object", "description": "The metrics.", "additionalProperties": True},
        "queue_position": {"type": "integer", "description": "The queue position."},
    },
    "required": ["status", "request_id"],
}
REQUEST_ID: Json = {
    "name": "request_id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "description": "Request ID"},
}
LOGS: Json = {
    "name": "logs",
    "in": "query",
    "required": False,
    "schema": {
        "type": "number",
        "description": "Whether to include logs (`1`) in the response or not (`0`).",
    },
}


def document(endpoint_id: str, model: Model, route: Route, queue: str, thumbnail: str) -> Json:
    """Return the document of one endpoint; `queue` is the root of the queue host."""
    name = camel(endpoint_id)
    schemas: Json = {"QueueStatus": QUEUE_STATUS}
    _add(schemas, f"{name}Input", route.input)
    _add(schemas, f"{name}Output", route.output)
    return {
        "openapi": VERSION,
        "info": {
            "title": f"Queue OpenAPI for {endpoint_id}",
            "version": "1.0.0",
            "description": f"The OpenAPI schema for the {endpoint_id} queue.",
            "x-fal-metadata": {
                "endpointId": endpoint_id,
                "category": model.category,
                "thumbnailUrl": thumbnail,
                "playgroundUrl": f"https://fal.ai/models/{endpoint_id}",
                "documentationUrl": f"https://fal.ai/models/{endpoint_id}/api",
            },
        },
        "components": {
            "securitySchemes": {
                "apiKeyAuth": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "Fal Key",
                }
            },
            "schemas": schemas,
        },
        "paths": _paths(endpoint_id, name),
        "servers": [{"url": queue}],
        "security": [{"apiKeyAuth": []}],
    }


def camel(endpoint_id: str) -> str:
    """Return an id as fal names its schemas: without owner and separators, `kling-video/v1.6` → `KlingVideoV16`."""
    segments = endpoint_id.split("/")
    inner = segments[2:] if segments[0] in NAMESPACES else segments[1:]
    words = re.split(r"[^A-Za-z0-9]+", "/".join(inner))
    return "".join(word[:1].upper() + word[1:] for word in words)


def _paths(endpoint_id: str, name: str) -> Json:
    request = f"/{endpoint_id}/requests/{{request_id}}"
    success = {
        "type": "object",
        "properties": {
            "success": {
                "type": "boolean",
                "description": "Whether the request was cancelled successfully.",
            }
        },
    }
    status = {"$ref": f"{REF}QueueStatus"}
    return {
        f"{request}/status": {
            "get": {"parameters": [REQUEST_ID, LOGS], **_answers("The request status.", status)}
        },
        f"{request}/cancel": {
            "put": {"parameters": [REQUEST_ID], **_answers("The request was cancelled.", success)}
        },
        f"/{endpoint_id}": {
            "post": {
                "requestBody": {"required": True, **_content({"$ref": f"{REF}{name}Input"})},
                **_answers("The request status.", status),
            }
        },
        request: {
            "get": {
                "parameters": [REQUEST_ID],
                **_answers("Result of the request.", {"$ref": f"{REF}{name}Output"}),
            }
        },
    }


def _content(schema: Json) -> Json:
    return {"content": {"application/json": {"schema": schema}}}


def _answers(description: str, schema: Json) -> Json:
    return {"responses": {"200": {"description": description, **_content(schema)}}}


def _add(schemas: Json, name: str, model: type[BaseModel]) -> None:
    """Add a model's schema under its public name, and those it refers to under their own."""
    schema = model.model_json_schema(ref_template=REF + "{model}")
    for inner, definition in schema.pop("$defs", {}).items():
        schemas[inner] = _dressed(definition)
    schemas[name] = _dressed(schema)


def _dressed(schema: Any) -> Any:
    """Give pydantic's schema the look of fal's."""
    if isinstance(schema, list):
        return [_dressed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    out: Json = {
        key: value if key in ("examples", "default", "enum") else _dressed(value)
        for key, value in schema.items()
        if key != "properties"
    }
    if "const" in out:
        out["enum"] = [out.pop("const")]
    if out.get("default", ...) is None:
        del out["default"]
    if "properties" in schema:
        names = list(schema["properties"])
        out["properties"] = {
            name: _dressed(schema["properties"][name]) for name in sorted(names, key=_shuffled)
        }
        out["x-fal-order-properties"] = names
    return out


def _shuffled(name: str) -> str:
    """Return a key that sorts properties in an order without meaning, always the same."""
    return hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
