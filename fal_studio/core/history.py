"""A call as one row of a list, the question a list is an answer to, and the answer: what the ledger and the window share."""

from enum import StrEnum

import msgspec

from fal_studio.core import artifacts
from fal_studio.core.artifacts import Kind
from fal_studio.core.call import CallState, Phase
from fal_studio.core.request import Json, Mode, Request


class CallRow(msgspec.Struct, frozen=True):
    """One call as the queue monitor and the history show it."""

    call: str
    id: int = 0
    """Rises with every call of a ledger; 0 while it is not written yet."""
    created_s: float = 0.0
    """Calendar time of Started, seconds since 1970."""
    endpoint: str = ""
    mode: Mode = Mode.RUN
    profile: str = ""
    phase: Phase = Phase.WAITING
    ended: bool = False
    elapsed_s: float = 0.0
    """From Started to the end, or to the last fact."""
    queue_s: float | None = None
    """In line at the server, as far as it was seen."""
    run_s: float | None = None
    """Running at the server, as far as it was seen or told."""
    request_id: str = ""
    message: str = ""
    """Why it failed, is unknown or waits; else empty."""
    prompt: str = ""
    """The beginning of what was asked in words, on one line."""
    seed: str = ""
    """As decimal digits: seeds are not bounded."""
    cost_usd: float | None = None
    """Estimated from billable units and the unit price; 0 where calls are free, None where it is not known."""
    units: float | None = None
    """`x-fal-billable-units`."""
    thumbnail: str = ""
    """Hash of the blob of the first picture, if there is one."""
    outputs: int = 0
    """Files in the result."""
    deleted_s: float = 0.0
    """When it was put into the trash; 0 for never."""


class Order(StrEnum):
    """What a list is sorted by."""

    STARTED = "started"
    STATE = "state"
    ENDPOINT = "endpoint"
    MODE = "mode"
    PROFILE = "profile"
    ELAPSED = "elapsed"
    COST = "cost"


class Query(msgspec.Struct, frozen=True):
    """Which calls, in which order; every condition that is set must hold."""

    words: tuple[str, ...] = ()
    """Words and phrases that stand in prompt, arguments or endpoint; the last one may be a beginning."""
    without: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    """Parts of endpoint ids; one of them is enough."""
    modes: tuple[Mode, ...] = ()
    phases: tuple[Phase, ...] = ()
    profiles: tuple[str, ...] = ()
    seed: str = ""
    request_id: str = ""
    after_s: float | None = None
    before_s: float | None = None
    cost_over: float | None = None
    cost_under: float | None = None
    is_open: bool | None = None
    """True: only calls that have not ended; False: only ended ones."""
    in_trash: bool = False
    order: Order = Order.STARTED
    descending: bool = True
    limit: int = 1_000
    offset: int = 0


class Page(msgspec.Struct, frozen=True):
    """The answer to a query."""

    query: Query
    rows: tuple[CallRow, ...]
    total: int
    """How many calls match, on this page or not."""


PROMPT_CHARS = 200
_PROMPT_KEYS = ("prompt", "text", "input", "query", "caption", "instruction")
_LOOKED_AT = 5_000
"""Values of an output that are looked at for files: a row must stay cheap."""


def row_of(state: CallState, request: Request | None = None, unit_price_usd: float | None = None) -> CallRow:
    """Return a call's row as its state and request tell it; `id` and `deleted_s` are the ledger's to fill in."""
    arguments = request.arguments if request is not None else None
    files = _files(state)
    units = next((value for name, value in state.metrics.items() if "billable" in name), None)
    return CallRow(
        call=state.call,
        created_s=state.started_wall_s,
        endpoint=state.endpoint or (request.endpoint if request else ""),
        mode=state.mode or (request.mode if request else Mode.RUN),
        profile=state.profile or (request.profile if request else ""),
        phase=state.phase,
        ended=state.is_ended,
        elapsed_s=state.elapsed_s,
        queue_s=_between(state.enqueued_t_ns, state.running_t_ns, state.ended_t_ns),
        run_s=_run_s(state),
        request_id=state.request_id,
        message=state.failure.message if state.failure else state.checked_said or state.unknown_why,
        prompt=prompt_of(arguments),
        seed=seed_of(arguments) or seed_of(state.output),
        cost_usd=_cost(state, units, unit_price_usd),
        units=units,
        thumbnail=next((file.blob.sha256 for file in files if file.kind is Kind.IMAGE and file.blob), ""),
        outputs=len(files),
    )


def prompt_of(arguments: Json) -> str:
    """Return the beginning of what was asked in words, on one line; "" if there are none."""
    if not isinstance(arguments, dict):
        return ""
    found = next((arguments[key] for key in _PROMPT_KEYS if isinstance(arguments.get(key), str)), None)
    if found is None and isinstance(messages := arguments.get("messages"), list) and messages:
        last = messages[-1]
        found = last.get("content") if isinstance(last, dict) else None
    return " ".join(found[: 4 * PROMPT_CHARS].split())[:PROMPT_CHARS] if isinstance(found, str) else ""


def seed_of(payload: Json) -> str:
    """Return the seed in arguments or an output as decimal digits; "" if there is none."""
    seed = payload.get("seed") if isinstance(payload, dict) else None
    return str(seed) if isinstance(seed, int) and not isinstance(seed, bool) else ""


def _files(state: CallState) -> tuple[artifacts.Artifact, ...]:
    payload = state.output if state.output is not None else state.latest
    return artifacts.find(payload, _LOOKED_AT) if payload is not None else ()


def _between(start_ns: int | None, end_ns: int | None, last_ns: int | None) -> float | None:
    """Return seconds from start to end, or to the last one when the end was not seen."""
    until = end_ns if end_ns is not None else last_ns
    return None if start_ns is None or until is None else max(0.0, (until - start_ns) / 1e9)


def _run_s(state: CallState) -> float | None:
    told = state.metrics.get("inference_time")
    if told is not None:
        return told
    return _between(state.running_t_ns, state.fetching_t_ns, state.ended_t_ns)


def _cost(state: CallState, units: float | None, unit_price_usd: float | None) -> float | None:
    if state.profile == "emulator":
        return 0.0
    return units * unit_price_usd if units is not None and unit_price_usd is not None else None
