"""What one of fal's own clients saw of a call, as an outcome: only what it tells its user, so less than of our own calls."""

import msgspec

from fal_studio.core.comparing.outcome import Outcome
from fal_studio.core.comparing.plan import Turn
from fal_studio.core.comparing.stages import Stretch
from fal_studio.core.request import Json
from fal_studio.core.stages import Step


class Mark(msgspec.Struct, frozen=True):
    """Something that the client told, in nanoseconds since its call began."""

    what: str
    """enqueued, queued, running, completed, done, failed."""
    ns: int


class Seen(msgspec.Struct, frozen=True):
    """A call of a client from its start to its end."""

    marks: tuple[Mark, ...]
    data: Json = None
    failed: str = ""


class Brought(msgspec.Struct, frozen=True):
    """The files of a result, brought here after it."""

    digest: str = ""
    download_ns: int = 0
    decode_ns: int = 0


def outcome_of_client(
    turn: Turn,
    seen: Seen,
    brought: Brought,
    started_wall_s: float,
    cost_usd: float | None = None,
    call: str = "",
) -> Outcome:
    """Return what came of a call of a client; its stages sum to its wall clock."""
    if seen.failed:
        return Outcome(turn, call, started_wall_s=started_wall_s, failed=seen.failed)
    found = [*_stages(seen.marks)]
    for step, length_ns in ((Step.DOWNLOAD, brought.download_ns), (Step.DECODE, brought.decode_ns)):
        end_ns = found[-1].end_ns if found else 0
        found.append(Stretch(step, end_ns, end_ns + length_ns))
    stretches = tuple(one for one in found if one.length_ns)
    total_ns = stretches[-1].end_ns if stretches else 0
    return Outcome(
        turn,
        call,
        stages=stretches,
        total_ns=total_ns,
        first_useful_ns=total_ns,
        started_wall_s=started_wall_s,
        cost_usd=cost_usd,
        digest=brought.digest,
    )


def _stages(marks: tuple[Mark, ...]) -> list[Stretch]:
    done_ns = marks[-1].ns
    enqueued_ns = _first(marks, "enqueued")
    if enqueued_ns is None:
        return [Stretch(Step.UNEXPLAINED, 0, done_ns)]
    completed_ns = _first(marks, "completed")
    completed_ns = done_ns if completed_ns is None else completed_ns
    last_queued_ns = _last(marks, "queued") or enqueued_ns
    running_ns = _first(marks, "running")
    found = [Stretch(Step.SUBMIT, 0, enqueued_ns)]
    if running_ns is None:  # it was over before the client asked: nobody knows when it began
        found.append(Stretch(Step.UNEXPLAINED, enqueued_ns, completed_ns))
    else:
        last_running_ns = _last(marks, "running") or running_ns
        found += [
            Stretch(Step.QUEUE, enqueued_ns, running_ns, last_queued_ns, running_ns),
            Stretch(Step.RUN, running_ns, completed_ns, last_running_ns, completed_ns),
        ]
    return [*found, Stretch(Step.FETCH, completed_ns, done_ns)]


def _first(marks: tuple[Mark, ...], what: str) -> int | None:
    return next((mark.ns for mark in marks if mark.what == what), None)


def _last(marks: tuple[Mark, ...], what: str) -> int | None:
    return next((mark.ns for mark in reversed(marks) if mark.what == what), None)
