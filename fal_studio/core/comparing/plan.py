"""What is to be compared, and in which order it is called: values, and one fair order for each seed."""

import random
from enum import StrEnum

import msgspec

from fal_studio.core.request import Request


class Transport(StrEnum):
    """A way by which a request travels and its answer comes back."""

    RUN = "run"
    SUBSCRIBE_POLL = "subscribe_poll"
    SUBSCRIBE_STREAM = "subscribe_stream"
    SUBMIT = "submit"
    STREAM = "stream"
    REALTIME = "realtime"
    WS_HTTP = "ws_http"
    WEBHOOK = "webhook"
    PYTHON_CLIENT = "python_client"
    """fal's own Python client, in a process of its own."""
    JS_CLIENT = "js_client"
    """fal's own JavaScript client, in a process of its own."""


CLIENTS = frozenset({Transport.PYTHON_CLIENT, Transport.JS_CLIENT})
POLLED = frozenset({Transport.SUBSCRIBE_POLL, Transport.SUBMIT})
"""What asks for the state at an interval of ours."""


class Kind(StrEnum):
    """What differs from lane to lane."""

    MODES = "modes"
    """The same input by several transports."""
    REQUESTS = "requests"
    """Different requests: models, variants."""


class Lane(msgspec.Struct, frozen=True):
    """One way of calling, or one request, of a comparison."""

    id: str
    """Unique in its comparison; the transport's word for a comparison of modes."""
    name: str
    transport: Transport
    request: Request
    """As it is sent: with the mode and the options that the transport needs."""
    detail: str = ""
    """A second line, such as "polls every 0.5 s"."""
    reason: str = ""
    """Why it cannot be called; "" if it can. Such a lane stays visible and has no turns."""
    is_on: bool = True
    """Switched on by the user."""
    doubt: str = ""
    """Why nobody knows whether the endpoint has it; "" where that is known. It is called all the same."""
    can_probe: bool = False
    """It can be found out without running anything."""

    @property
    def is_called(self) -> bool:
        """Whether it takes part."""
        return self.is_on and not self.reason


class Plan(msgspec.Struct, frozen=True):
    """A comparison before it begins."""

    lanes: tuple[Lane, ...]
    kind: Kind = Kind.MODES
    runs: int = 10
    """Counted turns of each lane."""
    warm_ups: int = 1
    """Turns of each lane before those; they are kept, and left out of every number."""
    seed: int = 0
    """Of the random order."""
    random_order: bool = True
    poll_every_s: float | None = None
    """The same interval for every lane that polls; None: each as its client does by itself."""
    frames: int = 5
    """Inputs sent in one realtime session, each after the answer to the one before."""

    @property
    def called(self) -> tuple[Lane, ...]:
        """The lanes that take part."""
        return tuple(lane for lane in self.lanes if lane.is_called)

    @property
    def calls(self) -> int:
        """How many turns there are in all, warm-ups among them."""
        return len(self.called) * (self.runs + self.warm_ups)


class Turn(msgspec.Struct, frozen=True):
    """One call of one lane."""

    lane: str
    """Id of the lane."""
    index: int
    """From 0, counted for warm-ups and runs apart."""
    is_warm_up: bool = False


def order(plan: Plan) -> tuple[Turn, ...]:
    """Return all turns in the order in which they are called; the same for the same plan.

    Each round has one turn of every lane, in a random order of its own, so that whatever changes meanwhile (a server that
    warms up, a network that slows down) meets all lanes alike. Warm-ups are the first rounds.
    """
    dice = random.Random(plan.seed)
    turns: list[Turn] = []
    for number in range(plan.warm_ups + plan.runs):
        lanes = [lane.id for lane in plan.called]
        if plan.random_order:
            dice.shuffle(lanes)
        is_warm_up = number < plan.warm_ups
        index = number if is_warm_up else number - plan.warm_ups
        turns += [Turn(lane, index, is_warm_up) for lane in lanes]
    return tuple(turns)


def with_more_runs(plan: Plan, more: int) -> Plan:
    """Return the plan with more runs in each lane; its order begins with that of `plan`."""
    return msgspec.structs.replace(plan, runs=plan.runs + more)
