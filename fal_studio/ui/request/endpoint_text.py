"""Endpoint ids as people type them: ids, page addresses, run and queue URLs. Pure."""

from fal_studio.core import urls
from fal_studio.core.paste import addresses
from fal_studio.core.paste.found import Draft, UnclearError
from fal_studio.core.urls import EndpointError
from fal_studio.words import tr


def endpoint_of(text: str) -> str:
    """Return the endpoint id in what was typed; what is no id and no known address stays as it is."""
    text = text.strip().strip("\"'")
    if not addresses.is_address(text):
        return text.strip("/")
    draft = Draft(tr("an address"))
    try:
        addresses.take_address(draft, text)
    except UnclearError:
        return text
    return draft.endpoint


def endpoint_problem(endpoint: str, *, is_own_app: bool = False) -> str:
    """Say what is wrong with an endpoint id, "" if it can be called; an own app's is a path, `/` its root."""
    if not endpoint:
        return tr("Choose an endpoint")
    if is_own_app:
        path = endpoint.strip().strip("/")
        return urls.path_problem(path) if path else ""
    try:
        urls.parse(endpoint)
    except EndpointError as error:
        return f"{error.message} {error.next_step}".rstrip(".")
    return ""
