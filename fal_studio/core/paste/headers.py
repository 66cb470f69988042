"""Headers of a pasted request: fal's own become options, secrets and what a browser adds stay behind."""

import json
import re
from collections.abc import Callable

from fal_studio.core import options as rules
from fal_studio.core.paste.found import KEY_LEFT_OUT, Draft
from fal_studio.core.request import Json, Priority
from fal_studio.words import tr

_SECRET = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key", "x-fal-cdn-token"})
_WRITTEN_ANYWAY = frozenset(
    {
        "accept", "accept-encoding", "accept-language", "cache-control", "connection", "content-length",
        "content-type", "dnt", "host", "origin", "pragma", "priority", "referer", "te", "user-agent",
        "x-fal-client-proxy", "x-fal-target-url",
    }
)  # fmt: skip
"""What a client or a browser writes by itself."""
_KEY = re.compile(
    r"\b(?:Key|Bearer)\s+[A-Za-z0-9._-]{6,}(?::[A-Za-z0-9]{4,})?|\beyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]+"
)
_VARIABLE = re.compile(r"(?:(?:Key|Bearer)\s+)?(?:\$\{?\w+\}?|\$env:\w+|%\w+%|<[^<>]*>|YOUR[\w-]*)")
"""A place for a key, not a key."""
_YES = frozenset({"1", "true", "yes"})


def take(draft: Draft, name: str, value: str) -> None:
    """Take a header over into a draft, or note why it is left out."""
    low = name.strip().lower()
    value = value.strip()
    if low in _SECRET and _VARIABLE.fullmatch(value):
        return
    if low in _SECRET or holds_key(value):
        draft.note(KEY_LEFT_OUT if low != "cookie" else tr("The cookies in it were left out."))
    elif low in _OPTIONS:
        try:
            draft.set(**_OPTIONS[low](value))
        except (ValueError, TypeError, KeyError):
            draft.note(
                tr("The header {name} was left out: {value} is not a value for it.").format(
                    name=name, value=value[:60]
                )
            )
    elif low in _WRITTEN_ANYWAY or low.startswith("sec-"):
        return
    elif problem := rules.header_problem(name.strip(), value):
        draft.note(
            tr("The header {name} was left out. {problem}").format(name=name.strip()[:40], problem=problem)
        )
    else:
        draft.add_header(name.strip(), value)


def holds_key(text: str) -> bool:
    """Whether a text looks like a key or a token."""
    return bool(_KEY.search(text))


def without_keys(draft: Draft, value: Json) -> Json:
    """Return arguments without anything that reads as a key."""
    if isinstance(value, dict):
        return {name: without_keys(draft, item) for name, item in value.items()}
    if isinstance(value, list):
        return [without_keys(draft, item) for item in value]
    if isinstance(value, str) and re.search(r"\bKey\s+[A-Za-z0-9-]{6,}:[A-Za-z0-9]{6,}", value):
        draft.note(KEY_LEFT_OUT)
        return re.sub(r"\bKey\s+[A-Za-z0-9-]{6,}:[A-Za-z0-9]{6,}", "", value).strip()
    return value


def _lifetime(value: str) -> dict[str, Json]:
    found = json.loads(value)
    return {"object_lifetime_s": int(found["expiration_duration_seconds"])}


_OPTIONS: dict[str, Callable[[str], dict[str, Json]]] = {
    "x-fal-request-timeout": lambda value: {"start_timeout_s": float(value)},
    "x-fal-request-start-timeout": lambda value: {"start_timeout_s": float(value)},
    "x-fal-runner-hint": lambda value: {"hint": value},
    "x-fal-queue-priority": lambda value: {"priority": Priority(value)},
    "x-fal-no-retry": lambda value: {"no_retry": value.lower() in _YES},
    "x-fal-store-io": lambda value: {"store_io": value.lower() in _YES},
    "x-fal-object-lifecycle-preference": _lifetime,
}
