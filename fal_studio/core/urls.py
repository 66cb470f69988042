"""Endpoint ids and the URLs made of them: where a request goes, by profile and mode."""

import functools
import re
from typing import NoReturn
from urllib.parse import quote, urlencode, urlsplit

import msgspec

from fal_studio.core.request import Profile, ProfileKind
from fal_studio.words import tr

NAMESPACES = frozenset({"workflows", "comfy"})
_LEGACY = r"^([0-9]+)-([a-zA-Z0-9-]+)$"
_SEGMENT = r"^[A-Za-z0-9._~-]+$"
_LONGEST = 300


class EndpointError(ValueError):
    """An endpoint id that cannot be called; says what is wrong and what to write instead."""

    def __init__(self, message: str, next_step: str) -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step


class EndpointId(msgspec.Struct, frozen=True):
    """The parts of an endpoint id, as fal-client and @fal-ai/client split it."""

    namespace: str
    """"workflows", "comfy" or ""."""
    owner: str
    alias: str
    path: str
    """What follows the alias, without slashes at its ends."""

    @property
    def app(self) -> str:
        """The part that the queue knows a request by: without the sub-path."""
        return "/".join(part for part in (self.namespace, self.owner, self.alias) if part)

    @property
    def full(self) -> str:
        """The whole id."""
        return f"{self.app}/{self.path}" if self.path else self.app


@functools.lru_cache(maxsize=512)
def parse(endpoint: str) -> EndpointId:
    """Split an endpoint id; raises EndpointError."""
    text = endpoint.strip()
    if not text:
        _refuse(tr("No endpoint was given."), tr("Write an id such as fal-ai/flux/dev."))
    if "://" in text:
        wanted = urlsplit(text).path.strip("/").removeprefix("models/")
        _refuse(
            tr("{short} is a web address, not an endpoint id.").format(short=_short(text)),
            tr("Write only the id: {wanted}.").format(wanted=wanted)
            if wanted
            else tr("Write an id such as fal-ai/flux/dev."),
        )
    if len(text) > _LONGEST:
        _refuse(
            tr("The endpoint id is {count} characters long.").format(count=len(text)),
            tr("Write an id such as fal-ai/flux/dev."),
        )
    parts = text.split("/")
    if len(parts) == 1:
        legacy = re.match(_LEGACY, text)
        if legacy is None:
            _refuse(
                tr("“{short}” is not an endpoint id: the owner is missing.").format(short=_short(text)),
                tr("Write it as owner/name, for example fal-ai/{text}.").format(text=text)
                if re.match(_SEGMENT, text)
                else tr("Write it as owner/name, for example fal-ai/flux/dev."),
            )
        return EndpointId("", legacy[1], legacy[2], "")
    _check_segments(text, parts)
    namespace = parts.pop(0) if parts[0] in NAMESPACES else ""
    if len(parts) < 2:
        _refuse(
            tr("“{text}” is not an endpoint id: after {namespace}/ it needs an owner and a name.").format(
                text=text, namespace=namespace
            ),
            tr("Write it as {namespace}/owner/name.").format(namespace=namespace),
        )
    return EndpointId(namespace, parts[0], parts[1], "/".join(parts[2:]))


def _check_segments(text: str, parts: list[str]) -> None:
    for part in parts:
        if not part:
            _refuse(
                tr("“{short}” is not an endpoint id: it has an empty part.").format(short=_short(text)),
                tr("Write owner/name without slashes at the ends, for example fal-ai/flux/dev."),
            )
        if not re.match(_SEGMENT, part) or part in (".", ".."):
            _refuse(
                tr("“{short}” is not an endpoint id: “{short_2}” is not a name.").format(
                    short=_short(text), short_2=_short(part)
                ),
                tr("Use letters, digits, dots and hyphens, for example fal-ai/flux/dev."),
            )


def path_problem(path: str) -> str:
    """Say why a sub-path cannot be called, "" if it can."""
    try:
        _check_segments(path, path.split("/"))
    except EndpointError:
        return tr("A sub-path is names with slashes between them, for example /stream.")
    return ""


def _refuse(message: str, next_step: str) -> NoReturn:
    raise EndpointError(message, next_step)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "…"


