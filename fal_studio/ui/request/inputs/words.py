"""What fields take and values are, in a few words: for the controls, and for the help that stands below them. Pure."""

import json

from fal_studio.core.request import Json
from fal_studio.core.schema.field import Field
from fal_studio.core.schema.wording import number

RANDOM_HELP = "Random sends no seed: the model takes another one each time and names it in its result."


def label(value: Json) -> str:
    """Return the words of a choice: a text as it is, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def data_words(uri: str) -> str:
    """Return the type and size of a data URI: "image/png 21 KB"."""
    head, _, body = uri.partition(",")
    kind = head.removeprefix("data:").partition(";")[0] or "text/plain"
    size = len(body) * 3 // 4 if head.endswith("base64") else len(body)
    amount = (
        f"{size} bytes"
        if size < 1000
        else f"{size / 1000:.0f} KB"
        if size < 1_000_000
        else f"{size / 1e6:.1f} MB"
    )
    return f"{kind} {amount}"


def bounds_of(field: Field) -> str:
    """Return a number's bounds in words: "1 to 4", "more than 0"."""
    low, high = field.minimum, field.maximum
    if low is not None and high is not None:
        above = "above " if field.excludes_minimum else ""
        below = "below " if field.excludes_maximum else ""
        return f"{above}{number(low)} to {below}{number(high)}"
    if low is not None:
        return f"more than {number(low)}" if field.excludes_minimum else f"at least {number(low)}"
    if high is not None:
        return f"less than {number(high)}" if field.excludes_maximum else f"at most {number(high)}"
    return ""
