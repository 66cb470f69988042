"""The request in an HTTP archive (HAR), as fal Studio and the developer tools of browsers save it."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from fal_studio.core.paste import addresses, headers
from fal_studio.core.paste.found import Draft, Found, UnclearError
from fal_studio.core.request import Hosts, Json
from fal_studio.words import tr

_WITH_INPUT = ("POST", "PUT")


def is_archive(value: Json) -> bool:
    """Whether a JSON document says that it is an HTTP archive."""
    log = value.get("log") if isinstance(value, dict) else None
    return isinstance(log, dict) and isinstance(log.get("entries"), list)


def read(value: Any, hosts: Sequence[Hosts] = ()) -> Found:
    """Return the first call of an endpoint in it; raises UnclearError where there is none."""
    count = 0
    first: Draft | None = None
    for request in _requests(value["log"]["entries"]):
        draft = Draft(tr("an HTTP archive"))
        try:
            _take(draft, request, hosts)
        except UnclearError:
            continue
        count += 1
        first = first or draft
    if first is None:
        raise UnclearError(
            tr("This HTTP archive holds no call of a model on fal."),
            tr("Save it again after a call was made, with its contents."),
        )
    if count > 1:
        first.note(tr("It is the first of {count} calls in the archive.").format(count=count))
    found = first.found()
    # A file of this kind is handed around: it must not send results to an address, or more than fal's own headers.
    options = msgspec.structs.replace(found.options, headers={}, query={}, webhook_url="")
    if options != found.options:
        first.note(tr("Its webhook, and headers and query of its own, were left out."))
    return msgspec.structs.replace(first.found(), options=options)


def _requests(entries: list[Any]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        request = entry.get("request") if isinstance(entry, dict) else None
        if isinstance(request, dict) and isinstance(request.get("url"), str):
            yield request


def _take(draft: Draft, request: dict[str, Any], hosts: Sequence[Hosts]) -> None:
    """Take one request of the archive; raises UnclearError if it calls no endpoint with an input."""
    sent = {
        str(one.get("name", "")): str(one.get("value", ""))
        for one in request.get("headers") or ()
        if isinstance(one, dict)
    }
    is_stream = any("event-stream" in value for name, value in sent.items() if name.lower() == "accept")
    addresses.take_address(draft, request["url"], hosts, is_stream=is_stream)
    body = (request.get("postData") or {}).get("text")
    if request.get("method") not in _WITH_INPUT or not isinstance(body, str):
        raise UnclearError(tr("This request has no input."), "")
    try:
        arguments = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnclearError(tr("Its input is no JSON."), "") from error
    if not isinstance(arguments, dict):
        raise UnclearError(tr("Its input is no object."), "")
    draft.arguments = headers.without_keys(draft, arguments)
    for name, value in sent.items():
        headers.take(draft, name, value)
