"""What became of calls that may have been sent: judged by the server's list of requests, never without evidence.

A request is listed from the moment it starts (`started_at` is always there, `ended_at` may not be): one that waits in the
queue is not in the list. Not being there therefore means something only when it must have started, or can never start.
"""

from collections.abc import Collection, Sequence
from typing import TypeAlias

import msgspec

from fal_studio.core import events as e
from fal_studio.core.events import Event
from fal_studio.core.listing import Listed, Listing
from fal_studio.core.request import Json, Mode, Request, fingerprint
from fal_studio.core.stranded import is_paid
from fal_studio.figures import number
from fal_studio.words import mark, tr

SENDING_S = 600.0
"""The longest that sending a body is thought to take."""
QUEUED_S = 86_400.0
"""A request without a start deadline that is not listed for so long has not been queued either."""


class Doubt(msgspec.Struct, frozen=True):
    """A call that may have been sent."""

    call: str
    request: Request
    from_s: float
    """When sending began, by the clock of this machine."""
    until_s: float
    """When it had surely ended."""
    request_id: str = ""
    """Known when an answer had begun: the match is certain then."""


class Found(msgspec.Struct, frozen=True):
    """The list shows it."""

    item: Listed
    how: str


class Absent(msgspec.Struct, frozen=True):
    """The list would show it, and does not."""

    how: str


class Open(msgspec.Struct, frozen=True):
    """It cannot be told, or not yet."""

    said: str


Verdict: TypeAlias = Found | Absent | Open


def doubt_of(call: str, request: Request, events: Sequence[Event]) -> Doubt | None:
    """Return the doubt about a call, None if nothing of it was sent or it is known what became of it."""
    started = next((event.fact for event in events if isinstance(event.fact, e.Started)), None)
    sendings = [event.t_ns for event in events if is_paid(event.fact)]
    last = next((event for event in reversed(events) if isinstance(event.fact, e.Unknown)), None)
    if started is None or not sendings or last is None or request.mode is Mode.REALTIME:
        return None
    assert isinstance(last.fact, e.Unknown)
    from_s = started.wall_s + sendings[0] / 1e9
    noted_s = last.fact.wall_s or started.wall_s + last.t_ns / 1e9
    return Doubt(call, request, from_s, max(from_s, noted_s), _request_id_in(events))


def endpoints_of(doubt: Doubt) -> tuple[str, ...]:
    """Return the ids that its request may be listed under: streams have a path of their own."""
    endpoint = doubt.request.endpoint.strip("/")
    if doubt.request.mode is not Mode.STREAM:
        return (endpoint,)
    path = doubt.request.options.path
    return (endpoint, f"{endpoint}/{(path if path is not None else 'stream').strip('/')}".strip("/"))


def judge(
    doubts: Sequence[Doubt],
    listing: Listing,
    *,
    taken: Collection[str] = (),
    rivals: Collection[str] = (),
    lag_s: float,
) -> dict[str, Verdict]:
    """Return a verdict for each doubt, by its call.

    `taken`: ids of requests that are other calls'. `rivals`: `asked` of calls that are no doubts but may be any of the
    listed requests, because their id is not known (yet). `lag_s`: how late the list may show a start.
    """
    free = [item for item in listing.items if item.request_id not in taken]
    found = _known(doubts, free) | _matched(doubts, free, listing.doubt_s, frozenset(rivals))
    left = [item for item in free if item not in found.values()]
    verdicts: dict[str, Verdict] = {}
    for doubt in doubts:
        if (item := found.get(doubt.call)) is not None:
            verdicts[doubt.call] = Found(item, _how(doubt, item))
        else:
            verdicts[doubt.call] = _not_found(doubt, left, listing, frozenset(rivals), lag_s)
    return verdicts


def asked(request: Request) -> str:
    """Return what is the same for two requests that the list cannot tell apart: endpoint and input."""
    return _asked(request.endpoint, request.arguments)


def _asked(endpoint: str, given: Json) -> str:
    return fingerprint(Request(endpoint, Mode.RUN, given, ""))


def _known(doubts: Sequence[Doubt], items: Sequence[Listed]) -> dict[str, Listed]:
    by_id = {item.request_id: item for item in items}
    return {
        doubt.call: by_id[doubt.request_id]
        for doubt in doubts
        if doubt.request_id and doubt.request_id in by_id
    }


