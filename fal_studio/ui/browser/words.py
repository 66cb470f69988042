"""How models are told about: age, licence, duration, what a call can be."""

import time

from fal_studio.core.model import Model
from fal_studio.core.request import Mode

LICENCES = {"commercial": "Commercial use", "research": "Research only", "private": "Private"}
_STEPS = ((86_400.0 * 2, 86_400.0, "day"), (3_600.0, 3_600.0, "hour"), (60.0, 60.0, "minute"))
MODES = {
    "queue": (Mode.SUBSCRIBE, Mode.SUBMIT),
    "run": (Mode.RUN,),
    "stream": (Mode.STREAM,),
    "realtime": (Mode.REALTIME,),
}
"""What a card calls the ways to call a model."""


def ago(at_s: float, now_s: float | None = None) -> str:
    """Return how long ago something was: "3 hours ago"."""
    passed_s = max(0.0, (time.time() if now_s is None else now_s) - at_s)
    for from_s, unit_s, unit in _STEPS:
        if passed_s >= from_s:
            count = int(passed_s // unit_s)
            return f"{count} {unit}{'s' if count != 1 else ''} ago"
    return "just now"


def licence(model: Model) -> str:
    """Return what a model may be used for; "" where nobody says."""
    return LICENCES.get(model.license, model.license.capitalize())


def span(seconds: float) -> str:
    """Return a duration as people round it."""
    if seconds < 9.95:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def duration(model: Model, here_s: tuple[float, float] | None) -> str:
    """Return how long a call usually takes: as measured here, else as the catalogue says; "" if nobody knows."""
    told = f"about {span(model.duration_s)}" if model.duration_s else ""
    if here_s is None:
        return told
    low, high = span(here_s[0]), span(here_s[1])
    measured = f"{low} here" if low == high else f"{low} to {high} here"
    return f"{measured}; the catalogue says {told}" if told else measured
