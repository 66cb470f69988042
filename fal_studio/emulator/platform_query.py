"""What a request to the platform API asks for: who asks, for which endpoints, for which page."""

import base64
import binascii
from datetime import UTC, datetime
from typing import TypeVar

from starlette.requests import Request

from fal_studio.emulator.auth import Caller, Refused, identify

NEEDS_ADMIN = (
    "models/usage",
    "models/billing-events",
    "keys",
    "account/billing",
    "account/focus",
    "organization",
    "compute",
)
MOST_IDS = 50
T = TypeVar("T")


class Problem(Exception):  # noqa: N818 - becomes an answer
    """A refusal in the platform's shape."""

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind
        self.message = message


def admit(request: Request, path: str) -> Caller:
    """Let a caller in whose key is good for an operation."""
    caller = identify(request.headers.get("authorization", ""), "Authentication is required")
    if isinstance(caller, Refused):
        raise Problem(caller.status, "authorization_error", caller.detail)
    deletes = request.method == "DELETE" and path.startswith("models/requests")
    if (path.startswith(NEEDS_ADMIN) or deletes) and not caller.is_admin:
        raise Problem(403, "authorization_error", "This operation needs a key with ADMIN scope")
    return caller


def values_in(request: Request, name: str) -> list[str]:
    """Return a parameter that may be repeated or separated by commas."""
    return [
        part.strip()
        for value in request.query_params.getlist(name)
        for part in value.split(",")
        if part.strip()
    ]


def ids_in(request: Request) -> list[str]:
    """Return the endpoint ids of a question, each once."""
    found = list(dict.fromkeys(values_in(request, "endpoint_id")))
    if len(found) > MOST_IDS:
        raise Problem(400, "validation_error", f"At most {MOST_IDS} endpoint ids")
    return found


def page_of(items: list[T], request: Request, most: int) -> tuple[list[T], str | None]:
    """Return one page, and the cursor of the next one: the number of the page in base64, as fal's own."""
    query = request.query_params
    try:
        size = min(int(query.get("limit", min(50, most))), most)
        number = int(base64.b64decode(query["cursor"], validate=True)) if "cursor" in query else 1
    except (ValueError, binascii.Error) as error:
        raise Problem(400, "validation_error", "limit or cursor is not valid") from error
    if size < 1 or number < 1:
        raise Problem(400, "validation_error", "limit or cursor is not valid")
    page = items[(number - 1) * size : number * size]
    more = len(items) > number * size
    return page, base64.b64encode(str(number + 1).encode()).decode() if more else None


def moment_of(text: str | None) -> float | None:
    """Return a date or a point in time as seconds since 1970; without a zone it is UTC."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Problem(400, "validation_error", f"{text} is not a date") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
