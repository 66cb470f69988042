"""What was asked for in words, newest first: earlier prompts to begin again from."""

import sqlite3

from fal_studio.core.asked import whole_prompt_of
from fal_studio.core.privacy import is_private
from fal_studio.store import rows

LARGEST_BYTES = 200_000
"""Of a request that is read for its prompt; larger ones carry files, and reading many of them would take long."""
LOOKED_AT = 3_000
"""Calls of an endpoint, and of all others, that are looked at: people run the same words many times."""

_BODIES = (
    "SELECT requests.body FROM calls JOIN requests ON requests.id = calls.id"
    " WHERE calls.endpoint {} ? AND calls.prompt <> '' AND calls.deleted_s = 0 AND length(requests.body) <= ?"
    " ORDER BY calls.id DESC LIMIT ?"
)


def prompts(connection: sqlite3.Connection, endpoint: str, most: int) -> tuple[str, ...]:
    """Return the prompts of an endpoint's calls, then those of all others, each newest first and each once; none of private runs."""
    found: dict[str, None] = {}
    for which in ("=", "<>"):
        for (body,) in connection.execute(_BODIES.format(which), (endpoint, LARGEST_BYTES, LOOKED_AT)):
            request = rows.decode_request(body)
            if request is None or is_private(request.options):
                continue
            words = whole_prompt_of(request.arguments)
            if words.strip():
                found[words] = None
            if len(found) >= most:
                return tuple(found)
    return tuple(found)
