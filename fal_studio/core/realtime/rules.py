"""How the sessions of one endpoint are held: the send policy with its numbers, limits, pauses and reconnects."""

from typing import Annotated

import msgspec
from msgspec import Meta

from fal_studio.core.realtime.pacing import Pace, Policy
from fal_studio.core.request import Options
from fal_studio.words import tr

MOST_KEPT = 200
"""Endpoints whose rules are kept; those changed longest ago are forgotten."""


class Rules(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a person has chosen for an endpoint. What changes the socket holds from the next start on."""

    policy: Policy = Policy.LATEST
    interval_ms: Annotated[
        int,
        Meta(
            title=tr("Throttle"),
            description=tr("Milliseconds between two inputs when throttled."),
            ge=16,
            le=10_000,
            extra={"suffix": tr(" ms")},
        ),
    ] = 128
    depth: Annotated[
        int,
        Meta(
            title=tr("In flight"),
            description=tr("So many inputs may wait for their answers when the latest wins."),
            ge=1,
            le=60,
        ),
    ] = 2
    settle_ms: Annotated[
        int,
        Meta(
            title=tr("Settle"),
            description=tr("Milliseconds without a change before it is sent."),
            ge=20,
            le=10_000,
            extra={"suffix": tr(" ms")},
        ),
    ] = 250
    longest_s: Annotated[
        float,
        Meta(
            title=tr("Settle at last"),
            description=tr("Seconds after which it is sent although changes go on."),
            ge=0.2,
            le=60,
            extra={"suffix": tr(" s"), "step": 0.5},
        ),
    ] = 3.0
    buffering: Annotated[
        int,
        Meta(
            title=tr("Buffer"),
            description=tr("max_buffering: so many inputs may wait at the server. 0: the server's own rule."),
            ge=0,
            le=60,
            extra={"zero": tr("server's")},
        ),
    ] = 2
    deadline_s: Annotated[
        float,
        Meta(
            title=tr("Lost after"),
            description=tr("Seconds until an input without an answer is lost."),
            ge=0.2,
            le=120,
            extra={"suffix": tr(" s"), "step": 0.5},
        ),
    ] = 5.0
    fetch_links: Annotated[
        bool,
        Meta(
            title=tr("Fetch links"),
            description=tr("An answer that is a link is fetched and shown, without the key."),
        ),
    ] = False
    limit_usd: Annotated[
        float,
        Meta(
            title=tr("Spend at most"),
            description=tr("US dollars of one session; then it is paused. 0: only the profile's stop."),
            ge=0,
            le=1_000,
            extra={"prefix": "$", "zero": tr("no limit"), "step": 0.5},
        ),
    ] = 2.0
    idle_s: Annotated[
        float,
        Meta(
            title=tr("Pause when idle"),
            description=tr("Seconds without an input. 0: never."),
            ge=0,
            le=3_600,
            extra={"suffix": tr(" s"), "zero": tr("never"), "step": 0.5},
        ),
    ] = 60.0
    pause_hidden: Annotated[
        bool,
        Meta(title=tr("Pause when hidden"), description=tr("Nothing is paid for that nobody sees.")),
    ] = True
    ping_every_s: Annotated[
        float,
        Meta(
            title=tr("Keepalive ping"),
            description=tr("Seconds between two pings, each shown as a frame. 0: none of ours."),
            ge=0,
            le=60,
            extra={"suffix": tr(" s"), "zero": tr("none"), "step": 0.5},
        ),
    ] = 5.0
    reconnect_limit: Annotated[
        int,
        Meta(
            title=tr("Reconnects"),
            description=tr("How often a broken session is opened again."),
            ge=0,
            le=100,
            extra={"zero": tr("none")},
        ),
    ] = 5
    reconnect_after_s: Annotated[
        float,
        Meta(
            title=tr("Reconnect after"),
            description=tr(
                "Seconds before the first try; twice as long before each further one, up to 10 s."
            ),
            ge=0.05,
            le=10,
            extra={"suffix": tr(" s"), "step": 0.05},
        ),
    ] = 0.25
    token_lifetime_s: Annotated[
        int,
        Meta(
            title=tr("Token lifetime"),
            description=tr("Seconds that are asked for; renewed at nine tenths of it."),
            ge=2,
            le=3_600,
            extra={"suffix": tr(" s")},
        ),
    ] = 120

    @property
    def pace(self) -> Pace:
        """The policy with its numbers."""
        return Pace(self.policy, self.interval_ms / 1e3, self.depth, self.settle_ms / 1e3, self.longest_s)

    def options(self, before: Options) -> Options:
        """Return the options of a session's request; what the rules do not decide stays as it was."""
        return msgspec.structs.replace(
            before,
            max_buffering=self.buffering or None,
            reconnect_limit=self.reconnect_limit,
            reconnect_after_s=self.reconnect_after_s,
            ping_every_s=self.ping_every_s,
            token_lifetime_s=self.token_lifetime_s,
        )

    def stop_usd(self, ceiling_usd: float | None) -> float | None:
        """Return what one session may cost: the limit, and never more than the profile allows; None: as much as it likes."""
        found = [amount for amount in (self.limit_usd, ceiling_usd or 0.0) if amount > 0]
        return min(found) if found else None
