"""How the server behaves: settings for everybody, and controls for one request.

Settings are read and changed at `GET` and `PUT /emulator/settings` (a JSON object of the fields to change).

Controls are request headers `X-Emulator-<Name>` or, for clients that cannot send headers, query parameters
`emulator_<name>`; for a queue request the ones given at submit stay with it (its run, its result). Times are seconds.
`X-Emulator-Queue-Delay: 2` and `?emulator_queue_delay=2` mean the same. Unknown names are refused with 400, so that a
typing error cannot quietly change what a test measures.
"""

from collections.abc import Iterable
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from fal_studio.emulator.schema_change import SchemaChange

Seconds = Annotated[float, Field(ge=0, le=86_400)]


class Settings(BaseModel):
    """What holds for every request that does not say otherwise."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    seed: int = 0
    slots: int = Field(2, ge=0, le=1000)
    """Queue requests that run at the same time; 0 keeps everything waiting."""
    speed: float = Field(1.0, gt=0)
    """Divides pretended GPU time and cold starts: 10 is ten times as fast."""
    jitter: float = Field(0.0, ge=0, lt=1)
    """Share by which pretended GPU time varies; 0 makes two runs take the same."""
    cold_start_s: Seconds = 0.8
    warm_for_s: Seconds = 300
    """An app idle for longer starts cold again."""
    queue_delay_s: Seconds = 0
    run_delay_s: Seconds = 0
    fetch_delay_s: Seconds = 0
    token_delay_s: Seconds = 0
    connect_delay_s: Seconds = 0
    event_interval_s: Seconds = 0
    keepalive_s: float = Field(15, gt=0)
    """Between two comment lines of a status stream."""
    idle_timeout_s: float = Field(60, gt=0)
    """A realtime session without an incoming frame for longer ends with TIMEOUT."""
    timings: bool = True
    """Whether realtime answers are followed by a `timings` text frame."""
    retention_s: Seconds = 3600
    retention_large_s: Seconds = 360
    large_bytes: int = 10 * 1024
    """Results at least this big are kept for `retention_large_s` only."""
    direct_limit: int | None = None
    """Direct runs at the same time before 429; None: no limit."""
    max_attempts: int = Field(10, ge=1)
    """Attempts the queue makes when a runner fails for a while."""
    retry_delay_s: Seconds = 0.1
    webhook_timeout_s: float = Field(15, gt=0)
    webhook_attempts: int = Field(10, ge=1)
    webhook_retry_s: Seconds = 1.0
    """Wait before the second delivery; doubles each time."""
    schema_changes: dict[str, SchemaChange] = {}
    """Endpoints with other inputs than their own (see `schema_change`)."""


class Controls(BaseModel):
    """What one request asks of the emulator; None leaves it to the settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    queue_delay: Seconds | None = None
    """The request stays IN_QUEUE at least this long."""
    queue_ahead: int | None = Field(default=None, ge=0)
    """Pretended requests ahead, fewer and fewer while `queue_delay` passes."""
    cold_start: Seconds | None = None
    """Length of the cold start; 0 for none. Without it only cold apps have one."""
    run_delay: Seconds | None = None
    """Running time added before the model's own."""
    speed: float | None = Field(default=None, gt=0)
    jitter: float | None = Field(default=None, ge=0, lt=1)
    fetch_delay: Seconds | None = None
    """Wait before the result of a queue request is answered."""
    token_delay: Seconds | None = None
    connect_delay: Seconds | None = None
    """Wait before a WebSocket handshake is answered."""
    answer_delay: Seconds | None = None
    """Wait before anything is done with this request (the fault `slow` has a default of 5 s)."""
    event_interval: Seconds | None = None
    """Least time between two events of a stream."""
    keepalive: float | None = Field(default=None, gt=0)
    idle_timeout: float | None = Field(default=None, gt=0)
    timings: bool | None = None
    retention: Seconds | None = None
    fault: str | None = None
    """A fault for this very HTTP request (names: `GET /emulator/faults`)."""
    result_fault: str | None = None
    """A fault for fetching the result of the queue request that is submitted with it."""
    split: int | None = Field(default=None, ge=1)
    """Send streams in pieces of so many bytes, through the middle of characters too."""
    drop_after: int | None = Field(default=None, ge=0)
    """Break the connection after so many events (stream) or answers (realtime)."""
    end_after: int | None = Field(default=None, ge=0)
    """End a stream properly, but after so many events."""
    event_name: str | None = None
    """Send `event: <name>` with each event."""
    comments: bool | None = None
    """Send a comment line before each event."""
    newline: str | None = Field(default=None, pattern="^(lf|cr|crlf)$")
    bom: bool | None = None
    """Start the stream with a byte order mark."""
    fail_attempts: int | None = Field(default=None, ge=0)
    """So many attempts of a queue request fail with runner_disconnected before one is let through."""
    ignore_cancel: bool | None = None
    """A running queue request finishes although it was cancelled, as apps without support for it do."""
    upload_rate: float | None = Field(default=None, gt=0)
    """Bytes per second at which an upload is read."""
    download_rate: float | None = Field(default=None, gt=0)
    """Bytes per second at which a file of the CDN is sent."""
    bytes: int | None = Field(default=None, ge=1)
    """How much the faults `huge` and `endless` send, at most."""


HEADER = "x-emulator-"
PARAMETER = "emulator_"


def controls_of(headers: Iterable[tuple[str, str]], query: Iterable[tuple[str, str]]) -> Controls:
    """Read the controls of one request; raises pydantic's ValidationError for unknown or bad ones."""
    found = {name[len(PARAMETER) :]: value for name, value in query if name.startswith(PARAMETER)}
    for name, value in headers:
        if name.startswith(HEADER):
            found[name[len(HEADER) :].replace("-", "_")] = value
    return Controls.model_validate(found) if found else NO_CONTROLS


NO_CONTROLS = Controls()


def either(control: float | None, setting: float) -> float:
    """Return the request's own wish, or else what holds for everybody."""
    return setting if control is None else control
