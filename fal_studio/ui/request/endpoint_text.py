"""Endpoint ids as people paste them: ids, page addresses, run and queue URLs. Pure."""

import re
from urllib.parse import urlsplit

_ID = re.compile(r"^[A-Za-z0-9][\w.-]*(?:/[\w.-]+)+$")
_TAILS = {"playground", "api", "examples", "stream", "realtime"}


def endpoint_of(text: str) -> str:
    """Return the endpoint id in what was typed or pasted."""
    text = text.strip().strip("\"'")
    if "://" not in text:
        return text.strip("/")
    parts = urlsplit(text)
    pieces = [piece for piece in parts.path.split("/") if piece]
    if parts.netloc.endswith("fal.ai") and pieces[:1] == ["models"]:
        pieces = pieces[1:]
    if "requests" in pieces:
        pieces = pieces[: pieces.index("requests")]
    while len(pieces) > 2 and pieces[-1] in _TAILS:
        pieces.pop()
    return "/".join(pieces)


def endpoint_problem(endpoint: str) -> str:
    """Say what is wrong with an endpoint id, "" if it can be called."""
    if not endpoint:
        return "Choose an endpoint"
    if not _ID.match(endpoint):
        return "An endpoint id looks like owner/name, for example emulator/image"
    return ""
