"""Unit prices of endpoints."""

from urllib.parse import urlencode

import msgspec

from fal_studio.core.prices import Price
from fal_studio.core.request import Json
from fal_studio.modes.base import Emit
from fal_studio.modes.http import Ask, Http, Resend
from fal_studio.services.catalog import unheard

AT_ONCE = 50
"""So many endpoints can be asked for at once (fal API, `GET /models/pricing`)."""


async def prices(http: Http, endpoints: tuple[str, ...], emit: Emit = unheard) -> dict[str, Price]:
    """Return the unit prices of endpoints, without those that have none; raises CallError."""
    found: dict[str, Price] = {}
    for start in range(0, len(endpoints), AT_ONCE):
        found |= await _some(http, endpoints[start : start + AT_ONCE], emit)
    return found


async def _some(http: Http, endpoints: tuple[str, ...], emit: Emit) -> dict[str, Price]:
    query = urlencode([("endpoint_id", endpoint) for endpoint in endpoints])
    ask = Ask(
        "pricing",
        "GET",
        f"{http.profile.hosts.platform}/models/pricing?{query}",
        resend=Resend.SAFE,
        endpoint="The price list",
    )
    answer = await http.exchange(ask, emit)
    if answer.status != 404:
        return _prices(await http.parsed(answer, ask))
    if len(endpoints) == 1:
        return {}
    # One id without a price spoils the list: the half without it is answered whole.
    middle = len(endpoints) // 2
    return await _some(http, endpoints[:middle], emit) | await _some(http, endpoints[middle:], emit)


def _prices(document: Json) -> dict[str, Price]:
    found: dict[str, Price] = {}
    for item in document.get("prices") or () if isinstance(document, dict) else ():
        try:
            found[item["endpoint_id"]] = msgspec.convert(item, Price, strict=False)
        except (msgspec.ValidationError, KeyError, TypeError):
            continue
    return found
