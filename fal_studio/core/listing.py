"""The server's list of requests as values: what it shows of each, and how far the list can be trusted."""

import msgspec

from fal_studio.core.request import Json


class Listed(msgspec.Struct, frozen=True):
    """One request as the platform's list shows it; times are seconds since 1970 by the clock of this machine."""

    request_id: str
    endpoint: str
    sent_s: float
    """When it reached the server."""
    started_s: float
    ended_s: float | None = None
    """None: it still runs."""
    status: int | None = None
    """The HTTP status it ended with."""
    given: Json = None
    """Its input; None where the server kept none (`X-Fal-Store-IO: 0`, deleted, too large)."""
    made: Json = None
    """Its output, or the body of its error; None where the server kept none."""


class Listing(msgspec.Struct, frozen=True):
    """What a server answered when its list was read."""

    items: tuple[Listed, ...]
    from_s: float
    """It was asked for everything since then."""
    read_s: float
    """When it was asked, by the clock of this machine."""
    is_complete: bool
    """Whether every page was read."""
    doubt_s: float
    """How far its times may be from ours, after the two clocks were compared."""