def _matched(
    doubts: Sequence[Doubt], items: Sequence[Listed], slack_s: float, rivals: frozenset[str]
) -> dict[str, Listed]:
    """Match one to one by equal input and time; as many as possible, in the order in which they were sent."""
    named = {doubt.request_id for doubt in doubts if doubt.request_id}
    left = [doubt for doubt in doubts if not doubt.request_id and asked(doubt.request) not in rivals]
    found: dict[str, Listed] = {}
    for item in sorted(items, key=lambda item: (item.sent_s, item.request_id)):
        if item.request_id in named:
            continue
        fitting = [doubt for doubt in left if _fits(doubt, item, slack_s)]
        if fitting:
            # The one whose time is over first: the others may still find a later request.
            first = min(fitting, key=lambda doubt: (_sent_by(doubt), doubt.from_s, doubt.call))
            left.remove(first)
            found[first.call] = item
    return found


def _fits(doubt: Doubt, item: Listed, slack_s: float) -> bool:
    is_its_time = doubt.from_s - slack_s <= item.sent_s <= _sent_by(doubt) + slack_s
    return is_its_time and _is_alike(doubt, item)


def _is_alike(doubt: Doubt, item: Listed) -> bool:
    if item.endpoint not in endpoints_of(doubt) or item.given is None:
        return False
    return asked(doubt.request) == _asked(doubt.request.endpoint, item.given)


def _sent_by(doubt: Doubt) -> float:
    return min(doubt.until_s, doubt.from_s + SENDING_S)


def _not_found(
    doubt: Doubt, left: Sequence[Listed], listing: Listing, rivals: frozenset[str], lag_s: float
) -> Verdict:
    if doubt.request_id:
        return Open(
            tr("The answer had begun with request id {request_id}; the list does not show it.").format(
                request_id=doubt.request_id
            )
        )
    if asked(doubt.request) in rivals:
        return Open(
            mark("Another call asks for the same and its request id is not known: they cannot be told apart.")
        )
    for item in left:
        at_its_time = doubt.from_s - listing.doubt_s <= item.sent_s <= doubt.until_s + listing.doubt_s
        if item.endpoint in endpoints_of(doubt) and at_its_time:
            if item.given is None:
                return Open(
                    tr(
                        "Request {request_id} was sent in that time, but its input was not kept: it may be this one."
                    ).format(request_id=item.request_id)
                )
            if _is_alike(doubt, item):
                return Open(
                    tr(
                        "Request {request_id} asks for the same, but was sent late: it may be this one."
                    ).format(request_id=item.request_id)
                )
    if not listing.is_complete or listing.from_s > doubt.from_s - listing.doubt_s:
        return Open(mark("The list of requests is too long to be read to the end."))
    if listing.read_s < _due_s(doubt) + lag_s + listing.doubt_s:
        return Open(
            mark("The list of requests does not show it so far; one that waits in the queue is not listed.")
            if _is_queued(doubt)
            else mark("The list of requests does not show it so far.")
        )
    return Absent(mark("The list of requests is complete for the time it was sent in, and does not show it."))


def _due_s(doubt: Doubt) -> float:
    """Return by when it must have started, if it arrived."""
    if not _is_queued(doubt):
        return doubt.until_s
    deadline_s = doubt.request.options.start_timeout_s
    return doubt.until_s + (QUEUED_S if deadline_s is None else min(deadline_s, QUEUED_S))


def _is_queued(doubt: Doubt) -> bool:
    return doubt.request.mode in (Mode.SUBMIT, Mode.SUBSCRIBE)


def _how(doubt: Doubt, item: Listed) -> str:
    if doubt.request_id:
        return mark("Found in the list of requests by its id.")
    apart_s = item.sent_s - doubt.from_s
    when = tr("{apart_s} s {part} sending began").format(
        apart_s=number(abs(apart_s), ".1f"), part=tr("after") if apart_s >= 0 else tr("before")
    )
    return tr("Found in the list of requests: the same endpoint and input, {when}.").format(when=when)


def _request_id_in(events: Sequence[Event]) -> str:
    """Return the request id of an answer that had begun well."""
    for event in events:
        match event.fact:
            case e.Response(status=status, headers=headers, why=why) if 200 <= status < 300:
                if why.split(" ", 1)[0] in ("run", "stream", "submit") and "x-fal-request-id" in headers:
                    return headers["x-fal-request-id"]
            case _:
                pass
    return ""
