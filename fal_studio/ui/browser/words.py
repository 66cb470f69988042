"""How models are told about: age, licence, duration, what a call can be."""

import time

from fal_studio.core.model import Model
from fal_studio.core.request import Mode
from fal_studio.figures import local, number
from fal_studio.words import tr, trn

LICENCES = {"commercial": tr("Commercial use"), "research": tr("Research only"), "private": tr("Private")}
_MINUTE_S, _HOUR_S, _DAY_S = 60.0, 3_600.0, 86_400.0
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
    if passed_s < _MINUTE_S:
        return tr("just now")
    if passed_s < _HOUR_S:
        count = int(passed_s // _MINUTE_S)
        return trn("{count} minute ago", "{count} minutes ago", count).format(count=count)
    if passed_s < 2 * _DAY_S:
        count = int(passed_s // _HOUR_S)
        return trn("{count} hour ago", "{count} hours ago", count).format(count=count)
    count = int(passed_s // _DAY_S)
    return trn("{count} day ago", "{count} days ago", count).format(count=count)


def licence(model: Model) -> str:
    """Return what a model may be used for; "" where nobody says."""
    return LICENCES.get(model.license, model.license.capitalize())


def span(seconds: float) -> str:
    """Return a duration as people round it."""
    if seconds < 9.95:
        return local(f"{seconds:.1f}".removesuffix(".0")) + " s"
    return (
        f"{number(seconds, '.0f')} s"
        if seconds < 120
        else tr("{minutes} min").format(minutes=number(seconds / 60, ".0f"))
    )


def duration(model: Model, here_s: tuple[float, float] | None) -> str:
    """Return how long a call usually takes: as measured here, else as the catalogue says; "" if nobody knows."""
    told = tr("about {span}").format(span=span(model.duration_s)) if model.duration_s else ""
    if here_s is None:
        return told
    low, high = span(here_s[0]), span(here_s[1])
    measured = (
        tr("{low} here").format(low=low)
        if low == high
        else tr("{low} to {high} here").format(low=low, high=high)
    )
    return (
        tr("{measured}; the catalogue says {told}").format(measured=measured, told=told) if told else measured
    )
