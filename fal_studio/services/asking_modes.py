"""Asks an endpoint whether it has a route without running anything: what is sent can be no input, so it is refused for free."""

import msgspec

from fal_studio.core import urls
from fal_studio.core.request import Mode, Request
from fal_studio.modes.http import Ask, Http, Resend
from fal_studio.modes.outgoing import url_or_failure
from fal_studio.services.requests import unheard
from fal_studio.words import tr

NO_INPUT = b"[]"
"""Inputs are JSON objects: a route that is there says 422 to a list before its model runs."""
_NO_ROUTE = "not found"


class Found(msgspec.Struct, frozen=True):
    """What the answer says."""

    has_it: bool | None
    """None: it says neither."""
    reason: str


async def has_stream(http: Http, request: Request) -> Found:
    """Ask whether an endpoint has a stream; raises CallError where nobody answers, and for what is no endpoint."""
    url = url_or_failure(lambda: urls.stream_url(http.profile, request.endpoint, request.options.path))
    ask = Ask(
        "probe",
        "POST",
        url,
        NO_INPUT,
        {"Content-Type": "application/json"},
        Resend.ONCE,
        endpoint=request.endpoint,
    )
    answer = await http.exchange(ask, unheard)
    return judged(answer.status, answer.body, request.endpoint, Mode.STREAM)


def judged(status: int, body: bytes, endpoint: str, mode: Mode) -> Found:
    """Return what the status and the body of the refusal say of a route."""
    if status == 422:
        return Found(
            has_it=True,
            reason=tr("{endpoint} answers {mode}: it was asked.").format(endpoint=endpoint, mode=mode),
        )
    if status == 405 or (status == 404 and _NO_ROUTE in body[:2_000].decode(errors="replace").lower()):
        return Found(
            has_it=False,
            reason=tr("{endpoint} has no /{mode} route: it was asked.").format(endpoint=endpoint, mode=mode),
        )
    return Found(
        has_it=None,
        reason=tr("{endpoint} says nothing of /{mode}: it answered {status}.").format(
            endpoint=endpoint, mode=mode, status=status
        ),
    )
