"""What a profile offers: the list of models, a model's OpenAPI document, and which modes it can be called in."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

import msgspec

from fal_studio.core.events import Failed
from fal_studio.core.request import Json, Mode, ProfileKind
from fal_studio.modes.base import CallError, Emit
from fal_studio.modes.http import Ask, Http, Resend
from fal_studio.words import tr

_PAGES = 200
"""A catalogue has fewer pages; a server that never stops naming a next one is not followed for ever."""


class Answer(StrEnum):
    """Whether an endpoint can be called in a mode."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    """Nothing says so: it can be tried."""


def unheard(_fact: Any) -> None:
    """Take the facts of requests that belong to no call."""


async def models(
    http: Http, query: Mapping[str, str] | None = None, emit: Emit = unheard
) -> list[dict[str, Json]]:
    """Return the catalogue's records, page by page to the end; raises CallError."""
    found: list[dict[str, Json]] = []
    wanted = dict(query or {})
    for _page in range(_PAGES):
        document = await _get(
            http, f"{http.profile.hosts.platform}/models", wanted, tr("The catalogue"), emit
        )
        page = document if isinstance(document, dict) else {}
        found += [record for record in page.get("models") or () if isinstance(record, dict)]
        cursor = page.get("next_cursor")
        if (
            not page.get("has_more")
            or not isinstance(cursor, str)
            or not cursor
            or cursor == wanted.get("cursor")
        ):
            break
        wanted["cursor"] = cursor
    return found


class Found(msgspec.Struct, frozen=True):
    """One page of a search."""

    records: tuple[dict[str, Json], ...]
    cursor: str = ""
    """For the next page; "" after the last."""


async def search(
    http: Http,
    words: str = "",
    *,
    category: str = "",
    status: str = "",
    cursor: str = "",
    limit: int = 40,
    emit: Emit = unheard,
) -> Found:
    """Return one page of the catalogue's records that match; raises CallError."""
    query = {
        "q": words.strip(),
        "category": category,
        "status": status,
        "cursor": cursor,
        "limit": str(limit),
    }
    wanted = {key: value for key, value in query.items() if value}
    document = await _get(http, f"{http.profile.hosts.platform}/models", wanted, tr("The catalogue"), emit)
    page = document if isinstance(document, dict) else {}
    records = tuple(record for record in page.get("models") or () if isinstance(record, dict))
    following = page.get("next_cursor")
    has_more = bool(page.get("has_more")) and isinstance(following, str) and following != cursor
    return Found(records, following if has_more and isinstance(following, str) else "")


async def record(http: Http, endpoint: str, emit: Emit = unheard) -> dict[str, Json] | None:
    """Return one endpoint's record with its OpenAPI document; None if it is not listed; raises CallError."""
    query = {"endpoint_id": endpoint, "expand": "openapi-3.0"}
    try:
        document = await _get(http, f"{http.profile.hosts.platform}/models", query, endpoint, emit)
    except CallError as error:
        if isinstance(error.fact, Failed) and error.fact.status == 404:
            return None
        raise
    found = document.get("models") if isinstance(document, dict) else None
    entries = [entry for entry in found or () if isinstance(entry, dict)]
    return next((entry for entry in entries if entry.get("endpoint_id") == endpoint), None)


async def schema(http: Http, endpoint: str, emit: Emit = unheard) -> Json:
    """Return the OpenAPI document of an endpoint; a local app has one for all; raises CallError."""
    query = {} if http.profile.kind is ProfileKind.LOCAL_APP else {"endpoint_id": endpoint}
    return await _get(
        http, http.profile.hosts.schema, query, tr("The schema of {endpoint}").format(endpoint=endpoint), emit
    )


def modes_of(document: Json, endpoint: str, kind: ProfileKind, stream_url: str = "") -> dict[Mode, Answer]:
    """Return in which modes an endpoint can be called.

    fal's queue documents say nothing of streams and sessions, and a catalogue's `stream_url` proves only a yes
    (fal docs). The document of a local app names all its routes, sockets by `x-fal-protocol`.
    """
    if kind is ProfileKind.LOCAL_APP:
        return _of_local_app(document, endpoint)
    queue = Answer.YES if _paths(document) else Answer.UNKNOWN
    found: dict[Mode, Answer] = {Mode.RUN: queue, Mode.SUBSCRIBE: queue, Mode.SUBMIT: queue}
    found[Mode.STREAM] = Answer.YES if stream_url or endpoint.endswith("/stream") else Answer.UNKNOWN
    found[Mode.REALTIME] = Answer.YES if endpoint.endswith("/realtime") else Answer.UNKNOWN
    if kind is ProfileKind.PROXY:
        found[Mode.REALTIME] = Answer.NO
    return found


def _of_local_app(document: Json, endpoint: str) -> dict[Mode, Answer]:
    paths = _paths(document)
    route = "/" + endpoint.strip("/")

    def has(path: str, *, is_socket: bool = False) -> Answer:
        item = paths.get(path) or paths.get(path.rstrip("/"))
        if not isinstance(item, dict):
            return Answer.NO
        return Answer.YES if ("x-fal-protocol" in item if is_socket else "post" in item) else Answer.NO

    if not paths:
        has_queue = (Mode.SUBSCRIBE, Mode.SUBMIT)
        return {mode: Answer.NO if mode in has_queue else Answer.UNKNOWN for mode in Mode}
    below = route.rstrip("/")
    return {
        Mode.RUN: has(route),
        Mode.SUBSCRIBE: Answer.NO,
        Mode.SUBMIT: Answer.NO,
        Mode.STREAM: has(route if route.endswith("/stream") else f"{below}/stream"),
        Mode.REALTIME: has(route if route.endswith("/realtime") else f"{below}/realtime", is_socket=True),
    }


def _paths(document: Json) -> dict[str, Json]:
    paths = document.get("paths") if isinstance(document, dict) else None
    return paths if isinstance(paths, dict) else {}


async def _get(http: Http, url: str, query: Mapping[str, str], what: str, emit: Emit) -> Json:
    ask = Ask(
        "catalogue", "GET", f"{url}?{urlencode(query)}" if query else url, resend=Resend.SAFE, endpoint=what
    )
    return await http.parsed(await http.exchange(ask, emit), ask)
