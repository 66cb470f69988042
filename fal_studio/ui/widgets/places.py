"""A place in line, in words."""

from fal_studio.words import tr

_PLACES = {1: tr("{place}st in line"), 2: tr("{place}nd in line"), 3: tr("{place}rd in line")}
"""By the last digit, for languages that have endings: the numbers from 10 to 20, and all others, have the usual one."""


def place_words(place: int) -> str:
    """Return "3rd in line"; the next one is "next in line"."""
    if place <= 1:
        return tr("next in line")
    told = _PLACES.get(0 if 10 <= place % 100 <= 20 else place % 10, tr("{place}th in line"))
    return told.format(place=place)