def run_url(profile: Profile, endpoint: str, query: dict[str, str] | None = None) -> str:
    """Return where a direct run goes."""
    return _with_query(f"{profile.hosts.run}/{_full(profile, endpoint)}".rstrip("/ "), query)


def ws_url(profile: Profile, endpoint: str, query: dict[str, str] | None = None) -> str:
    """Return where the socket of a direct run by HTTP over WebSocket is opened."""
    return _with_query(f"{profile.hosts.ws}/{_full(profile, endpoint)}".rstrip("/ "), query)


def submit_url(profile: Profile, endpoint: str, query: dict[str, str] | None = None) -> str:
    """Return where a queue request goes."""
    return _with_query(f"{profile.hosts.queue}/{_full(profile, endpoint)}", query)


def stream_url(profile: Profile, endpoint: str, path: str | None, query: dict[str, str] | None = None) -> str:
    """Return where an SSE stream comes from; `path` None means `/stream`, not doubled where the id ends in it."""
    return _with_query(_below(profile, endpoint, path, "/stream"), query)


def realtime_url(profile: Profile, endpoint: str, path: str | None, query: dict[str, str]) -> str:
    """Return where a realtime socket is opened; `path` None means `/realtime`, not doubled."""
    url = _below(profile, endpoint, path, "/realtime")
    scheme, rest = url.split("://", 1)
    return _with_query(f"{'wss' if scheme in ('https', 'wss') else 'ws'}://{rest}", query)


def ticket_urls(profile: Profile, endpoint: str, request_id: str) -> tuple[str, str, str]:
    """Return status, response and cancel URL in the short form, for servers that name only the request id."""
    base = f"{profile.hosts.queue}/{parse(endpoint).app}/requests/{quote(request_id, safe='')}"
    return f"{base}/status", base, f"{base}/cancel"


def tokens_url(profile: Profile) -> str:
    """Return where realtime tokens are made."""
    return f"{profile.hosts.rest}/tokens/"


def status_query(url: str, *, logs: bool, stream: bool = False) -> str:
    """Return a status URL with the wish for logs, as @fal-ai/client writes it; `stream` for its SSE form."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/") + ("/stream" if stream else "")
    query = "&".join(part for part in (parts.query, f"logs={int(logs)}") if part)
    return parts._replace(path=path, query=query).geturl()


def is_own(profile: Profile, url: str) -> bool:
    """Whether the profile's key may go to `url`: fal's doors do get it; a CDN or anybody else does not."""
    if profile.kind in (ProfileKind.LOCAL_APP, ProfileKind.PROXY):
        return False
    hosts = profile.hosts
    return any(
        _is_below(base, url) for base in (hosts.run, hosts.queue, hosts.rest, hosts.platform, hosts.ws)
    )


def _is_below(base: str, url: str) -> bool:
    ours, theirs = urlsplit(base), urlsplit(url)
    if _origin(ours.scheme, ours.netloc) != _origin(theirs.scheme, theirs.netloc):
        return False
    prefix = ours.path.rstrip("/")
    return theirs.path == prefix or theirs.path.startswith(prefix + "/")


def _origin(scheme: str, netloc: str) -> tuple[str, str]:
    web = {"ws": "http", "wss": "https"}.get(scheme, scheme)
    default = {"http": ":80", "https": ":443"}.get(web, "")
    return web, netloc.lower().removesuffix(default) if default else netloc.lower()


def _full(profile: Profile, endpoint: str) -> str:
    if profile.kind is ProfileKind.LOCAL_APP:
        path = endpoint.strip().strip("/")
        if path:
            _check_segments(path, path.split("/"))
        return path
    return parse(endpoint).full


def _below(profile: Profile, endpoint: str, path: str | None, usual: str) -> str:
    full = _full(profile, endpoint)
    if path is None:
        path = "" if f"/{full}".endswith(usual) else usual
    path = path.strip("/")
    if path:
        _check_segments(path, path.split("/"))
    return "/".join(part for part in (profile.hosts.run, full, path) if part)


def _with_query(url: str, query: dict[str, str] | None) -> str:
    return f"{url}?{urlencode(query)}" if query else url
