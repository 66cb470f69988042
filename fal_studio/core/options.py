"""What a request's options mean: the headers they become, which mode uses which, and what is wrong with them."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import msgspec

from fal_studio.core import privacy, urls
from fal_studio.core.request import HERE, Mode, Options
from fal_studio.figures import local
from fal_studio.words import tr, trn

QUEUED = frozenset({Mode.SUBSCRIBE, Mode.SUBMIT})
_ALL = frozenset(Mode)
_NO_SESSION = _ALL - {Mode.REALTIME}
_USED_BY: dict[str, tuple[frozenset[Mode], str]] = {
    "priority": (QUEUED, tr("Only a queue has priorities: choose subscribe or submit.")),
    "hint": (_NO_SESSION, tr("A session keeps its runner anyway.")),
    "start_timeout_s": (_NO_SESSION, tr("A session opens at once or not at all.")),
    "client_timeout_s": (_ALL, ""),
    "webhook_url": (QUEUED, tr("Only the queue reports back: choose subscribe or submit.")),
    "object_lifetime_s": (_NO_SESSION, tr("A session sends its pictures as bytes and stores no files.")),
    "store_io": (_NO_SESSION, tr("fal keeps no payloads of a session.")),
    "no_retry": (QUEUED, tr("Only the queue tries again by itself: choose subscribe or submit.")),
    "path": (frozenset({Mode.STREAM, Mode.REALTIME}), tr("Write the sub-path into the endpoint id.")),
    "status_updates": (QUEUED, tr("Only a queued call has a status: choose subscribe or submit.")),
    "poll_every_s": (QUEUED, tr("Only a queued call has a status: choose subscribe or submit.")),
    "logs": (QUEUED, tr("Only a queued call has logs: choose subscribe or submit.")),
    "max_buffering": (frozenset({Mode.REALTIME}), tr("Only a session has waiting inputs: choose realtime.")),
    "reconnect_limit": (frozenset({Mode.REALTIME}), tr("Only a session is opened again: choose realtime.")),
    "reconnect_after_s": (frozenset({Mode.REALTIME}), tr("Only a session is opened again: choose realtime.")),
    "ping_every_s": (frozenset({Mode.REALTIME}), tr("Only a session is kept open: choose realtime.")),
    "token_lifetime_s": (
        frozenset({Mode.REALTIME}),
        tr("Only a session opens with a token: choose realtime."),
    ),
    "headers": (_ALL, ""),
    "query": (_ALL, ""),
}
_DEFAULTS = Options()
NAMES = {
    "priority": tr("priority"),
    "hint": tr("runner hint"),
    "start_timeout_s": tr("start deadline"),
    "client_timeout_s": tr("time limit"),
    "webhook_url": tr("webhook"),
    "object_lifetime_s": tr("file lifetime"),
    "store_io": tr("payload storage"),
    "no_retry": tr("server retries"),
    "path": tr("sub-path"),
    "status_updates": tr("status updates"),
    "poll_every_s": tr("status interval"),
    "logs": tr("logs"),
    "max_buffering": tr("waiting inputs"),
    "reconnect_limit": tr("reconnects"),
    "reconnect_after_s": tr("reconnect pause"),
    "ping_every_s": tr("ping interval"),
    "token_lifetime_s": tr("token lifetime"),
    "headers": tr("headers"),
    "query": tr("query"),
}
"""What people call each option."""
LIFECYCLE_HEADER = "X-Fal-Object-Lifecycle-Preference"
SHORTEST_START_S = 1.0
"""fal-client and @fal-ai/client refuse this start deadline and shorter ones."""
LONGEST_S = 30 * 86_400.0
"""No limit of time is that long."""
LOWEST_POLL_S, HIGHEST_POLL_S = 0.1, 60.0
MOST_BUFFERING = 60

_HEADER_NAME = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"
_VISIBLE = r"^[\x20-\x7e]*$"
_OWN_FIELD = {
    "x-fal-request-timeout": "start_timeout_s",
    "x-fal-request-start-timeout": "start_timeout_s",
    "x-fal-runner-hint": "hint",
    "x-fal-queue-priority": "priority",
    "x-fal-no-retry": "no_retry",
    "x-fal-store-io": "store_io",
    "x-fal-object-lifecycle-preference": "object_lifetime_s",
}
_CONNECTIONS_OWN = frozenset(
    {
        "connection", "content-length", "expect", "host", "keep-alive", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade",
    }
)  # fmt: skip
_SECRETS = frozenset({"authorization", "proxy-authorization", "cookie", "x-api-key", "x-fal-cdn-token"})
_OWN_QUERY = {"fal_webhook": "webhook_url", "max_buffering": "max_buffering", "logs": "logs"}


def used_by(name: str, mode: Mode) -> bool:
    """Whether a mode uses an option, by its field name in Options."""
    return mode in _USED_BY[name][0]


def why_unused(name: str, mode: Mode) -> str:
    """Say why a mode does not use an option; "" if it does."""
    modes, reason = _USED_BY[name]
    return "" if mode in modes else reason


def effective(options: Options, mode: Mode) -> Options:
    """Return the options without those that the mode does not use."""
    unused = {name: getattr(_DEFAULTS, name) for name in _USED_BY if not used_by(name, mode)}
    return msgspec.structs.replace(options, **unused)


def set_in(options: Options, mode: Mode) -> tuple[str, ...]:
    """Return the names of the options that are set and that the mode uses."""
    return tuple(
        name
        for name in _USED_BY
        if used_by(name, mode) and getattr(options, name) != getattr(_DEFAULTS, name)
    )


def headers_of(options: Options, *, is_queue: bool = False) -> dict[str, str]:
    """Return the headers that the options stand for, as fal-client writes them; unset options send nothing."""
    headers: dict[str, str] = {}
    if options.start_timeout_s is not None:
        headers["X-Fal-Request-Timeout"] = str(float(options.start_timeout_s))
    if options.hint:
        headers["X-Fal-Runner-Hint"] = options.hint
    if is_queue and options.priority is not None:
        headers["X-Fal-Queue-Priority"] = options.priority.value
    if is_queue and options.no_retry:
        headers["X-Fal-No-Retry"] = "1"
    if options.store_io is not None:
        headers["X-Fal-Store-IO"] = str(int(options.store_io))
    if options.object_lifetime_s is not None:
        lifetime = {"expiration_duration_seconds": options.object_lifetime_s}
        headers[LIFECYCLE_HEADER] = msgspec.json.encode(lifetime).decode()
    headers.update(options.headers)
    return headers


def query_of(options: Options, mode: Mode) -> dict[str, str]:
    """Return the query parameters of the call's first request, or of its socket; a token is not among them."""
    query = dict(options.query)
    if mode in QUEUED and options.webhook_url:
        query["fal_webhook"] = options.webhook_url
    if mode is Mode.REALTIME and options.max_buffering is not None:
        query["max_buffering"] = str(options.max_buffering)
    return query


