"""Asking a server what became of calls that may have been sent."""

from collections.abc import Collection, Sequence

import msgspec

from fal_studio.core import events as e
from fal_studio.core.blobs import Keep
from fal_studio.core.events import Charged, Failed, FailureKind
from fal_studio.core.kept_words import UNWATCHED
from fal_studio.core.listing import Listed
from fal_studio.core.reconcile import Doubt, Verdict, endpoints_of, judge
from fal_studio.core.request import Mode, ProfileKind, Request
from fal_studio.modes.base import CallError
from fal_studio.modes.http import Ask, Http, Resend
from fal_studio.services import requests
from fal_studio.wire import errors, queue
from fal_studio.wire.payload import lifted
from fal_studio.words import told, tr

AT_FAL_S = 120.0
"""How late fal's list may show a request that has started; not documented, so generous."""
AT_EMULATOR_S = 0.5
FRESH_S = 300.0
"""A result is surely still at the queue so long after its end: fal keeps large ones for six minutes."""
BEFORE_S = 600.0
"""The list is asked for requests since so long before the first sending: clocks differ."""


async def verdicts(
    http: Http, doubts: Sequence[Doubt], taken: Collection[str], rivals: Collection[str]
) -> dict[str, Verdict]:
    """Ask the list about calls of the profile of `http` and judge them; raises CallError when it cannot be read."""
    endpoints = sorted({name for doubt in doubts for name in endpoints_of(doubt)})
    start_s = min(doubt.from_s for doubt in doubts) - BEFORE_S
    listing = await requests.listed(http, endpoints, start_s=start_s, payloads=True)
    lag_s = AT_EMULATOR_S if http.profile.kind is ProfileKind.EMULATOR else AT_FAL_S
    return judge(doubts, listing, taken=taken, rivals=rivals, lag_s=lag_s)


async def listed(http: Http, request: Request, request_id: str) -> Listed | None:
    """Return what the list shows of one request, with its output where that was kept; raises CallError."""
    listing = await requests.listed(http, (request.endpoint,), request_id=request_id, payloads=True)
    return next((item for item in listing.items if item.request_id == request_id), None)


async def has_it(http: Http, ticket: e.Enqueued) -> bool:
    """Whether the queue knows a ticket; raises CallError when it cannot be asked."""
    ask = Ask("status", "GET", ticket.status_url, resend=Resend.SAFE, endpoint="The queue")
    answer = await http.exchange(ask, requests.unheard)
    if not answer.is_good and answer.status != 404:
        raise CallError(http.failed(answer, ask))
    return answer.is_good


def ticket_of(http: Http, request: Request, request_id: str) -> e.Enqueued | None:
    """Return by what a queue call is followed whose id is known; None for a direct one."""
    if request.mode not in (Mode.SUBMIT, Mode.SUBSCRIBE):
        return None
    return queue.enqueued({"request_id": request_id}, http.profile, request.endpoint)


def end_of(item: Listed, request: Request, keep: Keep) -> e.End | None:
    """Return the end that the list tells of a request; None while it runs."""
    if item.ended_s is None or item.status is None:
        return None
    body = msgspec.json.encode(item.made) if item.made is not None else b""
    if 200 <= item.status < 300:
        if item.made is None:
            return _lost(item, request)
        return e.Output(lifted(item.made, len(body), keep), len(body))
    if item.status == 499:
        return e.Cancelled(UNWATCHED, Charged.UNKNOWN)
    return errors.failed(request.endpoint, item.status, {"content-type": "application/json"}, body)


def never_arrived(request: Request, how: str) -> e.Failed:
    """Return the end of a call that the server's list would show and does not."""
    return Failed(
        FailureKind.NETWORK,
        tr("The request to {endpoint} never arrived, so it was not charged. {how}").format(
            endpoint=request.endpoint, how=told(how)
        ),
        tr("Run it again when you like."),
        charged=Charged.NO,
        retryable=True,
    )


def _lost(item: Listed, request: Request) -> e.Failed:
    return Failed(
        FailureKind.PROTOCOL,
        tr(
            "{endpoint} was done and is charged, but its result was not kept at the server. The list "
            "of requests shows its end ({status}) without an output."
        ).format(endpoint=request.endpoint, status=item.status),
        tr("Run it again if you need the result; payloads are kept unless the request asks not to."),
        status=item.status,
        charged=Charged.YES,
    )
