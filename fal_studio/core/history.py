"""A call as one row of a list, the question a list is an answer to, and the answer: what the ledger and the window share."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

import msgspec

from fal_studio.core import artifacts
from fal_studio.core.artifacts import Artifact, Kind
from fal_studio.core.asked import prompt_of, seed_of
from fal_studio.core.call import CallState, Phase
from fal_studio.core.events import Charged, FileState
from fal_studio.core.files import is_remote
from fal_studio.core.kept_words import BEFORE_ANSWER, BEFORE_RAN, BEFORE_SENT, EXPIRED, WHILE_RAN
from fal_studio.core.prices import Price, is_free
from fal_studio.core.request import Mode, Request
from fal_studio.words import mark

_PICTURE_FIRST = (Kind.IMAGE, Kind.VIDEO, Kind.AUDIO)
_MODEL_FIRST = (Kind.MESH, *_PICTURE_FIRST)
_LOOKED_AT = 5_000
"""Values of an output that are looked at for files: a row must stay cheap."""


MOST_RATED, REJECTED = 5, -1
RATINGS = tuple(range(MOST_RATED + 1))
"""0: none."""


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
    project: str = ""
    """What its cost is counted for, "" for nothing in particular."""
    client: str = ""
    """The client of fal's own that made it, with its version; "" for ours."""
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
    """Why it failed or is unknown; of a cancelled one, whether it was billed; else empty."""
    prompt: str = ""
    """The beginning of what was asked in words, on one line."""
    seed: str = ""
    """As decimal digits: seeds are not bounded."""
    cost_usd: float | None = None
    """Billable units by the unit price of the price list; 0 where nothing was charged, None where it is not known."""
    units: float | None = None
    """`x-fal-billable-units`."""
    thumbnail: str = ""
    """Hash of the blob that stands for the result: of the first picture, else of a film or sound; of a 3D model, not of its texture."""
    outputs: int = 0
    """Files in the result."""
    kept: int = 0
    """How many of them are on the disk; the others are on their way, or lost."""
    lost: int = 0
    """How many of them could not be fetched, so far or for good."""
    deleted_s: float = 0.0
    """When it was put into the trash; 0 for never."""
    starred: bool = False
    rating: int = 0
    """1 to MOST_RATED; 0 for none, REJECTED for what is not wanted."""

    @property
    def is_fetching(self) -> bool:
        """Whether files of the result are still on their way to the disk: a property of the row, not a phase."""
        return self.kept + self.lost < self.outputs

    @property
    def is_expired(self) -> bool:
        """Whether it is unknown because the server has forgotten it."""
        return self.phase is Phase.UNKNOWN and self.message.startswith(EXPIRED)


class Judgement(msgspec.Struct, frozen=True):
    """What somebody thinks of results from now on; None leaves a part as it is."""

    starred: bool | None = None
    rating: int | None = None
    """As in CallRow."""

    def of(self, row: CallRow) -> CallRow:
        """Return a row that is judged so."""
        return msgspec.structs.replace(
            row,
            starred=row.starred if self.starred is None else self.starred,
            rating=row.rating if self.rating is None else self.rating,
        )


class Order(StrEnum):
    """What a list is sorted by."""

    STARTED = mark("started")
    STATE = mark("state")
    ENDPOINT = mark("endpoint")
    MODE = mark("mode")
    PROFILE = mark("profile")
    ELAPSED = mark("elapsed")
    COST = mark("cost")


STATE_ORDER = (
    Phase.CANCEL_REQUESTED,
    Phase.FETCHING,
    Phase.RUNNING,
    Phase.QUEUED,
    Phase.SUBMITTED,
    Phase.UPLOADING,
    Phase.WAITING,
    Phase.DRAFT,
    Phase.UNKNOWN,
    Phase.FAILED,
    Phase.DONE,
    Phase.CANCELLED,
)
"""Order.STATE, ascending: what goes on first, then what wants a look, then what is over."""


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
    projects: tuple[str, ...] = ()
    """Whole names; capitals make no difference."""
    clients: tuple[str, ...] = ()
    """Parts of the names of fal's own clients; one of them is enough."""
    seed: str = ""
    request_id: str = ""
    after_s: float | None = None
    before_s: float | None = None
    cost_over: float | None = None
    cost_under: float | None = None
    is_open: bool | None = None
    """True: only calls that have not ended; False: only ended ones."""
    is_starred: bool | None = None
    is_rejected: bool | None = None
    rating_over: int | None = None
    """Only what was rated higher than this; what was not rated, or rejected, is below every rating."""
    rating_under: int | None = None
    """Only what was rated, and lower than this."""
    has_files: bool = False
    """Only calls that made files: pictures, videos, sounds, models."""
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