def problems(options: Options, mode: Mode) -> dict[str, str]:
    """Return what is wrong with the options that the mode uses, by field name."""
    found: dict[str, str] = {}
    for name, check in _CHECKS.items():
        if used_by(name, mode) and (message := check(options)):
            found[name] = message
    return found


def header_problem(name: str, value: str) -> str:
    """Say why a header cannot be sent along, "" if it can."""
    low = name.lower()
    if not re.match(_HEADER_NAME, name):
        return (
            tr("A header's name is letters, digits and hyphens.") if name else tr("The header has no name.")
        )
    if low in _SECRETS:
        return tr(
            "{name} is never sent from here: keys come from the profile and stay out of files and logs."
        ).format(name=name)
    if low in _CONNECTIONS_OWN or low.startswith("sec-"):
        return tr("{name} belongs to the connection, which writes it itself.").format(name=name)
    if low == "content-type":
        return tr("The body is always JSON and says so.")
    if low in _OWN_FIELD:
        return tr("{name} has a field of its own here: {names}.").format(
            name=name, names=NAMES[_OWN_FIELD[low]]
        )
    if low.startswith("x-fal-target-url"):
        return tr("{name} belongs to a team proxy's profile.").format(name=name)
    return (
        "" if _is_header_text(value) else tr("A header's value is plain text without accents or line breaks.")
    )


