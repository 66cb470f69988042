"""The time axis that all lanes share: where a moment stands, which moments are named, zoom and pan. Pure."""

from typing import NamedTuple

from fal_studio.figures import number
from fal_studio.words import tr

LEAST_SPAN_NS = 1_000_000
"""Zoomed in as far as it goes: a millisecond across."""
_STEPS = (1.0, 2.0, 2.5, 5.0)


class TimeAxis(NamedTuple):
    """A stretch of time across some pixels."""

    start_ns: float
    span_ns: float
    left_px: float
    width_px: float

    def x(self, t_ns: float) -> float:
        """Return where a moment stands, in pixels."""
        return self.left_px + (t_ns - self.start_ns) / self.span_ns * self.width_px

    def t_ns(self, x: float) -> float:
        """Return the moment at a place."""
        return self.start_ns + (x - self.left_px) / self.width_px * self.span_ns

    def ticks(self, least_px: float = 64.0) -> list[tuple[float, str]]:
        """Return the named moments, at least so many pixels apart, with their words."""
        step = _round_step(self.span_ns * least_px / max(1.0, self.width_px))
        found: list[tuple[float, str]] = []
        count = -(-self.start_ns // step)
        while (t_ns := count * step) <= self.start_ns + self.span_ns:
            found.append((self.x(t_ns), _words(t_ns)))
            count += 1
        return found


def zoomed(
    start_ns: float, span_ns: float, whole_ns: float, at_ns: float, factor: float
) -> tuple[float, float]:
    """Return start and span after zooming by a factor (above 1: closer), with the moment `at_ns` kept in its place."""
    wanted = min(max(span_ns / factor, LEAST_SPAN_NS), whole_ns)
    return panned(at_ns - (at_ns - start_ns) * wanted / span_ns, wanted, whole_ns)


def panned(start_ns: float, span_ns: float, whole_ns: float) -> tuple[float, float]:
    """Return start and span moved so far that they show no time outside the whole."""
    span_ns = min(span_ns, whole_ns)
    return min(max(0.0, start_ns), whole_ns - span_ns), span_ns


def _round_step(least_ns: float) -> float:
    power = 1.0
    while power * 10 <= least_ns:
        power *= 10
    while power > least_ns:
        power /= 10
    return next((power * step for step in _STEPS if power * step >= least_ns), power * 10)


def _words(t_ns: float) -> str:
    if t_ns == 0:
        return "0 s"
    return (
        f"{number(t_ns / 1000000000.0, '.6g')} s"
        if t_ns >= 1e8 or t_ns % 1e7 == 0
        else tr("{t_ns} ms").format(t_ns=number(t_ns / 1000000.0, ".6g"))
    )
