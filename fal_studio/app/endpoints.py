"""The catalogue's records as endpoints of the window: fields, modes, and arguments that run at once."""

from collections.abc import Mapping
from typing import Any

from fal_studio.core.request import Json, Mode, ProfileKind
from fal_studio.core.schema.digest import digest
from fal_studio.core.schema.field import FieldKind, Schema, beginning
from fal_studio.core.schema.reading import read
from fal_studio.services.catalog import Answer, modes_of
from fal_studio.ui.catalogue import Endpoint
from fal_studio.ui.widgets.segmented import Capability
from fal_studio.words import tr

_QUEUED = (Mode.RUN, Mode.SUBSCRIBE, Mode.SUBMIT)
_CAPABILITIES = {
    Answer.YES: Capability.SUPPORTED,
    Answer.NO: Capability.UNSUPPORTED,
    Answer.UNKNOWN: Capability.UNKNOWN,
}


def endpoints_of(records: list[dict[str, Any]], sketch: str) -> list[Endpoint]:
    """Return the endpoints of `GET /models?expand=openapi-3.0`; `sketch` fills required pictures."""
    found = [endpoint_of(record, sketch) for record in records if isinstance(record.get("endpoint_id"), str)]
    return sorted(found, key=_rank)


def endpoint_of(record: dict[str, Any], sketch: str, kind: ProfileKind = ProfileKind.EMULATOR) -> Endpoint:
    """Return the endpoint of one record."""
    name = record["endpoint_id"]
    found = record.get("metadata")
    about: dict[str, Any] = found if isinstance(found, dict) else {}
    fields = read(record.get("openapi"), name)
    return Endpoint(
        id=name,
        title=about.get("display_name") or name,
        category=about.get("category") or "",
        description=about.get("description") or "",
        is_of_fal=kind is not ProfileKind.EMULATOR,
        support=_support(name, set(about.get("tags") or ()))
        if kind is ProfileKind.EMULATOR
        else _told(name, record.get("openapi"), kind, about.get("stream_url") or ""),
        schema=fields,
        arguments=_arguments(fields, sketch),
        schema_hash=digest(record["openapi"], name) if record.get("openapi") else "",
        example=_example(fields, sketch),
    )


def _support(name: str, tags: set[str]) -> Mapping[Mode, tuple[Capability, str]]:
    """The emulator's tags name the modes beyond run and queue; a missing tag means the route is not there."""
    support = {
        mode: (Capability.SUPPORTED, tr("{name} answers {mode}.").format(name=name, mode=mode))
        for mode in _QUEUED
    }
    for mode in (Mode.STREAM, Mode.REALTIME):
        if mode.value in tags:
            support[mode] = (Capability.SUPPORTED, tr("{name} answers {mode}.").format(name=name, mode=mode))
        else:
            support[mode] = (
                Capability.UNSUPPORTED,
                tr("{name} has no /{mode} route.").format(name=name, mode=mode),
            )
    return support


def _told(
    name: str, document: Json, kind: ProfileKind, stream_url: str
) -> Mapping[Mode, tuple[Capability, str]]:
    reasons = {
        Answer.YES: tr("The catalogue says that {name} answers it.").format(name=name),
        Answer.NO: tr("{name} cannot be called like this with this profile.").format(name=name),
        Answer.UNKNOWN: tr(
            "The catalogue does not say whether {name} answers it. Run it to find out."
        ).format(name=name),
    }
    answers = modes_of(document, name, kind, stream_url)
    return {mode: (_CAPABILITIES[answer], reasons[answer]) for mode, answer in answers.items()}


def _example(fields: Schema, sketch: str) -> dict[str, Json]:
    """Return every value that the document shows as an example, and what is required."""
    example = {field.name: beginning(field) for field in fields.fields if field.required or field.examples}
    return example | {
        name: value for name, value in _arguments(fields, sketch).items() if not example.get(name)
    }


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