def query_problem(name: str) -> str:
    """Say why a query parameter cannot be sent along, "" if it can."""
    if not name:
        return tr("The parameter has no name.")
    if name == "fal_jwt_token":
        return tr("fal_jwt_token is a secret that the session fetches itself.")
    if name in _OWN_QUERY:
        return tr("{name} has a field of its own here: {names}.").format(
            name=name, names=NAMES[_OWN_QUERY[name]]
        )
    return ""


def in_short(options: Options, mode: Mode) -> list[str]:
    """Return the options in a few words each, for one line."""
    it = effective(options, mode)
    words: list[str] = []
    if it.priority is not None:
        words.append(tr("{priority} priority").format(priority=it.priority.value))
    if it.start_timeout_s is not None:
        words.append(tr("start within {start_timeout_s}").format(start_timeout_s=seconds(it.start_timeout_s)))
    if it.client_timeout_s is not None:
        words.append(
            tr("give up after {client_timeout_s}").format(client_timeout_s=seconds(it.client_timeout_s))
        )
    if it.webhook_url:
        words.append(tr("webhook to fal Studio") if it.webhook_url == HERE else "webhook")
    if privacy.is_private(it):
        words.insert(0, tr("private run"))
    elif it.object_lifetime_s is not None:
        words.append(
            tr("files kept {object_lifetime_s}").format(object_lifetime_s=seconds(it.object_lifetime_s))
        )
    if it.store_io is False and not privacy.is_private(it):
        words.append(tr("payloads not kept"))
    if it.no_retry:
        words.append(tr("no retries"))
    if it.hint:
        words.append(tr("hint {hint}").format(hint=it.hint))
    others = set(set_in(options, mode)) - _SAID
    if others:
        words.append(
            trn("{count} more option", "{count} more options", len(others)).format(count=len(others))
        )
    return words


_SAID = frozenset(
    {
        "priority", "start_timeout_s", "client_timeout_s", "webhook_url", "object_lifetime_s", "store_io",
        "no_retry", "hint",
    }
)  # fmt: skip


def seconds(value: float) -> str:
    """Return a time as people say it: "30 s", "90 min", "7 days"; `parse_seconds` reads it back."""
    days = value / DAY_S
    if days >= 1 and (days == 1 or days >= 2) and days == int(days):
        return trn("{count} day", "{count} days", int(days)).format(count=int(days))
    return local(seconds_in_code(value))


def seconds_in_code(value: float) -> str:
    """Return the same for comments in code, which are English everywhere."""
    for size, one, many in ((DAY_S, "day", "days"), (3600, "h", "h"), (60, "min", "min")):
        if value >= 2 * size or value == size:
            count = value / size
            if count == int(count):
                return f"{int(count)} {one if count == 1 else many}"
    return f"{value:g} s"


def parse_seconds(text: str) -> float | None:
    """Read a time as people write it: "30", "1.5 min", "1 h 30 min", "7 days"; None when empty; raises ValueError.

    Days may be written in the language of this run, too.
    """
    text = text.strip().lower()
    if not text:
        return None
    total = 0.0
    rest = text
    while rest:
        found = re.match(_TIME, rest)
        if found is None:
            raise ValueError(text)
        size = _SIZES.get(found[2] or "s") or (DAY_S if found[2] in _days() else None)
        if size is None:
            raise ValueError(text)
        total += float(found[1].replace(",", ".")) * size
        rest = rest[found.end() :]
    return total


