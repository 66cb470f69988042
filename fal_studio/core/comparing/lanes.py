"""The lanes that one request has: every transport, also those that its endpoint or profile does not have, with the reason."""

from collections.abc import Mapping

import msgspec

from fal_studio.core.comparing.plan import CLIENTS, POLLED, Lane, Transport
from fal_studio.core.options import seconds
from fal_studio.core.request import HERE, Mode, Options, ProfileKind, Request, StatusUpdates
from fal_studio.words import tr

NAMES: dict[Transport, str] = {
    Transport.RUN: "run",
    Transport.SUBSCRIBE_POLL: "subscribe",
    Transport.SUBSCRIBE_STREAM: "subscribe",
    Transport.SUBMIT: "submit",
    Transport.STREAM: "stream",
    Transport.REALTIME: "realtime",
    Transport.WS_HTTP: tr("HTTP over WebSocket"),
    Transport.WEBHOOK: "webhook",
    Transport.PYTHON_CLIENT: tr("Python client"),
    Transport.JS_CLIENT: tr("JavaScript client"),
}
"""What people call them."""
MODES: dict[Transport, Mode] = {
    Transport.RUN: Mode.RUN,
    Transport.SUBSCRIBE_POLL: Mode.SUBSCRIBE,
    Transport.SUBSCRIBE_STREAM: Mode.SUBSCRIBE,
    Transport.SUBMIT: Mode.SUBMIT,
    Transport.STREAM: Mode.STREAM,
    Transport.REALTIME: Mode.REALTIME,
    Transport.WS_HTTP: Mode.RUN,
    Transport.WEBHOOK: Mode.SUBMIT,
    Transport.PYTHON_CLIENT: Mode.SUBSCRIBE,
    Transport.JS_CLIENT: Mode.SUBSCRIBE,
}
"""fal's mode that each one is a case of."""
_OWN_ROUTES = (Transport.STREAM, Transport.REALTIME)
"""What an endpoint may have or not; every one can be run and queued."""
OWN_POLL_S: dict[Transport, float] = {Transport.SUBSCRIBE_POLL: 0.5, Transport.SUBMIT: 1.0}
"""How often a lane asks when the intervals are not made equal: as @fal-ai/client does, and at leisure."""
CLIENT_POLL_S: dict[Transport, float] = {Transport.PYTHON_CLIENT: 0.1, Transport.JS_CLIENT: 0.5}
"""How often fal's own clients ask by themselves (fal-client 1.0.3, @fal-ai/client 1.x)."""


class Facts(msgspec.Struct, frozen=True):
    """What is known of an endpoint with a profile."""

    profile: ProfileKind = ProfileKind.FAL
    unsupported: Mapping[Mode, str] = {}
    """Modes that it certainly does not have, with the reason. What nobody knows is tried."""
    unknown: Mapping[Mode, str] = {}
    """Modes of which nobody knows whether it has them, with the reason."""
    is_near: bool = False
    """The server is on this machine, so that it can call back here."""
    webhook_url: str = ""
    """The public address of the webhook, from the settings."""
    clients: Mapping[Transport, str] = {}
    """fal's own clients that are installed here: their versions."""


UNKNOWN = Facts()


def lanes_for(
    request: Request, facts: Facts = UNKNOWN, *, poll_every_s: float | None = None
) -> tuple[Lane, ...]:
    """Return a lane for every transport, in the order in which they are shown.

    `request` gives endpoint, input, profile and options; its mode does not matter. `poll_every_s` makes the intervals equal.
    """
    own = [transport for transport in Transport if transport not in CLIENT_POLL_S]
    installed = [transport for transport in CLIENT_POLL_S if transport in facts.clients]
    return tuple(_lane(transport, request, facts, poll_every_s) for transport in (*own, *installed))


def lanes_of(requests: tuple[tuple[str, Request], ...], facts: Mapping[str, Facts] = {}) -> tuple[Lane, ...]:
    """Return a lane for each of several named requests, called in the mode that it has; `facts` by endpoint."""
    lanes: list[Lane] = []
    for number, (name, request) in enumerate(requests):
        transport = transport_of(request)
        reason = _reason(transport, facts.get(request.endpoint, UNKNOWN))
        detail = f"{request.endpoint}, {request.mode.value}"
        lanes.append(Lane(f"request-{number + 1}", name, transport, request, detail, reason))
    return tuple(lanes)


