"""`falstudio://` links: a request that somebody sends to somebody. It fills the editor; it chooses no host, no key, no option, and runs nothing.

falstudio://open?endpoint=fal-ai/flux/dev&mode=subscribe&arguments={"prompt": "a hat"}
"""

import json
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from fal_studio.core.nesting import is_deeper
from fal_studio.core.paste import addresses, headers
from fal_studio.core.paste.found import Draft, Found, UnclearError
from fal_studio.core.request import Json, Mode
from fal_studio.words import tr

SCHEME = "falstudio"
LONGEST = 200_000
"""Characters; systems pass far shorter ones on."""
_DEEPEST = 60
_HELP = tr("A link looks like falstudio://open?endpoint=fal-ai/flux/dev&arguments={…}")
_MOST_NOTED = 3


def is_link(text: str) -> bool:
    """Whether a text is one of our links."""
    return text.strip().lower().startswith(f"{SCHEME}:")


def read(text: str) -> Found:
    """Return the request in a link; raises UnclearError."""
    text = text.strip()
    if len(text) > LONGEST:
        raise UnclearError(tr("The link is too long."), tr("Save the request to a file and send that."))
    try:
        parts = urlsplit(text)
        action = (parts.netloc or parts.path.split("/")[0]).lower()
        pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=50)
    except ValueError as error:
        raise UnclearError(tr("The link cannot be read."), _HELP) from error
    if parts.scheme.lower() != SCHEME or action != "open":
        raise UnclearError(tr("fal Studio has no link “{action}”.").format(action=action[:40]), _HELP)
    draft = Draft(tr("a link"))
    for name, value in pairs:
        match name:
            case "endpoint":
                draft.endpoint = addresses.checked(value)
            case "mode":
                if value not in tuple(Mode):
                    raise UnclearError(
                        tr("There is no mode “{value}”.").format(value=value[:40]),
                        tr("Modes: {mode}.").format(mode=", ".join(Mode)),
                    )
                draft.mode = Mode(value)
            case "arguments":
                draft.arguments = headers.without_keys(draft, _arguments(value))
            case _:
                draft.note(tr("“{name}” in the link was left out.").format(name=name[:40]))
    if not draft.endpoint:
        raise UnclearError(tr("The link names no endpoint."), _HELP)
    found = draft.found()
    return Found(found.what, found.endpoint, found.mode, found.arguments, notes=found.notes[:_MOST_NOTED])


def write(endpoint: str, mode: Mode, arguments: dict[str, Json]) -> str:
    """Return a link to a request: what is typed, and nothing of keys, hosts and options."""
    compact = json.dumps(arguments, ensure_ascii=False, separators=(",", ":"))
    fields = {"endpoint": endpoint, "mode": mode.value, "arguments": compact}
    return f"{SCHEME}://open?{urlencode(fields, quote_via=quote, safe='/')}"


def _arguments(text: str) -> dict[str, Json]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnclearError(tr("The arguments in the link are no JSON."), _HELP) from error
    if not isinstance(value, dict) or is_deeper(value, _DEEPEST):
        raise UnclearError(tr("The arguments in the link are no plain object."), _HELP)
    return value
