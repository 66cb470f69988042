"""What a request of a model host brings along: caller, controls, deadline, hint; read once, at the door."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from fal_studio.emulator.auth import Caller, Refused, identify, no_access
from fal_studio.emulator.settings import Controls
from fal_studio.emulator.tokens import Tokens

DEADLINES = ("x-fal-request-start-timeout", "x-fal-request-timeout")
YES = frozenset({"1", "true", "yes", "on"})


@dataclass(frozen=True, slots=True)
class Wishes:
    """The headers of a run or a submit that change how it is treated."""

    deadline_s: float | None
    hint: str | None
    is_low: bool
    no_retry: bool
    store_io: bool


def wishes_of(connection: HTTPConnection) -> Wishes:
    """Read the headers of a run or a submit; raises ValueError for a deadline that is no number."""
    headers = connection.headers
    deadline = next((headers[name] for name in DEADLINES if name in headers), None)
    return Wishes(
        deadline_s=None if deadline is None else float(deadline),
        hint=headers.get("x-fal-runner-hint"),
        is_low=headers.get("x-fal-queue-priority", "normal").lower() == "low",
        no_retry=headers.get("x-fal-no-retry", "").lower() in YES,
        store_io=headers.get("x-fal-store-io", "1") != "0",
    )


def controls_in(connection: HTTPConnection) -> Controls:
    """Return the controls that the outermost layer has read."""
    return connection.scope["state"]["controls"]


def caller_in(connection: HTTPConnection, app: str, tokens: Tokens) -> Caller | Refused:
    """Tell who calls a model host: by key, or by a realtime token in the query."""
    token = connection.query_params.get("fal_jwt_token")
    if token and "authorization" not in connection.headers:
        return Caller("token") if tokens.opens(token, app) else Refused(401, "Invalid or expired token")
    return identify(connection.headers.get("authorization", ""), no_access(app))