def transport_of(request: Request) -> Transport:
    """Return the transport that a request has by its mode and its options."""
    match request.mode:
        case Mode.RUN:
            return Transport.RUN
        case Mode.STREAM:
            return Transport.STREAM
        case Mode.REALTIME:
            return Transport.REALTIME
        case Mode.SUBMIT:
            return Transport.WEBHOOK if request.options.webhook_url == HERE else Transport.SUBMIT
        case Mode.SUBSCRIBE:
            by_stream = request.options.status_updates is StatusUpdates.STREAM
            return Transport.SUBSCRIBE_STREAM if by_stream else Transport.SUBSCRIBE_POLL


def with_polling(lane: Lane, poll_every_s: float | None) -> Lane:
    """Return the lane with another interval; None: its own. One that does not poll stays as it is."""
    if lane.transport not in POLLED and lane.transport not in CLIENT_POLL_S:
        return lane
    options = _options(lane.transport, lane.request.options, poll_every_s)
    request = msgspec.structs.replace(lane.request, options=options)
    return msgspec.structs.replace(
        lane, request=request, detail=_detail(lane.transport, options, lane.detail)
    )


def _lane(transport: Transport, request: Request, facts: Facts, poll_every_s: float | None) -> Lane:
    options = _options(transport, request.options, poll_every_s)
    sent = msgspec.structs.replace(request, mode=MODES[transport], options=options)
    detail = _detail(transport, options, facts.clients.get(transport, ""))
    reason = _reason(transport, facts)
    # fal's own clients take part when somebody wants that.
    is_on = transport not in CLIENTS
    doubt = "" if reason or transport not in _OWN_ROUTES else facts.unknown.get(MODES[transport], "")
    can_probe = bool(doubt) and transport is Transport.STREAM
    return Lane(transport.value, NAMES[transport], transport, sent, detail, reason, is_on, doubt, can_probe)


def _options(transport: Transport, options: Options, poll_every_s: float | None) -> Options:
    match transport:
        case Transport.SUBSCRIBE_POLL | Transport.SUBMIT:
            every = poll_every_s or OWN_POLL_S[transport]
            return msgspec.structs.replace(
                options, status_updates=StatusUpdates.POLL, poll_every_s=every, webhook_url=""
            )
        case Transport.PYTHON_CLIENT | Transport.JS_CLIENT:
            every = poll_every_s or CLIENT_POLL_S[transport]
            return msgspec.structs.replace(options, poll_every_s=every, webhook_url="")
        case Transport.SUBSCRIBE_STREAM:
            return msgspec.structs.replace(options, status_updates=StatusUpdates.STREAM, webhook_url="")
        case Transport.WEBHOOK:
            return msgspec.structs.replace(options, webhook_url=HERE)
        case _:
            return msgspec.structs.replace(options, webhook_url="")


def _detail(transport: Transport, options: Options, version: str) -> str:
    every = seconds(options.poll_every_s)
    match transport:
        case Transport.SUBSCRIBE_POLL:
            return tr("polls every {every}").format(every=every)
        case Transport.SUBSCRIBE_STREAM:
            return tr("status stream")
        case Transport.SUBMIT:
            return tr("followed every {every}").format(every=every)
        case Transport.PYTHON_CLIENT | Transport.JS_CLIENT:
            return tr("{partition}, polls every {every}").format(
                partition=version.partition(",")[0], every=every
            )
        case _:
            return ""


def _reason(transport: Transport, facts: Facts) -> str:
    if transport is Transport.WS_HTTP and facts.profile in (ProfileKind.PROXY, ProfileKind.LOCAL_APP):
        where = tr("a team proxy") if facts.profile is ProfileKind.PROXY else tr("an app on this machine")
        return tr("{where} has no HTTP over WebSocket").format(where=where)
    if transport in CLIENT_POLL_S and facts.profile not in (ProfileKind.FAL, ProfileKind.EMULATOR):
        return tr("fal's own clients only call fal and the emulator")
    if transport is Transport.WEBHOOK and not (facts.is_near or facts.webhook_url):
        return tr("fal needs an address that it can reach")
    if transport is not Transport.WS_HTTP and (why := facts.unsupported.get(MODES[transport], "")):
        return why
    return ""
