"""Dates as people read them."""

import datetime as dt

from fal_studio.words import tr


def moment(at_s: float) -> str:
    """Return a time of today, or the date of an earlier day: "14:03 today", "24 Nov 2026"."""
    when = dt.datetime.fromtimestamp(at_s).astimezone()
    is_today = when.date() == dt.datetime.now().astimezone().date()
    return tr("{when:%H:%M} today").format(when=when) if is_today else day(at_s)


def day(at_s: float) -> str:
    """Return a date: "24 Nov 2026"; seconds since 1970."""
    when = dt.datetime.fromtimestamp(at_s).astimezone()
    return f"{when.day} {when:%b %Y}"
