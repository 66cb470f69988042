"""Dates as people read them."""

import datetime as dt


def day(at_s: float) -> str:
    """Return a date: "24 Nov 2026"; seconds since 1970."""
    when = dt.datetime.fromtimestamp(at_s).astimezone()
    return f"{when.day} {when:%b %Y}"
