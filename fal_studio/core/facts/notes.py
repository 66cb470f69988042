"""What is told on the way and changes nothing: logs, numbers, troubles, a sleep of this machine."""

from fal_studio.core.facts.base import FactBase
from fal_studio.core.facts.ends import FailureKind
from fal_studio.words import mark


class Log(FactBase, frozen=True):
    """One line of the runner's log, each only once."""

    message: str
    level: str = "INFO"
    server_time: str = ""
    source: str = ""


class Metric(FactBase, frozen=True):
    """A number that the server told: inference_time, billable units …"""

    name: str
    value: float
    unit: str = ""


UNREADABLE = mark("A frame cannot be read")
"""How the trouble with a frame begins that came and is no message."""


class Trouble(FactBase, frozen=True):
    """Something went wrong that ends nothing: a failed poll, a broken status stream."""

    message: str
    kind: FailureKind = FailureKind.NETWORK


class Slept(FactBase, frozen=True):
    """This machine slept, or its clock was set: `t_ns` stood still meanwhile."""

    seconds: float
    wall_s: float
    """The calendar time after it."""
