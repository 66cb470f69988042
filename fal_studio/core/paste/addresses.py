"""Endpoint ids and web addresses as people paste them: model pages, run, stream, realtime and queue addresses."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlsplit

from fal_studio.core import urls
from fal_studio.core.options import QUEUED
from fal_studio.core.paste.found import Draft, UnclearError
from fal_studio.core.request import Hosts, Mode
from fal_studio.words import tr

_TAILS = frozenset({"playground", "api", "examples", "readme", "llms.txt", "requests", "edit"})
"""What fal's site puts behind the id of a model or a workflow."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_EXAMPLE = tr("Paste an id such as fal-ai/flux/dev, or the address of a model's page.")
_SITE = frozenset({"fal.ai", "www.fal.ai"})
_DIRECT = frozenset({"fal.run", "falrun.com", "ws.fal.run"})
_QUEUE = frozenset({"queue.fal.run", "queue.falrun.com"})


def is_address(text: str) -> bool:
    """Whether a text is one web address."""
    return "://" in text and len(text.split()) == 1


def is_more_than_an_id(text: str) -> bool:
    """Whether a text holds more than the name or address of an endpoint: worth a request of its own."""
    return len(text.split()) > 1 or text.lstrip()[:1] in ("{", "[") or "(" in text


def take_id(draft: Draft, text: str) -> None:
    """Take an endpoint id, with the query that may ride on it; raises UnclearError."""
    path, _, query = text.strip().strip("/").partition("?")
    draft.endpoint = checked(path)
    take_query(draft, query)


def checked(endpoint: str) -> str:
    """Return an endpoint id that can be called; raises UnclearError."""
    try:
        return urls.parse(endpoint.strip("/")).full
    except urls.EndpointError as error:
        raise UnclearError(error.message, error.next_step) from error


def take_query(draft: Draft, query: str) -> None:
    """Take query parameters; those of fal become options, a token stays behind."""
    for name, value in parse_qsl(query, keep_blank_values=True):
        match name:
            case "fal_jwt_token":
                draft.note(tr("The token in its address was left out."))
            case "fal_webhook":
                draft.set(webhook_url=value)
            case "max_buffering" if value.isdigit():
                draft.set(max_buffering=int(value))
            case "logs":
                pass
            case _:
                draft.add_query(name, value)


def take_address(draft: Draft, address: str, hosts: Sequence[Hosts] = (), *, is_stream: bool = False) -> None:
    """Take the endpoint and mode that an address stands for; raises UnclearError.

    `hosts` are those of the profiles, so that addresses of an emulator are known; `is_stream`: events were asked for.
    """
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").lower()
    except ValueError as error:
        raise UnclearError(
            tr("{address} is not a web address.").format(address=address[:80]), _EXAMPLE
        ) from error
    pieces = [piece for piece in parts.path.split("/") if piece]
    if host in _SITE:
        _take_page(draft, pieces, parts.query)
        return
    kind, pieces = _kind(address, host, pieces, hosts)
    take_query(draft, parts.query)
    if kind == "queue":
        _take_queue(draft, pieces)
        return
    draft.mode = Mode.RUN
    if parts.scheme in ("ws", "wss"):
        draft.mode, usual = Mode.REALTIME, "realtime"
    elif is_stream or pieces[-1:] == ["stream"]:
        draft.mode, usual = Mode.STREAM, "stream"
    elif pieces[-1:] == ["realtime"]:
        draft.mode, usual = Mode.REALTIME, "realtime"
    else:
        draft.endpoint = checked("/".join(pieces))
        return
    if pieces[-1:] == [usual]:
        pieces.pop()
    else:
        draft.set(path="")
    draft.endpoint = checked("/".join(pieces))


def _take_page(draft: Draft, pieces: list[str], query: str) -> None:
    wanted = dict(parse_qsl(query)).get("endpoint_id")
    if wanted:
        draft.endpoint = checked(wanted)
        return
    if pieces[:1] == ["models"]:
        pieces = pieces[1:]
    elif pieces[:1] != ["workflows"]:
        raise UnclearError(tr("This page of fal.ai is not the page of a model."), _EXAMPLE)
    if not pieces:
        raise UnclearError(tr("This page lists models."), tr("Open one of them and copy its address."))
    while len(pieces) > 2 and pieces[-1] in _TAILS:
        pieces = pieces[:-1]
    draft.endpoint = checked("/".join(pieces))


def _kind(address: str, host: str, pieces: list[str], hosts: Sequence[Hosts]) -> tuple[str, list[str]]:
    """Return whether it is a direct or a queue address, and its path without the profile's own part."""
    for known in hosts:
        for kind, base in (("queue", known.queue), ("run", known.run)):
            plain = base.partition("://")[2]
            if address.partition("://")[2].startswith(plain + "/"):
                return kind, pieces[len([p for p in plain.split("/")[1:] if p]) :]
    if host in _DIRECT:
        return "run", pieces
    if host in _QUEUE:
        return "queue", pieces
    if host in _LOOPBACK and pieces[:1] in (["run"], ["queue"]) and len(pieces) > 2:
        return pieces[0], pieces[1:]  # laid out as the emulator is
    if host.endswith("fal.media") or "googleapis.com" in host:
        raise UnclearError(
            tr("This is the address of a file, not of a model."),
            tr("Paste it into a field that takes a file."),
        )
    if host.startswith("rest.") and pieces[:1] == ["tokens"]:
        raise UnclearError(
            tr("This asks for the token of a realtime session and holds no input."),
            tr("Paste the id of the endpoint, and its input as JSON."),
        )
    raise UnclearError(tr("{host} is not an address of fal.").format(host=host or address[:60]), _EXAMPLE)


def _take_queue(draft: Draft, pieces: list[str]) -> None:
    draft.mode = draft.mode if draft.mode in QUEUED else Mode.SUBSCRIBE
    if "requests" in pieces:
        at = pieces.index("requests")
        draft.note(
            tr("The address names a request that was made before; this is a new one for its endpoint.")
        )
        pieces = pieces[:at]
    draft.endpoint = checked("/".join(pieces))
