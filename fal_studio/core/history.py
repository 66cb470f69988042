"""A call as one row of a list, the question a list is an answer to, and the answer: what the ledger and the window share."""

from enum import StrEnum

import msgspec

from fal_studio.core.call import Phase
from fal_studio.core.request import Mode


class CallRow(msgspec.Struct, frozen=True):
    """One call as the queue monitor and the history show it."""

    call: str
    id: int = 0
    """Rises with every call of a ledger; 0 while it is not written yet."""
    created_s: float = 0.0
    """Calendar time of Started, seconds since 1970."""
    endpoint: str = ""
    mode: Mode = Mode.RUN
    profile: str = ""
    phase: Phase = Phase.WAITING
    ended: bool = False
    elapsed_s: float = 0.0
    """From Started to the end, or to the last fact."""
    queue_s: float | None = None
    """In line at the server, as far as it was seen."""
    run_s: float | None = None
    """Running at the server, as far as it was seen or told."""
    request_id: str = ""
    message: str = ""
    """Why it failed, is unknown or waits; else empty."""
    prompt: str = ""
    """The beginning of what was asked in words, on one line."""
    seed: str = ""
    """As decimal digits: seeds are not bounded."""
    cost_usd: float | None = None
    """Estimated from billable units and the unit price; 0 where calls are free, None where it is not known."""
    units: float | None = None
    """`x-fal-billable-units`."""
    thumbnail: str = ""
    """Hash of the blob of the first picture, if there is one."""
    outputs: int = 0
    """Files in the result."""
    deleted_s: float = 0.0
    """When it was put into the trash; 0 for never."""


class Order(StrEnum):
    """What a list is sorted by."""

    STARTED = "started"
    STATE = "state"
    ENDPOINT = "endpoint"
    MODE = "mode"
    PROFILE = "profile"
    ELAPSED = "elapsed"
    COST = "cost"


class Query(msgspec.Struct, frozen=True):
    """Which calls, in which order; every condition that is set must hold."""

    words: tuple[str, ...] = ()
    """Words and phrases that stand in prompt, arguments or endpoint; the last one may be a beginning."""
    without: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    """Parts of endpoint ids; one of them is enough."""
    modes: tuple[Mode, ...] = ()
    phases: tuple[Phase, ...] = ()
    profiles: tuple[str, ...] = ()
    seed: str = ""
    request_id: str = ""
    after_s: float | None = None
    before_s: float | None = None
    cost_over: float | None = None
    cost_under: float | None = None
    is_open: bool | None = None
    """True: only calls that have not ended; False: only ended ones."""
    in_trash: bool = False
    order: Order = Order.STARTED
    descending: bool = True
    limit: int = 1_000
    offset: int = 0


class Page(msgspec.Struct, frozen=True):
    """The answer to a query."""

    query: Query
    rows: tuple[CallRow, ...]
    total: int
    """How many calls match, on this page or not."""
