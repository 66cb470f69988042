"""The catalogue's records as endpoints of the window: fields, modes, and arguments that run at once."""

from collections.abc import Mapping
from typing import Any

from fal_studio.core.request import Json, Mode
from fal_studio.core.schema.digest import digest
from fal_studio.core.schema.field import FieldKind, Schema
from fal_studio.core.schema.reading import read
from fal_studio.ui.catalogue import Endpoint
from fal_studio.ui.widgets.segmented import Capability

_QUEUED = (Mode.RUN, Mode.SUBSCRIBE, Mode.SUBMIT)


def endpoints_of(records: list[dict[str, Any]], sketch: str) -> list[Endpoint]:
    """Return the endpoints of `GET /models?expand=openapi-3.0`; `sketch` fills required pictures."""
    found = [_endpoint(record, sketch) for record in records if isinstance(record.get("endpoint_id"), str)]
    return sorted(found, key=_rank)


def _endpoint(record: dict[str, Any], sketch: str) -> Endpoint:
    name = record["endpoint_id"]
    about: dict[str, Any] = record.get("metadata") or {}
    fields = read(record.get("openapi"), name)
    return Endpoint(
        id=name,
        title=about.get("display_name") or name,
        category=about.get("category") or "",
        description=about.get("description") or "",
        support=_support(name, set(about.get("tags") or ())),
        schema=fields,
        arguments=_arguments(fields, sketch),
        schema_hash=digest(record["openapi"], name) if record.get("openapi") else "",
    )


def _support(name: str, tags: set[str]) -> Mapping[Mode, tuple[Capability, str]]:
    """The emulator's tags name the modes beyond run and queue; a missing tag means the route is not there."""
    support = {mode: (Capability.SUPPORTED, f"{name} answers {mode}.") for mode in _QUEUED}
    for mode in (Mode.STREAM, Mode.REALTIME):
        if mode.value in tags:
            support[mode] = (Capability.SUPPORTED, f"{name} answers {mode}.")
        else:
            support[mode] = (Capability.UNSUPPORTED, f"{name} has no /{mode} route.")
    return support


def _arguments(fields: Schema, sketch: str) -> dict[str, Json]:
    arguments = fields.example()
    for field in fields.fields:
        if field.kind is FieldKind.FILE and field.required and not arguments.get(field.name):
            arguments[field.name] = sketch if "image" in field.name else ""
    return arguments


_FIRST = (
    "image",
    "edit",
    "chat",
    "sketch",
    "video",
    "speech",
    "transcribe",
    "transcription",
    "mesh",
    "workflow",
)


def _rank(endpoint: Endpoint) -> tuple[int, str]:
    name = endpoint.id.split("/")[1] if "/" in endpoint.id else endpoint.id
    place = _FIRST.index(name) if name in _FIRST else len(_FIRST) + (name in ("failing", "bench"))
    return place, endpoint.id
