"""Unit prices of endpoints."""

from urllib.parse import urlencode

import msgspec

from fal_studio.core.prices import Price
from fal_studio.core.request import Json
from fal_studio.modes.base import Emit
from fal_studio.modes.http import Ask, Http, Resend
from fal_studio.services.catalog import unheard


async def prices(http: Http, endpoints: tuple[str, ...], emit: Emit = unheard) -> dict[str, Price]:
    """Return the unit prices of endpoints, without those that have none; raises CallError."""
    found: dict[str, Price] = {}
    for start in range(0, len(endpoints), 50):  # fal takes at most 50
        query = urlencode([("endpoint_id", endpoint) for endpoint in endpoints[start : start + 50]])
        ask = Ask(
            "pricing",
            "GET",
            f"{http.profile.hosts.platform}/models/pricing?{query}",
            resend=Resend.SAFE,
            endpoint="The price list",
        )
        answer = await http.exchange(ask, emit)
        if answer.status == 404:  # one unknown id spoils the list: ask for each
            if len(endpoints) == 1:
                return found
            for endpoint in endpoints[start : start + 50]:
                found |= await prices(http, (endpoint,), emit)
            continue
        document = await http.parsed(answer, ask)
        found |= _prices(document)
    return found


def _prices(document: Json) -> dict[str, Price]:
    found: dict[str, Price] = {}
    for item in document.get("prices") or () if isinstance(document, dict) else ():
        try:
            found[item["endpoint_id"]] = msgspec.convert(item, Price, strict=False)
        except (msgspec.ValidationError, KeyError, TypeError):
            continue
    return found
