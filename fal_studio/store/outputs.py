"""The files of results: which are still wanted, and as which blob one was kept."""

import sqlite3
from typing import NamedTuple

from fal_studio.core.artifacts import Kind, kind_of
from fal_studio.core.files import Earlier, Wanted
from fal_studio.core.privacy import is_private
from fal_studio.store import rows as bodies

MOST_TRIES = 40
"""A file that could not be fetched so often, over many starts of the program, will not be."""
_UNFINISHED = (
    "SELECT calls.call, outputs.url, calls.profile, outputs.size_bytes, outputs.content_type"
    " FROM outputs JOIN calls ON calls.id = outputs.id"
    " WHERE (outputs.state IS NULL OR outputs.state NOT IN ('kept', 'gone')) AND calls.deleted_s = 0"
    " AND outputs.tries < ?"
    " ORDER BY outputs.id DESC, outputs.place"
)
_KEPT = (
    "SELECT calls.call, calls.profile, outputs.sha256, outputs.content_type"
    " FROM outputs JOIN calls ON calls.id = outputs.id"
    " WHERE outputs.url = ? AND outputs.state = 'kept' ORDER BY outputs.id DESC LIMIT 1"
)

_NEWEST = (
    "SELECT outputs.sha256, outputs.name, outputs.url, outputs.content_type,"
    " COALESCE(NULLIF(outputs.received_bytes, 0), outputs.size_bytes, 0), calls.endpoint, calls.created_s,"
    # What keeps a request from being private by its options is seldom there: most bodies are not even sent here.
    " CASE WHEN instr(requests.body, 'store_io') THEN requests.body END"
    " FROM outputs JOIN calls ON calls.id = outputs.id LEFT JOIN requests ON requests.id = calls.id"
    " WHERE outputs.state = 'kept' AND outputs.sha256 <> '' AND calls.deleted_s = 0"
    " ORDER BY outputs.id DESC, outputs.place LIMIT ?"
)
LOOKED_AT = 20_000
"""Files among which the newest of a kind are looked for."""


class Kept(NamedTuple):
    """A file of a result that is on the disk."""

    call: str
    profile: str
    sha256: str
    content_type: str


def unfinished(connection: sqlite3.Connection) -> tuple[Wanted, ...]:
    """Return the files of results that are not on the disk and not gone, those of the newest calls first."""
    found = connection.execute(_UNFINISHED, (MOST_TRIES,))
    return tuple(Wanted(*row) for row in found)


def kept(connection: sqlite3.Connection, url: str) -> Kept | None:
    """Return the newest blob that the file at `url` was kept as."""
    row = connection.execute(_KEPT, (url,)).fetchone()
    return Kept(*row) if row else None


def newest(connection: sqlite3.Connection, kinds: tuple[Kind, ...], limit: int) -> tuple[Earlier, ...]:
    """Return the newest files on the disk of some kinds, of any for none given; the same bytes once.

    None of private runs.
    """
    found: dict[str, Earlier] = {}
    rows = connection.execute(_NEWEST, (LOOKED_AT,))
    for sha256, name, url, content_type, size, endpoint, created_s, body in rows:
        if body is not None and _is_private(body):
            continue
        kind = kind_of(content_type, name or url)
        if sha256 not in found and (not kinds or kind in kinds):
            found[sha256] = Earlier(sha256, name, kind, content_type, size, endpoint, created_s)
            if len(found) >= limit:
                break
    return tuple(found.values())


def _is_private(body: bytes) -> bool:
    request = bodies.decode_request(body)
    return request is not None and is_private(request.options)
