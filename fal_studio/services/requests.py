"""The platform's list of requests: what a key's account has run, with inputs and outputs where they were kept.

`GET {platform}/models/requests/by-endpoint`. A request is in it from its start on; without `start` fal shows the last 24
hours, or 90 days where one id is asked for.
"""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlencode

from fal_studio.core.events import Charged, Failed, FailureKind
from fal_studio.core.listing import Listed, Listing
from fal_studio.core.request import Json
from fal_studio.modes.base import CallError, Emit
from fal_studio.modes.http import Answer, Ask, Http, Resend
from fal_studio.services.catalog import unheard
from fal_studio.words import tr

PAGE = 100
"""fal gives at most so many at once."""
PAGES = 50
AT_ONCE = 50
"""Endpoint ids in one question, at most."""
_CLOCK_STEP_S = 1.0
"""The Date header counts whole seconds."""
_WITHOUT_DATE_S = 300.0
"""How far a server's clock is trusted to be from ours when it does not tell its time."""


async def listed(
    http: Http,
    endpoints: Sequence[str],
    *,
    start_s: float | None = None,
    request_id: str = "",
    payloads: bool = False,
    at_most: int | None = None,
    emit: Emit = unheard,
) -> Listing:
    """Return the requests of endpoints since `start_s`, newest first; raises CallError.

    `payloads`: with inputs and outputs. `at_most`: as many as a picker shows; without it all pages are read.
    """
    asked_s = time.time()
    items: list[Listed] = []
    skew: tuple[float, float] | None = None
    is_complete = True
    for start in range(0, len(endpoints), AT_ONCE):
        query: list[tuple[str, str]] = [("endpoint_id", name) for name in endpoints[start : start + AT_ONCE]]
        query.append(("limit", str(min(PAGE, at_most) if at_most else PAGE)))
        if start_s is not None:
            query.append(("start", _stamp(start_s)))
        if request_id:
            query.append(("request_id", request_id))
        if payloads:
            query.append(("expand", "payloads"))
        cursor = ""
        for _number in range(PAGES):
            answer, document = await _page(http, query + ([("cursor", cursor)] if cursor else []), emit)
            skew = skew or _skew(answer)
            found = document.get("items") if isinstance(document, dict) else None
            shift_s = skew[0]
            items += [item for raw in found or () if (item := _item(raw, shift_s)) is not None]
            cursor = _next(document, cursor)
            if not cursor or (at_most is not None and len(items) >= at_most):
                break
        is_complete = is_complete and not cursor
    since_s = start_s if start_s is not None else asked_s - 86_400.0
    doubt_s = skew[1] if skew else _WITHOUT_DATE_S
    return Listing(tuple(items[:at_most]), since_s, asked_s, is_complete, doubt_s)


async def forget(http: Http, request_id: str, emit: Emit = unheard) -> tuple[int, int]:
    """Let fal delete inputs, outputs and result files of a request; return how many files went, and how many did not.

    Needs a key with ADMIN scope (fal API, `DELETE /models/requests/{id}/payloads`); raises CallError.
    """
    ask = Ask(
        "delete payloads",
        "DELETE",
        f"{http.profile.hosts.platform}/models/requests/{quote(request_id, safe='')}/payloads",
        headers={"Idempotency-Key": request_id},
        resend=Resend.SAFE,
        endpoint="The deletion",
    )
    answer = await http.exchange(ask, emit)
    if answer.status in (401, 403):
        raise CallError(
            Failed(
                FailureKind.AUTH,
                tr("This key may not delete at fal: that needs a key with ADMIN scope."),
                tr("Add an ADMIN key as a profile of its own, or delete the request in fal's dashboard."),
                answer.status,
                charged=Charged.NO,
            )
        )
    if answer.status == 404:
        raise CallError(
            Failed(
                FailureKind.INPUT,
                tr("fal keeps nothing of this request, or not any more."),
                status=404,
                charged=Charged.NO,
            )
        )
    document = await http.parsed(answer, ask)
    results = document.get("cdn_delete_results") if isinstance(document, dict) else None
    files = [item for item in results or () if isinstance(item, dict)]
    bad = sum(1 for item in files if item.get("exception"))
    return len(files) - bad, bad


async def _page(http: Http, query: list[tuple[str, str]], emit: Emit) -> tuple[Answer, Json]:
    ask = Ask(
        "requests",
        "GET",
        f"{http.profile.hosts.platform}/models/requests/by-endpoint?{urlencode(query)}",
        resend=Resend.SAFE,
        endpoint="The list of requests",
    )
    answer = await http.exchange(ask, emit)
    return answer, await http.parsed(answer, ask)


def _next(document: Json, before: str) -> str:
    """Return the cursor of the next page; a server that repeats itself is not followed for ever."""
    cursor = document.get("next_cursor") if isinstance(document, dict) else None
    return cursor if isinstance(cursor, str) and cursor != before else ""


def _skew(answer: Answer) -> tuple[float, float]:
    """Return by how much the server's clock is ahead of ours, and how far off that may be."""
    now_s = time.time()
    try:
        told_s = parsedate_to_datetime(answer.headers["date"]).timestamp()
    except (KeyError, ValueError, TypeError):
        return 0.0, _WITHOUT_DATE_S
    # The header was true at some moment of the second that it names, and the answer took a while.
    return told_s + _CLOCK_STEP_S / 2 - now_s, 2 * _CLOCK_STEP_S


def _item(raw: Json, skew_s: float) -> Listed | None:
    if not isinstance(raw, dict):
        return None
    request_id, endpoint = raw.get("request_id"), raw.get("endpoint_id")
    sent_s, started_s = _moment(raw.get("sent_at")), _moment(raw.get("started_at"))
    sent_s = sent_s if sent_s is not None else started_s
    if not isinstance(request_id, str) or not isinstance(endpoint, str) or sent_s is None:
        return None
    ended_s = _moment(raw.get("ended_at"))
    status = raw.get("status_code")
    return Listed(
        request_id,
        endpoint,
        sent_s - skew_s,
        (started_s if started_s is not None else sent_s) - skew_s,
        None if ended_s is None else ended_s - skew_s,
        status if isinstance(status, int) else None,
        raw.get("json_input"),
        raw.get("json_output"),
    )


def _moment(text: Json) -> float | None:
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _stamp(wall_s: float) -> str:
    return datetime.fromtimestamp(wall_s, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
