"""A model as the catalogue describes it; lenient, since records differ and some are almost empty."""

from datetime import datetime
from typing import Any

import msgspec

from fal_studio.core.request import Json


class Model(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry of fal's catalogue."""

    id: str
    """Endpoint id."""
    title: str = ""
    category: str = ""
    """An open set: text-to-image, image-to-video, llm …"""
    description: str = ""
    """May hold Markdown."""
    status: str = ""
    """active, deprecated, or "" where it is not told."""
    tags: tuple[str, ...] = ()
    thumbnail_url: str = ""
    page_url: str = ""
    """The model's page for people."""
    license: str = ""
    """commercial, research, private or ""."""
    kind: str = ""
    """inference or training."""
    family: str = ""
    """What it is grouped under."""
    variant: str = ""
    """What tells it from the others of its family."""
    updated_s: float = 0.0
    """Calendar time, seconds since 1970; 0 where it is not told."""
    duration_s: float | None = None
    """How long a call usually takes, as the catalogue estimates it."""
    streams: bool = False
    """A `stream_url` is given: it probably streams. Its address is not to be trusted (it often is a web page)."""
    is_highlighted: bool = False
    is_pinned: bool = False

    @property
    def owner(self) -> str:
        """The part of the id before the first slash."""
        return self.id.partition("/")[0]

    @property
    def is_deprecated(self) -> bool:
        """Whether fal will take it away."""
        return self.status == "deprecated"


def read(record: Json) -> Model | None:
    """Read a record of `GET /models`; None for something that names no endpoint."""
    if not isinstance(record, dict) or not isinstance(name := record.get("endpoint_id"), str) or not name:
        return None
    about: dict[str, Any] = record["metadata"] if isinstance(record.get("metadata"), dict) else {}
    group = about.get("group") if isinstance(about.get("group"), dict) else {}
    tags = about.get("tags")
    return Model(
        id=name,
        title=_text(about, "display_name") or name.partition("/")[2] or name,
        category=_text(about, "category"),
        description=_text(about, "description"),
        status=_text(about, "status"),
        tags=tuple(tag for tag in tags if isinstance(tag, str) and tag) if isinstance(tags, list) else (),
        thumbnail_url=_text(about, "thumbnail_url"),
        page_url=_page_url(record, name),
        license=_text(about, "license_type"),
        kind=_text(about, "kind"),
        family=_text(group or {}, "key"),
        variant=_text(group or {}, "label"),
        updated_s=_time(_text(about, "updated_at") or _text(about, "date")),
        duration_s=_minutes(about.get("duration_estimate")),
        streams=bool(_text(about, "stream_url")),
        is_highlighted=about.get("highlighted") is True,
        is_pinned=about.get("pinned") is True,
    )


def document_of(record: Json) -> Json:
    """Return the OpenAPI document in a record, None when there is none or fal could not expand it."""
    document = record.get("openapi") if isinstance(record, dict) else None
    return document if isinstance(document, dict) and "error" not in document else None


def matches(model: Model, words: str, category: str = "", status: str = "") -> bool:
    """Whether a model fits a search, for catalogues that are searched without the network."""
    if category and model.category != category:
        return False
    if status and (model.status or "active") != status:
        return False
    text = " ".join((model.id, model.title, model.category, model.description, *model.tags)).casefold()
    return all(word in text for word in words.casefold().split())


def _page_url(record: dict[str, Json], name: str) -> str:
    if name.startswith("emulator/"):
        return ""  # its documents name pages as fal's do, and nobody has put any there
    document = document_of(record) or {}
    info = document.get("info") if isinstance(document.get("info"), dict) else {}
    known = info.get("x-fal-metadata") if isinstance(info, dict) else None
    told = _text(known, "playgroundUrl") if isinstance(known, dict) else ""
    if told.startswith("https://"):
        return told
    return f"https://fal.ai/models/{name}"


def _text(node: dict[str, Json], key: str) -> str:
    value = node.get(key)
    return value.strip() if isinstance(value, str) else ""


def _time(text: str) -> float:
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        return 0.0


def _minutes(value: Json) -> float | None:
    """Return seconds: the catalogue counts in minutes (fal platform API, `duration_estimate`)."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) * 60 if is_number and value > 0 else None