class ExportAs(StrEnum):
    """The forms that calls are exported in."""

    CSV = "csv"
    """A line for each call, for spreadsheets."""
    JSON = "json"
    """An array of calls with their requests and results."""


class Usage(msgspec.Struct, frozen=True):
    """How much room what is kept takes."""

    calls: int
    """In the history and in the trash."""
    trashed: int
    """Of them, in the trash."""
    ledger_bytes: int
    files: int
    files_bytes: int
    free_bytes: int
    """What is left on the disk."""


class Durations(msgspec.Struct, frozen=True):
    """How long calls of one endpoint took lately, so that "usually 4 to 7 s here" can be said."""

    endpoint: str
    calls: int
    """How many calls were looked at; few make no habit."""
    run_s: tuple[float, float, float] | None = None
    """First quartile, median, third quartile; None if nobody saw one run."""
    queue_s: tuple[float, float, float] | None = None
    total_s: tuple[float, float, float] | None = None
    """From Started to the end: the only number that direct runs have."""


_BILLED = {
    Charged.NO: mark("not billed"),
    Charged.YES: mark("billed"),
    Charged.UNKNOWN: mark("may be billed"),
}


def row_of(state: CallState, request: Request | None = None, price: Price | None = None) -> CallRow:
    """Return a call's row as its state and request tell it: what the ledger writes and the window shows of a live one.

    `id`, `deleted_s`, `starred` and `rating` are the ledger's to fill in.
    """
    arguments = request.arguments if request is not None else None
    files = _files(state)
    profile = state.profile or (request.profile if request else "")
    units = next((value for name, value in state.metrics.items() if "billable" in name), None)
    return CallRow(
        call=state.call,
        created_s=state.started_wall_s,
        endpoint=state.endpoint or (request.endpoint if request else ""),
        mode=state.mode or (request.mode if request else Mode.RUN),
        profile=profile,
        project=request.project if request else "",
        client=state.client,
        phase=state.phase,
        ended=state.is_ended,
        elapsed_s=state.elapsed_s,
        queue_s=state.queue_s,
        run_s=state.run_s,
        request_id=state.request_id,
        message=_message(state),
        prompt=prompt_of(arguments),
        seed=seed_of(arguments) or seed_of(state.output),
        cost_usd=_cost(state, profile, units, price),
        units=units,
        thumbnail=_thumbnail(state, files),
        outputs=len(files),
        kept=sum(_is_kept(state, file) for file in files),
        lost=sum(_is_lost(state, file) for file in files),
    )


def _files(state: CallState) -> tuple[Artifact, ...]:
    if state.output is not None:
        return artifacts.find(state.output, _LOOKED_AT)
    found = artifacts.find(state.latest, _LOOKED_AT) if state.latest is not None else ()
    return tuple(file for file in found if not is_remote(file.url))  # only results are downloaded


def _message(state: CallState) -> str:
    if state.failure is not None:
        return state.failure.message
    if state.cancelled is not None:
        return f"{state.cancelled.note or _when_cancelled(state)}, {_BILLED[state.cancelled.charged]}"
    return state.checked_said or state.unknown_why or state.waiting_why


def _when_cancelled(state: CallState) -> str:
    if state.running_t_ns is None and state.partials == 0 and state.first_byte_t_ns is None:
        return BEFORE_SENT if state.attempts == 0 else BEFORE_ANSWER
    is_queued = state.mode in (Mode.SUBSCRIBE, Mode.SUBMIT)
    return BEFORE_RAN if is_queued and state.running_t_ns is None else WHILE_RAN


