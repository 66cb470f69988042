"""What the ledger knows of what left this machine."""

import sqlite3
from urllib.parse import urlsplit

import msgspec

from fal_studio.core import events as e
from fal_studio.core.sent import Sent, What
from fal_studio.store import finding, records

FIRST_FACTS = 60
"""What a call sends, it begins to send within its first facts."""
LAST_FACTS = 60
"""What fal deletes, it deletes after the call: that stands among its last facts."""
_EDGES = (
    "SELECT body FROM events WHERE call = ? AND (seq < ?"
    " OR seq > (SELECT max(seq) FROM events WHERE call = ?) - ?) ORDER BY seq"
)
_CARRYING = ("run", "submit", "stream", "connect")
"""First words of the attempts that carry inputs."""


def inputs(connection: sqlite3.Connection, limit: int) -> tuple[Sent, ...]:
    """Return the inputs of the newest calls that were sent, newest first, also of those in the trash."""
    found: list[Sent] = []
    for row in finding.newest(connection, limit, None):
        request = records.request_of(connection, row.call)
        hosts: dict[str, None] = {}
        began_s = 0.0
        gone = None
        for (body,) in connection.execute(_EDGES, (row.call, FIRST_FACTS, row.call, LAST_FACTS)):
            try:
                event = e.decode(body)
            except msgspec.MsgspecError:
                continue  # of a newer program
            if isinstance(event.fact, e.Forgotten):
                gone = event.fact
            if isinstance(event.fact, e.Attempt) and event.fact.why.split()[0] in _CARRYING:
                hosts[urlsplit(event.fact.url).netloc] = None
                began_s = began_s or row.created_s + event.t_ns / 1e9
        if hosts:
            options = request.options if request is not None else None
            size = len(msgspec.json.encode(request.arguments)) if request is not None else 0
            found.append(
                Sent(
                    What.INPUTS,
                    began_s,
                    row.profile,
                    tuple(hosts),
                    row.endpoint,
                    row.prompt,
                    size,
                    stored=options.store_io if options is not None else None,
                    request_id=row.request_id,
                    call=row.call,
                    deleted_s=gone.wall_s if gone is not None else None,
                    files_left=gone.left if gone is not None else 0,
                )
            )
    return tuple(found)
