"""A call before anything of it is sent: begun, waiting in line on this side, let go."""

from enum import StrEnum

from fal_studio.core.facts.base import FactBase
from fal_studio.core.request import Mode


class Started(FactBase, frozen=True):
    """The call began; offset zero and the only calendar time in it."""

    wall_s: float
    endpoint: str
    mode: Mode
    profile: str


class HeldFor(StrEnum):
    """Why a call waits on this side."""

    SLOT = "slot"
    """As many calls are under way as the profile allows at once."""
    PAUSED = "paused"
    """Sending is paused."""
    RESTART = "restart"
    """The program ended before it was sent: it is not sent again without a word."""


class Held(FactBase, frozen=True):
    """The call waits in line on this side; nothing was sent. Said again when the reason or the order changes."""

    why: HeldFor
    order: float
    """Its place: calls of a profile go in rising order."""
    limit: int = 0
    """How many calls may be under way at once, when that is what it waits for."""


class Released(FactBase, frozen=True):
    """The call leaves the line. On disk before anything is sent: from here on it may cost money."""


class Compared(FactBase, frozen=True):
    """The call is a turn of a comparison; said right after Started."""

    comparison: str
    lane: str
    index: int
    is_warm_up: bool = False
    client: str = ""
    """The client of fal's own that makes the call, with its version; "" for ours."""


class Upload(FactBase, frozen=True):
    """Bytes of one input file that have been sent; `url` once the file is in place."""

    name: str
    sent_bytes: int
    total_bytes: int
    url: str = ""
