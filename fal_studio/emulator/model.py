"""What a model of the emulator is, and what the server lends it while it works."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, ParamSpec, Protocol, TypeVar

from pydantic import BaseModel

P = ParamSpec("P")
T = TypeVar("T")

Json = dict[str, Any]


class Context(Protocol):
    """What the server lends a model during one execution (one HTTP request or one realtime session)."""

    request_id: str
    seed: int
    """The server's seed; models whose input has no seed derive theirs from it and their arguments."""
    sync_mode: bool
    """Whether `publish` answers data URIs instead of CDN URLs."""
    attempt: int
    """1, and one more for each time the queue tried this request again."""

    async def log(self, message: str, level: str = "INFO") -> None:
        """Write one runner log line; levels as in protocol 6.2 (STDERR STDOUT ERROR INFO WARN DEBUG)."""
        ...

    async def work(self, seconds: float) -> None:
        """Let `seconds` of pretended GPU time pass; the request's or server's speed settings scale it."""
        ...

    async def in_thread(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run CPU work off the event loop."""
        ...

    async def fetch(self, url: str) -> tuple[bytes, str]:
        """Bytes and content type of an input file: a data URI, or a file of this server's own CDN.

        Raises ModelError (422 file_download_error) for anything else.
        """
        ...

    def publish(self, data: bytes, content_type: str, file_name: str) -> str:
        """Keep an output file and return its URL: on this server's CDN, or a data URI in sync mode."""
        ...

    def bill(self, units: float) -> None:
        """Set the billable units of this execution (default 1)."""
        ...


class ModelError(Exception):
    """A failure that the model reports itself; the server turns it into protocol 12.1's body.

    `type` is one of the error types of protocol 12.1, `loc` the path of the field, `ctx` its numbers.
    """

    def __init__(
        self,
        message: str,
        *,
        type: str = "value_error",  # noqa: A002 - fal's word for it
        status: int = 422,
        loc: tuple[str | int, ...] = ("body",),
        ctx: Json | None = None,
        value: object = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.type = type
        self.status = status
        self.loc = loc
        self.ctx = ctx or {}
        self.value = value


class Session(Protocol):
    """One realtime session: answers maps with maps, bytes allowed as values (protocol 8.6)."""

    async def answer(self, message: Json) -> AsyncIterator[Json] | Json:
        """Answer one decoded MessagePack map; an async iterator sends several answers."""
        ...


@dataclass(frozen=True, slots=True)
class StreamText:
    """A `data:` payload that is not JSON, such as `[DONE]`."""

    text: str


@dataclass(frozen=True, slots=True)
class Price:
    """What one unit costs in US dollars; `unit` is free text as on fal (image, second, megapixel …)."""

    unit_price: float
    unit: str


RunFunction = Callable[[Any, Context], Awaitable[Json]]
StreamFunction = Callable[[Any, Context], AsyncIterator[Json | StreamText]]


@dataclass(frozen=True, slots=True)
class Route:
    """One path of a model: `""` is the endpoint itself, others are sub-paths such as `/image-to-image`.

    `run` answers POST on the path, `stream` answers `path + "/stream"` (server-sent events),
    `realtime` opens a session on `path + "/realtime"`. A missing one answers 404 as fal does.
    `sse_on_run` marks OpenAI-style routes: with `"stream": true` in the body the path itself answers SSE.
    """

    input: type[BaseModel]
    output: type[BaseModel]
    run: RunFunction | None = None
    stream: StreamFunction | None = None
    realtime: Callable[[Context], Session] | None = None
    realtime_input: type[BaseModel] | None = None
    sse_on_run: bool = False


@dataclass(frozen=True, slots=True)
class Model:
    """One hosted model: catalogue metadata and its routes."""

    endpoint_id: str
    display_name: str
    category: str
    description: str
    price: Price
    routes: dict[str, Route]
    tags: tuple[str, ...] = ()
    thumbnail: Callable[[], bytes] | None = None
    """A JPEG for the catalogue."""
    duration_estimate_s: float = 1.0
    extra_metadata: Json = field(default_factory=dict)


class RequestFailed(Exception):  # noqa: N818 - fal's documentation calls them request errors
    """A failure of the machinery around a model, in the second error shape: text and `error_type`.

    `error_type` is one of fal's request error types (runner_disconnected, startup_timeout …) and decides the status.
    """

    def __init__(self, error_type: str, message: str = "") -> None:
        super().__init__(message or error_type)
        self.error_type = error_type
        self.message = message


class Sabotage(Exception):  # noqa: N818 - it is an order to the server, not a mistake
    """An order to spoil the connection or the answer: `fault` is a name of `fal_studio.emulator.faults`."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault
