"""Dates as people read them; the months have the names of the locale that was set at the start."""

import datetime as dt

from PySide6.QtCore import QLocale

from fal_studio.words import tr


class _Chosen:
    locale = QLocale.c()


def use(locale: QLocale) -> None:
    """Write dates with the names of a locale from now on; asked once, before anything is shown."""
    _Chosen.locale = locale


def moment(at_s: float) -> str:
    """Return a time of today, or the date of an earlier day: "14:03 today", "24 Nov 2026"."""
    when = dt.datetime.fromtimestamp(at_s).astimezone()
    is_today = when.date() == dt.datetime.now().astimezone().date()
    return tr("{when:%H:%M} today").format(when=when) if is_today else day(at_s)


def day(at_s: float) -> str:
    """Return a date: "24 Nov 2026"; seconds since 1970."""
    when = dt.datetime.fromtimestamp(at_s).astimezone()
    return tr("{day} {month} {year}").format(day=when.day, month=month(when), year=when.year)


def long_day(when: dt.date, *, has_year: bool) -> str:
    """Return a date with its names in full: "Sunday, 22 November", "Sunday, 22 November 2026"."""
    weekday_ = _Chosen.locale.dayName(when.isoweekday(), QLocale.FormatType.LongFormat)
    month_ = _Chosen.locale.monthName(when.month, QLocale.FormatType.LongFormat)
    if has_year:
        told = tr("{weekday}, {day} {month} {year}")
        return told.format(weekday=weekday_, day=when.day, month=month_, year=when.year)
    return tr("{weekday}, {day} {month}").format(weekday=weekday_, day=when.day, month=month_)


def month(when: dt.date) -> str:
    """Return the short name of a month: Nov."""
    return _Chosen.locale.monthName(when.month, QLocale.FormatType.ShortFormat)


def weekday(when: dt.date) -> str:
    """Return the short name of a day: Thu."""
    return _Chosen.locale.dayName(when.isoweekday(), QLocale.FormatType.ShortFormat)
