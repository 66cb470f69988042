"""What somebody typed among the options and is no value yet: what is wrong with it, and how rows of names are written down."""

import json
from collections.abc import Iterable, Mapping

from fal_studio.core.options import header_problem, query_problem
from fal_studio.words import tr

PAIRS = frozenset({"headers", "query"})
"""Options that are typed as rows of a name and a value."""
_SECONDS = tr("Write a time such as 30 s or 2 min.")
_WHY = {
    "start_timeout_s": _SECONDS,
    "client_timeout_s": _SECONDS,
    "poll_every_s": _SECONDS,
    "object_lifetime_s": tr("Write whole seconds, or 1 h, 7 days."),
    "max_buffering": tr("Write a whole number."),
    "reconnect_limit": tr("Write a whole number."),
}


def problem(name: str, text: str) -> str:
    """Say what is wrong with what was typed for an option, by its field name; "" for what is only half written."""
    if name not in PAIRS:
        return _WHY.get(name, "")
    seen: set[str] = set()
    for title, value in rows_of(text):
        if not (title or value):
            continue
        message = header_problem(title, value) if name == "headers" else query_problem(title)
        if title.lower() in seen:
            message = tr("It is there twice.")
        seen.add(title.lower())
        if message:
            return message
    return ""


def problems(typed: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with everything that was typed, by field name."""
    found = {name: problem(name, text) for name, text in typed.items()}
    return {name: message for name, message in found.items() if message}


def rows_text(rows: Iterable[tuple[str, str]]) -> str:
    """Return rows of names and values as one text."""
    return json.dumps([list(row) for row in rows], ensure_ascii=False)


def rows_of(text: str) -> list[tuple[str, str]]:
    """Read them; a text that is none has no rows."""
    try:
        rows = json.loads(text)
    except ValueError:
        return []
    return [(str(row[0]), str(row[1])) for row in rows if isinstance(row, list) and len(row) == 2]
