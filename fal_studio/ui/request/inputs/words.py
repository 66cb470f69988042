"""What fields take and values are, in a few words: for the controls, and for the help that stands below them. Pure."""

import json

from fal_studio import figures
from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field
from fal_studio.core.schema.wording import number
from fal_studio.words import tr

RANDOM_HELP = tr("Random sends no seed: the model takes another one each time and names it in its result.")


def label(value: Json) -> str:
    """Return the words of a choice: a text as it is, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def data_words(uri: str) -> str:
    """Return the type and size of a data URI: "image/png 21 KB"."""
    head, _, body = uri.partition(",")
    kind = head.removeprefix("data:").partition(";")[0] or "text/plain"
    size = len(body) * 3 // 4 if head.endswith("base64") else len(body)
    amount = (
        tr("{size} bytes").format(size=size)
        if size < 1000
        else tr("{size} KB").format(size=figures.number(size / 1000, ".0f"))
        if size < 1_000_000
        else tr("{size} MB").format(size=figures.number(size / 1000000.0, ".1f"))
    )
    return f"{kind} {amount}"


def bounds_of(field: Field) -> str:
    """Return a number's bounds in words: "1 to 4", "more than 0"."""
    low, high = field.minimum, field.maximum
    if low is not None and high is not None:
        words = {
            (False, False): tr("{low} to {high}"),
            (True, False): tr("above {low} to {high}"),
            (False, True): tr("{low} to below {high}"),
            (True, True): tr("above {low} to below {high}"),
        }[field.excludes_minimum, field.excludes_maximum]
        return words.format(low=number(low), high=number(high))
    if low is not None:
        return (
            tr("more than {low}").format(low=number(low))
            if field.excludes_minimum
            else tr("at least {low}").format(low=number(low))
        )
    if high is not None:
        return (
            tr("less than {high}").format(high=number(high))
            if field.excludes_maximum
            else tr("at most {high}").format(high=number(high))
        )
    return ""