def _days() -> set[str]:
    """Return how days are called in the language of this run, in each of its plural forms."""
    return {trn("{count} day", "{count} days", count).format(count="").strip().lower() for count in (1, 2, 5)}


DAY_S = 86_400
_TIME = r"(\d+(?:[.,]\d+)?)\s*([^\W\d_]*)\s*"
_SIZES = {
    word: size
    for words, size in (
        ("s sec secs second seconds", 1.0),
        ("m min mins minute minutes", 60.0),
        ("h hr hour hours", 3600.0),
        ("d day days", 86_400.0),
        ("w week weeks", 604_800.0),
        ("y year years", 31_536_000.0),
    )
    for word in words.split()
}


def _is_header_text(text: str) -> bool:
    return bool(re.match(_VISIBLE, text)) and text == text.strip()


def _start(options: Options) -> str:
    value = options.start_timeout_s
    if value is None or SHORTEST_START_S < value < LONGEST_S:
        return ""
    return tr("A start deadline is more than 1 second and less than 30 days.")


def _limit(options: Options) -> str:
    value = options.client_timeout_s
    if value is None or 0 < value < LONGEST_S:
        return ""
    return tr("A time limit is more than 0 seconds and less than 30 days.")


def _hint(options: Options) -> str:
    return "" if _is_header_text(options.hint) else tr("A hint is plain text without accents or line breaks.")


def _webhook(options: Options) -> str:
    if options.webhook_url in ("", HERE):
        return ""
    try:
        parts = urlsplit(options.webhook_url)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if is_good and not re.search(r"\s", options.webhook_url):
        return ""
    return tr(
        "A webhook is a web address, for example https://example.com/hook, or the word {here}: fal "
        "Studio itself."
    ).format(here=HERE)


def _lifetime(options: Options) -> str:
    value = options.object_lifetime_s
    return "" if value is None or value >= 1 else tr("A lifetime is at least 1 second.")


def _path(options: Options) -> str:
    path = (options.path or "").strip("/")
    return urls.path_problem(path) if path else ""


def _poll(options: Options) -> str:
    if LOWEST_POLL_S <= options.poll_every_s <= HIGHEST_POLL_S:
        return ""
    return tr("The status is asked for every 0.1 to 60 seconds.")


def _buffering(options: Options) -> str:
    value = options.max_buffering
    return "" if value is None or 1 <= value <= MOST_BUFFERING else tr("fal lets 1 to 60 inputs wait.")


def _reconnects(options: Options) -> str:
    return "" if 0 <= options.reconnect_limit <= 100 else tr("Write a number from 0 to 100.")


def _pause(options: Options) -> str:
    return "" if 0 < options.reconnect_after_s <= 60 else tr("A pause is more than 0 and at most 60 seconds.")


def _pings(options: Options) -> str:
    return "" if 0 <= options.ping_every_s <= 3600 else tr("Write 0 for none, or at most 3600 seconds.")


def _headers(options: Options) -> str:
    seen: set[str] = set()
    for name, value in options.headers.items():
        if message := header_problem(name, value):
            return message
        if name.lower() in seen:
            return tr("{name} is there twice.").format(name=name)
        seen.add(name.lower())
    return ""


def _query(options: Options) -> str:
    return next((message for name in options.query if (message := query_problem(name))), "")


_CHECKS: dict[str, Callable[[Options], str]] = {
    "start_timeout_s": _start,
    "client_timeout_s": _limit,
    "hint": _hint,
    "webhook_url": _webhook,
    "object_lifetime_s": _lifetime,
    "path": _path,
    "poll_every_s": _poll,
    "max_buffering": _buffering,
    "reconnect_limit": _reconnects,
    "reconnect_after_s": _pause,
    "ping_every_s": _pings,
    "headers": _headers,
    "query": _query,
}
