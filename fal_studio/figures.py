"""Numbers as people at the screen write them: decimal mark and grouping come from the locale that was set at the start.

Without that they are written as in English, which is how the command line, files and the clipboard have them: what goes
there takes `f"{number:,}"`, what is shown takes these functions.
"""

from typing import NamedTuple


class Marks(NamedTuple):
    """How a locale writes a number: 1,234.5 or 1.234,5 or 1 234,5."""

    decimal: str = "."
    group: str = ","
    percent: str = "{number}%"
    """A share; some languages have a space before the sign."""
    dollars: str = "${number}"
    """An amount; some languages have the sign behind it."""


class _Chosen:
    marks = Marks()


def use(marks: Marks) -> None:
    """Write numbers like this from now on; asked once, before anything is shown."""
    _Chosen.marks = marks


def number(value: float, spec: str = ",") -> str:
    """Return a number for the screen: whole and grouped, or as a Python format says it (`,.2f`, `.3g`)."""
    return local(format(value, spec))


def percent(share: float) -> str:
    """Return a share of one as whole hundredths: 24%, or 24 % where there is a space before the sign."""
    return _Chosen.marks.percent.format(number=number(share * 100, ",.0f"))


def dollars(written: str) -> str:
    """Return an amount that stands there as a number already: $0.03, or 0,03 $ where the sign stands behind."""
    return _Chosen.marks.dollars.format(number=written)


def local(written: str) -> str:
    """Return a number that was written in the English way in the way of the locale."""
    marks = _Chosen.marks
    if marks == Marks():
        return written
    return written.translate({ord(","): marks.group, ord("."): marks.decimal})
