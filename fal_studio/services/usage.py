"""What fal billed: `GET {platform}/models/usage`, and whose keys are on the bill. Both need a key with ADMIN scope."""

from typing import Any
from urllib.parse import urlencode

from fal_studio.core.events import Charged, Failed, FailureKind
from fal_studio.core.request import Json
from fal_studio.core.usage import DayCost
from fal_studio.modes.base import CallError, Emit
from fal_studio.modes.http import Ask, Http, Resend
from fal_studio.services.catalog import unheard
from fal_studio.words import tr

PAGES = 100
"""A server that goes on for ever is left."""


async def daily(http: Http, first: str, zone: str, emit: Emit = unheard) -> tuple[DayCost, ...]:
    """Return what was billed each day from `first` (2026-01-31) on, in a time zone such as Europe/Berlin; raises CallError.

    It is of the whole account, whichever key was used. Only sums in US dollars are told.
    """
    found: list[DayCost] = []
    cursor = ""
    for _number in range(PAGES):
        query = {"start": first, "timeframe": "day", "timezone": zone, "expand": "time_series"}
        document = await _asked(http, "models/usage", query | ({"cursor": cursor} if cursor else {}), emit)
        for bucket in _list(document, "time_series"):
            found += [cost for line in _list(bucket, "results") if (cost := _cost(bucket, line)) is not None]
        before, cursor = cursor, _text(document, "next_cursor")
        if not cursor or cursor == before:
            break
    return tuple(found)


async def key_ids(http: Http, emit: Emit = unheard) -> frozenset[str]:
    """Return the ids of all keys of the account, the first part of each; raises CallError. Needs ADMIN scope, too."""
    found: set[str] = set()
    cursor = ""
    for _number in range(PAGES):
        document = await _asked(http, "keys", {"cursor": cursor} if cursor else {}, emit)
        found |= {_text(key, "key_id") for key in _list(document, "keys")} - {""}
        before, cursor = cursor, _text(document, "next_cursor")
        if not cursor or cursor == before:
            break
    return frozenset(found)


async def _asked(http: Http, path: str, query: dict[str, str], emit: Emit) -> Json:
    ask = Ask(
        "usage",
        "GET",
        f"{http.profile.hosts.platform}/{path}{'?' if query else ''}{urlencode(query)}",
        resend=Resend.SAFE,
        endpoint="The bill",
    )
    answer = await http.exchange(ask, emit)
    if answer.status == 403:
        raise CallError(
            Failed(
                FailureKind.AUTH,
                tr("This key may not read what was billed: that needs a key with ADMIN scope."),
                tr("Add an ADMIN key as a profile of its own. Calls go on with the key they have."),
                answer.status,
                charged=Charged.NO,
            )
        )
    return await http.parsed(answer, ask)


def _cost(bucket: Json, line: Json) -> DayCost | None:
    day, endpoint = _text(bucket, "bucket")[:10], _text(line, "endpoint_id")
    amount = line.get("cost_total", line.get("cost")) if isinstance(line, dict) else None
    if not isinstance(amount, int | float) or isinstance(amount, bool):
        return None
    if not day or not endpoint or _text(line, "currency") not in ("", "USD"):
        return None
    return DayCost(day, endpoint, float(amount))


def _list(document: Json, name: str) -> list[Any]:
    found = document.get(name) if isinstance(document, dict) else None
    return found if isinstance(found, list) else []


def _text(document: Json, name: str) -> str:
    found = document.get(name) if isinstance(document, dict) else None
    return found if isinstance(found, str) else ""
