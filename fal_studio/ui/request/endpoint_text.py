"""Endpoint ids as people type them: ids, page addresses, run and queue URLs. Pure."""

import re

from fal_studio.core.paste import addresses
from fal_studio.core.paste.found import Draft, UnclearError

_ID = re.compile(r"^[A-Za-z0-9][\w.-]*(?:/[\w.-]+)+$")


def endpoint_of(text: str) -> str:
    """Return the endpoint id in what was typed; what is no id and no known address stays as it is."""
    text = text.strip().strip("\"'")
    if not addresses.is_address(text):
        return text.strip("/")
    draft = Draft("an address")
    try:
        addresses.take_address(draft, text)
    except UnclearError:
        return text
    return draft.endpoint


def endpoint_problem(endpoint: str) -> str:
    """Say what is wrong with an endpoint id, "" if it can be called."""
    if not endpoint:
        return "Choose an endpoint"
    if not _ID.match(endpoint):
        return "An endpoint id looks like owner/name, for example emulator/image"
    return ""
