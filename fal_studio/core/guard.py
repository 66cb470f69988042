"""Whether a request asks for what is being made already, or was just made: nothing is paid for twice unasked."""

from collections.abc import Collection, Iterable
from enum import StrEnum

import msgspec

from fal_studio.core.call import Phase
from fal_studio.core.history import CallRow
from fal_studio.core.request import Mode, Request

RECENT_S = 600.0
"""A result older than this is not offered again; fal keeps most results for an hour, files for longer."""
CHANCE = frozenset({"seed", "temperature", "top_p", "top_k"})
"""Arguments that say that an endpoint throws dice."""


class Kind(StrEnum):
    """What the other call is."""

    OPEN = "open"
    UNKNOWN = "unknown"
    """It may have been sent; nobody knows yet."""
    DONE = "done"
    """It has the result that this one would give again."""


class Twin(msgspec.Struct, frozen=True):
    """A call that asked for the same."""

    call: str
    kind: Kind
    phase: Phase
    since_s: float
    """Calendar time: when an open call began, when another one ended."""


def twin(request: Request, same: Iterable[CallRow], now_s: float, names: Collection[str]) -> Twin | None:
    """Return the call to offer instead of another POST; None: run.

    `same`: calls of the request's fingerprint, newest first. `names`: the arguments that the endpoint knows; empty when that
    is not known. Sessions are never the same, and what somebody has asked to cancel is not wanted back.
    """
    if request.mode is Mode.REALTIME:
        return None
    found = [one for row in same if (one := _twin(row, now_s)) is not None]
    if not gives_the_same(request, names):
        found = [one for one in found if one.kind is not Kind.DONE]
    return min(found, key=lambda one: (list(Kind).index(one.kind), -one.since_s), default=None)


def gives_the_same(request: Request, names: Collection[str]) -> bool:
    """Whether running it again gives the same result: its seed is fixed, or the endpoint knows no chance."""
    arguments = request.arguments if isinstance(request.arguments, dict) else {}
    seed = arguments.get("seed")
    if isinstance(seed, int) and not isinstance(seed, bool):
        return True
    return bool(names) and not CHANCE.intersection(names)


def _twin(row: CallRow, now_s: float) -> Twin | None:
    ended_s = row.created_s + row.elapsed_s
    match row.phase:
        case Phase.UNKNOWN:
            return Twin(row.call, Kind.UNKNOWN, row.phase, ended_s)
        case Phase.DONE:
            return Twin(row.call, Kind.DONE, row.phase, ended_s) if now_s - ended_s < RECENT_S else None
        case Phase.FAILED | Phase.CANCELLED | Phase.CANCEL_REQUESTED | Phase.DRAFT:
            return None
        case _:
            return Twin(row.call, Kind.OPEN, row.phase, row.created_s)