def priced(row: CallRow, price: Price | None) -> CallRow:
    """Return a row with what its billed units cost, where it did not know that yet."""
    if price is None or row.cost_usd is not None or row.units is None:
        return row
    return msgspec.structs.replace(row, cost_usd=price.cost_usd(row.units))


class Spent(NamedTuple):
    """What calls cost together."""

    usd: float = 0.0
    unknown: int = 0
    """Ended calls of which nobody knows what they cost."""


def spent(rows: Iterable[CallRow]) -> Spent:
    """Return what calls cost together; open ones count when they have ended."""
    usd, unknown = 0.0, 0
    for row in rows:
        if row.cost_usd is not None:
            usd += row.cost_usd
        elif row.ended:
            unknown += 1
    return Spent(usd, unknown)


def _cost(state: CallState, profile: str, units: float | None, price: Price | None) -> float | None:
    end = state.failure or state.cancelled
    if is_free(profile) or units == 0 or (end is not None and end.charged is Charged.NO):
        return 0.0
    return price.cost_usd(units) if price is not None else None


def _thumbnail(state: CallState, files: tuple[Artifact, ...]) -> str:
    wanted = _MODEL_FIRST if any(file.kind is Kind.MESH for file in files) else _PICTURE_FIRST
    for kind in wanted:
        for file in files:
            if file.kind is kind and (sha256 := sha256_of(state, file)):
                return sha256
    return ""


def sha256_of(state: CallState, file: Artifact) -> str:
    """Return the blob that holds a file of the call's result, "" while it is not on this machine."""
    if file.blob is not None:
        return file.blob.sha256
    download = state.files.get(file.url)
    return download.sha256 if download is not None else ""


def _is_kept(state: CallState, file: Artifact) -> bool:
    if not is_remote(file.url):
        return True  # bytes at hand, or a short data URI within the payload
    download = state.files.get(file.url)
    return download is not None and download.state is FileState.KEPT


def _is_lost(state: CallState, file: Artifact) -> bool:
    download = state.files.get(file.url)
    return download is not None and download.state in (FileState.FAILED, FileState.GONE)


def _matches_judgement(row: CallRow, query: Query) -> bool:
    return (
        (query.is_starred is None or query.is_starred is row.starred)
        and (query.is_rejected is None or query.is_rejected is (row.rating == REJECTED))
        and (query.rating_over is None or row.rating > max(0, query.rating_over))
        and (query.rating_under is None or 0 < row.rating < query.rating_under)
    )


def matches(row: CallRow, query: Query) -> bool:
    """Say whether a row fits the conditions of a query, as far as a row can tell: it holds only the prompt's beginning."""
    return (
        _matches_words(row, query)
        and (not query.modes or row.mode in query.modes)
        and (not query.phases or row.phase in query.phases)
        and (not query.profiles or row.profile in query.profiles)
        and (not query.projects or row.project.lower() in map(str.lower, query.projects))
        and (not query.clients or any(part.lower() in row.client.lower() for part in query.clients))
        and (not query.models or any(part.lower() in row.endpoint.lower() for part in query.models))
        and (not query.seed or row.seed == query.seed)
        and (not query.request_id or row.request_id.startswith(query.request_id))
        and (query.after_s is None or row.created_s >= query.after_s)
        and (query.before_s is None or row.created_s < query.before_s)
        and (query.cost_over is None or (row.cost_usd is not None and row.cost_usd > query.cost_over))
        and (query.cost_under is None or (row.cost_usd is not None and row.cost_usd < query.cost_under))
        and (query.is_open is None or query.is_open is not row.ended)
        and _matches_judgement(row, query)
        and (not query.has_files or row.outputs > 0)
        and query.in_trash is bool(row.deleted_s)
    )


def _matches_words(row: CallRow, query: Query) -> bool:
    if not query.words and not query.without:
        return True
    text = f"{row.prompt} {row.endpoint} {row.request_id} {row.message}".lower()
    return all(word.lower() in text for word in query.words) and not any(
        word.lower() in text for word in query.without
    )
