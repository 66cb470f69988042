"""What a call needs, as frozen values: the request, its mode and options, and the profile it is sent with."""

import importlib
from enum import StrEnum
from typing import Any

import msgspec

Json = Any
"""A JSON value: None, bool, int, float, str, list or dict of the same."""


class Mode(StrEnum):
    """fal's five calling modes, by fal's own names."""

    RUN = "run"
    SUBSCRIBE = "subscribe"
    SUBMIT = "submit"
    STREAM = "stream"
    REALTIME = "realtime"


class ProfileKind(StrEnum):
    """Where a profile's calls go."""

    FAL = "fal"
    EMULATOR = "emulator"
    LOCAL_APP = "local-app"
    """A serverless app that a developer serves on their own machine with the `fal` SDK."""
    PROXY = "proxy"
    """A team's server proxy: it holds the key, we name the target in `x-fal-target-url`."""
    CUSTOM = "custom"


class Hosts(msgspec.Struct, frozen=True):
    """Base URLs, without a trailing slash. The defaults are fal's own (as in fal-client and @fal-ai/client)."""

    run: str = "https://fal.run"
    """Direct runs, SSE streams and, with the scheme changed to ws(s), realtime sockets."""
    queue: str = "https://queue.fal.run"
    rest: str = "https://rest.fal.ai"
    """Tokens, storage, JWKS."""
    cdn: str = "https://v3.fal.media"
    platform: str = "https://api.fal.ai/v1"
    """Catalogue, pricing, usage."""
    ws: str = "wss://ws.fal.run"
    """HTTP over WebSocket."""
    schema: str = "https://fal.ai/api/openapi/queue/openapi.json"
    """A model's OpenAPI document: `?endpoint_id=` is appended. A local app has one document for all."""


class Clocks(msgspec.Struct, frozen=True):
    """Time limits on the client's side, in seconds."""

    connect_s: float = 10.0
    idle_s: float = 120.0
    """Longest silence while a body, a stream or a status is read."""


class Profile(msgspec.Struct, frozen=True):
    """Where and as whom we call. Holds no key: `key_name` names the keyring entry."""

    name: str
    kind: ProfileKind = ProfileKind.FAL
    hosts: Hosts = Hosts()
    proxy_url: str = ""
    """A team proxy's URL; only for `ProfileKind.PROXY`."""
    key_name: str = ""
    network_proxy: str = ""
    """An HTTP proxy that everything goes through; "": as the environment says."""
    ca_file: str = ""
    """PEM file of further certificates that are trusted."""
    clocks: Clocks = Clocks()
    max_body_bytes: int = 64 * 1024 * 1024
    """A larger answer is refused with a clear error; media come by URL and are not meant."""

    @property
    def has_list(self) -> bool:
        """Whether one can look up here what has been run: a locally served app keeps no list, a team proxy lets nobody ask."""
        return self.kind not in (ProfileKind.LOCAL_APP, ProfileKind.PROXY)

    @property
    def has_queue(self) -> bool:
        """Whether subscribe and submit exist here: a locally served app has no queue."""
        return self.kind is not ProfileKind.LOCAL_APP


class Priority(StrEnum):
    """`X-Fal-Queue-Priority`."""

    NORMAL = "normal"
    LOW = "low"


class StatusUpdates(StrEnum):
    """How a queue call is followed."""

    STREAM = "stream"
    """One connection to `…/status/stream`; falls back to polling where the server has none."""
    POLL = "poll"


HERE = "here"
"""As a webhook URL: fal Studio listens itself. Replaced by its real address before anything is sent."""


class Options(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a request is sent, apart from its arguments. Unset values are not sent at all."""

    start_timeout_s: float | None = None
    """The server's start deadline (`X-Fal-Request-Timeout`): from submission until a runner begins."""
    client_timeout_s: float | None = None
    """Our own clock over the whole call."""
    hint: str = ""
    priority: Priority | None = None
    webhook_url: str = ""
    no_retry: bool = False
    """`X-Fal-No-Retry`: the queue does not retry by itself."""
    store_io: bool | None = None
    """`X-Fal-Store-IO`: whether fal keeps the payloads."""
    object_lifetime_s: int | None = None
    """Lifetime of the files that the model makes (`X-Fal-Object-Lifecycle-Preference`)."""
    headers: dict[str, str] = {}
    path: str | None = None
    """Sub-path of a stream or realtime call; None means fal's default, `/stream` or `/realtime`."""
    status_updates: StatusUpdates = StatusUpdates.STREAM
    poll_every_s: float = 0.5
    logs: bool = True
    max_buffering: int | None = None
    """Realtime: how many inputs may wait at the server, 1 to 60."""
    token_lifetime_s: int = 120
    reconnect_limit: int = 5
    """Realtime: how often a broken session is opened again by itself."""
    reconnect_after_s: float = 0.25
    """Realtime: the pause before the first try; each further one is twice as long."""
    ping_every_s: float = 5.0
    """Realtime: how often a ping shows how far the server is; 0: never."""
    query: dict[str, str] = {}
    """Further query parameters of the first request (and of the socket)."""


class Request(msgspec.Struct, frozen=True):
    """Everything one call needs. Never changed after it was built, also not its arguments."""

    endpoint: str
    mode: Mode
    arguments: Json
    profile: str = "emulator"
    """Name of the profile; frozen with the request, so that nobody spends money by mistake."""
    options: Options = Options()
    project: str = ""
    """What its cost is counted for; never sent. "" for nothing in particular."""


def fingerprint(request: Request) -> str:
    """Return what is the same for two requests exactly if they ask for the same: endpoint, mode, profile, arguments.

    Neither the order of names nor the spelling of a number (7, 7.0) makes a difference; options make none, since
    the same work would be paid for twice all the same.
    """
    asked = [request.endpoint.strip("/"), request.mode, request.profile, _canonical(request.arguments)]
    # Loads OpenSSL, which nothing needs before the first call.
    hashlib: Any = importlib.import_module("hashlib")
    return hashlib.sha256(msgspec.json.encode(asked, order="deterministic")).hexdigest()


def _canonical(value: Json) -> Json:
    if isinstance(value, dict):
        return {str(key): _canonical(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, float) and value.is_integer() and abs(value) <= _EXACT:
        return int(value)
    return value


_EXACT = 2**53
"""Up to here every whole number has a double of its own."""
